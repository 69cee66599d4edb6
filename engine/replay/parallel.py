"""Distributes a replay over processes: chunks of rows are replayed in their own files, then copied into one database.

Only for SQLite, because it lets one process write at a time. Cases are independent, so a chunk needs only the province,
the people and the deployment: each starts from a copy of the database made beforehand. Case numbers are reserved in
advance, because they are part of the cases; the result does not depend on the number of processes.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Table, delete, event, insert, text
from sqlalchemy.engine.interfaces import DBAPIConnection

from engine.bpmn.actions import AWAITS_SIGNAL
from engine.process.history import GENESIS
from engine.replay.case_replay import ReplayContext, ReplayOutcome, ReplaySpec, load_replay_context, replay_rows
from engine.replay.csv_files import ReportRow
from engine.store.columns import table_of
from engine.store.db import Transaction, engine_for, transaction
from engine.store.models import (
    Contact,
    History,
    Incident,
    Instance,
    Mark,
    Outbox,
    Report,
    SignalBroadcast,
    Spell,
    Submission,
    Subscription,
    Task,
    Timer,
)

# Rows per chunk: large enough to be worth a file, small enough that the processes end at about the same time.
CHUNK = 200

# Below this, starting processes costs more than they save.
WORTHWHILE = 2 * CHUNK

_KEPT_IDS = (Report, Instance)
_RENUMBERED = (Contact, Task, Timer, Subscription, Outbox, Mark, Spell, Submission, Incident)


@dataclass(frozen=True, slots=True)
class ReplayChunk:
    """What a process needs to replay its rows: the file to start from, its own file, the number of its first case."""

    template: Path
    file: Path
    rows: Sequence[ReportRow]
    first_number: int
    spec: ReplaySpec


def replay_in_parallel(
    url: str, rows: Sequence[ReportRow], spec: ReplaySpec, workers: int, tick: Callable[[int], None] | None = None
) -> ReplayOutcome:
    """Replay rows into the SQLite database at `url` with `workers` processes; `tick` gets the number of rows done."""
    outcome = ReplayOutcome()
    with TemporaryDirectory(prefix="tongdai_replay_") as name:
        folder = Path(name)
        _export_template(url, folder / "template.sqlite3")
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            running = [(chunk, pool.submit(replay_chunk, chunk)) for chunk in _split_rows(folder, rows, spec)]
            try:
                _gather_chunks(url, running, outcome, tick)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    return outcome


def _gather_chunks(
    url: str,
    running: list[tuple[ReplayChunk, Future[ReplayOutcome]]],
    outcome: ReplayOutcome,
    tick: Callable[[int], None] | None,
) -> None:
    rows = 0
    for chunk, future in running:
        outcome.merge(future.result())
        _import_chunk(url, chunk.file)
        rows += len(chunk.rows)
        if tick is not None:
            tick(rows)


def _split_rows(folder: Path, rows: Sequence[ReportRow], spec: ReplaySpec) -> Iterator[ReplayChunk]:
    for start in range(0, len(rows), CHUNK):
        file = folder / f"chunk_{start}.sqlite3"
        yield ReplayChunk(folder / "template.sqlite3", file, rows[start : start + CHUNK], start + 1, spec)


def replay_chunk(chunk: ReplayChunk) -> ReplayOutcome:
    """Replay one chunk in its own file; runs in a pool process."""
    shutil.copyfile(chunk.template, chunk.file)
    engine = engine_for(f"sqlite:///{chunk.file}", durable=False)
    context = _cached_context(chunk.template, chunk.spec)
    try:
        with transaction(engine) as tx:
            _reserve_ids(tx, chunk.first_number - 1, context)
        outcome = replay_rows(engine, chunk.rows, context)
        with transaction(engine) as tx:
            _release_ids(tx, chunk.first_number - 1)
    finally:
        engine.dispose()
    return outcome


@cache
def _cached_context(template: Path, spec: ReplaySpec) -> ReplayContext:
    engine = engine_for(f"sqlite:///{template}", durable=False)
    try:
        with transaction(engine) as tx:
            return load_replay_context(tx, spec)
    finally:
        engine.dispose()


def _reserve_ids(tx: Transaction, last_id: int, context: ReplayContext) -> None:
    """Insert a report and an instance with this id, so that SQLite gives the next ids to the chunk's cases."""
    if last_id == 0:
        return
    connection = tx.write()
    report = dict.fromkeys(("channel", "field", "urgency", "place"), "")
    connection.execute(insert(table_of(Report)), {"id": last_id, "received_at": context.end, **report})
    instance = {"status": "", "version": 0, "state": b"", "history_head": GENESIS, "history_count": 0}
    row = {"id": last_id, "definition_id": context.definition.id, "started_at": context.end, **instance}
    connection.execute(insert(table_of(Instance)), row)


def _release_ids(tx: Transaction, last_id: int) -> None:
    for model in reversed(_KEPT_IDS):
        table = table_of(model)
        tx.write().execute(delete(table).where(table.c.id == last_id))


def _export_template(url: str, file: Path) -> None:
    """Write the current database to one file."""
    engine = engine_for(url)
    try:
        with transaction(engine) as tx:
            tx.read.execute(text("VACUUM INTO :file"), {"file": str(file)})
    finally:
        engine.dispose()


def _import_chunk(url: str, file: Path) -> None:
    """Add the cases of a chunk's file; rows that nothing references get new ids, in the same order."""
    engine = engine_for(url, durable=False)

    @event.listens_for(engine, "connect")
    def attach(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("ATTACH DATABASE ? AS chunk", (str(file),))
        cursor.close()

    try:
        with transaction(engine) as tx:
            for kept in _KEPT_IDS:
                tx.write().execute(text(_copy_statement(table_of(kept), renumber=False)))
            tx.write().execute(text(_copy_statement(table_of(SignalBroadcast), renumber=True, **_BROADCAST)))
            for model in (*_RENUMBERED, History):
                tx.write().execute(text(_copy_statement(table_of(model), renumber=model in _RENUMBERED)))
    finally:
        engine.dispose()
    for suffix in ("", "-wal", "-shm"):
        Path(f"{file}{suffix}").unlink(missing_ok=True)


# A signal is also for those of earlier chunks that wait; the newest subscription is counted on from theirs.
_BROADCAST = {
    "waiting": "waiting + (SELECT count(DISTINCT instance_id) FROM main.subscription AS earlier"  # noqa: S608 - constants.
    f" WHERE earlier.kind = '{AWAITS_SIGNAL}' AND earlier.name = signal_broadcast.name)",
    "last_subscription": "coalesce((SELECT seq FROM main.sqlite_sequence WHERE name = 'subscription'), 0)"
    " + (SELECT count(*) FROM chunk.subscription AS own WHERE own.id <= signal_broadcast.last_subscription)",
}


def _copy_statement(table: Table, *, renumber: bool, **changed: str) -> str:
    """The statement that copies a table; `changed` are columns that get an expression in the place of their value.

    Table and column names and expressions come from the program, never from input.
    """
    columns = [column.name for column in table.columns if not (renumber and column.name == "id")]
    order = ", ".join(column.name for column in table.primary_key)
    values = ", ".join(changed.get(name, name) for name in columns)
    source = f"SELECT {values} FROM chunk.{table.name} AS {table.name} ORDER BY {order}"  # noqa: S608 - see the docstring.
    return f"INSERT INTO main.{table.name} ({', '.join(columns)}) {source}"
