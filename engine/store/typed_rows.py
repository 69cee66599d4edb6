"""Rows with names and types: what a statement selects is read into the named tuple that says so.

SQLAlchemy knows no types of rows that are selected from tables; the named tuple gives them to whoever reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Executable, Table

RowType = TypeVar("RowType")


def columns_named(table: Table, names: Iterable[str]) -> list[ColumnElement[str]]:
    """The columns of a table by their names, such as the `_fields` of a named tuple, in that order."""
    return [table.c[name] for name in names]


def read_rows(connection: Connection, query: Executable, kind: Callable[..., RowType]) -> list[RowType]:
    """The rows of a query, whose columns come in the order of the fields of `kind`."""
    return [kind(*row) for row in connection.execute(query)]


def read_row(connection: Connection, query: Executable, kind: Callable[..., RowType]) -> RowType | None:
    """The only row of a query; None when there is none."""
    row = connection.execute(query).one_or_none()
    return None if row is None else kind(*row)
