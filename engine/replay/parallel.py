"""Spreads a replay over processes: chunks of rows replayed in files of their own, then copied into one database.

For commands; SQLite alone, because it lets one process write at a time. Cases do not touch one another, so a chunk
needs only the province, the people and the deployment: each starts from a copy of the database as it was before.
Numbers of cases are set aside beforehand, because they stand in the cases themselves; what comes out does not depend on
how many processes there were.
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

from engine.process.history import GENESIS
from engine.replay.case_replay import Replayed, Setting, Stage, enter, replay
from engine.replay.csv_files import Row
from engine.store.columns import table_of
from engine.store.db import Transaction, connect, transaction
from engine.store.models import (
    History,
    Incident,
    Instance,
    Mark,
    Outbox,
    Report,
    Spell,
    Submission,
    Subscription,
    Task,
    Timer,
)

# Rows of one chunk: large enough to be worth a file, small enough that the processes end at about the same time.
CHUNK = 200

# Below this, starting processes costs more than they save.
WORTHWHILE = 2 * CHUNK

_NUMBERED = (Report, Instance)
_OWN_NUMBERS = (Task, Timer, Subscription, Outbox, Mark, Spell, Submission, Incident)


@dataclass(frozen=True, slots=True)
class Chunk:
    """What a process needs to replay some rows: the file to start from, its own file, the number of its first case."""

    template: Path
    file: Path
    rows: Sequence[Row]
    first: int
    setting: Setting


def replay_spread(
    url: str, rows: Sequence[Row], setting: Setting, workers: int, tick: Callable[[int], None] | None = None
) -> Replayed:
    """Replay rows in the SQLite database at `url` with this many processes; `tick` gets the number of rows done."""
    done = Replayed()
    with TemporaryDirectory(prefix="tongdai_replay_") as name:
        folder = Path(name)
        _copy_out(url, folder / "template.sqlite3")
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            running = [(chunk, pool.submit(replay_chunk, chunk)) for chunk in _chunks(folder, rows, setting)]
            try:
                _gather(url, running, done, tick)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    return done


def _gather(
    url: str, running: list[tuple[Chunk, Future[Replayed]]], done: Replayed, tick: Callable[[int], None] | None
) -> None:
    rows = 0
    for chunk, future in running:
        done.add(future.result())
        _copy_in(url, chunk.file)
        rows += len(chunk.rows)
        if tick is not None:
            tick(rows)


def _chunks(folder: Path, rows: Sequence[Row], setting: Setting) -> Iterator[Chunk]:
    for start in range(0, len(rows), CHUNK):
        file = folder / f"chunk_{start}.sqlite3"
        yield Chunk(folder / "template.sqlite3", file, rows[start : start + CHUNK], start + 1, setting)


def replay_chunk(chunk: Chunk) -> Replayed:
    """Replay one chunk in its own file; runs in a process of the pool."""
    shutil.copyfile(chunk.template, chunk.file)
    engine = connect(f"sqlite:///{chunk.file}", durable=False)
    stage = _stage(chunk.template, chunk.setting)
    try:
        with transaction(engine) as tx:
            _set_aside(tx, chunk.first - 1, stage)
        done = replay(engine, chunk.rows, stage)
        with transaction(engine) as tx:
            _give_back(tx, chunk.first - 1)
    finally:
        engine.dispose()
    return done


@cache
def _stage(template: Path, setting: Setting) -> Stage:
    engine = connect(f"sqlite:///{template}", durable=False)
    try:
        with transaction(engine) as tx:
            return enter(tx, setting)
    finally:
        engine.dispose()


def _set_aside(tx: Transaction, number: int, stage: Stage) -> None:
    """A report and an instance with this number, so that SQLite gives the next ones to the chunk's cases."""
    if number == 0:
        return
    connection = tx.write()
    report = dict.fromkeys(("channel", "field", "urgency", "place"), "")
    connection.execute(insert(table_of(Report)), {"id": number, "received_at": stage.end, **report})
    instance = {"status": "", "version": 0, "state": b"", "history_head": GENESIS, "history_count": 0}
    row = {"id": number, "definition_id": stage.definition.id, "started_at": stage.end, **instance}
    connection.execute(insert(table_of(Instance)), row)


def _give_back(tx: Transaction, number: int) -> None:
    for model in reversed(_NUMBERED):
        table = table_of(model)
        tx.write().execute(delete(table).where(table.c.id == number))


def _copy_out(url: str, file: Path) -> None:
    """The database as it is now, in one file."""
    engine = connect(url)
    try:
        with transaction(engine) as tx:
            tx.read.execute(text("VACUUM INTO :file"), {"file": str(file)})
    finally:
        engine.dispose()


def _copy_in(url: str, file: Path) -> None:
    """Add the cases of a chunk's file; rows that nothing points at get new numbers, in the same order."""
    engine = connect(url, durable=False)

    @event.listens_for(engine, "connect")
    def attach(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("ATTACH DATABASE ? AS chunk", (str(file),))
        cursor.close()

    try:
        with transaction(engine) as tx:
            for model in (*_NUMBERED, *_OWN_NUMBERS, History):
                tx.write().execute(text(_copying(table_of(model), renumber=model in _OWN_NUMBERS)))
    finally:
        engine.dispose()
    for part in ("", "-wal", "-shm"):
        Path(f"{file}{part}").unlink(missing_ok=True)


def _copying(table: Table, *, renumber: bool) -> str:
    """Names of tables and columns are those of the program, never input."""
    columns = ", ".join(column.name for column in table.columns if not (renumber and column.name == "id"))
    order = ", ".join(column.name for column in table.primary_key)
    return f"INSERT INTO main.{table.name} ({columns}) SELECT {columns} FROM chunk.{table.name} ORDER BY {order}"  # noqa: S608 - see the docstring.
