"""Tells whoever is on duty of an emergency that reaches their unit outside office hours, at once, by mail and SMS.

What the ladder says of emergencies later goes to them too (`engine.mailing.recipients`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Row, func, select, text

from engine.actor import person_key
from engine.clock import VIETNAM
from engine.errors import NotFound
from engine.mailing.facts import PageLinks, unit_display_name
from engine.mailing.recipients import MAIL, SMS
from engine.process.element_captions import load_step_names
from engine.process.instances import OPEN, URGENCY_RANKS
from engine.staff import duty_roster
from engine.staff.duty_roster import OnDuty
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.insert_once import insert_once
from engine.store.models import Instance, Mail, Matter, Report, Task
from engine.translation.catalogue import N_, translate
from engine.world.roles import CITIZEN
from engine.world.world import World

DUTY = "duty"
RECENT = timedelta(hours=12)  # What opened before is no news: office hours have come since, or the ladder has.

_SUBJECT = N_("[1022] KHẨN CẤP {code}: {task}, {place}, hạn {due}")
_TEXT = N_(
    "Kính gửi {name},\n\nBạn trực ngoài giờ của {unit}. Hồ sơ khẩn cấp {code} ({place}) vừa đến đơn vị, bước “{task}”, "
    "hạn {due}. Xin nhận việc và xử lý ngay.\n\nMở việc: {link}"
)

_mail, _task, _instance, _report, _matter = (table_of(model) for model in (Mail, Task, Instance, Report, Matter))


def plan_duty_mails(engine: Engine, now: datetime, world: World, channels: Collection[str]) -> int:
    """Plan the mails and text messages about emergencies that reached a unit while it was closed; each once.

    Returns how many people are to be told, again or anew.
    """
    if world.calendar.is_open(now):
        return 0
    with transaction(engine) as tx:
        tasks = tx.read.execute(_new_emergencies(now)).all()
        on_duty = duty_roster.find_on_duty(tx, {task.unit_code for task in tasks}, now) if tasks else {}
        rows = [
            {"channel": channel, "recipient": person_key(person.person_id), "kind": DUTY, "about": str(task.id)}
            for task in tasks
            if (person := on_duty.get(task.unit_code)) is not None and task.assignee_id is None
            for channel in channels_of(person, channels)
        ]
        if rows:
            times = {"created_at": now, "available_at": now}
            connection = tx.write()
            connection.execute(insert_once(connection, _mail), [{**row, **times} for row in rows])
    return len(rows)


def channels_of(person: OnDuty, channels: Collection[str]) -> list[str]:
    """Over which of the configured channels a person on duty is told: mail, and SMS if there is a number."""
    return [name for name in (MAIL, SMS) if name in channels and (name == MAIL or person.phone)]


def _new_emergencies(now: datetime) -> Any:
    """The open tasks of emergencies that opened lately; the few pressing ones have an index."""
    return select(_task.c.id, _task.c.unit_code, _task.c.assignee_id).where(
        text("task.state = 'open' AND task.urgency_rank < 2"),
        _task.c.urgency_rank == URGENCY_RANKS["emergency"],
        _task.c.role != CITIZEN,
        _task.c.opened_at > now - RECENT,
    )


def compose_duty_mail(tx: Transaction, mail: Row[Any], name: str, world: World, pages: PageLinks) -> tuple[str, str]:
    """Subject and text for whoever is on duty; raises NotFound when the task is no longer open."""
    query = (
        select(
            _task.c.id,
            _task.c.name,
            _task.c.unit_code,
            _task.c.due_at,
            _report.c.place,
            func.coalesce(_report.c.code, _matter.c.code).label("code"),
        )
        .join(_instance, _instance.c.id == _task.c.instance_id)
        .outerjoin(_report, _report.c.id == _instance.c.report_id)
        .outerjoin(_matter, _matter.c.instance_id == _instance.c.id)
        .where(_task.c.id == int(mail.about), _task.c.state == OPEN)
    )
    row = tx.read.execute(query).one_or_none()
    if row is None:
        raise NotFound("case-task-unknown")
    facts = {
        "name": name,
        "code": row.code,
        "task": load_step_names(tx, pages.language).get(row.name, row.name),
        "unit": unit_display_name(world, row.unit_code),
        "place": unit_display_name(world, row.place or row.unit_code),
        "due": f"{row.due_at.astimezone(VIETNAM):%H:%M %d/%m}" if row.due_at.year < 9999 else "",
        "link": f"{pages.site}/tasks/{row.id}",
    }
    subject, body = (translate(words, pages.language).format(**facts) for words in (_SUBJECT, _TEXT))
    return subject, body
