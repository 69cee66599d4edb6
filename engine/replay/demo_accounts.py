"""The accounts that a demonstration offers: one per role, in the unit with the largest backlog.

All share one password, which the web application rejects outside a demonstration.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from engine.actor import SYSTEM, ActStamp
from engine.process.instances import OPEN
from engine.staff import access, account_seals, accounts, factors
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Person, RoleAssignment, Task, Unit
from engine.world.roles import STAFF_ROLES

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
    if tx.read.execute(select(_person.c.id).where(_person.c.password_hash.is_not(None)).limit(1)).scalar() is None:
        for login in dict.fromkeys(_busiest_login(tx, role) for role in STAFF_ROLES):
            if login is not None:
                accounts.set_password(tx, login, PASSWORD, now=now)
        account_seals.adopt_accounts(tx, ActStamp(SYSTEM, now))


def _busiest_login(tx: Transaction, role: str) -> str | None:
    """The login of a person who holds the role in the unit with most open tasks of that role."""
    open_tasks = (
        (_task.c.unit_code == _assignment.c.unit_code) & (_task.c.role == _assignment.c.role) & (_task.c.state == OPEN)
    )
    query = (
        select(_person.c.login)
        .join(_assignment, _assignment.c.person_id == _person.c.id)
        .outerjoin(_task, open_tasks)
        .where(_assignment.c.role == role, _person.c.active)
        .group_by(_person.c.id, _person.c.login)
        .order_by(func.count(_task.c.id).desc(), _person.c.id)
        .limit(1)
    )
    return tx.read.execute(query).scalar()


def list_usable_accounts(tx: Transaction) -> list[DemoAccount]:
    """The accounts that can sign in, ordered by role."""
    query = (
        select(_person.c.login, _person.c.name, _assignment.c.role, _unit.c.name.label("unit"))
        .join(_assignment, _assignment.c.person_id == _person.c.id)
        .join(_unit, _unit.c.code == _assignment.c.unit_code)
        .where(_person.c.password_hash.is_not(None), _person.c.active)
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
    people = [accounts.set_password(tx, login, PASSWORD, now=now) for login in logins]
    account_seals.adopt_accounts(tx, ActStamp(SYSTEM, now), people)
