"""Work that stands with closed units: nobody there does it, so it waits until somebody moves it (R19).

A list of units that closes some is compared with it before it is loaded, so that whoever loads it is asked first.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Person, RoleAssignment, Task, Unit

_unit, _task, _assignment, _person = table_of(Unit), table_of(Task), table_of(RoleAssignment), table_of(Person)

_TASKS = (
    select(func.count()).where(_task.c.unit_code == _unit.c.code, _task.c.state == "open").correlate(_unit)
).scalar_subquery()
_PEOPLE = (
    select(func.count(func.distinct(_person.c.id)))
    .where(_assignment.c.unit_code == _unit.c.code, _assignment.c.person_id == _person.c.id, _person.c.active)
    .correlate(_unit)
).scalar_subquery()
_AT_WORK = (
    select(_unit.c.code, _unit.c.name, _TASKS.label("tasks"), _PEOPLE.label("people"))
    .where(or_(_TASKS > 0, _PEOPLE > 0))
    .order_by(_unit.c.code)
)


@dataclass(frozen=True, slots=True)
class StrandedUnit:
    """A unit that is closed, or would be, with how many open tasks and officers of open accounts it still has."""

    code: str
    name: str
    tasks: int
    people: int


def list_stranded(tx: Transaction) -> list[StrandedUnit]:
    """The closed units that still have work or officers, by code."""
    return [StrandedUnit(*row) for row in tx.read.execute(_AT_WORK.where(_unit.c.closed_at.is_not(None)))]


def list_at_work(tx: Transaction, codes: Collection[str]) -> list[StrandedUnit]:
    """Those of the units that have work or officers, by code: what closing them would strand."""
    return [StrandedUnit(*row) for row in tx.read.execute(_AT_WORK) if row.code in codes]
