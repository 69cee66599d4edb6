"""Names the rows that stopped a comparison: their table, their key, and the column that somebody damaged."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, select

from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Contact, History, Instance, Mark, Outbox, Report, Submission, Task
from engine.store.unreadable import damaged_columns
from engine.translation.plain_faults import PlainFault

_instance, _report, _contact = table_of(Instance), table_of(Report), table_of(Contact)
_of_instance = tuple(map(table_of, (History, Task, Mark, Submission, Outbox)))
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


def _damaged(tx: Transaction, table: Table, *conditions: ColumnElement[bool]) -> Iterator[PlainFault]:
    for row in tx.read.execute(select(table).where(*conditions)):
        values = row._asdict()
        columns = [*damaged_columns(table, values), *_damaged_json(table, row)]
        if columns:
            key = ", ".join(str(values[column.name]) for column in table.primary_key)
            yield PlainFault("record-at-damaged", {"table": table.name, "key": key, "column": columns[0]})


def _damaged_json(table: Table, row: Any) -> Iterator[str]:
    for name in table.c.keys():  # noqa: SIM118 - a collection of columns is no dictionary
        if (table.name, name) in _JSON_COLUMNS:
            try:
                json.loads(getattr(row, name))
            except (TypeError, ValueError):
                yield name
