"""Names the rows that somebody damaged: their table, their key, and the column whose value is not of its type."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Table, func, not_, or_, select

from engine.store.columns import Base, Binary, Day, Instant, table_of
from engine.store.db import Transaction
from engine.store.models import Contact, History, Instance, Mark, Outbox, Report, Submission, Task
from engine.store.unreadable import damaged_columns
from engine.translation.plain_faults import PlainFault

_instance, _report, _contact = table_of(Instance), table_of(Report), table_of(Contact)
_of_instance = tuple(map(table_of, (History, Task, Mark, Submission, Outbox)))
MOST_NAMED = 100  # Of one table; whoever damaged more has damaged all.
_TOGETHER = 500
_JSON_COLUMNS = frozenset({("submission", "content"), ("outbox", "payload"), ("history", "detail")})


def damaged_in_case(tx: Transaction, instance_id: int) -> list[PlainFault]:
    """What is damaged in the rows of one case and its report."""
    own_report = select(_instance.c.report_id).where(_instance.c.id == instance_id).scalar_subquery()
    parts = [(_instance, _instance.c.id == instance_id), (_report, _report.c.id == own_report)]
    parts += [(_contact, _contact.c.report_id == own_report)]
    parts += [(table, table.c.instance_id == instance_id) for table in _of_instance]
    return [fault for table, condition in parts for fault in _damaged(tx, table, condition)]


def damaged_in_tables(tx: Transaction, tables: Sequence[Table]) -> list[PlainFault]:
    """What is damaged in these tables."""
    return [fault for table in tables for fault in _damaged(tx, table)]


def find_damaged(tx: Transaction) -> Iterator[PlainFault]:
    """What is damaged in any table, so that what no comparison reads is named as well.

    PostgreSQL keeps no value of a wrong type; it is asked for days and instants beyond all calendars alone.
    """
    for table in Base.metadata.sorted_tables:
        beyond = [not_(func.isfinite(column)) for column in table.c if isinstance(column.type, Instant | Day)]
        if not tx.locks_rows:
            yield from islice(_damaged(tx, table), MOST_NAMED)
        elif beyond:
            yield from islice(_damaged(tx, table, or_(*beyond)), MOST_NAMED)


def _damaged(tx: Transaction, table: Table, *conditions: ColumnElement[bool]) -> Iterator[PlainFault]:
    columns = [column for column in table.c if not isinstance(column.type, Binary)]  # Whatever stands there is bytes.
    piecewise = {} if tx.locks_rows else {"yield_per": _TOGETHER}  # PostgreSQL has but the damaged rows to give.
    for row in tx.read.execute(select(*columns).where(*conditions), execution_options=piecewise):
        values = row._asdict()
        damaged = [*damaged_columns(table, values), *_damaged_json(table, row)]
        if damaged:
            key = ", ".join(f"{values[column.name]}" for column in table.primary_key)
            yield PlainFault("record-at-damaged", {"table": table.name, "key": key, "column": damaged[0]})


def _damaged_json(table: Table, row: Any) -> Iterator[str]:
    for name in table.c.keys():  # noqa: SIM118 - a collection of columns is no dictionary
        if (table.name, name) in _JSON_COLUMNS:
            try:
                json.loads(getattr(row, name))
            except (TypeError, ValueError):
                yield name
