"""The mail to the head of a unit about an officer who has revealed unusually many reporters in a day (R14).

Planned once per officer, day and head, however many more there are; composed when it is sent.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from engine import clock
from engine.actor import person_key
from engine.cases import reveals
from engine.clock import VIETNAM
from engine.mailing.facts import unit_display_name
from engine.mailing.recipients import MAIL, reachable_people
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.insert_once import insert_once
from engine.store.models import Mail, Person, RoleAssignment
from engine.translation.catalogue import N_, Language, translate
from engine.world.roles import UNIT_HEAD
from engine.world.world import World

REVEALS = "reveals"
_TEXTS = {
    "subject": N_("[1022] {name} đã xem thông tin người phản ánh của {count} hồ sơ trong ngày {day}"),
    "opening": N_(
        "Trong ngày {day}, {name} ({units}) đã mở thông tin người phản ánh của {count} hồ sơ mà mình không giải quyết. "
        "Số này cao hơn thường lệ; đề nghị lãnh đạo đơn vị hỏi lại lý do."
    ),
    "closing": N_("Lý do của từng lần được ghi trong nhật ký hồ sơ."),
}

_mail, _person, _assignment = table_of(Mail), table_of(Person), table_of(RoleAssignment)


def plan_for_heads(tx: Transaction, person_id: int, now: datetime, world: World) -> None:
    """Plan the mail to the heads of the officer's units, or of the units above where there is no other head (R19).

    Like other notices it is sent in working time, and a head who is away has it sent to their substitute.
    """
    day = now.astimezone(VIETNAM).date().isoformat()
    heads = {head for unit in _units_of(tx, person_id) for head in _heads_of(tx, unit, person_id, now, world)}
    rows = [
        {"channel": MAIL, "recipient": person_key(head), "kind": REVEALS, "about": f"{person_id}.{day}"}
        | {"created_at": now, "available_at": world.calendar.next_opening(now)}
        for head in sorted(heads)
    ]
    if rows:
        connection = tx.write()
        connection.execute(insert_once(connection, _mail), rows)


def compose_about_reveals(tx: Transaction, about: str, world: World, language: Language) -> tuple[str, str]:
    """Subject and text of the mail about an officer's reveals of a day."""
    person_id, _dot, day = about.partition(".")
    rows = reveals.list_of_day(tx, person_key(int(person_id)), clock.parse_instant(f"{day}T12:00:00+07:00"))
    facts = {
        "name": tx.read.execute(select(_person.c.name).where(_person.c.id == int(person_id))).scalar_one(),
        "units": ", ".join(unit_display_name(world, unit) for unit in _units_of(tx, int(person_id))),
        "count": len(rows),
        "day": f"{datetime.fromisoformat(day):%d/%m/%Y}",
    }
    lines = [f"- {row.at.astimezone(VIETNAM):%H:%M} · {row.code}" for row in rows]
    subject, opening, closing = (translate(text, language).format(**facts) for text in _TEXTS.values())
    return subject, "\n\n".join((opening, "\n".join(lines), closing))


def _units_of(tx: Transaction, person_id: int) -> list[str]:
    query = select(_assignment.c.unit_code).where(_assignment.c.person_id == person_id)
    return sorted(set(tx.read.execute(query).scalars()))


def _heads_of(tx: Transaction, unit: str, person_id: int, now: datetime, world: World) -> Collection[int]:
    """The reachable heads of the unit, other than the officer; if there are none, those of the unit above."""
    code: str | None = unit
    while code is not None and world.units.knows(code):
        heads = select(_assignment.c.person_id).where(
            _assignment.c.unit_code == code, _assignment.c.role == UNIT_HEAD, _assignment.c.person_id != person_id
        )
        posts = [(head, code) for head in tx.read.execute(heads).scalars()]
        reachable = set(reachable_people(tx, posts, now)) - {person_id}
        if reachable:
            return reachable
        above = world.units.above(code)
        code = above.code if above is not None else None
    return ()
