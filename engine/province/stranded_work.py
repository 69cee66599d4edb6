"""Work that nobody does: with closed units, until somebody moves it (R19), and with roles that nobody holds any more.

A list of units that closes some is compared with it before it is loaded, so that whoever loads it is asked first.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, exists, func, or_, select

from engine.province.units import load_unit_tree
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Instance, Matter, Person, RoleAssignment, Task, Unit
from engine.world.roles import CITIZEN, ROLES, STAFF_ROLES, UNIT_HEAD

_unit, _task, _assignment, _person = table_of(Unit), table_of(Task), table_of(RoleAssignment), table_of(Person)
_matter, _instance = table_of(Matter), table_of(Instance)

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
    """A role in a unit whose tasks nobody with an open account may do there, with how many of them are open."""

    unit: str
    role: str
    tasks: int


# As `engine.staff.access.accepted_roles`: whoever holds the role, does its steps too, or heads the unit.
_PROXIES = [
    and_(_task.c.role == role.name, _assignment.c.role == role.done_by) for role in ROLES.values() if role.done_by
]
_HELD = exists().where(
    _assignment.c.unit_code == _task.c.unit_code,
    or_(_assignment.c.role.in_((_task.c.role, UNIT_HEAD)), *_PROXIES),
    _assignment.c.person_id == _person.c.id,
    _person.c.active,
)
_VACANT = (
    select(_task.c.unit_code, _task.c.role, func.count())
    .where(_task.c.state == "open", _task.c.role.in_((*STAFF_ROLES, CITIZEN)), ~_HELD)
    .group_by(_task.c.unit_code, _task.c.role)
    .order_by(_task.c.unit_code, _task.c.role)
)


def list_vacant_roles(tx: Transaction) -> list[VacantRole]:
    """The roles for which open tasks wait that nobody may do, by unit."""
    return [VacantRole(*row) for row in tx.read.execute(_VACANT)]


def list_left_vacant(tx: Transaction, posts: Collection[tuple[str, str]]) -> list[VacantRole]:
    """Those whose tasks a holder of one of the posts, as (unit, role), could do: what taking them away left behind."""
    return [one for one in list_vacant_roles(tx) if _doing(one) & set(posts)] if posts else []


def _doing(vacant: VacantRole) -> set[tuple[str, str]]:
    return {(vacant.unit, role) for role in (vacant.role, ROLES[vacant.role].done_by, UNIT_HEAD)}


@dataclass(frozen=True, slots=True)
class AwaitedWork:
    """Unfinished work that a person began in a unit where nobody is left in their role.

    Its steps for whoever began it go to `heir`, the nearest unit above in which somebody is; None where nobody is.
    """

    unit: str
    role: str
    begun: int
    heir: str | None


def list_awaited(tx: Transaction, person_id: int, posts: Collection[tuple[str, str]]) -> list[AwaitedWork]:
    """What a person began and is still open, by those of their former posts, as (unit, role), that have nobody left."""
    query = (
        select(_matter.c.unit_code, func.count().label("begun"))
        .join(_instance, _instance.c.id == _matter.c.instance_id)
        .where(_matter.c.starter_id == person_id, _instance.c.finished_at.is_(None))
        .group_by(_matter.c.unit_code)
    )
    begun = {row.unit_code: row.begun for row in tx.read.execute(query)}
    tree, awaited = load_unit_tree(tx.read), []
    for unit, role in sorted(posts):
        if unit in begun and not tree.is_staffed(unit, role):
            heir = tree.placement_of(role, unit).unit.code
            awaited.append(AwaitedWork(unit, role, begun[unit], heir if tree.is_staffed(heir, role) else None))
    return awaited
