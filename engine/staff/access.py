"""Who may do what: one table of permissions; `engine.cases.inbox` lists the tasks that it allows.

An officer is loaded once per request with their own roles and, apart from these, the roles lent to them while somebody
is away (R12). What a person may arrange for others follows from own roles alone, so no loan makes another (R20).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Integer, and_, bindparam, cast, literal, null, select

from engine.actor import Actor, person_key
from engine.errors import BadInput, Forbidden, Invalid, NotFound
from engine.store.columns import Instant
from engine.store.db import Transaction
from engine.store.models import Person, RoleAssignment, Substitute
from engine.text import vietnamese_order
from engine.world.roles import BELOW, EVERYTHING, NEVER_LENT, PLACE, ROLES, TASKS, UNIT, UNIT_HEAD, Role, names_of
from engine.world.unit_tree import UnitTree

HEAD = UNIT_HEAD

# By role, the role whose holders may also do its tasks in the same unit: operators do what waits for the citizen.
_PROXY_ROLES = {role.name: role.done_by for role in ROLES.values() if role.done_by}

# Roles that see cases at all: administrators and analysts see none.
CASE_ROLES = names_of(lambda role: bool(role.sees))


@dataclass(frozen=True, slots=True)
class Permission:
    """An act that is not a task of a diagram: the roles that allow it, and whether a role that is lent does too."""

    roles: frozenset[str]
    by_lent_role: bool


# The acts that a role may be allowed beside its steps, and whether a role that is lent allows them too.
_ACTS: Mapping[str, bool] = {
    "search_cases": True,
    "take_calls": True,
    "reroute": True,
    "split": True,
    "merge": True,
    "withdraw": True,
    "recall": True,
    "monitor": True,
    "watch_chase": True,
    "chase": True,
    "call_back": True,
    "set_callback_rates": False,
    "issue_directives": False,
    "answer_directives": True,
    "keep_roster": False,
    "see_roster": True,
    "write_answers": True,
    "review_answers": True,
    "publish_answers": False,
    "read_questions": True,
    "read_verdicts": True,
    "administer": False,
    "read_records": False,
    "privacy": False,
    "design": False,
}


def _permissions() -> dict[str, Permission]:
    """The roles that allow each act; raises BadInput for an act of the table of roles that is none."""
    for role in ROLES.values():
        for act in sorted(role.acts - _ACTS.keys()):
            raise BadInput("role-table-unknown-act", role=role.name, act=act, known=sorted(_ACTS))
    roles = {act: names_of(partial(_allows, act)) for act in _ACTS}
    return {act: Permission(roles[act], by_lent_role=by_lent_role) for act, by_lent_role in _ACTS.items()}


def _allows(act: str, role: Role) -> bool:
    return act in role.acts


PERMISSIONS: Mapping[str, Permission] = _permissions()

# What somebody may do now, in one statement: their own roles, and with a `lender` those of absent people, in the units
# which these are away from, while their accounts are open; `loan` names the roles that are lent.
_ROLES_OF = (
    select(
        cast(null(), Integer).label("lender"), literal("").label("loan"), RoleAssignment.unit_code, RoleAssignment.role
    )
    .where(RoleAssignment.person_id == bindparam("person"))
    .union_all(
        select(Substitute.person_id, Substitute.roles, RoleAssignment.unit_code, RoleAssignment.role)
        .join(
            RoleAssignment,
            and_(RoleAssignment.person_id == Substitute.person_id, RoleAssignment.unit_code == Substitute.unit_code),
        )
        .join(Person, Person.id == Substitute.person_id)
        .where(
            Substitute.substitute_id == bindparam("person"),
            Substitute.starts_at <= bindparam("now", type_=Instant),
            Substitute.ends_at > bindparam("now", type_=Instant),
            Substitute.declined_at.is_(None),
            Person.active,
        )
    )
)


@dataclass(frozen=True, slots=True, order=True)
class LentRole:
    """A role in a unit that an absent person lends to their substitute."""

    lender: int
    unit: str
    role: str


@dataclass(frozen=True, slots=True)
class Officer:
    """An officer: the roles granted to them as (unit, role), those lent to them, and `roles`, both together."""

    id: int
    own_roles: frozenset[tuple[str, str]]
    lent_roles: frozenset[LentRole] = frozenset()
    roles: frozenset[tuple[str, str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        lent = {(loan.unit, loan.role) for loan in self.lent_roles}
        object.__setattr__(self, "roles", self.own_roles | lent)

    @property
    def stands_in_for(self) -> frozenset[int]:
        """The absent people who lend the officer a role."""
        return frozenset(loan.lender for loan in self.lent_roles)

    def with_loans_of(self, lender: int | None) -> Officer:
        """The officer with own roles and the loans of one absent person, None for no loans."""
        return Officer(self.id, self.own_roles, frozenset(loan for loan in self.lent_roles if loan.lender == lender))

    def who(self, origin: str) -> Actor:
        """The officer as recorded in history."""
        return Actor(person_key(self.id), origin)


class _Citizen(Officer):
    """A citizen acting on their own report: no role, and no name in history."""

    __slots__ = ()

    def who(self, origin: str) -> Actor:
        """The citizen as recorded in history."""
        return Actor("citizen", origin)


CITIZEN: Officer = _Citizen(0, frozenset())


def load_officer(tx: Transaction, person_id: int, now: datetime) -> Officer:
    """The officer with their own roles and those lent to them now; raises NotFound or Forbidden."""
    active = tx.read.execute(select(Person.active).where(Person.id == person_id)).scalar()
    if active is None:
        raise NotFound("person-unknown")
    if not active:
        raise Forbidden("account-closed")
    return load_signed_in(tx, person_id, now)


def load_signed_in(tx: Transaction, person_id: int, now: datetime) -> Officer:
    """The same for a person whose account is known to be open, as a session's is."""
    own, loans = set(), set()
    for row in tx.read.execute(_ROLES_OF, {"person": person_id, "now": now}):
        if row.lender is None:
            own.add((row.unit_code, row.role))
        elif row.role in row.loan.split() and row.role not in NEVER_LENT:
            loans.add(LentRole(row.lender, row.unit_code, row.role))
    return Officer(person_id, frozenset(own), frozenset(loans))


def limit_to(someone: Officer, permission: str) -> Officer:
    """The officer with only those roles that allow an act."""
    rule = PERMISSIONS[permission]
    own = frozenset((unit, role) for unit, role in someone.own_roles if role in rule.roles)
    lent = frozenset(loan for loan in someone.lent_roles if rule.by_lent_role and loan.role in rule.roles)
    return Officer(someone.id, own, lent)


def has_permission(someone: Officer, permission: str) -> bool:
    """Whether a role of the officer allows an act."""
    return bool(limit_to(someone, permission).roles)


def require_permission(someone: Officer, permission: str) -> None:
    """Raise Forbidden unless a role of the officer allows the act."""
    if not has_permission(someone, permission):
        raise Forbidden("roles-do-not-allow")


def lender_for(someone: Officer, allows: Callable[[Officer], bool]) -> int | None:
    """The absent person on whose behalf the officer does what `allows` tells; None where own roles allow it."""
    if not someone.lent_roles or allows(someone.with_loans_of(None)):
        return None
    return next((one for one in sorted(someone.stands_in_for) if allows(someone.with_loans_of(one))), None)


def accepted_roles(role: str) -> frozenset[str]:
    """The roles whose holders may do a task of `role` in the same unit."""
    return frozenset({role, _PROXY_ROLES.get(role, role), HEAD})


def may_work_on(someone: Officer, unit: str, role: str, assignee: int | None) -> bool:
    """Whether the officer may do a task of `role` in `unit` claimed by `assignee`, None for nobody.

    What a colleague has claimed is for the heads of the unit and for whoever stands in for the colleague there.
    """
    free, accepted = assignee is None or assignee == someone.id, accepted_roles(role)
    if any((unit, own) in someone.own_roles for own in (accepted if free else (HEAD,))):
        return True
    return role not in NEVER_LENT and any(
        loan.unit == unit and loan.role in accepted and (free or loan.role == HEAD or loan.lender == assignee)
        for loan in someone.lent_roles
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


def choose_colleague(tx: Transaction, someone: Officer, typed: str) -> Any:
    """The active person typed as login, as "login · name" as pickers offer it, or by a name that one colleague has.

    As (id, name). Raises Invalid when nothing was typed or nobody is called so.
    """
    login = typed.strip().partition(" ")[0]
    if not login:
        raise Invalid("colleague", "colleague-missing")
    logins = [login] + [row.login for row in list_colleagues(tx, someone) if row.name.casefold() == typed.casefold()]
    query = select(Person.id, Person.name).where(Person.login.in_(logins), Person.active)
    people = tx.read.execute(query).all()
    if len(people) != 1:
        raise Invalid("colleague", "colleague-unknown", typed=typed)
    return people[0]


def list_colleagues(tx: Transaction, someone: Officer) -> Sequence[Any]:
    """The active people of the units whose tasks the officer does, as (login, name, unit_code), ordered by name."""
    units = sorted({unit for unit, _role in someone.roles})
    query = (
        select(Person.login, Person.name, RoleAssignment.unit_code)
        .join(RoleAssignment, RoleAssignment.person_id == Person.id)
        .where(Person.active, Person.id != someone.id, RoleAssignment.unit_code.in_(units))
        .distinct()
        .order_by(Person.login)
    )
    return sorted(tx.read.execute(query), key=lambda row: vietnamese_order(row.name))


def may_see_case(someone: Officer, units: UnitTree, place: str, posts: Collection[tuple[str, str]]) -> bool:
    """Whether the officer may open a case of `place` that has had tasks in `posts`, as (unit, role).

    Role and unit decide together: whoever works in a role sees the cases in which that role of the unit had a task, a
    commune's officer also those of the commune, a head those of the unit, and a tier-2 focal officer and a head those
    of all its communes (R4). Administrators and analysts see none.
    """
    for unit, role in someone.roles:
        sees = ROLES[role].sees
        if EVERYTHING in sees or (TASKS in sees and (unit, role) in posts) or (PLACE in sees and unit == place):
            return True
        if UNIT in sees and any(unit == other for other, _role in posts):
            return True
        if BELOW in sees and unit in _enclosing_units(units, place):
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
