"""Who may do what. One table of rules, as a predicate here and as SQL filter for lists. Imported by use cases.

An officer is loaded once per request with the roles they hold, their own and those they stand in for (R12).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, or_, select

from engine.db import Transaction
from engine.errors import Forbidden, NotFound
from engine.history import Who
from engine.models import Person, RoleAssignment, Substitute, Task

HEAD = "unit_head"

# Roles whose holders may also do a task of another role in the same unit: operators do what waits for the citizen.
_ALSO = {"citizen": "operator"}

_OWN = (
    select(Person.id, Person.active, RoleAssignment.unit_code, RoleAssignment.role)
    .outerjoin(RoleAssignment, RoleAssignment.person_id == Person.id)
    .where(Person.id == bindparam("person"))
)
_BORROWED = (
    select(Substitute.person_id, RoleAssignment.unit_code, RoleAssignment.role)
    .outerjoin(RoleAssignment, RoleAssignment.person_id == Substitute.person_id)
    .where(
        Substitute.substitute_id == bindparam("person"),
        Substitute.starts_at <= bindparam("now"),
        Substitute.ends_at > bindparam("now"),
    )
)


@dataclass(frozen=True, slots=True)
class Officer:
    """A person at work: the roles they hold as (unit, role), and the persons for whom they stand in."""

    id: int
    roles: frozenset[tuple[str, str]]
    stands_in_for: frozenset[int] = frozenset()

    def who(self, origin: str) -> Who:
        """The officer as history names them."""
        return Who(f"person:{self.id}", origin)


def officer(tx: Transaction, person_id: int, now: datetime) -> Officer:
    """The officer with their own roles and those of the people they stand in for now; raises NotFound or Forbidden."""
    own = tx.read.execute(_OWN, {"person": person_id}).all()
    if not own:
        raise NotFound(f"There is no person {person_id}.")
    if not own[0].active:
        raise Forbidden("This account is closed.")
    borrowed = tx.read.execute(_BORROWED, {"person": person_id, "now": now}).all()
    roles = {(row.unit_code, row.role) for row in [*own, *borrowed] if row.unit_code}
    return Officer(person_id, frozenset(roles), frozenset(row.person_id for row in borrowed))


def may_work(someone: Officer, unit: str, role: str, assignee: int | None) -> bool:
    """Whether the officer may do a task of `role` in `unit` that `assignee` may have claimed."""
    if assignee is not None and assignee != someone.id and assignee not in someone.stands_in_for:
        return (unit, HEAD) in someone.roles
    return assignee is not None or any((unit, held) in someone.roles for held in (_ALSO.get(role, role), role, HEAD))


def require_work(someone: Officer, unit: str, role: str, assignee: int | None) -> None:
    """Raise Forbidden unless the officer may do such a task."""
    if not may_work(someone, unit, role, assignee):
        raise Forbidden("This task belongs to another unit or to a colleague.")


def workable(someone: Officer) -> ColumnElement[bool]:
    """The rule of `may_work` as a filter on open tasks."""
    heads = [unit for unit, role in someone.roles if role == HEAD]
    held = [and_(Task.unit_code == unit, Task.role.in_(_covers(role))) for unit, role in sorted(someone.roles)]
    mine = Task.assignee_id.in_([someone.id, *someone.stands_in_for])
    free = and_(Task.assignee_id.is_(None), or_(*held)) if held else Task.id.is_(None)
    return or_(mine, free, Task.unit_code.in_(heads)) if heads else or_(mine, free)


def _covers(role: str) -> list[str]:
    return [role, *(other for other, by in _ALSO.items() if by == role)]
