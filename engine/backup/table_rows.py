"""The tables of a database and their rows as JSON lines that are the same for every database.

The tables are read from the database itself, not from the models, so that a database at an older revision can be backed
up and restored too. The search index is left out: the database rebuilds it from the reports.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Annotated, Any, Literal

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Double,
    Executable,
    Float,
    Integer,
    LargeBinary,
    String,
    TableClause,
    Text,
    and_,
    bindparam,
    column,
    func,
    insert,
    inspect,
    literal,
    select,
    table,
    update,
)
from sqlalchemy.exc import StatementError
from sqlalchemy.types import TypeEngine

from engine.errors import BadInput
from engine.store import schema_migrations
from engine.store.columns import Binary, Day, Instant
from engine.store.unreadable import UnreadableDay, UnreadableInstant, UnreadableNumber

REVISIONS = "alembic_version"
ROWS_AT_ONCE = 500
BYTES_AT_ONCE = 8 * 1024 * 1024

ColumnKind = Literal["integer", "number", "boolean", "text", "bytes", "instant", "date"]

_KINDS: tuple[tuple[type[TypeEngine[Any]], ColumnKind], ...] = (
    (Boolean, "boolean"),
    (Integer, "integer"),
    (Float, "number"),
    (LargeBinary, "bytes"),
    (DateTime, "instant"),
    (Date, "date"),
    (String, "text"),
)
_TYPES: dict[ColumnKind, type[TypeEngine[Any]]] = {
    "integer": BigInteger,
    "number": Double,
    "boolean": Boolean,
    "text": Text,
    "bytes": Binary,
    "instant": Instant,
    "date": Day,
}
_VALUES: dict[ColumnKind, Any] = {
    "integer": Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)],
    "number": float,
    "boolean": bool,
    "text": str,
    "bytes": bytes,
    "instant": Annotated[datetime, msgspec.Meta(tz=True)],
    "date": date,
}


class TableRows(msgspec.Struct, frozen=True, dict=True):
    """The rows of one table. `columns` are sorted by name; `key` is the primary key.

    `later` are the columns that reference rows which may be inserted after their own, such as a unit's parent.
    """

    name: str
    columns: dict[str, ColumnKind]
    key: tuple[str, ...]
    later: tuple[str, ...]

    @cached_property
    def table(self) -> TableClause:
        """The table for use in statements."""
        return table(self.name, *(column(name, _TYPES[kind]) for name, kind in self.columns.items()))

    @cached_property
    def decoder(self) -> msgspec.json.Decoder[Sequence[Any]]:
        """Decodes a line; rejects values of another kind than their column's."""
        values: Any = tuple(_VALUES[kind] | None for kind in self.columns.values())
        return msgspec.json.Decoder(tuple.__class_getitem__(values))


def list_tables(connection: Connection) -> list[TableRows]:
    """Every table of the database, in an order in which rows can be inserted.

    Raises BadInput for a column that a backup cannot store.
    """
    inspector = inspect(connection)
    tables: list[TableRows] = []
    for name, _ in inspector.get_sorted_table_and_fkc_names():
        if name is None or not _is_backed_up(name):
            continue
        earlier_tables = {item.name for item in tables}
        foreign_keys = inspector.get_foreign_keys(name)
        later_names = {
            later_name
            for foreign_key in foreign_keys
            if foreign_key["referred_table"] not in earlier_tables
            for later_name in foreign_key["constrained_columns"]
        }
        columns = {item["name"]: _column_kind(name, item) for item in inspector.get_columns(name)}
        primary = tuple(inspector.get_pk_constraint(name)["constrained_columns"])
        tables.append(TableRows(name, dict(sorted(columns.items())), primary, tuple(sorted(later_names))))
    return tables


def first_filled_table(connection: Connection) -> str | None:
    """The name of a table that has rows; None if all are empty."""
    for name in inspect(connection).get_table_names():
        if _is_backed_up(name) and connection.execute(select(literal(1)).select_from(table(name)).limit(1)).first():
            return name
    return None


def _is_backed_up(name: str) -> bool:
    return name != REVISIONS and schema_migrations.is_in_models(None, name)


def _column_kind(name: str, column_info: Any) -> ColumnKind:
    for type_, kind in _KINDS:
        if isinstance(column_info["type"], type_):
            return kind
    raise BadInput("backup-column-unknown", table=name, column=column_info["name"], kind=repr(column_info["type"]))


def count_rows(connection: Connection, rows: TableRows) -> int:
    """The number of rows in the table."""
    return connection.execute(select(func.count()).select_from(rows.table)).scalar_one()


def encode_rows(connection: Connection, rows: TableRows) -> Iterator[bytes]:
    """Each row as a JSON line, ordered by primary key; only a few are in memory at a time."""
    query = select(rows.table).order_by(*(_sort_expression(connection, rows.table.c[name]) for name in rows.key))
    result = connection.execute(query, execution_options={"yield_per": _batch_size(connection, rows)})
    for row in result:
        yield msgspec.json.encode(tuple(row), enc_hook=_plain_value) + b"\n"


def _plain_value(value: Any) -> Any:
    """What stands for a damaged value, as any other: a backup is made of what can be read."""
    if isinstance(value, UnreadableInstant):
        return datetime(value.year, value.month, value.day, tzinfo=value.tzinfo)
    if isinstance(value, UnreadableDay):
        return date(value.year, value.month, value.day)
    if isinstance(value, UnreadableNumber):
        return int(value)
    raise TypeError(type(value).__name__)


def _sort_expression(connection: Connection, key: ColumnElement[Any]) -> ColumnElement[Any]:
    """Sort text byte by byte, as SQLite does; PostgreSQL would use the database's collation."""
    return key.collate("C") if connection.dialect.name == "postgresql" and isinstance(key.type, Text) else key


def _batch_size(connection: Connection, rows: TableRows) -> int:
    """How many rows may be in memory at once: few for a table that stores files."""
    sizes = [func.max(func.length(item)) for item in rows.table.c if isinstance(item.type, Binary)]
    if not sizes:
        return ROWS_AT_ONCE
    longest = sum(size or 0 for size in connection.execute(select(*sizes)).one())
    return max(1, min(ROWS_AT_ONCE, BYTES_AT_ONCE // max(1, longest)))


def insert_rows(connection: Connection, rows: TableRows, lines: Iterable[bytes]) -> None:
    """Insert the rows of these lines, except references to rows that may come later.

    Raises BadInput for a line that is not a row of the table, and for rows that the database rejects.
    """
    later_nulls = dict.fromkeys(rows.later)
    for batch in _decode_batches(rows, lines):
        _execute_batch(connection, rows, insert(rows.table), [{**row, **later_nulls} for row in batch])


def set_later_columns(connection: Connection, rows: TableRows, lines: Iterable[bytes]) -> None:
    """Set the references that `insert_rows` left empty, from the same lines, once every table has its rows.

    Raises like `insert_rows`.
    """
    same_row = and_(*(rows.table.c[name] == bindparam(f"b_{name}") for name in rows.key))
    statement = update(rows.table).where(same_row).values({name: bindparam(name) for name in rows.later})
    for batch in _decode_batches(rows, lines):
        pointing = [row for row in batch if any(row[name] is not None for name in rows.later)]
        values = [
            {**{f"b_{name}": row[name] for name in rows.key}, **{name: row[name] for name in rows.later}}
            for row in pointing
        ]
        if values:
            _execute_batch(connection, rows, statement, values)


def _decode_batches(rows: TableRows, lines: Iterable[bytes]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, object]] = []
    size = 0
    for number, line in enumerate(lines, 1):
        try:
            values = rows.decoder.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise BadInput("backup-row-unreadable", table=rows.name, number=str(number)) from error
        batch.append(dict(zip(rows.columns, values, strict=True)))
        size += len(line)
        if len(batch) == ROWS_AT_ONCE or size >= BYTES_AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _execute_batch(
    connection: Connection, rows: TableRows, statement: Executable, values: list[dict[str, object]]
) -> None:
    try:
        connection.execute(statement, values)
    except StatementError as error:
        reason = str(error.orig).splitlines()[0]
        raise BadInput("backup-rows-refused", table=rows.name, reason=reason) from error


def advance_sequences(connection: Connection, rows: TableRows) -> None:
    """Make the ids of new rows follow the inserted ones; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for name in (name for name in rows.key if rows.columns[name] == "integer"):
        sequence = func.pg_get_serial_sequence(literal(rows.name), literal(name))
        connection.execute(select(func.setval(sequence, func.max(rows.table.c[name]))))
