"""Looking cases up among those that an officer may see. Called by pages."""

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

MOST = 50
_LOOKED_AT = 200

_report, _instance, _task = table_of(Report), table_of(Instance), table_of(Task)


def find(tx: Transaction, someone: Officer, units: UnitTree, text: str) -> Sequence[Any]:
    """The newest cases that match, as (code, received_at, field, place, status, due_at), at most MOST."""
    wanted = (
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
        .where(_report.c.id.in_(text_search.ids(tx, text, _LOOKED_AT, newest=True)))
        .order_by(_report.c.id.desc())
    )
    rows = tx.read.execute(wanted).all()
    involved = _units_of(tx, [row.instance_id for row in rows])
    seen = [row for row in rows if access.may_see(someone, units, row.place, involved.get(row.instance_id, set()))]
    return seen[:MOST]


def case_of(tx: Transaction, code: str) -> int:
    """The id of the case with that code; raises NotFound."""
    wanted = select(_instance.c.id).join(_report, _report.c.id == _instance.c.report_id).where(_report.c.code == code)
    found: int | None = tx.read.execute(wanted.order_by(_instance.c.id).limit(1)).scalar()
    if found is None:
        raise NotFound(f"There is no case {code!r}.")
    return found


def _units_of(tx: Transaction, instances: list[int]) -> dict[int, set[str]]:
    """The units in which each case had tasks."""
    found: dict[int, set[str]] = {}
    wanted = select(_task.c.instance_id, _task.c.unit_code).where(_task.c.instance_id.in_(instances)).distinct()
    for instance_id, unit in tx.read.execute(wanted):
        found.setdefault(instance_id, set()).add(unit)
    return found
