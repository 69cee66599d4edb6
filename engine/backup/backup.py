"""Backs up the whole database while officers work, and restores it.

A backup is one snapshot of the database in one file, the same from SQLite and from PostgreSQL, so that it also migrates
data from one to the other. A restore runs in one transaction, committed only if every table and every history matches.
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
from engine.backup.archive import (
    BackupManifest,
    BackupReader,
    BackupWriter,
    Database,
    LineDigest,
    TableSummary,
    entry_name,
)
from engine.backup.table_rows import REVISIONS, TableRows
from engine.errors import BadInput, TamperedHistory
from engine.process import history
from engine.process.history import ChainBreak
from engine.store import schema_migrations
from engine.store.db import Transaction, engine_for, read_snapshot, transaction
from engine.store.schema_migrations import SchemaMigrationFailed

TICK_EVERY = 500  # Rows.

Tick = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class BackupContent:
    """What a backup contains, and which histories were already broken when it was made."""

    manifest: BackupManifest
    broken: list[ChainBreak]


class _ProgressMeter:
    """Reports progress."""

    def __init__(self, tick: Tick, total: int) -> None:
        self._tick, self._total, self._done = tick, total, 0

    def pass_through(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        for line in lines:
            self._done += 1
            if self._done % TICK_EVERY == 0:
                self._tick(self._done, self._total)
            yield line


def back_up_database(engine: Engine, file: Path, now: datetime, tick: Tick) -> BackupContent:
    """Write a snapshot of the database to `file`; `tick` gets the number of rows written and the total.

    A broken history does not prevent the backup, which keeps it unchanged and lists it. Raises BadInput if the file
    exists already or cannot be written, or the database has no tables.
    """
    with archive.open_writer(file, now) as writer, read_snapshot(engine) as tx:
        revision = _snapshot_revision(tx)
        tables = table_rows.list_tables(tx.read)
        counts = {rows.name: table_rows.count_rows(tx.read, rows) for rows in tables}
        meter = _ProgressMeter(tick, sum(counts.values()))
        summaries = {rows.name: _write_table(tx, rows, writer, meter) for rows in tables}
        _require_counts(summaries, counts)
        broken = list(history.find_breaks(tx))
        manifest = BackupManifest(
            revision=revision,
            made_at=now,
            database=cast("Database", engine.dialect.name),
            tables=summaries,
            broken=[item.instance_id for item in broken],
        )
        writer.write_entry(archive.MANIFEST, [msgspec.json.format(msgspec.json.encode(manifest), indent=1)])
    return BackupContent(manifest, broken)


def _snapshot_revision(tx: Transaction) -> str:
    """The revision as the snapshot sees it, so that a migration running elsewhere cannot interfere."""
    revision = None
    if inspect(tx.read).has_table(REVISIONS):
        revision = tx.read.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    if revision is None:
        raise BadInput("backup-of-no-tables")
    return str(revision)


def _require_counts(summaries: dict[str, TableSummary], counts: dict[str, int]) -> None:
    """Compare the rows counted with the rows read, which may differ in a damaged database."""
    for name, summary in summaries.items():
        if summary.rows != counts[name]:
            raise BadInput("backup-table-damaged", table=name, counted=counts[name], read=summary.rows)


def _write_table(tx: Transaction, rows: TableRows, writer: BackupWriter, meter: _ProgressMeter) -> TableSummary:
    digest = LineDigest()
    writer.write_entry(
        entry_name(rows.name), meter.pass_through(digest.pass_through(table_rows.encode_rows(tx.read, rows)))
    )
    return TableSummary(rows.columns, digest.rows, digest.sha256)


def restore_database(engine: Engine, file: Path, tick: Tick) -> BackupContent:
    """Restore a backup into a database without rows and upgrade it to the newest revision; `tick` gets the progress.

    If anything differs from what was backed up, no row stays. Raises BadInput for a file that is not a complete backup
    of this or an older version, and for a database with rows; TamperedHistory for a history that broke after the
    backup.
    """
    with archive.open_reader(file) as reader:
        _require_empty(engine)
        _make_tables(engine, reader.manifest.revision)
        try:
            with transaction(engine) as tx:
                broken = _fill_tables(tx, reader, tick)
        finally:  # Even if the restore fails, the empty tables end up at the program's revision.
            schema_migrations.upgrade(_url_of(engine))
        return BackupContent(reader.manifest, broken)


def rehearse_restore(file: Path, tick: Tick) -> BackupContent:
    """Restore a backup into a temporary database, which is deleted afterwards. Raises like `restore_database`."""
    with TemporaryDirectory(prefix="tongdai_check_") as folder:
        engine = engine_for(f"sqlite:///{Path(folder) / 'check.sqlite3'}", durable=False)
        try:
            return restore_database(engine, file, tick)
        finally:
            engine.dispose()


def _url_of(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def _require_empty(engine: Engine) -> None:
    with transaction(engine) as tx:
        filled = table_rows.first_filled_table(tx.read)
    if filled is not None:
        raise BadInput("restore-into-filled-table", table=filled)


def _make_tables(engine: Engine, revision: str) -> None:
    """Migrate the tables up or down to the backup's revision."""
    url = _url_of(engine)
    try:
        schema_migrations.upgrade(url, revision)
        if schema_migrations.current_revision(url) != revision:
            schema_migrations.downgrade(url, revision)
    except SchemaMigrationFailed as error:
        raise BadInput("backup-revision-unknown", revision=revision, reason=error) from error


def _fill_tables(tx: Transaction, reader: BackupReader, tick: Tick) -> list[ChainBreak]:
    """Insert every table, read everything back, and compare; returns the histories that were already broken."""
    connection, manifest = tx.write(), reader.manifest
    tables = table_rows.list_tables(connection)
    _require_columns(tables, manifest)
    meter = _ProgressMeter(tick, 2 * manifest.rows)
    for rows in tables:
        table_rows.insert_rows(connection, rows, meter.pass_through(reader.table_lines(rows.name)))
    for rows in tables:
        if rows.later:
            table_rows.set_later_columns(connection, rows, reader.table_lines(rows.name))
    for rows in tables:
        _require_same(tx, rows, manifest.tables[rows.name], meter)
    broken = _broken_histories(tx, manifest)
    for rows in tables:
        table_rows.advance_sequences(connection, rows)
    return broken


def _require_columns(tables: list[TableRows], manifest: BackupManifest) -> None:
    existing = {rows.name: rows.columns for rows in tables}
    for name in sorted(existing.keys() | manifest.tables.keys()):
        summary = manifest.tables.get(name)
        if summary is None or summary.columns != existing.get(name):
            raise BadInput("backup-table-differs", table=name)


def _require_same(tx: Transaction, rows: TableRows, summary: TableSummary, meter: _ProgressMeter) -> None:
    digest = LineDigest()
    for _ in meter.pass_through(digest.pass_through(table_rows.encode_rows(tx.read, rows))):
        pass
    if digest.rows != summary.rows:
        raise BadInput("backup-row-count-differs", table=rows.name, read=digest.rows, stated=summary.rows)
    if digest.sha256 != summary.sha256:
        raise BadInput("backup-rows-differ", table=rows.name)


def _broken_histories(tx: Transaction, manifest: BackupManifest) -> list[ChainBreak]:
    broken = list(history.find_breaks(tx))
    known_ids = set(manifest.broken)
    for item in broken:
        if item.instance_id not in known_ids:
            raise TamperedHistory("backup-history-broken", breach=item)
    return broken
