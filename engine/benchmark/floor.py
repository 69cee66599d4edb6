"""The floor of a benchmark: the very statements the product sent, replayed by the raw driver, one commit each.

For `engine.benchmark.run`. Recording happens in a run of its own, so that it costs the measured run nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg
from sqlalchemy import Engine, event

_WRITES = ("INSERT", "UPDATE", "DELETE")


@dataclass(slots=True)
class Recording:
    """The write transactions of a run: per commit its statements with parameters, and whether they were many."""

    transactions: list[list[tuple[str, Any, bool]]] = field(default_factory=list)
    _current: list[tuple[str, Any, bool]] = field(default_factory=list)

    def statement(self, sql: str, parameters: Any, *, many: bool) -> None:
        """Note one statement; reads are left out."""
        if sql.lstrip().upper().startswith(_WRITES):
            self._current.append((sql, parameters, many))

    def commit(self) -> None:
        """Note the end of a transaction."""
        if self._current:
            self.transactions.append(self._current)
            self._current = []


def record(engine: Engine, run: Callable[[], object]) -> Recording:
    """What `run` writes through `engine`."""
    recording = Recording()

    def executed(_c: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, many: Any) -> None:
        recording.statement(sql, parameters, many=bool(many))

    def committed(_c: Any) -> None:
        recording.commit()

    event.listen(engine, "before_cursor_execute", executed)
    event.listen(engine, "commit", committed)
    try:
        run()
    finally:
        event.remove(engine, "before_cursor_execute", executed)
        event.remove(engine, "commit", committed)
    return recording


def replay_sqlite(path: str, recording: Recording) -> int:
    """Send a recording to a SQLite file with synchronous=FULL; returns how many transactions."""
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


def replay_postgresql(url: str, recording: Recording) -> int:
    """Send a recording to a PostgreSQL database; returns how many transactions."""
    with psycopg.connect(url, autocommit=False, prepare_threshold=2) as connection, connection.cursor() as cursor:
        for statements in recording.transactions:
            for sql, parameters, many in statements:
                if many:
                    cursor.executemany(sql.encode(), parameters)
                else:
                    cursor.execute(sql.encode(), parameters)
            connection.commit()
    return len(recording.transactions)
