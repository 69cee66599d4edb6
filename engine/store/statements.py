"""Statements compiled once per kind of database, for the few that every step of a case sends.

SQLAlchemy looks up the compiled form of a statement at each execution, walks its parameters several times and wraps
the result: an eighth of the time of completing a task (measured). Everything else uses plain SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, make_dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import BindParameter, ColumnElement, Connection, Dialect, Select, literal_column
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.visitors import ExternallyTraversible, replacement_traverse

from engine.store.columns import Instant
from engine.store.pipeline import open_pipeline, wrap_driver_error

ParameterRow = Mapping[str, Any]
_Converter = Callable[[Any], Any]


class CompiledStatement:
    """A statement for reading or writing whose parameters are all named."""

    def __init__(self, statement: UpdateBase | Select[Any]) -> None:
        self._statement = statement
        self._forms: dict[tuple[str, tuple[str, ...]], _CompiledForm] = {}

    def read_row(self, connection: Connection, row: ParameterRow) -> Any | None:
        """The first selected row with its columns as attributes; None when there is none.

        Values are as the driver returns them; `instant_of_driver` converts those that are instants. Uses the driver's
        own cursor, as `write`.
        """
        form = self._form_for(connection.dialect, tuple(row))
        with _driver_errors(connection, form.sql), closing(connection.connection.cursor()) as cursor:
            cursor.execute(form.sql, form.parameters(row))
            values = cursor.fetchone()
        return None if values is None else form.row(*values)

    def write(self, connection: Connection, rows: ParameterRow | Sequence[ParameterRow]) -> int:
        """Execute the statement for one row, or in one go for several with the same keys; returns the rows affected.

        Uses the driver's own cursor, in the transaction that `connection` has begun. Raises DBAPIError, as SQLAlchemy
        would.
        """
        form, parameters = self._bind(connection, rows)
        pipeline = open_pipeline(connection)
        with _driver_errors(connection, form.sql), closing(connection.connection.cursor()) as cursor:
            _execute(cursor, form.sql, parameters)
            if pipeline is not None:
                pipeline.sync()
            return int(cursor.rowcount)

    def send(self, connection: Connection, rows: ParameterRow | Sequence[ParameterRow]) -> None:
        """As `write`, for a statement that needs no answer: it may be confirmed later, at the commit at the latest.

        What the database refuses is raised as a DBAPIError by this or by any later statement, or by the commit.
        """
        form, parameters = self._bind(connection, rows)
        open_pipeline(connection)
        with _driver_errors(connection, form.sql):
            _execute(connection.connection.cursor(), form.sql, parameters)

    def _bind(
        self, connection: Connection, rows: ParameterRow | Sequence[ParameterRow]
    ) -> tuple[_CompiledForm, Sequence[Any]]:
        batch: Sequence[ParameterRow] = [rows] if isinstance(rows, Mapping) else rows
        form = self._form_for(connection.dialect, tuple(batch[0]))
        return form, [form.parameters(row) for row in batch]

    def _form_for(self, dialect: Dialect, keys: tuple[str, ...]) -> _CompiledForm:
        form = self._forms.get((dialect.name, keys))
        if form is None:
            form = self._forms[dialect.name, keys] = _compile_form(self._statement, dialect, keys)
        return form


def instant_of_driver(connection: Connection, value: object) -> datetime | None:
    """An instant as the driver of this database returned it, in UTC."""
    instant: datetime | None = _instant_reader(connection.dialect)(value)
    return instant


@lru_cache(4)
def _instant_reader(dialect: Dialect) -> _Converter:
    return Instant().dialect_impl(dialect).result_processor(dialect, None) or (lambda value: value)


class _driver_errors:  # noqa: N801 - a context manager; written out, since it stands around every statement of a step
    """Raises what the driver raises within as SQLAlchemy would."""

    __slots__ = ("connection", "sql")

    def __init__(self, connection: Connection, sql: str) -> None:
        self.connection, self.sql = connection, sql

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, self.connection.dialect.loaded_dbapi.Error):
            raise wrap_driver_error(self.connection, self.sql, error) from error


def _execute(cursor: DBAPICursor, sql: str, parameters: Sequence[Any]) -> None:
    if len(parameters) == 1:
        cursor.execute(sql, parameters[0])
    else:
        cursor.executemany(sql, parameters)


@dataclass(frozen=True, slots=True)
class _CompiledForm:
    """The SQL for one kind of database and one set of keys, and how to build its parameters from a row."""

    sql: str
    names: tuple[str, ...]
    converts: Mapping[str, _Converter]
    fixed: ParameterRow
    positional: bool
    row: Callable[..., Any]

    def parameters(self, row: ParameterRow) -> Any:
        values = {**self.fixed, **row}
        for name, convert in self.converts.items():
            values[name] = convert(values[name])
        return tuple([values[name] for name in self.names]) if self.positional else values


def _compile_form(statement: UpdateBase | Select[Any], dialect: Dialect, keys: tuple[str, ...]) -> _CompiledForm:
    compiled = _with_literals(statement, dialect).compile(dialect=dialect, column_keys=list(keys))
    assert isinstance(compiled, SQLCompiler)
    converts = {}
    for name, bind in compiled.binds.items():
        convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if convert is not None:
            # A step writes the same instant into many rows.
            converts[name] = lru_cache(16)(convert) if isinstance(bind.type, Instant) else convert
    fixed = {name: value for name, value in compiled.params.items() if name not in keys}
    columns = statement.selected_columns.keys() if isinstance(statement, Select) else []
    row = make_dataclass("SelectedRow", columns, slots=True)
    return _CompiledForm(compiled.string, tuple(compiled.positiontup or ()), converts, fixed, compiled.positional, row)


def _with_literals(statement: UpdateBase | Select[Any], dialect: Dialect) -> UpdateBase | Select[Any]:
    """The statement with what never changes as part of its text.

    Databases then know which partial indexes serve. SQLite would even compile the text again at every execution that
    compares a column of such an index with a parameter, which takes longer than to run it (50 µs, measured).
    """

    def as_literal(element: ExternallyTraversible, **_options: object) -> ColumnElement[Any] | None:
        if not isinstance(element, BindParameter) or not element.unique or not isinstance(element.value, str | int):
            return None
        write = element.type.literal_processor(dialect)
        if write is None or "%" in str(element.value):  # Which drivers read as the beginning of a parameter.
            return None
        return literal_column(write(element.value), element.type)

    return cast("UpdateBase | Select[Any]", replacement_traverse(statement, {}, as_literal))
