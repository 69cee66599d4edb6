"""Listening to announcements: one connection of a process, held open, that waits for what others have committed.

After the connection was lost something may have been missed: then everybody is told, once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any, Protocol

import psycopg
from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import DBAPIError

from engine.live.announcements import CHANNEL, EVERYBODY, KEPT, LISTS, Announcement, read_announcement
from engine.store.columns import table_of
from engine.store.models import AnnouncementRow

LOOK_SECONDS = 0.1  # How often SQLite's file is asked for its version; a question takes some microseconds.
MISSED = Announcement(LISTS, frozenset({EVERYBODY}))

_announcement = table_of(AnnouncementRow)


class Listener(Protocol):
    """What hears announcements."""

    def wait(self, seconds: float) -> list[Announcement]:
        """What has been announced, waiting for it at most so long; raises a database error when that is lost."""


class ListenerLost(Exception):
    """The connection that listened is lost."""


@contextmanager
def listening(engine: Engine, stop: Event) -> Iterator[Listener]:
    """Hear what is announced from now on, until `stop` is set; raises ListenerLost, also for what the block reads."""
    try:
        with _open_listener(engine, stop) as listener:
            yield listener
    except (DBAPIError, psycopg.Error) as error:
        raise ListenerLost from error


@contextmanager
def _open_listener(engine: Engine, stop: Event) -> Iterator[Listener]:
    is_file = engine.dialect.name == "sqlite"
    options: dict[str, Any] = {"reading": True} if is_file else {"isolation_level": "AUTOCOMMIT"}
    with engine.connect().execution_options(**options) as connection:
        driver = connection.connection.driver_connection
        connection.detach()  # It is never given to anybody else.
        yield _SqliteListener(connection, stop) if is_file else _PostgresListener(connection, driver)


class _SqliteListener:
    """Asks the open database whether another connection has committed, and reads the new rows if so."""

    def __init__(self, connection: Connection, stop: Event) -> None:
        self._connection, self._stop = connection, stop
        self._version = self._read_version()
        self._last: int = connection.execute(select(func.coalesce(func.max(_announcement.c.id), 0))).scalar_one()

    def _read_version(self) -> int:
        return int(self._connection.exec_driver_sql("PRAGMA data_version").scalar_one())

    def wait(self, seconds: float) -> list[Announcement]:
        """What has been announced."""
        for _look in range(max(1, round(seconds / LOOK_SECONDS))):
            version = self._read_version()
            if version != self._version:
                self._version = version
                if heard := self._read_new():
                    return heard
            if self._stop.wait(LOOK_SECONDS):
                break
        return []

    def _read_new(self) -> list[Announcement]:
        query = select(_announcement.c.id, _announcement.c.content).where(_announcement.c.id > self._last)
        rows = self._connection.execute(query.order_by(_announcement.c.id).limit(KEPT)).all()
        is_whole = not rows or rows[0].id == self._last + 1
        self._last = rows[-1].id if rows else self._last
        return [read_announcement(row.content) for row in rows] if is_whole else [MISSED]


class _PostgresListener:
    """Waits for the server's notifications on a connection that does nothing else."""

    def __init__(self, connection: Connection, driver: Any) -> None:
        self._connection, self._driver = connection, driver
        connection.execute(text(f"LISTEN {CHANNEL}"))

    def wait(self, seconds: float) -> list[Announcement]:
        """What has been announced; asks the server first, so that a connection that is dead shows."""
        self._connection.execute(text("SELECT 1"))
        return [read_announcement(one.payload) for one in self._driver.notifies(timeout=seconds, stop_after=1)]
