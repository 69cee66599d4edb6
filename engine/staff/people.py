"""People with accounts and roles: creates them one by one, or staffs a whole province with invented ones.

A unit counts as present when somebody holds the role of its kind or heads it (R19); here every unit gets both.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from engine.actor import ActStamp, person_key
from engine.errors import Invalid, NotFound
from engine.journal import acts, journal
from engine.province import revision
from engine.staff import account_seals, substitutes
from engine.staff.task_holders import requeue_lost_tasks
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import AccountLink, Person, RoleAssignment, Task, WebSession
from engine.text import strip_diacritics, vietnamese_order
from engine.world.roles import STAFF_ROLES, UNIT_HEAD, roles_of_kind
from engine.world.unit_tree import OrgUnit

_person = table_of(Person)
_assignment = table_of(RoleAssignment)
_task = table_of(Task)
_session, _link = table_of(WebSession), table_of(AccountLink)

MAX_LISTED = 100
MIN_NAME_LENGTH, MAX_NAME_LENGTH = 2, 100
EXAMPLE_DOMAIN = "dongnai.example"  # A reserved domain that cannot exist (RFC 2606).
MAX_EMAIL_LENGTH = 254  # RFC 5321.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_LOGIN = re.compile(r"[a-z0-9][a-z0-9.-]{2,39}")

_FAMILY = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
)
_MIDDLE = ("Văn", "Thị", "Minh", "Thanh", "Quốc", "Ngọc", "Hữu", "Kim", "Đức", "Thu", "Xuân")
_GIVEN = (
    "An", "Bình", "Châu", "Dũng", "Giang", "Hạnh", "Hiếu", "Hòa", "Hùng", "Khánh", "Lan", "Linh", "Long", "Mai", "Nam",
    "Nga", "Nhung", "Phúc", "Phương", "Quân", "Sơn", "Tâm", "Thảo", "Thịnh", "Trang", "Trung", "Tuấn", "Vinh", "Yến",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to create: login, name, roles as (unit, role), e-mail address or "".

    They cannot sign in until a password is set.
    """

    login: str
    name: str
    roles: tuple[tuple[str, str], ...]
    email: str = ""


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A person as administrators see them, with roles as (unit, role)."""

    id: int
    login: str
    name: str
    active: bool
    roles: tuple[tuple[str, str], ...]
    email: str


def create_many(tx: Transaction, people: Iterable[NewPerson], by: ActStamp) -> list[int]:
    """Create people with their roles; returns their ids in the same order. Logins must be new."""
    new_people = list(people)
    ids = _insert_people(tx.write(), new_people) if new_people else []
    posts = [(*post, _subject(person_id)) for person_id, new in zip(ids, new_people, strict=True) for post in new.roles]
    if ids:
        seals = account_seals.list_seals(tx, ids)
        journal.record(tx, by, acts.STAFF_UNITS, "province:", posts=posts, seals=seals)
    return ids


def _insert_people(connection: Connection, new_people: Sequence[NewPerson]) -> list[int]:
    revision.bump(connection)
    rows = [
        {
            "login": person.login,
            "name": person.name,
            "email": person.email or None,
            "salt": secrets.token_bytes(16),
            "active": True,
        }
        for person in new_people
    ]
    connection.execute(insert(_person), rows)
    logins = select(_person.c.login, _person.c.id)
    by_login = {row.login: row.id for row in connection.execute(logins)}
    ids = [by_login[person.login] for person in new_people]
    roles = [
        {"person_id": person_id, "unit_code": unit, "role": role}
        for person_id, person in zip(ids, new_people, strict=True)
        for unit, role in person.roles
    ]
    if roles:
        connection.execute(insert(_assignment), roles)
    return ids


def staff_units(tx: Transaction, units: Iterable[OrgUnit], by: ActStamp) -> int:
    """Give every open unit an officer with the roles of its kind, and a head; returns how many people are new.

    Idempotent: people created by an earlier run are left unchanged.
    """
    existing_logins = set(tx.read.execute(select(_person.c.login)).scalars())
    offset = tx.read.execute(select(func.count()).select_from(_person)).scalar_one()
    missing = [
        (login, roles)
        for unit in units
        if not unit.closed
        for login, roles in _unit_accounts(unit)
        if login not in existing_logins
    ]
    create_many(
        tx,
        (
            NewPerson(login, invented_name(offset + number), roles, example_address(login))
            for number, (login, roles) in enumerate(missing)
        ),
        by,
    )
    return len(missing)


def _unit_accounts(unit: OrgUnit) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """The accounts of a unit: one officer with all roles of its kind, one head."""
    name = unit.code.lower()
    yield f"canbo.{name}", tuple((unit.code, role) for role in roles_of_kind(unit.kind))
    yield f"lanhdao.{name}", ((unit.code, UNIT_HEAD),)


def example_address(login: str) -> str:
    """The mail address of an invented person."""
    return f"{login}@{EXAMPLE_DOMAIN}"


def invented_name(number: int) -> str:
    """A Vietnamese name of nobody in particular; neighbouring numbers differ in every part."""
    family = _FAMILY[number * 7 % len(_FAMILY)]
    middle = _MIDDLE[number * 5 % len(_MIDDLE)]
    return f"{family} {middle} {_GIVEN[number * 11 % len(_GIVEN)]}"


def search_people(tx: Transaction, text: str = "", unit: str = "") -> list[StaffMember]:
    """People by part of their name or login, with or without diacritics, or by unit; at most MAX_LISTED, by name."""
    columns = (_person.c.id, _person.c.login, _person.c.name, _person.c.active, _person.c.email)
    query = select(*columns).order_by(_person.c.id)
    if unit:
        query = query.where(_person.c.id.in_(select(_assignment.c.person_id).where(_assignment.c.unit_code == unit)))
    needle = strip_diacritics(text)
    matching = [row for row in tx.read.execute(query) if needle in strip_diacritics(f"{row.name} {row.login}")]
    rows = sorted(matching, key=lambda row: vietnamese_order(row.name))[:MAX_LISTED]
    roles: dict[int, list[tuple[str, str]]] = {row.id: [] for row in rows}
    role_query = select(_assignment).where(_assignment.c.person_id.in_(list(roles)))
    for row in tx.read.execute(role_query.order_by(_assignment.c.unit_code, _assignment.c.role)):
        roles[row.person_id].append((row.unit_code, row.role))
    return [StaffMember(row.id, row.login, row.name, row.active, tuple(roles[row.id]), row.email or "") for row in rows]


def create_person(tx: Transaction, new: NewPerson, by: ActStamp) -> int:
    """Create one person; raises Invalid for an invalid login, name or address, or a login that is taken."""
    if not _LOGIN.fullmatch(new.login):
        raise Invalid("login", "login-malformed")
    if not MIN_NAME_LENGTH <= len(new.name.strip()) <= MAX_NAME_LENGTH or not new.name.isprintable():
        raise Invalid("name", "person-name-length", least=MIN_NAME_LENGTH, most=MAX_NAME_LENGTH)
    _require_email(new.email)
    if tx.read.execute(select(_person.c.id).where(_person.c.login == new.login)).scalar() is not None:
        raise Invalid("login", "login-taken")
    person_id = _insert_people(tx.write(), [new])[0]
    facts: dict[str, object] = {"login": new.login, "email": new.email, "roles": new.roles}
    facts["seals"] = account_seals.seal_present(tx.write(), person_id, account_seals.NAMES, account_seals.EMAIL)
    journal.record(tx, by, acts.CREATE_ACCOUNT, _subject(person_id), **facts)
    return person_id


def _subject(person_id: int) -> str:
    return person_key(person_id)


def set_email(tx: Transaction, person_id: int, email: str, by: ActStamp) -> None:
    """Set a person's e-mail address, "" for none; raises Invalid for an invalid address, NotFound."""
    _require_email(email)
    before = _load_account(tx, person_id).email or ""
    if email != before:
        tx.write().execute(update(_person).where(_person.c.id == person_id).values(email=email or None))
        seals = account_seals.seal_present(tx.write(), person_id, account_seals.EMAIL)
        changes = {"email": [before, email]}
        journal.record(tx, by, acts.CHANGE_EMAIL, _subject(person_id), changes=changes, seals=seals)


def _load_account(tx: Transaction, person_id: int) -> Any:
    """The person's row, which stays as it is until the commit."""
    query = select(_person.c.email, _person.c.active).where(_person.c.id == person_id).with_for_update()
    row = tx.write().execute(query).one_or_none()
    if row is None:
        raise NotFound("person-unknown")
    return row


def _require_email(email: str) -> None:
    if email and not (_ADDRESS.fullmatch(email) and len(email) <= MAX_EMAIL_LENGTH):
        raise Invalid("email", "email-malformed")


def grant_role(tx: Transaction, person_id: int, unit: str, role: str, by: ActStamp) -> None:
    """Grant a person a role in a unit; idempotent. Raises Invalid for an unknown role, NotFound."""
    if role not in STAFF_ROLES:
        raise Invalid("role", "person-role-unknown")
    _load_account(tx, person_id)
    connection = tx.write()
    revision.bump(connection)
    if not _delete_role(connection, person_id, unit, role):
        journal.record(tx, by, acts.GRANT_ROLE, _subject(person_id), unit=unit, role=role)
    connection.execute(insert(_assignment), {"person_id": person_id, "unit_code": unit, "role": role})


def revoke_role(tx: Transaction, person_id: int, unit: str, role: str, by: ActStamp) -> None:
    """Revoke a person's role in a unit; raises NotFound when they do not hold it.

    Tasks that they have claimed there and may no longer do return to the queue, and absences that lend it end.
    """
    connection = tx.write()
    revision.bump(connection)
    if not _delete_role(connection, person_id, unit, role):
        raise NotFound("role-not-held")
    journal.record(tx, by, acts.REVOKE_ROLE, _subject(person_id), unit=unit, role=role)
    substitutes.end_loans_of(tx, person_id, by, (unit, role))
    held = or_(_task.c.assignee_id == person_id, _task.c.owner_id == person_id)
    requeue_lost_tasks(connection, and_(_task.c.unit_code == unit, held))


def _delete_role(connection: Connection, person_id: int, unit: str, role: str) -> int:
    held = (_assignment.c.person_id == person_id) & (_assignment.c.unit_code == unit) & (_assignment.c.role == role)
    return connection.execute(delete(_assignment).where(held)).rowcount


def posts_of(tx: Transaction, person_id: int) -> list[tuple[str, str]]:
    """The roles of a person, as (unit, role)."""
    query = select(_assignment.c.unit_code, _assignment.c.role).where(_assignment.c.person_id == person_id)
    return [(row.unit_code, row.role) for row in tx.read.execute(query)]


def set_active(tx: Transaction, person_id: int, by: ActStamp, *, active: bool) -> None:
    """Close an account or reopen it; closing signs the person out at once. Raises NotFound.

    Tasks that the person has claimed return to the queues, so that nothing waits for somebody who has left. What had
    been opened for them, sessions and links to choose a password, does not come back with a reopened account. Those for
    whom the person stands in are told.
    """
    if _load_account(tx, person_id).active != active:
        act = acts.OPEN_ACCOUNT if active else acts.CLOSE_ACCOUNT
        journal.record(tx, by, act, _subject(person_id))
    connection = tx.write()
    revision.bump(connection)
    connection.execute(update(_person).where(_person.c.id == person_id).values(active=active))
    if not active:
        connection.execute(delete(_session).where(_session.c.person_id == person_id))
        unused = (_link.c.person_id == person_id) & _link.c.used_at.is_(None)
        connection.execute(update(_link).where(unused).values(used_at=by.at))
        held = (_task.c.assignee_id == person_id) & (_task.c.state == "open")
        connection.execute(
            update(_task).where(held).values(assignee_id=None, owner_id=None, version=_task.c.version + 1)
        )
        connection.execute(update(_task).where(_task.c.owner_id == person_id).values(owner_id=None))
        substitutes.end_loans_of(tx, person_id, by)
        substitutes.tell_of_lost_substitute(tx, person_id, by.at)


def login_of(tx: Transaction, person_id: int) -> str:
    """The login of a person; raises NotFound."""
    login: str | None = tx.read.execute(select(_person.c.login).where(_person.c.id == person_id)).scalar()
    if login is None:
        raise NotFound("person-unknown")
    return login
