"""Statements that are compiled once per kind of database, for the few that every step of a case sends.

SQLAlchemy finds the compiled form of a statement anew at each execution and walks its parameters several times: a
tenth of a completed task (measured). Imported by the modules that write a step's rows; everything else uses SQLAlchemy
as it comes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect, Select
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase

Row = Mapping[str, Any]
_Convert = Callable[[Any], Any]


class Statement:
    """A statement whose parameters are all named. What it selects comes as the driver gives it, so nothing that needs
    converting, such as an instant, may be among it."""

    def __init__(self, statement: UpdateBase | Select[Any]) -> None:
        self._statement = statement
        self._forms: dict[tuple[str, tuple[str, ...]], _Form] = {}

    def execute(self, connection: Connection, rows: Row | Sequence[Row]) -> CursorResult[Any]:
        """Send the statement for one row, or for several rows with the same keys in one go."""
        one = isinstance(rows, Mapping)
        sent: Sequence[Row] = [rows] if isinstance(rows, Mapping) else rows
        key = (connection.dialect.name, tuple(sent[0]))
        form = self._forms.get(key)
        if form is None:
            form = self._forms[key] = _form(self._statement, connection.dialect, key[1])
        parameters = [form.parameters(row) for row in sent]
        return connection.exec_driver_sql(form.sql, parameters[0] if one else parameters)


@dataclass(frozen=True, slots=True)
class _Form:
    """The text for one kind of database and one set of keys, and how its parameters are made from a row."""

    sql: str
    names: tuple[str, ...]
    converts: Mapping[str, _Convert]
    fixed: Row
    positional: bool

    def parameters(self, row: Row) -> Any:
        values = {**self.fixed, **row}
        for name, convert in self.converts.items():
            values[name] = convert(values[name])
        return tuple([values[name] for name in self.names]) if self.positional else values


def _form(statement: UpdateBase | Select[Any], dialect: Dialect, keys: tuple[str, ...]) -> _Form:
    compiled = statement.compile(dialect=dialect, column_keys=list(keys))
    assert isinstance(compiled, SQLCompiler)
    converts = {}
    for name, bind in compiled.binds.items():
        convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if convert is not None:
            converts[name] = convert
    fixed = {name: value for name, value in compiled.params.items() if name not in keys}
    return _Form(compiled.string, tuple(compiled.positiontup or ()), converts, fixed, compiled.positional)
