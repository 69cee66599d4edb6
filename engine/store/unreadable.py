"""What stands for a stored value that somebody damaged by hand: SQLite keeps any bytes in a column of any type.

Readers go on with it. An instant or a day sorts, subtracts and lies long ago, so that what it ends has ended, and is
never written. A number is 0, which numbers no row; a text keeps what can be read of it. All are shown as unreadable,
and the proof of the record names their rows, because no digest covers them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Boolean, Table
from sqlalchemy.exc import DontWrapMixin

from engine.errors import BadInput, EngineError

# What reading a damaged row may raise, for the borders at which one row must not stop the others.
READING_FAULTS = (ArithmeticError, AttributeError, EngineError, LookupError, TypeError, ValueError)

_SIGN = "?"


class UnreadableDay(date):
    """In place of a day that cannot be read."""

    def __format__(self, _pattern: str) -> str:
        return _SIGN


class UnreadableInstant(datetime):
    """In place of an instant that cannot be read; what is computed from it is not readable either."""

    def __format__(self, _pattern: str) -> str:
        return _SIGN


class UnreadableNumber(int):
    """In place of a number that cannot be read."""

    def __str__(self) -> str:
        return _SIGN

    def __format__(self, _pattern: str) -> str:
        return _SIGN


class UnreadableText(str):
    """What can be read of a text whose bytes are no UTF-8, or that was replaced by something else than a text."""

    __slots__ = ()


class UnreadableValue(BadInput, DontWrapMixin):
    """A damaged value of one row was about to be written into another."""

    def __init__(self) -> None:
        super().__init__("stored-value-unreadable")


NO_DAY = UnreadableDay(1970, 1, 2)
NO_INSTANT = UnreadableInstant(1970, 1, 2, tzinfo=UTC)
NO_NUMBER = UnreadableNumber(0)

_STAND_INS = (UnreadableInstant, UnreadableDay, UnreadableNumber, UnreadableText)


def require_readable(value: date) -> None:
    """Raise UnreadableValue for what only stands for a damaged value."""
    if isinstance(value, UnreadableInstant | UnreadableDay):
        raise UnreadableValue


def damaged_columns(table: Table, row: Mapping[str, Any]) -> list[str]:
    """The columns of a row of `table` whose values are not of their types."""
    return [column.name for column in table.c if column.name in row and not _is_of(column.type, row[column.name])]


def _is_of(kind: Any, value: Any) -> bool:
    if value is None:
        return True  # What may be missing is the database's to know.
    if isinstance(value, _STAND_INS):
        return False
    expected = getattr(kind, "impl_instance", kind).python_type
    return isinstance(value, expected | int if expected is float or isinstance(kind, Boolean) else expected)
