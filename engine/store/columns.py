"""The base of all tables: named constraints, and column types that behave the same on both databases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeVar, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Dialect,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    literal,
    select,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import DeclarativeBase

from engine.actor import PERSON
from engine.store.unreadable import NO_DAY, NO_INSTANT, require_readable

_LAST = datetime(9999, 12, 31, 12, tzinfo=UTC)  # What is later has no day in Vietnam.


class Instant(TypeDecorator[datetime]):
    """An offset-aware instant: `timestamptz` on PostgreSQL, UTC text on SQLite. Naive values raise ValueError.

    A text that is no instant is read as NO_INSTANT: one damaged row must not hide all others.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC; SQLite stores no time zone, so it is removed there. Raises UnreadableValue."""
        if value is None:
            return None
        require_readable(value)
        if value.tzinfo is None:
            raise ValueError(f"naive date-time {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """Return the value in UTC."""
        if dialect.name != "sqlite":
            return lambda value: None if value is None else value.astimezone(UTC)
        read = cast("Callable[[Any], datetime | None]", self.impl_instance.result_processor(dialect, coltype))

        def read_instant(value: Any) -> datetime | None:
            try:
                naive = read(value)
            except (TypeError, ValueError):
                return NO_INSTANT
            if naive is None:
                return None
            instant = naive.replace(tzinfo=UTC)
            return instant if instant <= _LAST else NO_INSTANT

        return read_instant


class Day(TypeDecorator[date]):
    """A date; a text that is none, which SQLite keeps too, is read as NO_DAY."""

    impl = Date
    cache_ok = True

    def process_bind_param(self, value: date | None, _dialect: Dialect) -> date | None:
        """The value as it is; raises UnreadableValue."""
        if value is not None:
            require_readable(value)
        return value

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], date | None] | None:
        """Return the value as a date."""
        read = self.impl_instance.result_processor(dialect, coltype)
        if read is None:
            return None

        def read_day(value: Any) -> date | None:
            try:
                return cast("date | None", read(value))
            except (TypeError, ValueError):
                return NO_DAY

        return read_day


class Binary(TypeDecorator[bytes]):
    """Bytes; what is none, which SQLite keeps too, is read as its text: no digest is equal to it."""

    impl = LargeBinary
    cache_ok = True

    def result_processor(self, _dialect: Dialect, _coltype: object) -> Callable[[Any], bytes | None]:
        """Return the value as bytes."""
        return lambda value: value if value is None or isinstance(value, bytes) else _bytes_of(value)


def _bytes_of(value: Any) -> bytes:
    return bytes(value) if isinstance(value, memoryview | bytearray) else str(value).encode()


class Base(DeclarativeBase):
    """The base of all models: one metadata with named constraints, so that migrations can drop them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Instant, str: Text, bytes: Binary, date: Day}  # noqa: RUF012 - SQLAlchemy's own protocol


Key = String(80)


def person_key_of(column: ColumnElement[int]) -> ColumnElement[str]:
    """How rows name the person in a column of ids: person:12 (`engine.actor.person_key`)."""
    return literal(f"{PERSON}:") + sql_cast(column, String)


def table_of(model: type[Base]) -> Table:
    """The table of a model, for Core statements."""
    return cast("Table", model.__table__)


_Model = TypeVar("_Model", bound="Base")


def read_rows(
    connection: Connection, model: type[_Model], where: ColumnElement[bool], *order: ColumnElement[Any]
) -> Sequence[_Model]:
    """The whole rows of a table where a condition holds; they have the attributes that the table's class declares."""
    query = select(table_of(model)).where(where).order_by(*order)
    return cast("Sequence[_Model]", connection.execute(query).all())
