"""Who gets a notice, looked up when it is sent: a unit's people, who stands in for those away, the citizens. For this
package.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from engine.cases.calls import REPEAT
from engine.mailing import facts
from engine.process.instances import OPEN
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Person, Report, ReportLink, RoleAssignment, Substitute, Task
from engine.world.unit_tree import CITIZEN, UNIT_HEAD
from engine.world.world import World

MAIL, SMS, WEBHOOK = "mail", "sms", "webhook"
# Whose work it is; administrators, analysts and leaders get no notices of cases.
_AT_WORK = (*("operator", "tier2_focal", "commune", "police", "department", "provincial_office"), UNIT_HEAD)
_DEPTH = 5  # Of people who stand in for people who stand in.

_person, _held, _away = table_of(Person), table_of(RoleAssignment), table_of(Substitute)
_report, _link, _task = table_of(Report), table_of(ReportLink), table_of(Task)


@dataclass(frozen=True, slots=True)
class Recipient:
    """One way to somebody: "person:12", "report:7" or "webhook" by a channel, and the unit for which they get it."""

    channel: str
    name: str
    unit: str | None = None


def of_notice(
    tx: Transaction, row: Row[Any], world: World, channels: Collection[str], now: datetime
) -> list[Recipient]:
    """Who gets a notice by the channels there are; nobody twice, although two units may name them."""
    found: dict[tuple[str, str], Recipient] = {}
    for to in facts.addressed(row):
        told = _citizens(tx, row.report_id, channels) if to == CITIZEN else _officers(tx, row, world, to, now)
        for recipient in told:
            found.setdefault((recipient.channel, recipient.name), recipient)
    if WEBHOOK in channels:
        found[WEBHOOK, WEBHOOK] = Recipient(WEBHOOK, WEBHOOK)
    return list(found.values())


def _officers(tx: Transaction, row: Row[Any], world: World, unit: str, now: datetime) -> list[Recipient]:
    """The people of a unit who can be reached; where nobody can, those of the unit above, and so on (R19)."""
    code: str | None = unit
    while code is not None and world.units.knows(code):
        people = people_of(tx, code, row.instance_id, now)
        if people:
            return [Recipient(MAIL, f"person:{person}", unit) for person in people]
        above = world.units.above(code)
        code = above.code if above is not None else None
    return []


def people_of(tx: Transaction, unit: str, instance_id: int, now: datetime) -> list[int]:
    """Whoever holds a task of the case in the unit, and its heads; while nobody holds one, everybody at work there."""
    wanted = (
        select(_held.c.person_id, _held.c.role)
        .join(_person, _person.c.id == _held.c.person_id)
        .where(_held.c.unit_code == unit, _held.c.role.in_(_AT_WORK), _person.c.active)
    )
    there = tx.read.execute(wanted).all()
    holding = select(_task.c.assignee_id).where(
        _task.c.instance_id == instance_id,
        _task.c.state == OPEN,
        _task.c.unit_code == unit,
        _task.c.assignee_id.is_not(None),
    )
    holders = set(tx.read.execute(holding).scalars())
    heads = {row.person_id for row in there if row.role == UNIT_HEAD}
    return present(tx, holders | heads if holders else {row.person_id for row in there}, now)


def present(tx: Transaction, people: Iterable[int], now: datetime) -> list[int]:
    """Those of the people who are there and have an address, and whoever stands in for the others (R12)."""
    waiting, seen, found = set(people), set[int](), set[int]()
    for _level in range(_DEPTH):
        away = _substitutes(tx, waiting, now)
        found |= waiting - away.keys()
        seen |= waiting
        waiting = {other for others in away.values() for other in others} - seen
        if not waiting:
            break
    reachable = select(_person.c.id).where(
        _person.c.id.in_(sorted(found)), _person.c.active, _person.c.email.is_not(None), _person.c.email != ""
    )
    return sorted(tx.read.execute(reachable).scalars())


def _substitutes(tx: Transaction, people: Collection[int], now: datetime) -> dict[int, set[int]]:
    wanted = select(_away.c.person_id, _away.c.substitute_id).where(
        _away.c.person_id.in_(sorted(people)), _away.c.starts_at <= now, _away.c.ends_at > now
    )
    found: dict[int, set[int]] = {}
    for row in tx.read.execute(wanted):
        found.setdefault(row.person_id, set()).add(row.substitute_id)
    return found


def _citizens(tx: Transaction, report_id: int, channels: Collection[str]) -> list[Recipient]:
    """Everybody who reported the matter and can be written to; the operators call the others (R1, R11)."""
    joined = select(_link.c.report_id).where(
        _link.c.other_id == report_id, _link.c.kind == REPEAT, _link.c.undone_at.is_(None)
    )
    wanted = (
        select(_report.c.id, _report.c.email, _report.c.phone)
        .where((_report.c.id == report_id) | _report.c.id.in_(joined))
        .order_by(_report.c.id)
    )
    found = []
    for row in tx.read.execute(wanted):
        if row.email:
            found.append(Recipient(MAIL, f"report:{row.id}"))
        elif row.phone and SMS in channels:
            found.append(Recipient(SMS, f"report:{row.id}"))
    return found
