"""Persons with accounts and roles: creating them one by one, and staffing a whole province with invented ones.

Imported by the demonstration, the replay and the commands. A unit counts as present when somebody holds the role of its
kind or heads it (R19); here every unit gets both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, insert, select

from engine.columns import table_of
from engine.db import Transaction
from engine.models import Person, RoleAssignment
from engine.unit_tree import SERVED_BY, UNIT_HEAD, Unit

_person = table_of(Person)
_assignment = table_of(RoleAssignment)

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
    """A person to create: login, name, roles as (unit, role). They cannot sign in before a password is set."""

    login: str
    name: str
    roles: tuple[tuple[str, str], ...]


def create(tx: Transaction, people: Iterable[NewPerson]) -> list[int]:
    """Create persons with their roles; returns their ids in the same order. Logins must be new."""
    wanted = list(people)
    if not wanted:
        return []
    connection = tx.write()
    rows = [{"login": person.login, "name": person.name, "active": True} for person in wanted]
    connection.execute(insert(_person), rows)
    logins = select(_person.c.login, _person.c.id)
    by_login = {row.login: row.id for row in connection.execute(logins)}
    ids = [by_login[person.login] for person in wanted]
    roles = [
        {"person_id": number, "unit_code": unit, "role": role}
        for number, person in zip(ids, wanted, strict=True)
        for unit, role in person.roles
    ]
    if roles:
        connection.execute(insert(_assignment), roles)
    return ids


def staff(tx: Transaction, units: Iterable[Unit]) -> int:
    """Give every open unit an officer for each role of its kind, and a head; returns how many persons are new.

    Persons that a former run created are left alone, so that staffing twice is staffing once.
    """
    taken = set(tx.read.execute(select(_person.c.login)).scalars())
    first = tx.read.execute(select(func.count()).select_from(_person)).scalar_one()
    missing = [
        (login, roles) for unit in units if not unit.closed for login, roles in _posts(unit) if login not in taken
    ]
    create(
        tx,
        (NewPerson(login, invented_name(first + number), roles) for number, (login, roles) in enumerate(missing)),
    )
    return len(missing)


def _posts(unit: Unit) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """The accounts of a unit: one officer with all roles of its kind, one head."""
    roles = [role for role, kind in SERVED_BY.items() if kind == unit.kind and role != "citizen"]
    if unit.kind == "office":
        roles.append("tier2_focal")  # Where no district stands above a place, the office is its tier 2.
    name = unit.code.lower()
    yield f"canbo.{name}", tuple((unit.code, role) for role in roles)
    yield f"lanhdao.{name}", ((unit.code, UNIT_HEAD),)


def invented_name(number: int) -> str:
    """A Vietnamese name that belongs to nobody in particular; neighbouring numbers differ in every part."""
    family = _FAMILY[number * 7 % len(_FAMILY)]
    middle = _MIDDLE[number * 5 % len(_MIDDLE)]
    return f"{family} {middle} {_GIVEN[number * 11 % len(_GIVEN)]}"
