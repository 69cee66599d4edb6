"""Resolves who gets a notice when it is sent: a unit's staff, substitutes of those who are away, citizens."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from engine.actor import person_key
from engine.cases import case_ends, report_links
from engine.mailing import facts
from engine.process.instances import OPEN
from engine.staff import duty_roster, substitutes
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Person, Report, RoleAssignment, Task
from engine.world.addressees import EVERYBODY, HOLDER, split_addressee
from engine.world.addressees import UNIT_HEAD as HEAD
from engine.world.roles import CITIZEN, UNIT_HEAD, names_of
from engine.world.world import World

MAIL, SMS, WEBHOOK = "mail", "sms", "webhook"
# Administrators, analysts and leaders get no notices about cases.
_NOTICE_ROLES = sorted(names_of(lambda role: role.notices))

_person, _assignment = table_of(Person), table_of(RoleAssignment)
_report, _task = table_of(Report), table_of(Task)


@dataclass(frozen=True, slots=True)
class Recipient:
    """A recipient ("person:12", "report:7" or "webhook"), the channel, and the unit they receive the notice for."""

    channel: str
    name: str
    unit: str | None = None


def resolve_addressees(
    tx: Transaction, row: Row[Any], world: World, channels: Collection[str], now: datetime
) -> list[Recipient]:
    """The recipients of a notice over the configured channels, without duplicates even if two units name them."""
    recipients: dict[tuple[str, str], Recipient] = {}
    for addressee in facts.addressees_of(row):
        candidates = (
            _citizen_recipients(tx, row.report_id, channels)
            if addressee == CITIZEN
            else _officer_recipients(tx, row, world, addressee, channels, now)
        )
        for recipient in candidates:
            recipients.setdefault((recipient.channel, recipient.name), recipient)
    if WEBHOOK in channels:
        recipients[WEBHOOK, WEBHOOK] = Recipient(WEBHOOK, WEBHOOK)
    return list(recipients.values())


def _officer_recipients(
    tx: Transaction, row: Row[Any], world: World, addressee: str, channels: Collection[str], now: datetime
) -> list[Recipient]:
    """The reachable people of a unit; if there are none, those of the unit above, and so on (R19).

    Outside office hours an emergency goes to whoever is on duty there instead of to everybody.
    """
    unit, audience = split_addressee(addressee)
    on_duty = _on_duty_recipients(tx, row, world, unit, channels, now)
    if on_duty:
        return on_duty
    code: str | None = unit
    while code is not None and world.units.knows(code):
        people = people_to_notify(tx, code, row.instance_id, now, audience)
        if people:
            return [Recipient(MAIL, person_key(person_id), unit) for person_id in people]
        above = world.units.above(code)
        code = above.code if above is not None else None
    return []


def _on_duty_recipients(
    tx: Transaction, row: Row[Any], world: World, unit: str, channels: Collection[str], now: datetime
) -> list[Recipient]:
    """Whoever is on duty for the unit, by mail and SMS; nobody in office hours, or for what is no emergency."""
    if not facts.is_emergency(row) or world.calendar.is_open(now):
        return []
    person = duty_roster.find_on_duty(tx, [unit], now).get(unit)
    if person is None:
        return []
    recipients = [
        Recipient(MAIL, person_key(one), unit) for one in reachable_people(tx, [(person.person_id, unit)], now)
    ]
    if SMS in channels and person.phone:
        recipients.append(Recipient(SMS, person_key(person.person_id), unit))
    return recipients


def people_to_notify(tx: Transaction, unit: str, instance_id: int, now: datetime, audience: str = "") -> list[int]:
    """The assignees of the case's tasks in the unit and its heads; without an assignee, all its caseworkers.

    With an audience only its head or the assignees, or everybody; who is not there is stood for by all caseworkers.
    """
    staff_query = (
        select(_assignment.c.person_id, _assignment.c.role)
        .join(_person, _person.c.id == _assignment.c.person_id)
        .where(_assignment.c.unit_code == unit, _assignment.c.role.in_(_NOTICE_ROLES), _person.c.active)
    )
    staff = tx.read.execute(staff_query).all()
    assignee_query = select(_task.c.assignee_id).where(
        _task.c.instance_id == instance_id,
        _task.c.state == OPEN,
        _task.c.unit_code == unit,
        _task.c.assignee_id.is_not(None),
    )
    assignees = set(tx.read.execute(assignee_query).scalars())
    heads = {row.person_id for row in staff if row.role == UNIT_HEAD}
    chosen = {"": assignees | heads if assignees else set(), HOLDER: assignees, HEAD: heads, EVERYBODY: set()}[audience]
    people = chosen or {row.person_id for row in staff}
    return reachable_people(tx, [(person_id, unit) for person_id in people], now)


def reachable_people(tx: Transaction, posts: Collection[tuple[int, str]], now: datetime) -> list[int]:
    """The people with an address among posts, as (person, unit), and substitutes for those away from the unit (R12)."""
    stand_ins: dict[tuple[int, str], set[int]] = {}
    for row in substitutes.list_active_substitutes(tx, {person_id for person_id, _unit in posts}, now):
        stand_ins.setdefault((row.person_id, row.unit_code), set()).add(row.substitute_id)
    available = {one for post in posts for one in stand_ins.get(post, {post[0]})}
    reachable = select(_person.c.id).where(
        _person.c.id.in_(sorted(available)), _person.c.active, _person.c.email.is_not(None), _person.c.email != ""
    )
    return sorted(tx.read.execute(reachable).scalars())


def _told_together(tx: Transaction, report_id: int) -> list[int]:
    """The reports that hang on a case and are told what its own citizen is told.

    Not of an end that is this citizen's alone; and not by a merged case of what its main case tells them already.
    """
    case_id = report_links.newest_case_id(tx, report_id)
    if case_id is None or case_ends.case_standing(tx, case_id).ended_without_result:
        return []
    if report_links.main_report_id(tx, report_id) != report_id:
        return []
    return [row.id for row in report_links.list_hanging_reports(tx, report_id)]


def _citizen_recipients(tx: Transaction, report_id: int, channels: Collection[str]) -> list[Recipient]:
    """Everyone who reported the matter and can receive messages; operators call the others (R1, R11)."""
    ids = [report_id, *_told_together(tx, report_id)]
    query = select(_report.c.id, _report.c.email, _report.c.phone).where(_report.c.id.in_(ids)).order_by(_report.c.id)
    recipients = []
    for row in tx.read.execute(query):
        if row.email:
            recipients.append(Recipient(MAIL, f"report:{row.id}"))
        elif row.phone and SMS in channels:
            recipients.append(Recipient(SMS, f"report:{row.id}"))
    return recipients
