"""Work that nobody does: with closed units, until somebody moves it (R19), and with roles that nobody holds any more.

A list of units that closes some is compared with it before it is loaded, so that whoever loads it is asked first.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import exists, func, or_, select

from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Person, RoleAssignment, Task, Unit
from engine.world.roles import STAFF_ROLES

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


@dataclass(frozen=True, slots=True)
class VacantRole:
    """A role in a unit that nobody with an open account holds, with how many open tasks wait for it."""

    unit: str
    role: str
    tasks: int


_HELD = exists().where(
    _assignment.c.unit_code == _task.c.unit_code,
    _assignment.c.role == _task.c.role,
    _assignment.c.person_id == _person.c.id,
    _person.c.active,
)
_VACANT = (
    select(_task.c.unit_code, _task.c.role, func.count())
    .where(_task.c.state == "open", _task.c.role.in_(STAFF_ROLES), ~_HELD)
    .group_by(_task.c.unit_code, _task.c.role)
    .order_by(_task.c.unit_code, _task.c.role)
)


def list_vacant_roles(tx: Transaction) -> list[VacantRole]:
    """The roles for which open tasks wait and which nobody holds, by unit."""
    return [VacantRole(*row) for row in tx.read.execute(_VACANT)]


def list_left_vacant(tx: Transaction, posts: Collection[tuple[str, str]]) -> list[VacantRole]:
    """Those of the posts, as (unit, role), that are vacant now: what taking them away has left behind."""
    return [one for one in list_vacant_roles(tx) if (one.unit, one.role) in posts] if posts else []
