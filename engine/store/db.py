"""Database connections and the program's only commit.

A boundary (request, batch of timers, command) opens a `Transaction` and passes it down: leaving the block commits,
raising rolls back. Reads happen before the first write and outside its transaction, because on SQLite a transaction
that reads and then writes fails if another connection has written in between (SQLITE_BUSY_SNAPSHOT).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError

from engine.config.private_files import close_database
from engine.errors import BadSetting
from engine.store.pipeline import use_pipelines
from engine.store.postgresql_values import read_beyond_calendars
from engine.store.sqlite_values import decode_text, read_carefully

BUSY_SECONDS = 30

# How a connection reads without opening a transaction, and how it then switches to writing. On SQLite the driver reads
# that way unless BEGIN is sent (below); SQLAlchemy's own way would cost a PRAGMA per connection taken from the pool.
_READ_OPTIONS: dict[str, dict[str, Any]] = {
    "sqlite": {"reading": True},
    "postgresql": {"isolation_level": "AUTOCOMMIT"},
}
_WRITE_OPTIONS: dict[str, dict[str, Any]] = {
    "sqlite": {"reading": False},
    "postgresql": {"isolation_level": "READ COMMITTED"},
}
# How a connection sees the same state of the database from its first statement to its last.
_SNAPSHOT_OPTIONS: dict[str, dict[str, Any]] = {
    "sqlite": {"begin": "BEGIN"},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}


class Transaction:
    """A boundary's access to the database: `read` until the first `write()`, then everything in one transaction."""

    def __init__(self, engine: Engine, reading: dict[str, dict[str, Any]] = _READ_OPTIONS) -> None:
        self._engine = engine
        self._reading = reading[engine.dialect.name]
        self._connection: Connection | None = None
        self._writing = False
        self._last_writes: list[tuple[str, Callable[[], None]]] = []
        self._gathered: dict[str, set[str]] = {}

    @property
    def read(self) -> Connection:
        """The connection for reading; after the first `write()` it sees what was written."""
        if self._connection is None:
            self._connection = self._engine.connect().execution_options(**self._reading)
        return self._connection

    def write(self) -> Connection:
        """The connection for writing; the first call ends reading and begins the write transaction."""
        if self._connection is None:
            self._connection = self._engine.connect()
        elif not self._writing:
            self._connection.rollback()
            self._connection.execution_options(**_WRITE_OPTIONS[self._engine.dialect.name])
        if not self._writing:
            self._connection.begin()
            self._writing = True
        return self._connection

    @property
    def locks_rows(self) -> bool:
        """Whether writers can lock single rows and so write to a table concurrently; on SQLite they take turns."""
        return self._engine.dialect.name == "postgresql"

    def write_last(self, order: str, write: Callable[[], None]) -> None:
        """Have `write` called right before the commit: what it locks is locked for no longer than the commit takes.

        Of several, those of a smaller `order` come first, so that two transactions lock the same things in one order.
        """
        self._last_writes.append((order, write))

    def write_together(self, order: str, items: Iterable[str], write: Callable[[Collection[str]], None]) -> None:
        """Have `write` called as `write_last` would, once, with all items handed in under the same `order`."""
        if order not in self._gathered:
            gathered = self._gathered[order] = set()
            self.write_last(order, lambda: write(gathered))
        self._gathered[order].update(items)

    def settle(self) -> None:
        """Make the last writes."""
        for _order, write in sorted(self._last_writes, key=lambda item: item[0]):
            write()
        self._last_writes.clear()
        self._gathered.clear()

    def finish(self, *, keep: bool) -> None:
        """End the transaction: commit if `keep`, otherwise roll back."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            if keep and self._writing:
                connection.commit()
            else:
                connection.rollback()
        finally:
            self._writing = False
            connection.close()


@contextmanager
def transaction(engine: Engine) -> Iterator[Transaction]:
    """The boundary: returning commits, raising rolls back."""
    tx = Transaction(engine)
    try:
        yield tx
        tx.settle()
    except BaseException:
        with suppress(DBAPIError):  # The first error is the one to report; a lost connection has rolled back anyway.
            tx.finish(keep=False)
        raise
    tx.finish(keep=True)


@contextmanager
def read_snapshot(engine: Engine) -> Iterator[Transaction]:
    """A boundary that reads one consistent state of the database while others continue to write.

    Anything written in it is rolled back.
    """
    tx = Transaction(engine, _SNAPSHOT_OPTIONS)
    try:
        yield tx
    finally:
        with suppress(DBAPIError):  # Nothing is lost with the connection.
            tx.finish(keep=False)


def engine_for(url: str, *, durable: bool = True) -> Engine:
    """An engine for `url` (SQLite or PostgreSQL); raises BadSetting for an unusable one.

    `durable=False` gives up safety against power loss, for databases that can be recreated (replay, tests).
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        # An unparsable URL may still contain a password, so it is not repeated, nor the cause that would show it.
        raise BadSetting("database-url-unreadable") from None
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(url, durable=durable)
    if parsed.get_backend_name() == "postgresql":
        return _postgresql_engine(url, durable=durable)
    raise BadSetting("database-unsupported", name=parsed.get_backend_name())


def _sqlite_engine(url: str, *, durable: bool) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    read_carefully(engine)

    @event.listens_for(engine, "do_connect")
    def close_to_others(*_connecting: Any) -> None:
        if engine.url.database and engine.url.database != ":memory:":
            close_database(Path(engine.url.database))

    @event.listens_for(engine, "connect")
    def configure(connection: DBAPIConnection, _record: Any) -> None:
        connection.text_factory = decode_text
        connection.isolation_level = None  # Transactions are begun explicitly below, not implicitly by the driver.
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get("reading"):
            connection.connection.cursor().execute(options.get("begin", "BEGIN IMMEDIATE"))

    return engine


def _postgresql_engine(url: str, *, durable: bool) -> Engine:
    options = {} if durable else {"options": "-c synchronous_commit=off"}
    engine = create_engine(url, pool_pre_ping=False, connect_args={"prepare_threshold": 2, **options})
    use_pipelines(engine)
    read_beyond_calendars(engine)
    return engine
