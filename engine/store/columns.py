"""The base of all tables: named constraints, and column types that behave the same on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import cast

from sqlalchemy import (
    ColumnElement,
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
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import DeclarativeBase

from engine.actor import PERSON


class Instant(TypeDecorator[datetime]):
    """An offset-aware instant: `timestamptz` on PostgreSQL, UTC text on SQLite. Naive values raise ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC; SQLite stores no time zone, so it is removed there."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive date-time {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the value in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


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
    type_annotation_map = {datetime: Instant, str: Text, bytes: LargeBinary, date: Date}  # noqa: RUF012 - SQLAlchemy's own protocol


Key = String(80)


def person_key_of(column: ColumnElement[int]) -> ColumnElement[str]:
    """How rows name the person in a column of ids: person:12 (`engine.actor.person_key`)."""
    return literal(f"{PERSON}:") + sql_cast(column, String)


def table_of(model: type[Base]) -> Table:
    """The table of a model, for Core statements."""
    return cast("Table", model.__table__)
