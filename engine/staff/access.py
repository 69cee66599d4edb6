"""Who may do what: one table of permissions; `engine.cases.inbox` lists the tasks that it allows.

An officer is loaded once per request with the roles they hold, their own and those they stand in for (R12).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from engine.actor import Actor
from engine.errors import Forbidden, NotFound
from engine.store.db import Transaction
from engine.store.models import Person, RoleAssignment, Substitute
from engine.world.unit_tree import UnitTree

HEAD = "unit_head"

# By role, the role whose holders may also do its tasks in the same unit: operators do what waits for the citizen.
_PROXY_ROLES = {"citizen": "operator"}

# Roles that see every case: those who answer citizens, and those who monitor the province.
_PROVINCE_WIDE_ROLES = frozenset({"operator", "provincial_office", "leadership"})

# Roles that see the cases in which they have had a task in their unit.
_CASEWORK_ROLES = frozenset({"tier2_focal", "commune", "police", "department"})

# Roles that see cases at all: administrators and analysts see none.
CASE_ROLES = _PROVINCE_WIDE_ROLES | _CASEWORK_ROLES | {HEAD}

# Roles that answer directives; the office finds directives from its chase desk.
ANSWERING_ROLES = frozenset({"commune", "tier2_focal", "department", "police", HEAD})

# Acts that are not tasks of a diagram, and the roles that allow them.
PERMISSIONS: Mapping[str, frozenset[str]] = {
    "take_calls": frozenset({"operator"}),
    "reroute": frozenset({"operator", "tier2_focal", "provincial_office"}),
    "split": frozenset({"operator", "tier2_focal", "provincial_office"}),
    "merge": frozenset({"operator", "tier2_focal", "provincial_office"}),
    "withdraw": frozenset({"operator"}),
    "recall": frozenset({"provincial_office"}),
    "monitor": frozenset({"provincial_office", "leadership", HEAD, "tier2_focal", "department"}),
    "watch_chase": frozenset({"provincial_office", "leadership"}),
    "chase": frozenset({"provincial_office"}),
    "issue_directives": frozenset({"provincial_office", "leadership"}),
    "write_answers": frozenset({"department", "provincial_office", "administrator"}),
    "review_answers": frozenset({"department", "provincial_office"}),
    "read_questions": frozenset({"department", "provincial_office"}),
    "read_verdicts": frozenset({HEAD}),
    "stand_in": frozenset({HEAD, "administrator"}),
    "administer": frozenset({"administrator"}),
    "read_records": frozenset({"administrator", "provincial_office"}),
    "privacy": frozenset({"provincial_office"}),
    "design": frozenset({"analyst"}),
}

_OWN_ROLES = (
    select(Person.id, Person.active, RoleAssignment.unit_code, RoleAssignment.role)
    .outerjoin(RoleAssignment, RoleAssignment.person_id == Person.id)
    .where(Person.id == bindparam("person"))
)
_SUBSTITUTED_ROLES = (
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
    """An officer: the roles they hold as (unit, role), and the persons they stand in for."""

    id: int
    roles: frozenset[tuple[str, str]]
    stands_in_for: frozenset[int] = frozenset()

    def who(self, origin: str) -> Actor:
        """The officer as recorded in history."""
        return Actor(f"person:{self.id}", origin)


class _Citizen(Officer):
    """A citizen acting on their own report: no role, and no name in history."""

    __slots__ = ()

    def who(self, origin: str) -> Actor:
        """The citizen as recorded in history."""
        return Actor("citizen", origin)


CITIZEN: Officer = _Citizen(0, frozenset())


def load_officer(tx: Transaction, person_id: int, now: datetime) -> Officer:
    """The officer with their own roles and those of the people they stand in for now; raises NotFound or Forbidden."""
    own = tx.read.execute(_OWN_ROLES, {"person": person_id}).all()
    if not own:
        raise NotFound("person-unknown")
    if not own[0].active:
        raise Forbidden("account-closed")
    borrowed = tx.read.execute(_SUBSTITUTED_ROLES, {"person": person_id, "now": now}).all()
    roles = {(row.unit_code, row.role) for row in [*own, *borrowed] if row.unit_code}
    return Officer(person_id, frozenset(roles), frozenset(row.person_id for row in borrowed))


def has_permission(someone: Officer, permission: str) -> bool:
    """Whether a role of the officer allows an act."""
    return any(role in PERMISSIONS[permission] for _unit, role in someone.roles)


def require_permission(someone: Officer, permission: str) -> None:
    """Raise Forbidden unless a role of the officer allows the act."""
    if not has_permission(someone, permission):
        raise Forbidden("roles-do-not-allow")


def may_work_on(someone: Officer, unit: str, role: str, assignee: int | None) -> bool:
    """Whether the officer may do a task of `role` in `unit` claimed by `assignee`, None for nobody."""
    if assignee is not None and assignee != someone.id and assignee not in someone.stands_in_for:
        return (unit, HEAD) in someone.roles
    return assignee is not None or any(
        (unit, accepted_role) in someone.roles for accepted_role in (_PROXY_ROLES.get(role, role), role, HEAD)
    )


def require_work_on(someone: Officer, unit: str, role: str, assignee: int | None) -> None:
    """Raise Forbidden unless the officer may do such a task."""
    if not may_work_on(someone, unit, role, assignee):
        raise Forbidden("task-of-others")


def covered_roles(role: str) -> list[str]:
    """The roles whose tasks a holder of `role` may do in the same unit."""
    return [role, *(other for other, proxy in _PROXY_ROLES.items() if proxy == role)]


def person_id_of(tx: Transaction, login: str) -> int:
    """The id of an active person; raises NotFound."""
    person_id: int | None = tx.read.execute(select(Person.id).where(Person.login == login, Person.active)).scalar()
    if person_id is None:
        raise NotFound("account-unknown", login=login)
    return person_id


def list_colleagues(tx: Transaction, someone: Officer) -> Sequence[Any]:
    """The active people of the officer's own units, as (login, name, unit_code), ordered by name."""
    units = sorted({unit for unit, _role in someone.roles})
    query = (
        select(Person.login, Person.name, RoleAssignment.unit_code)
        .join(RoleAssignment, RoleAssignment.person_id == Person.id)
        .where(Person.active, Person.id != someone.id, RoleAssignment.unit_code.in_(units))
        .distinct()
        .order_by(Person.name, Person.login)
    )
    return tx.read.execute(query).all()


def may_see_case(someone: Officer, units: UnitTree, place: str, posts: Collection[tuple[str, str]]) -> bool:
    """Whether the officer may open a case of `place` that has had tasks in `posts`, as (unit, role).

    Role and unit decide together: whoever works in a role sees the cases in which that role of the unit had a task, a
    commune's officer also those of the commune, a head those of the unit, and a tier-2 focal officer and a head those
    of all its communes (R4). Administrators and analysts see none.
    """
    for unit, role in someone.roles:
        if role in _PROVINCE_WIDE_ROLES or (role in _CASEWORK_ROLES and (unit, role) in posts):
            return True
        if (role == "commune" and unit == place) or (role == HEAD and any(unit == other for other, _role in posts)):
            return True
        if role in ("tier2_focal", HEAD) and unit in _enclosing_units(units, place):
            return True
    return False


def handles_task(someone: Officer, task: Any) -> bool:
    """Whether the officer works on the case of an open task: may do it, or has delegated it and may take it back."""
    own = task.owner_id == someone.id and may_work_on(someone, task.unit_code, task.role, None)
    return own or may_work_on(someone, task.unit_code, task.role, task.assignee_id)


def _enclosing_units(units: UnitTree, place: str) -> set[str]:
    """The units that a place belongs to, including through the unit that absorbed it."""
    codes: set[str] = set()
    waiting = [place]
    while waiting:
        code = waiting.pop()
        if code not in codes and units.knows(code):
            codes.add(code)
            unit = units.get(code)
            waiting += [item for item in (unit.parent, unit.successor) if item is not None]
    return codes
