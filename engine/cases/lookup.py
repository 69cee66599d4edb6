"""Searches the cases that an officer may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from engine.cases import text_search
from engine.errors import NotFound
from engine.staff import access
from engine.staff.access import Officer
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Instance, Report, Task
from engine.world.unit_tree import UnitTree

MAX_RESULTS = 50
_MAX_SCANNED = 200

_report, _instance, _task = table_of(Report), table_of(Instance), table_of(Task)


def find_cases(tx: Transaction, officer: Officer, units: UnitTree, text: str) -> Sequence[Any]:
    """The newest matching cases, as (code, received_at, field, place, status, due_at), at most MAX_RESULTS."""
    query = (
        select(
            _report.c.id,
            _report.c.code,
            _report.c.received_at,
            _report.c.field,
            _report.c.place,
            _instance.c.status,
            _instance.c.due_at,
            _instance.c.id.label("instance_id"),
        )
        .join(_instance, _instance.c.report_id == _report.c.id)
        .where(_report.c.id.in_(text_search.find_report_ids(tx, text, _MAX_SCANNED, newest=True)))
        .order_by(_report.c.id.desc())
    )
    rows = tx.read.execute(query).all()
    involved = _involved_units(tx, [row.instance_id for row in rows])
    visible = [
        row for row in rows if access.may_see_case(officer, units, row.place, involved.get(row.instance_id, set()))
    ]
    return visible[:MAX_RESULTS]


def case_id_by_code(tx: Transaction, code: str) -> int:
    """The id of the case with this code; raises NotFound."""
    query = select(_instance.c.id).join(_report, _report.c.id == _instance.c.report_id).where(_report.c.code == code)
    instance_id: int | None = tx.read.execute(query.order_by(_instance.c.id).limit(1)).scalar()
    if instance_id is None:
        raise NotFound("case-code-unknown", code=code)
    return instance_id


def _involved_units(tx: Transaction, instance_ids: list[int]) -> dict[int, set[str]]:
    """The units in which each case has had tasks."""
    units_by_case: dict[int, set[str]] = {}
    query = select(_task.c.instance_id, _task.c.unit_code).where(_task.c.instance_id.in_(instance_ids)).distinct()
    for instance_id, unit in tx.read.execute(query):
        units_by_case.setdefault(instance_id, set()).add(unit)
    return units_by_case
