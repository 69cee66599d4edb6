"""The duty roster: who takes a unit's emergencies outside office hours, week by week.

A week begins on Monday at midnight in Vietnam. Whoever is on duty holds a role in the unit; once they no longer do, or
their account is closed, the week is a gap like one that nobody was named for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, insert, select

from engine.actor import ActStamp, person_key
from engine.clock import VIETNAM
from engine.errors import Forbidden, Invalid, NotFound
from engine.journal import acts, journal
from engine.staff import access
from engine.staff.access import HEAD, Officer
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import DutyShift, Person, RoleAssignment
from engine.world.roles import names_of
from engine.world.world import World
from forms.texts import national_number

KEEP, SEE = "keep_roster", "see_roster"
WEEKS_AHEAD = 8
WARNED_DAYS = 7  # So many days ahead a gap is told of.
ONE_WEEK = timedelta(days=7)
# Roles whose holders may be on duty: those who get the notices of their unit.
DUTY_ROLES = names_of(lambda role: role.notices)

_shift, _person, _assignment = table_of(DutyShift), table_of(Person), table_of(RoleAssignment)


@dataclass(frozen=True, slots=True)
class NewShift:
    """Who is to be on duty for a unit in the week from a Monday; `phone` is the number to call, "" for their own."""

    unit: str
    week: date
    person_id: int = 0
    phone: str = ""


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Who is on duty for a unit, and the number to call, "" when none is known."""

    person_id: int
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class DutyGap:
    """A week in which nobody is on duty for a unit."""

    unit: str
    week: date


def week_of(at: datetime) -> date:
    """The Monday of the week of an instant."""
    day = at.astimezone(VIETNAM).date()
    return day - timedelta(days=day.weekday())


def weeks_ahead(now: datetime) -> list[date]:
    """The Mondays of this week and of those that a roster is kept for."""
    return [week_of(now) + number * ONE_WEEK for number in range(WEEKS_AHEAD)]


def kept_units(officer: Officer, world: World) -> list[str]:
    """The units whose roster an officer keeps in their own right: those they head; for the provincial office all."""
    own = access.limit_to(officer, KEEP).own_roles
    everywhere = any(role != HEAD for _unit, role in own)
    headed = {unit for unit, role in own if role == HEAD}
    return [unit.code for unit in world.units.units if not unit.closed and (everywhere or unit.code in headed)]


def list_candidates(tx: Transaction, unit: str) -> Sequence[Any]:
    """The people who may be on duty for a unit, as (id, login, name, phone), by name."""
    query = (
        select(_person.c.id, _person.c.login, _person.c.name, _person.c.phone)
        .join(_assignment, _assignment.c.person_id == _person.c.id)
        .where(_assignment.c.unit_code == unit, _assignment.c.role.in_(sorted(DUTY_ROLES)), _person.c.active)
        .distinct()
        .order_by(_person.c.name, _person.c.id)
    )
    return tx.read.execute(query).all()


def set_duty(tx: Transaction, officer: Officer, world: World, shift: NewShift, stamp: ActStamp) -> None:
    """Name who is on duty for a unit in a week, instead of whoever was named before.

    Raises Forbidden for a unit that is not the officer's, Invalid for a past or far week, a stranger, or no number.
    """
    _require_own(officer, world, shift.unit)
    if shift.week not in weeks_ahead(stamp.at):
        raise Invalid("week", "duty-week-unknown")
    if shift.person_id not in {row.id for row in list_candidates(tx, shift.unit)}:
        raise Invalid("person", "duty-person-unknown")
    phone = national_number(shift.phone) if shift.phone.strip() else ""
    if phone is None:
        raise Invalid("phone", "report-phone-malformed")
    _delete_shift(tx, shift.unit, shift.week)
    row = {"unit_code": shift.unit, "week": shift.week, "person_id": shift.person_id, "phone": phone}
    tx.write().execute(insert(_shift), {**row, "set_at": stamp.at, "set_by": stamp.who.actor})
    facts = {"unit": shift.unit, "week": shift.week.isoformat()}
    journal.record(tx, stamp, acts.SET_DUTY, person_key(shift.person_id), **facts)


def clear_duty(tx: Transaction, officer: Officer, world: World, shift: NewShift, stamp: ActStamp) -> None:
    """Leave the week of `shift` without anybody on duty; raises Forbidden, NotFound when nobody was."""
    _require_own(officer, world, shift.unit)
    if not _delete_shift(tx, shift.unit, shift.week):
        raise NotFound("duty-week-unknown")
    journal.record(tx, stamp, acts.CLEAR_DUTY, "", unit=shift.unit, week=shift.week.isoformat())


def _require_own(officer: Officer, world: World, unit: str) -> None:
    if unit not in kept_units(officer, world):
        raise Forbidden("roles-do-not-allow")


def _delete_shift(tx: Transaction, unit: str, week: date) -> int:
    return tx.write().execute(delete(_shift).where(_shift.c.unit_code == unit, _shift.c.week == week)).rowcount


def _valid_shifts() -> Select[Any]:
    """The shifts of people who still work in the unit, with their name and the number to call."""
    works_there = (
        select(_assignment.c.person_id)
        .where(
            _assignment.c.person_id == _shift.c.person_id,
            _assignment.c.unit_code == _shift.c.unit_code,
            _assignment.c.role.in_(sorted(DUTY_ROLES)),
        )
        .exists()
    )
    columns = (_shift.c.unit_code, _shift.c.week, _shift.c.person_id, _shift.c.phone)
    people = select(*columns, _person.c.name, _person.c.login, _person.c.phone.label("own_phone"))
    return people.join(_person, _person.c.id == _shift.c.person_id).where(_person.c.active, works_there)


def list_shifts(tx: Transaction, unit: str, now: datetime) -> Mapping[date, Any]:
    """Who is on duty for a unit in this week and the next ones, by week."""
    query = _valid_shifts().where(_shift.c.unit_code == unit, _shift.c.week.in_(weeks_ahead(now)))
    return {row.week: row for row in tx.read.execute(query)}


def find_on_duty(tx: Transaction, units: Collection[str], at: datetime) -> dict[str, OnDuty]:
    """Who is on duty for these units at an instant, by unit; units without anybody are left out."""
    query = _valid_shifts().where(_shift.c.unit_code.in_(sorted(units)), _shift.c.week == week_of(at))
    return {row.unit_code: OnDuty(row.person_id, row.name, _number_of(row)) for row in tx.read.execute(query)}


def duty_number(tx: Transaction, person_id: int, at: datetime) -> str:
    """The number of a person who is on duty at an instant, "" when they are not, or have none."""
    query = _valid_shifts().where(_shift.c.person_id == person_id, _shift.c.week == week_of(at))
    return next((number for row in tx.read.execute(query) if (number := _number_of(row))), "")


def _number_of(row: Any) -> str:
    return row.phone or national_number(row.own_phone or "") or ""


def list_gaps(tx: Transaction, units: Collection[str], now: datetime) -> list[DutyGap]:
    """The weeks within WARNED_DAYS in which nobody is on duty for these units, the earliest first."""
    weeks = sorted({week_of(now), week_of(now + timedelta(days=WARNED_DAYS - 1))})
    query = _valid_shifts().where(_shift.c.week.in_(weeks))
    staffed = {(row.unit_code, row.week) for row in tx.read.execute(query)}
    return [DutyGap(unit, week) for week in weeks for unit in sorted(units) if (unit, week) not in staffed]


def units_with_roster(tx: Transaction, units: Iterable[str]) -> set[str]:
    """Those of the units that have begun to keep a roster."""
    query = select(_shift.c.unit_code).where(_shift.c.unit_code.in_(sorted(units))).distinct()
    return set(tx.read.execute(query).scalars())
