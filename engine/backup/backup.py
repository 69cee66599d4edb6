"""Backup of the whole database while officers work, and restoring one. Called by commands.

A backup is one state of the database in one file, the same from SQLite and from PostgreSQL, so that it also leads from
one to the other. It is put back in one transaction, kept only when every table and every history is as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import msgspec
from sqlalchemy import Engine, inspect, text

from engine.backup import archive, table_rows
from engine.backup.archive import Database, Digest, Manifest, Reader, Summary, Writer, entry_of
from engine.backup.table_rows import REVISIONS, Rows
from engine.errors import BadInput, Tampered
from engine.process import history
from engine.process.history import Break
from engine.store import schema_migrations
from engine.store.db import Transaction, connect, snapshot, transaction
from engine.store.schema_migrations import MigrationFailed

TOLD_EVERY = 500  # Rows.

Tick = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a backup holds, and which histories were broken already when it was made."""

    manifest: Manifest
    broken: list[Break]


class _Meter:
    """Tells how far the work is."""

    def __init__(self, tick: Tick, total: int) -> None:
        self._tick, self._total, self._done = tick, total, 0

    def through(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        for line in lines:
            self._done += 1
            if self._done % TOLD_EVERY == 0:
                self._tick(self._done, self._total)
            yield line


def back_up(engine: Engine, file: Path, now: datetime, tick: Tick) -> Kept:
    """Write the database as it is at one instant to `file`; `tick` hears how many rows of how many are written.

    A broken history does not prevent the backup, which would keep it as it is, and is named in it. Raises BadInput when
    the file is there already, cannot be written, or the database has no tables.
    """
    with archive.written(file, now) as writer, snapshot(engine) as tx:
        revision = _revision(tx)
        tables = table_rows.found(tx.read)
        counts = {rows.name: table_rows.count(tx.read, rows) for rows in tables}
        meter = _Meter(tick, sum(counts.values()))
        summaries = {rows.name: _write(tx, rows, writer, meter) for rows in tables}
        _require_counts(summaries, counts)
        broken = list(history.verify(tx))
        manifest = Manifest(
            revision=revision,
            made_at=now,
            database=cast("Database", engine.dialect.name),
            tables=summaries,
            broken=[item.instance_id for item in broken],
        )
        writer.write(archive.MANIFEST, [msgspec.json.format(msgspec.json.encode(manifest), indent=1)])
    return Kept(manifest, broken)


def _revision(tx: Transaction) -> str:
    """The revision as the snapshot sees it, so that a migration that is running elsewhere cannot come between."""
    found = None
    if inspect(tx.read).has_table(REVISIONS):
        found = tx.read.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    if found is None:
        raise BadInput("The database has no tables, so there is nothing to back up; tongdai migrate makes them.")
    return str(found)


def _require_counts(summaries: dict[str, Summary], counts: dict[str, int]) -> None:
    """A damaged database may count other rows than it gives out."""
    for name, summary in summaries.items():
        if summary.rows != counts[name]:
            raise BadInput(f"Table {name} counts {counts[name]} rows and gives out {summary.rows}: it is damaged.")


def _write(tx: Transaction, rows: Rows, writer: Writer, meter: _Meter) -> Summary:
    digest = Digest()
    writer.write(entry_of(rows.name), meter.through(digest.through(table_rows.lines(tx.read, rows))))
    return Summary(rows.columns, digest.rows, digest.sha256)


def restore(engine: Engine, file: Path, tick: Tick) -> Kept:
    """Put a backup into a database without rows and bring it to the newest revision; `tick` hears how far it is.

    When anything differs from what was backed up, no row stays. Raises BadInput for a file that is no whole backup of
    this program or an older one, and for a database with rows; Tampered for a history that broke after the backup.
    """
    with archive.opened(file) as reader:
        _require_empty(engine)
        _make_tables(engine, reader.manifest.revision)
        try:
            with transaction(engine) as tx:
                broken = _fill(tx, reader, tick)
        finally:  # Also the tables that stay empty are left as the program needs them.
            schema_migrations.upgrade(_url(engine))
        return Kept(reader.manifest, broken)


def check(file: Path, tick: Tick) -> Kept:
    """Restore a backup into a temporary database, which is deleted afterwards. Raises like `restore`."""
    with TemporaryDirectory(prefix="tongdai_check_") as folder:
        engine = connect(f"sqlite:///{Path(folder) / 'check.sqlite3'}", durable=False)
        try:
            return restore(engine, file, tick)
        finally:
            engine.dispose()


def _url(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def _require_empty(engine: Engine) -> None:
    with transaction(engine) as tx:
        filled = table_rows.filled(tx.read)
    if filled is not None:
        raise BadInput(f"Table {filled} has rows already; a backup is restored into an empty database.")


def _make_tables(engine: Engine, revision: str) -> None:
    """The tables of the backup's revision, older or newer than those that are there."""
    url = _url(engine)
    try:
        schema_migrations.upgrade(url, revision)
        if schema_migrations.current(url) != revision:
            schema_migrations.downgrade(url, revision)
    except MigrationFailed as error:
        raise BadInput(f"The backup has revision {revision}; does it come from a newer program? {error}") from error


def _fill(tx: Transaction, reader: Reader, tick: Tick) -> list[Break]:
    """Put every table in, read everything again, and compare; returns the histories that were broken before."""
    connection, manifest = tx.write(), reader.manifest
    tables = table_rows.found(connection)
    _require_columns(tables, manifest)
    meter = _Meter(tick, 2 * manifest.rows)
    for rows in tables:
        table_rows.put(connection, rows, meter.through(reader.lines(rows.name)))
    for rows in tables:
        if rows.later:
            table_rows.point(connection, rows, reader.lines(rows.name))
    for rows in tables:
        _require_same(tx, rows, manifest.tables[rows.name], meter)
    broken = _broken(tx, manifest)
    for rows in tables:
        table_rows.settle(connection, rows)
    return broken


def _require_columns(tables: list[Rows], manifest: Manifest) -> None:
    known = {rows.name: rows.columns for rows in tables}
    for name in sorted(known.keys() | manifest.tables.keys()):
        told = manifest.tables.get(name)
        if told is None or told.columns != known.get(name):
            raise BadInput(f"The backup does not have the tables of its revision: {name!r} is another one.")


def _require_same(tx: Transaction, rows: Rows, told: Summary, meter: _Meter) -> None:
    digest = Digest()
    for _ in meter.through(digest.through(table_rows.lines(tx.read, rows))):
        pass
    if digest.rows != told.rows:
        raise BadInput(f"Table {rows.name} has {digest.rows} rows in the backup, its manifest says {told.rows}.")
    if digest.sha256 != told.sha256:
        raise BadInput(f"Table {rows.name}: its rows are not those that were backed up.")


def _broken(tx: Transaction, manifest: Manifest) -> list[Break]:
    broken = list(history.verify(tx))
    known = set(manifest.broken)
    for item in broken:
        if item.instance_id not in known:
            raise Tampered(f"The backup's histories do not agree with their chains: {item}.")
    return broken
