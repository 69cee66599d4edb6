"""The mail of each morning: what is overdue and what is due today, for heads of units and the provincial office.

Planned once a working day, at opening; written when it is sent, so that it says how things are then. For the worker.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, func, insert, select

from engine import access, jobs
from engine.clock import VIETNAM
from engine.columns import table_of
from engine.db import Transaction, transaction
from engine.instances import OPEN
from engine.mailing.facts import Pages
from engine.mailing.packing import DAILY
from engine.mailing.recipients import MAIL, present
from engine.models import Instance, Mail, Person, Report, RoleAssignment, Task
from engine.unit_tree import UNIT_HEAD
from engine.world import World

JOB = "daily_digest"
SHOWN = 20
EVERYWHERE = "provincial_office"

_mail, _person, _held = table_of(Mail), table_of(Person), table_of(RoleAssignment)
_task, _instance, _report = table_of(Task), table_of(Instance), table_of(Report)

_WORDS = {
    "vi": {
        "subject": "[1022] Việc trong ngày {day}: {late} quá hạn, {today} đến hạn",
        "greeting": "Kính gửi {name},",
        "late": "Quá hạn ({count}):",
        "today": "Đến hạn hôm nay ({count}):",
        "line": "- {code} · {task} · {unit} · hạn {due}",
        "more": "… và {count} việc khác.",
        "link": "Mở danh sách: {link}",
    },
    "en": {
        "subject": "[1022] {day}: {late} overdue, {today} due",
        "greeting": "Dear {name},",
        "late": "Overdue ({count}):",
        "today": "Due today ({count}):",
        "line": "- {code} · {task} · {unit} · due {due}",
        "more": "… and {count} more.",
        "link": "Open the list: {link}",
    },
}


def plan(engine: Engine, now: datetime, world: World) -> int:
    """On a working day after opening, once: a mail for whoever heads a unit with something due. Returns how many."""
    day, calendar = now.astimezone(VIETNAM).date(), world.calendar
    midnight = datetime.combine(day, datetime.min.time(), VIETNAM)
    opening = calendar.next_opening(midnight)
    if opening.astimezone(VIETNAM).date() != day or now < opening:
        return 0
    with transaction(engine) as tx:
        if not jobs.claim(tx, JOB, day, now):
            return 0
        people = [person for person in _people(tx, now) if sum(_counts(tx, person, now))]
        rows = [_row(person, day.isoformat(), now) for person in people]
        if rows:
            tx.write().execute(insert(_mail), rows)
    return len(rows)


def _people(tx: Transaction, now: datetime) -> list[int]:
    """Heads of units and officers of the provincial office who want it; for those away, whoever stands in."""
    wanted = (
        select(_person.c.id)
        .join(_held, _held.c.person_id == _person.c.id)
        .where(_person.c.active, _held.c.role.in_((UNIT_HEAD, EVERYWHERE)))
        .distinct()
    )
    found = present(tx, tx.read.execute(wanted).scalars(), now)
    wanting = select(_person.c.id).where(_person.c.wants_digest)
    return sorted(set(found) & set(tx.read.execute(wanting).scalars()))


def _row(person: int, day: str, now: datetime) -> dict[str, Any]:
    recipient = f"person:{person}"
    return {
        "channel": MAIL,
        "recipient": recipient,
        "kind": DAILY,
        "about": day,
        "created_at": now,
        "available_at": now,
    }


def text(tx: Transaction, person: int, world: World, pages: Pages, now: datetime) -> tuple[str, str]:
    """Subject and text of a person's daily mail as things are now."""
    words = _WORDS[pages.language]
    name = tx.read.execute(select(_person.c.name).where(_person.c.id == person)).scalar_one()
    late, today = _counts(tx, person, now)
    roles = access.officer(tx, person, now).roles  # Those of the people that they stand in for, too.
    parts = [words["greeting"].format(name=name)]
    for key, count, period in (("late", late, _late(now)), ("today", today, _today(now))):
        if count:
            rows = tx.read.execute(_tasks(roles, period).order_by(_task.c.due_at, _task.c.id).limit(SHOWN)).all()
            parts.append("\n".join([words[key].format(count=count), *_lines(rows, world, words, count)]))
    parts.append(words["link"].format(link=f"{pages.site}/inbox?view=overdue"))
    subject = words["subject"].format(day=f"{now.astimezone(VIETNAM):%d/%m/%Y}", late=late, today=today)
    return subject, "\n\n".join(parts)


def _lines(rows: Sequence[Any], world: World, words: dict[str, str], count: int) -> list[str]:
    lines = [
        words["line"].format(
            code=row.code,
            task=row.name,
            unit=world.units.get(row.unit_code).name,
            due=f"{row.due_at.astimezone(VIETNAM):%H:%M %d/%m/%Y}",
        )
        for row in rows
    ]
    return [*lines, words["more"].format(count=count - len(rows))] if count > len(rows) else lines


def _counts(tx: Transaction, person: int, now: datetime) -> tuple[int, int]:
    """How many open tasks are overdue, and how many more are due today."""
    counts, roles = [], access.officer(tx, person, now).roles
    for period in (_late(now), _today(now)):
        counted = select(func.count()).select_from(_tasks(roles, period).subquery())
        counts.append(int(tx.read.execute(counted).scalar_one()))
    return counts[0], counts[1]


def _late(now: datetime) -> ColumnElement[bool]:
    return _task.c.due_at <= now


def _today(now: datetime) -> ColumnElement[bool]:
    local = now.astimezone(VIETNAM)
    midnight = datetime.combine(local.date(), datetime.min.time(), VIETNAM) + timedelta(days=1)
    return (_task.c.due_at > now) & (_task.c.due_at < midnight)


def _tasks(roles: Collection[tuple[str, str]], period: ColumnElement[bool]) -> Select[Any]:
    """Open tasks of a period in the units that somebody heads; everywhere for the provincial office."""
    wanted = (
        select(_report.c.code, _task.c.id, _task.c.name, _task.c.unit_code, _task.c.due_at)
        .join(_instance, _instance.c.id == _task.c.instance_id)
        .join(_report, _report.c.id == _instance.c.report_id)
        .where(_task.c.state == OPEN, period)
    )
    if any(role == EVERYWHERE for _unit, role in roles):
        return wanted
    return wanted.where(_task.c.unit_code.in_(sorted(unit for unit, role in roles if role == UNIT_HEAD)))
