"""One PostgreSQL database for all tests of a process, one after the other: emptying it is faster than making one.

Whatever a test left is undone: rows, counters, connections that still hold something. A test that changed tables or the
revision gets the next one a database made anew.
"""

from __future__ import annotations

import os

import psycopg
from psycopg import Connection
from psycopg.sql import SQL, Identifier

_OTHERS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()"""
_SHAPE = """SELECT (SELECT version_num FROM alembic_version),
                   (SELECT string_agg(relkind::text || relname, ',' ORDER BY relname, relkind)
                    FROM pg_class WHERE relnamespace = 'public'::regnamespace)"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
_USED = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"


class Reused:
    """A database of this process made from `template` on a server; `emptied` gives it to the next test."""

    def __init__(self, server: str, template: str) -> None:
        self._server, self._template = server, template
        self._name = f"test_{os.getpid()}"
        self._shape: object = None
        self._tables: list[str] = []

    def emptied(self) -> str:
        """The URL of the database, as empty as its template."""
        if self._shape is None or not self._empty():
            self._make()
        return beside(self._server, self._name)

    def _make(self) -> None:
        administer(self._server, f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")
        administer(self._server, f"CREATE DATABASE {self._name} TEMPLATE {self._template} STRATEGY file_copy")
        with self._connect() as connection:
            self._shape = connection.execute(_SHAPE).fetchone()
            self._tables = [name for (name,) in connection.execute(_TABLES)]

    def _empty(self) -> bool:
        """Whether the database could be brought back to what its template is."""
        with self._connect() as connection:
            connection.execute(_OTHERS)
            if connection.execute(_SHAPE).fetchone() != self._shape:
                return False
            asked = [SQL("(SELECT {} FROM {} LIMIT 1)").format(name, Identifier(name)) for name in self._tables]
            filled = [Identifier(name) for (name,) in connection.execute(SQL(" UNION ALL ").join(asked))]
            if filled:
                connection.execute("SET session_replication_role = replica")  # In any order, whoever refers to whom.
                connection.execute(SQL("; ").join(SQL("DELETE FROM {}").format(name) for name in filled))
                connection.execute(SQL("VACUUM {}").format(SQL(", ").join(filled)))
            for (sequence,) in connection.execute(_USED).fetchall():
                connection.execute(SQL("ALTER SEQUENCE {} RESTART").format(Identifier(sequence)))
        return True

    def _connect(self) -> Connection[tuple[str, ...]]:
        return psycopg.connect(plain(beside(self._server, self._name)), autocommit=True)


def beside(url: str, name: str) -> str:
    """The URL of another database on the same server."""
    return f"{url.rpartition('/')[0]}/{name}"


def plain(url: str) -> str:
    """A URL as psycopg itself reads it."""
    return url.replace("+psycopg", "", 1)


def administer(url: str, statement: str) -> None:
    """Execute a statement that no transaction may hold."""
    with psycopg.connect(plain(url), autocommit=True) as connection:
        connection.execute(statement.encode())
