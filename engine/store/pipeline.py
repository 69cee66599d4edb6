"""Statements whose answer nobody waits for: PostgreSQL gets them as they come and confirms them together.

A step writes ten rows, and waiting for each answer is most of its time on PostgreSQL (docs/performance.md). In libpq's
pipeline mode a connection sends without waiting; whatever needs an answer, and the commit, waits for all that went
before. What the server refuses surfaces there, and nothing sent after it takes effect. A connection is in it from
the first such statement to the end of the transaction, or to the next statement of SQLAlchemy, which knows nothing of
it. SQLite answers at once and has no pipeline.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

if TYPE_CHECKING:
    import psycopg  # Loaded with a PostgreSQL database alone: it takes longer than many a command.

_PIPELINE = "pipeline"  # Where a pooled connection keeps its open pipeline.


@dataclass(frozen=True, slots=True)
class _OpenPipeline:
    """A connection's pipeline mode: how to wait for what was sent, how to leave, and what a refusal is."""

    pipeline: psycopg.Pipeline
    mode: AbstractContextManager[psycopg.Pipeline]
    refusal: type[Exception]

    def leave(self) -> None:
        """Wait for everything that was sent; raises the driver's error."""
        self.mode.__exit__(None, None, None)

    def abandon(self) -> None:
        """Leave, whatever was refused: the work is undone."""
        with suppress(self.refusal):
            self.leave()


def open_pipeline(connection: Connection) -> psycopg.Pipeline | None:
    """The pipeline of a connection that writes, opened if it is not; None for a database without."""
    if connection.dialect.name != "postgresql":
        return None
    entered: _OpenPipeline | None = connection.info.get(_PIPELINE)
    if entered is None:
        mode = _driver_of(connection).pipeline()
        entered = _OpenPipeline(mode.__enter__(), mode, connection.dialect.loaded_dbapi.Error)
        connection.info[_PIPELINE] = entered
    return entered.pipeline


def use_pipelines(engine: Engine) -> None:
    """Have the connections of a PostgreSQL engine leave their pipelines where SQLAlchemy takes over."""
    event.listen(engine, "before_cursor_execute", _before_statement)
    event.listen(engine, "commit", _commit_together)
    event.listen(engine, "rollback", _abandon)
    event.listen(engine, "release_savepoint", _confirm_savepoint)
    event.listen(engine, "rollback_savepoint", _abandon)
    event.listen(engine, "checkin", _abandon_returned)


def wrap_driver_error(connection: Connection, statement: str, error: Exception) -> Exception:
    """The driver's error as SQLAlchemy raises it, without parameters; a lost connection is invalidated in the pool."""
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, connection.connection.dbapi_connection, None)  # type: ignore[arg-type]
    if lost:
        connection.invalidate(error)
    base = dialect.loaded_dbapi.Error
    return DBAPIError.instance(statement, None, error, base, connection_invalidated=lost, dialect=dialect)


def _before_statement(connection: Connection, *_statement: Any) -> None:
    entered = connection.info.pop(_PIPELINE, None)
    if entered is not None:
        with _refusals(connection):
            entered.leave()


def _commit_together(connection: Connection) -> None:
    """Send the commit with what went before and wait for all of it once; SQLAlchemy then finds nothing to commit."""
    entered = connection.info.pop(_PIPELINE, None)
    if entered is None:
        return
    try:
        with _refusals(connection):
            try:
                _driver_of(connection).execute("COMMIT", prepare=False)
            finally:
                entered.leave()
    except DBAPIError as error:
        if not error.connection_invalidated:
            _driver_of(connection).rollback()  # SQLAlchemy takes a transaction whose commit failed for ended.
        raise


def _confirm_savepoint(connection: Connection, name: str, _savepoint: Any) -> None:
    """Wait for what was sent within a savepoint while it can be undone by itself; SQLAlchemy would not do so."""
    try:
        _before_statement(connection)
    except DBAPIError as error:
        if not error.connection_invalidated:
            connection.dialect.do_rollback_to_savepoint(connection, name)
        raise


@contextmanager
def _refusals(connection: Connection) -> Iterator[None]:
    """Raises as DBAPIError the first of the statements of a pipeline that the server refused."""
    driver: Any = connection.dialect.loaded_dbapi
    try:
        yield
    except driver.Error as error:
        first = error
        while isinstance(first, driver.errors.PipelineAborted) and isinstance(first.__context__, driver.Error):
            first = first.__context__  # What stopped the pipeline, not what was left out because of it.
        raise wrap_driver_error(connection, "", first) from first


def _abandon(connection: Connection, *_savepoint: Any) -> None:
    entered = None if connection.invalidated else connection.info.pop(_PIPELINE, None)
    if entered is not None:
        entered.abandon()


def _abandon_returned(_connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
    entered = entry.info.pop(_PIPELINE, None)
    if entered is not None:
        entered.abandon()


def _driver_of(connection: Connection) -> psycopg.Connection[Any]:
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    return driver
