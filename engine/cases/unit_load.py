"""How much work each officer of a unit has, for its head, who shares it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from engine.process.instances import OPEN
from engine.staff.access import HEAD, Officer
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Person, Task
from engine.text import vietnamese_order
from engine.world.roles import CITIZEN

_task, _person = table_of(Task), table_of(Person)


@dataclass(frozen=True, slots=True)
class OfficerLoad:
    """The open tasks that an officer holds in a unit, and how many of them are overdue; nobody's have no name."""

    unit: str
    name: str | None
    open: int
    overdue: int


def list_unit_loads(tx: Transaction, officer: Officer, now: datetime) -> Sequence[OfficerLoad]:
    """The load of each officer in the units that this one heads, by unit and name, unclaimed tasks last.

    Empty for who heads none. One statement, read from the index of open tasks by unit.
    """
    units = sorted({unit for unit, role in officer.roles if role == HEAD})
    if not units:
        return []
    overdue: Any = func.sum(case((_task.c.due_at <= now, 1), else_=0))
    query = (
        select(_task.c.unit_code, _person.c.name, func.count(), overdue)
        .outerjoin(_person, _person.c.id == _task.c.assignee_id)
        .where(_task.c.state == OPEN, _task.c.unit_code.in_(units), _task.c.role != CITIZEN)
        .group_by(_task.c.unit_code, _task.c.assignee_id, _person.c.name)
    )
    rows = [OfficerLoad(*row) for row in tx.read.execute(query)]
    return sorted(rows, key=lambda row: (row.unit, row.name is None, vietnamese_order(row.name or "")))
