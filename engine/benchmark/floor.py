"""The floor of a benchmark: the exact statements the product sent, replayed by the raw driver, one commit each.

Recording happens in a separate run, so that it costs the measured run nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg
from sqlalchemy import Dialect, Engine, event

_WRITES = ("INSERT", "UPDATE", "DELETE")


@dataclass(slots=True)
class StatementRecording:
    """The write transactions of a run: per commit its statements, with parameters and whether each is for many rows."""

    transactions: list[list[tuple[str, Any, bool]]] = field(default_factory=list)
    _current: list[tuple[str, Any, bool]] = field(default_factory=list)

    def note_statement(self, sql: str, parameters: Any, *, many: bool) -> None:
        """Note one statement; reads are left out."""
        if sql.lstrip().upper().startswith(_WRITES):
            self._current.append((sql, parameters, many))

    def note_commit(self) -> None:
        """Note the end of a transaction."""
        if self._current:
            self.transactions.append(self._current)
            self._current = []


def record_statements(engine: Engine, work: Callable[[], object]) -> StatementRecording:
    """Record what `work` writes through `engine`, as its driver receives it, on new connections."""
    recording = StatementRecording()

    def connecting(dialect: Dialect, _record: Any, _arguments: Any, options: dict[str, object]) -> None:
        options |= _sqlite_options(recording) if dialect.name == "sqlite" else _postgresql_options(recording)

    def committed(_connection: Any) -> None:
        recording.note_commit()

    engine.dispose()
    event.listen(engine, "do_connect", connecting)
    event.listen(engine, "commit", committed)
    try:
        work()
    finally:
        event.remove(engine, "do_connect", connecting)
        event.remove(engine, "commit", committed)
        engine.dispose()
    return recording


def _sqlite_options(recording: StatementRecording) -> dict[str, object]:
    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = None) -> Any:
            return super().cursor(factory or _recording_cursor(sqlite3.Cursor, recording))

    return {"factory": Connection}


def _postgresql_options(recording: StatementRecording) -> dict[str, object]:
    return {"cursor_factory": _recording_cursor(psycopg.Cursor, recording)}


def _recording_cursor(base: type[Any], recording: StatementRecording) -> type[Any]:
    """A driver's cursor that records its statements; both drivers have these two methods."""

    class Recorded(base):  # type: ignore[misc]  # The base is one of two classes.
        def execute(self, sql: str, parameters: Any = (), **more: object) -> Any:
            recording.note_statement(sql, parameters, many=False)
            return super().execute(sql, parameters, **more)

        def executemany(self, sql: str, parameters: Any, **more: object) -> Any:
            recording.note_statement(sql, parameters, many=True)
            return super().executemany(sql, parameters, **more)

    return Recorded


def replay_sqlite(path: str, recording: StatementRecording) -> int:
    """Send a recording to a SQLite file with synchronous=FULL; returns the number of transactions."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    for statements in recording.transactions:
        connection.execute("BEGIN IMMEDIATE")
        for sql, parameters, many in statements:
            (connection.executemany if many else connection.execute)(sql, parameters)
        connection.execute("COMMIT")
    connection.close()
    return len(recording.transactions)


def replay_postgresql(url: str, recording: StatementRecording) -> int:
    """Send a recording to a PostgreSQL database; returns the number of transactions."""
    with psycopg.connect(url, autocommit=False, prepare_threshold=2) as connection, connection.cursor() as cursor:
        for statements in recording.transactions:
            for sql, parameters, many in statements:
                if many:
                    cursor.executemany(sql.encode(), parameters)
                else:
                    cursor.execute(sql.encode(), parameters)
            connection.commit()
    return len(recording.transactions)
