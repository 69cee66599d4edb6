"""The accounts that a demonstration offers: one for each role, where most of its work waits.

Called by the demonstration. All share one password, which the web application refuses outside a demonstration.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from engine.process.instances import OPEN
from engine.staff import accounts
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Person, RoleAssignment, Task, Unit
from engine.world.unit_tree import STAFF_ROLES

PASSWORD = "thu-nghiem-1022"  # noqa: S105 - it is meant to be known.

_person, _held, _task, _unit = table_of(Person), table_of(RoleAssignment), table_of(Task), table_of(Unit)


@dataclass(frozen=True, slots=True)
class Offered:
    """An account of the demonstration: who, in which unit, with which roles."""

    login: str
    name: str
    unit: str
    roles: tuple[str, ...]


def offer(tx: Transaction, now: datetime) -> None:
    """Let one person of each role sign in; does nothing when that has been done."""
    if tx.read.execute(select(_person.c.id).where(_person.c.password_hash.is_not(None)).limit(1)).scalar() is None:
        for login in dict.fromkeys(_busiest(tx, role) for role in STAFF_ROLES):
            if login is not None:
                accounts.set_password(tx, login, PASSWORD, now=now)


def _busiest(tx: Transaction, role: str) -> str | None:
    """The login of a person who holds the role in the unit where most of its tasks are open."""
    tasks = (_task.c.unit_code == _held.c.unit_code) & (_task.c.role == _held.c.role) & (_task.c.state == OPEN)
    wanted = (
        select(_person.c.login)
        .join(_held, _held.c.person_id == _person.c.id)
        .outerjoin(_task, tasks)
        .where(_held.c.role == role, _person.c.active)
        .group_by(_person.c.id, _person.c.login)
        .order_by(func.count(_task.c.id).desc(), _person.c.id)
        .limit(1)
    )
    return tx.read.execute(wanted).scalar()


def offered(tx: Transaction) -> list[Offered]:
    """The accounts that can sign in, in the order of the roles."""
    wanted = (
        select(_person.c.login, _person.c.name, _held.c.role, _unit.c.name.label("unit"))
        .join(_held, _held.c.person_id == _person.c.id)
        .join(_unit, _unit.c.code == _held.c.unit_code)
        .where(_person.c.password_hash.is_not(None), _person.c.active)
    )
    found: dict[str, Offered] = {}
    for row in sorted(tx.read.execute(wanted), key=lambda row: STAFF_ROLES.index(row.role)):
        known = found.get(row.login)
        roles = (*known.roles, row.role) if known else (row.role,)
        found[row.login] = Offered(row.login, row.name, row.unit, roles)
    return list(found.values())


def busiest(tx: Transaction, most: int) -> list[str]:
    """The logins of the people in whose units most tasks are open, for measuring with many at once."""
    tasks = (_task.c.unit_code == _held.c.unit_code) & (_task.c.role == _held.c.role) & (_task.c.state == OPEN)
    wanted = (
        select(_person.c.login)
        .join(_held, _held.c.person_id == _person.c.id)
        .join(_task, tasks)
        .where(_person.c.active)
        .group_by(_person.c.id, _person.c.login)
        .order_by(func.count(_task.c.id).desc(), _person.c.id)
        .limit(most)
    )
    return list(tx.read.execute(wanted).scalars())


def let_in(tx: Transaction, logins: Iterable[str], now: datetime) -> None:
    """Let these people sign in with the common password, too."""
    for login in logins:
        accounts.set_password(tx, login, PASSWORD, now=now)
