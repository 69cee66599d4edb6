"""The accounts that a demonstration offers: two people for each role, in the two units with the largest backlogs.

So handing over, substitutes and races can be tried. All share one password, which the web application rejects outside
a demonstration.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from engine.actor import SYSTEM, ActStamp
from engine.process.instances import OPEN
from engine.staff import access, account_seals, accounts, factors, people
from engine.staff.people import NewPerson
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Person, RoleAssignment, Task, Unit
from engine.world.roles import STAFF_ROLES

UNITS_PER_ROLE = 2
PASSWORD = "thu-nghiem-1022"  # noqa: S105 - it is meant to be known.

_person, _assignment, _task, _unit = table_of(Person), table_of(RoleAssignment), table_of(Task), table_of(Unit)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demonstration: who, in which unit, with which roles."""

    login: str
    name: str
    unit: str
    roles: tuple[str, ...]


def enable_one_per_role(tx: Transaction, now: datetime) -> None:
    """Let one person per role sign in; does nothing if accounts are enabled already."""
    if not _is_any_enabled(tx):
        _enable_all(tx, dict.fromkeys(login for role in STAFF_ROLES for login in _busiest_logins(tx, role, 1)), now)


def enable_colleagues(tx: Transaction, by: ActStamp) -> None:
    """Let two people of two units per role sign in; does nothing if accounts are enabled already.

    The second is new: a colleague with the posts of the first.
    """
    if _is_any_enabled(tx):
        return
    logins = list(dict.fromkeys(login for role in STAFF_ROLES for login in _busiest_logins(tx, role, UNITS_PER_ROLE)))
    known = tx.read.execute(select(func.count()).select_from(_person)).scalar_one()
    colleagues = [_colleague_of(tx, login, known + number) for number, login in enumerate(logins)]
    people.create_many(tx, colleagues, by)
    _enable_all(tx, [*logins, *(colleague.login for colleague in colleagues)], by.at)


def _is_any_enabled(tx: Transaction) -> bool:
    return (
        tx.read.execute(select(_person.c.id).where(_person.c.password_hash.is_not(None)).limit(1)).first() is not None
    )


def _enable_all(tx: Transaction, logins: Iterable[str], now: datetime) -> None:
    for login in logins:
        accounts.set_password(tx, login, PASSWORD, now=now)
    account_seals.adopt_accounts(tx, ActStamp(SYSTEM, now))


def _colleague_of(tx: Transaction, login: str, number: int) -> NewPerson:
    """A second person with the same posts: canbo2.731 beside canbo.731."""
    kind, dot, unit = login.partition(".")
    own_login = f"{kind}2{dot}{unit}"
    query = select(_assignment.c.unit_code, _assignment.c.role).join(_person, _person.c.id == _assignment.c.person_id)
    posts = tuple((row.unit_code, row.role) for row in tx.read.execute(query.where(_person.c.login == login)))
    return NewPerson(own_login, people.invented_name(number), posts, people.example_address(own_login))


def _busiest_logins(tx: Transaction, role: str, units: int) -> list[str]:
    """The logins of people who hold the role, one in each of the units with most open tasks of that role."""
    open_tasks = (
        (_task.c.unit_code == _assignment.c.unit_code) & (_task.c.role == _assignment.c.role) & (_task.c.state == OPEN)
    )
    query = (
        select(_person.c.login, _assignment.c.unit_code)
        .join(_assignment, _assignment.c.person_id == _person.c.id)
        .outerjoin(_task, open_tasks)
        .where(_assignment.c.role == role, _person.c.active)
        .group_by(_person.c.id, _person.c.login, _assignment.c.unit_code)
        .order_by(func.count(_task.c.id).desc(), _person.c.id)
    )
    first: dict[str, str] = {}
    for login, unit in tx.read.execute(query):
        first.setdefault(unit, login)
    return list(first.values())[:units]


def first_of_each_role(offered: Sequence[DemoAccount]) -> list[DemoAccount]:
    """The first account for each set of roles: what a demonstration offers before its colleagues."""
    first: dict[tuple[str, ...], DemoAccount] = {}
    for account in offered:
        first.setdefault(account.roles, account)
    return list(first.values())


def list_usable_accounts(tx: Transaction) -> list[DemoAccount]:
    """The accounts that can sign in, ordered by role; colleagues come after those whose posts they have."""
    query = (
        select(_person.c.login, _person.c.name, _assignment.c.role, _unit.c.name.label("unit"))
        .join(_assignment, _assignment.c.person_id == _person.c.id)
        .join(_unit, _unit.c.code == _assignment.c.unit_code)
        .where(_person.c.password_hash.is_not(None), _person.c.active)
        .order_by(_person.c.id)
    )
    by_login: dict[str, DemoAccount] = {}
    for row in sorted(tx.read.execute(query), key=lambda row: STAFF_ROLES.index(row.role)):
        earlier = by_login.get(row.login)
        roles = (*earlier.roles, row.role) if earlier else (row.role,)
        by_login[row.login] = DemoAccount(row.login, row.name, row.unit, roles)
    return list(by_login.values())


def busiest_logins(tx: Transaction, limit: int) -> list[str]:
    """The logins of the people with most open tasks in their posts, for measurements with many users at once."""
    open_tasks = (
        (_task.c.unit_code == _assignment.c.unit_code) & (_task.c.role == _assignment.c.role) & (_task.c.state == OPEN)
    )
    query = (
        select(_person.c.login)
        .join(_assignment, _assignment.c.person_id == _person.c.id)
        .join(_task, open_tasks)
        .where(_person.c.active)
        .group_by(_person.c.id, _person.c.login)
        .order_by(func.count(_task.c.id).desc(), _person.c.id)
        .limit(limit)
    )
    return list(tx.read.execute(query).scalars())


def people_without_factors(tx: Transaction, now: datetime) -> list[int]:
    """The ids of the active people of whom nobody asks a second factor, for measurements with very many sessions."""
    active = tx.read.execute(select(_person.c.id).where(_person.c.active).order_by(_person.c.id)).scalars().all()
    return [one for one in active if not factors.must_have_factor(access.load_officer(tx, one, now))]


def enable_accounts(tx: Transaction, logins: Iterable[str], now: datetime) -> None:
    """Let these people sign in with the shared password, too."""
    ids = [accounts.set_password(tx, login, PASSWORD, now=now) for login in logins]
    account_seals.adopt_accounts(tx, ActStamp(SYSTEM, now), ids)
