"""The mail of each morning: what is overdue, due today and returned, for heads of units and the provincial office.

Planned once a working day, at opening; written when it is sent, so that it says how things are then. For the worker.

*Returned* is an open task that came back since the opening of the working day before. What completed task brought it
about says so, and nothing is asked of diagrams or forms:

- a task of the citizen: they were not satisfied, and the case was reopened one level up;
- a task of a department, and the new one waits in the provincial office: "not ours";
- a task of the level above (tier 2 for communes; the provincial office for communes, tier 2 and departments), and the
  unit has completed the same task of this case before: its result was not accepted, or the case was sent back.

Tasks of cases without a report (directives) are listed like others, by the code of their matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Engine, Select, exists, func, insert, or_, select

from engine.clock import VIETNAM
from engine.mailing.batching import DAILY
from engine.mailing.daily_words import WORDS
from engine.mailing.facts import Pages
from engine.mailing.recipients import MAIL, present
from engine.process.instances import DONE, OPEN
from engine.staff import access
from engine.store import daily_jobs
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Instance, Mail, Matter, Person, Report, RoleAssignment, Task
from engine.world.unit_tree import CITIZEN, UNIT_HEAD
from engine.world.work_calendar import WorkCalendar
from engine.world.world import World

JOB = "daily_digest"
SHOWN = 20
EVERYWHERE = "provincial_office"
LATE, TODAY, BACK = SECTIONS = ("late", "today", "back")
VIEWS = {LATE: "overdue", TODAY: "soon", BACK: "queue"}  # The list of the inbox that shows a section.
# Who refuses whose result, or sends a case back to them.
ABOVE = {"commune": ("tier2_focal", EVERYWHERE), "tier2_focal": (EVERYWHERE,), "department": (EVERYWHERE,)}
LONGEST_REST = 30  # Days; no holiday is longer.

Units: TypeAlias = tuple[str, ...] | None

_mail, _person, _held = table_of(Mail), table_of(Person), table_of(RoleAssignment)
_task, _instance, _report, _matter = table_of(Task), table_of(Instance), table_of(Report), table_of(Matter)
_code = func.coalesce(_report.c.code, _matter.c.code).label("code")


def plan(engine: Engine, now: datetime, world: World) -> int:
    """On a working day after opening, once: a mail for whoever has something to be told. Returns how many."""
    day = now.astimezone(VIETNAM).date()
    opening = _opening(world.calendar, now)
    if opening is None or now < opening:
        return 0
    with transaction(engine) as tx:
        if not daily_jobs.claim(tx, JOB, day, now):
            return 0
        watched = {person: _units(tx, person, now) for person in _people(tx, now)}
        # Everybody in the provincial office watches the same tasks, so that is asked once: writers wait meanwhile.
        telling = {units for units in set(watched.values()) if _anything(tx, units, world.calendar, now)}
        rows = [_row(person, day.isoformat(), now) for person, units in watched.items() if units in telling]
        if rows:
            tx.write().execute(insert(_mail), rows)
    return len(rows)


def _midnight(at: datetime) -> datetime:
    return datetime.combine(at.astimezone(VIETNAM).date(), datetime.min.time(), VIETNAM)


def _opening(calendar: WorkCalendar, at: datetime) -> datetime | None:
    """When work begins on the day of an instant; None on a day of rest."""
    midnight = _midnight(at)
    opening = calendar.next_opening(midnight)
    return opening if _midnight(opening) == midnight else None


def _before(calendar: WorkCalendar, now: datetime) -> datetime:
    """The opening of the working day before: the time of the last digest."""
    days = (_midnight(now) - timedelta(days=back) for back in range(1, LONGEST_REST))
    return next((opening for day in days if (opening := _opening(calendar, day))), now - timedelta(days=1))


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
    words = WORDS[pages.language]
    name = tx.read.execute(select(_person.c.name).where(_person.c.id == person)).scalar_one()
    units = _units(tx, person, now)
    counts = {section: _count(tx, _within(units, section, world.calendar, now)) for section in SECTIONS}
    parts = [words["greeting"].format(name=name)]
    for section, count in counts.items():
        if count:
            rows = tx.read.execute(_rows(_within(units, section, world.calendar, now))).all()
            parts.append("\n".join([words[section].format(count=count), *_lines(rows, world, words, count)]))
            parts.append(words["link"].format(link=f"{pages.site}/inbox?view={VIEWS[section]}"))
    if not any(counts.values()):
        parts.append(words["nothing"])
    subject = words["subject"].format(day=f"{now.astimezone(VIETNAM):%d/%m/%Y}", **counts)
    return subject, "\n\n".join(parts)


def _lines(rows: Sequence[Any], world: World, words: dict[str, str], count: int) -> list[str]:
    lines = []
    for row in rows:
        facts = [row.code, row.name, world.units.get(row.unit_code).name if world.units.knows(row.unit_code) else ""]
        if row.due_at.year < 9999:
            facts.append(words["due"].format(due=f"{row.due_at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"))
        lines.append("- " + " · ".join(fact for fact in facts if fact))
    return [*lines, words["more"].format(count=count - len(rows))] if count > len(rows) else lines


def _count(tx: Transaction, condition: ColumnElement[bool]) -> int:
    return int(tx.read.execute(select(func.count()).select_from(_task).where(condition)).scalar_one())


def _anything(tx: Transaction, units: Units, calendar: WorkCalendar, now: datetime) -> bool:
    """Whether some section has a task; the first one found will do."""
    some = (select(_task.c.id).where(_within(units, section, calendar, now)).limit(1) for section in SECTIONS)
    return any(tx.read.execute(one).scalar() is not None for one in some)


def _condition(section: str, calendar: WorkCalendar, now: datetime) -> ColumnElement[bool]:
    if section == LATE:
        return _task.c.due_at <= now
    if section == TODAY:
        return (_task.c.due_at > now) & (_task.c.due_at < _midnight(now) + timedelta(days=1))
    return (_task.c.opened_at >= _before(calendar, now)) & _returned()


def _returned() -> ColumnElement[bool]:
    """Whether a task was sent back, by the completed task whose step opened it."""
    prior, own = _task.alias("prior"), _task.alias("own")

    def opened_by(which: ColumnElement[bool]) -> ColumnElement[bool]:
        same_step = (prior.c.instance_id == _task.c.instance_id) & (prior.c.closed_at == _task.c.opened_at)
        return exists().where(same_step, prior.c.id < _task.c.id, prior.c.state == DONE, which).correlate(_task)

    once_before = exists().where(
        own.c.instance_id == _task.c.instance_id,
        own.c.id < _task.c.id,
        own.c.unit_code == _task.c.unit_code,
        own.c.node == _task.c.node,
        own.c.state == DONE,
    )
    above = [(_task.c.role == role) & opened_by(prior.c.role.in_(roles)) for role, roles in ABOVE.items()]
    refused = or_(*above) & once_before.correlate(_task)
    not_ours = (_task.c.role == EVERYWHERE) & opened_by(prior.c.role == "department")
    return (_task.c.role != CITIZEN) & or_(opened_by(prior.c.role == CITIZEN), not_ours, refused)


def _units(tx: Transaction, person: int, now: datetime) -> Units:
    """The units that somebody heads, themselves or standing in; None for the provincial office: everywhere."""
    roles = access.officer(tx, person, now).roles
    if any(role == EVERYWHERE for _unit, role in roles):
        return None
    return tuple(sorted(unit for unit, role in roles if role == UNIT_HEAD))


def _within(units: Units, section: str, calendar: WorkCalendar, now: datetime) -> ColumnElement[bool]:
    """Open tasks of a section in some units."""
    found = (_task.c.state == OPEN) & _condition(section, calendar, now)
    return found if units is None else found & _task.c.unit_code.in_(units)


def _rows(condition: ColumnElement[bool]) -> Select[Any]:
    """The first tasks by deadline: chosen among the tasks alone, and only then looked up with their cases."""
    first = select(_task.c.id).where(condition).order_by(_task.c.due_at, _task.c.id).limit(SHOWN)
    return (
        select(_code, _task.c.id, _task.c.name, _task.c.unit_code, _task.c.due_at)
        .join(_instance, _instance.c.id == _task.c.instance_id)
        .outerjoin(_report, _report.c.id == _instance.c.report_id)
        .outerjoin(_matter, _matter.c.instance_id == _instance.c.id)
        .where(_task.c.id.in_(first.subquery().select()))
        .order_by(_task.c.due_at, _task.c.id)
    )
