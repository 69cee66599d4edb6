"""The daily mail to heads of units and the provincial office: tasks that are overdue, due today or returned.

Planned once per working day, at opening; composed when it is sent, so that it is up to date.

A task is *returned* when it is open and came back since the opening of the previous working day. The completed task
that led to it decides this, without consulting diagrams or forms:

- a task of the citizen: they were not satisfied, and the case was reopened one level up;
- a task of a department, and the new one waits in the provincial office: "not ours";
- a task of the level above (tier 2 for communes; the provincial office for communes, tier 2 and departments), and the
  unit has completed the same task of this case before: its result was not accepted, or the case was sent back.

A head whose unit keeps a duty roster is told of a week without anybody on duty before it comes, even if nothing is due.

Tasks of cases without a report (directives) are listed like others, by the code of their matter.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Engine, Select, exists, func, insert, or_, select

from engine.actor import person_key
from engine.clock import VIETNAM
from engine.mailing.batching import DAILY
from engine.mailing.daily_words import translated_words
from engine.mailing.facts import PageLinks, unit_display_name
from engine.mailing.recipients import MAIL, reachable_people
from engine.process.element_captions import load_step_names
from engine.process.instances import DONE, OPEN
from engine.staff import access, duty_roster
from engine.staff.duty_roster import DutyGap
from engine.store import daily_jobs
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Instance, Mail, Matter, Person, Report, RoleAssignment, Task
from engine.world.roles import CITIZEN, ROLES, UNIT_HEAD
from engine.world.work_calendar import WorkCalendar
from engine.world.world import World

JOB = "daily_digest"
ROWS_PER_SECTION = 20
PROVINCIAL_OFFICE = "provincial_office"
LATE, TODAY, RETURNED = SECTIONS = ("late", "today", "back")
INBOX_VIEWS = {LATE: "overdue", TODAY: "soon", RETURNED: "queue"}  # The inbox view for each section.
# For each role, the roles that reject its results or send cases back to it.
REVIEWER_ROLES = {role.name: role.reviewed_by for role in ROLES.values() if role.reviewed_by}
LONGEST_HOLIDAY = 30  # Days; no holiday is longer.

WatchedUnits: TypeAlias = tuple[str, ...] | None

_mail, _person, _assignment = table_of(Mail), table_of(Person), table_of(RoleAssignment)
_task, _instance, _report, _matter = table_of(Task), table_of(Instance), table_of(Report), table_of(Matter)
_code = func.coalesce(_report.c.code, _matter.c.code).label("code")


def plan_daily_summaries(engine: Engine, now: datetime, world: World) -> int:
    """Once per working day, after opening, plan a mail for each person with tasks to report. Returns how many."""
    day = now.astimezone(VIETNAM).date()
    opening = _opening_of_day(world.calendar, now)
    if opening is None or now < opening:
        return 0
    with transaction(engine) as tx:
        if not daily_jobs.claim_job(tx, JOB, day, now):
            return 0
        units_by_person = {person_id: _watched_units(tx, person_id, now) for person_id in _summary_recipients(tx, now)}
        # Everyone in the provincial office watches the same tasks, so query them once: writers wait meanwhile.
        units_with_tasks = {
            units for units in set(units_by_person.values()) if _has_tasks(tx, units, world.calendar, now)
        }
        headed = {unit for units in units_by_person.values() for unit in units or ()}
        gaps = {gap.unit for gap in _roster_gaps(tx, headed, now)}
        rows = [
            _mail_row(person_id, day.isoformat(), now)
            for person_id, units in units_by_person.items()
            if units in units_with_tasks or gaps.intersection(units or ())
        ]
        if rows:
            tx.write().execute(insert(_mail), rows)
    return len(rows)


def _roster_gaps(tx: Transaction, units: Collection[str], now: datetime) -> list[DutyGap]:
    """The gaps that heads are told of: in the rosters of those of their units that keep one."""
    return duty_roster.list_gaps(tx, duty_roster.units_with_roster(tx, units), now)


def _gap_lines(gaps: Sequence[DutyGap], world: World, words: Mapping[str, str]) -> list[str]:
    weeks = ((gap.unit, words["week"].format(day=f"{gap.week:%d/%m/%Y}")) for gap in gaps)
    return [f"- {unit_display_name(world, unit)} · {week}" for unit, week in weeks]


def _midnight_of(at: datetime) -> datetime:
    return datetime.combine(at.astimezone(VIETNAM).date(), datetime.min.time(), VIETNAM)


def _opening_of_day(calendar: WorkCalendar, at: datetime) -> datetime | None:
    """When work begins on the day of an instant; None on a non-working day."""
    midnight = _midnight_of(at)
    opening = calendar.next_opening(midnight)
    return opening if _midnight_of(opening) == midnight else None


def _previous_opening(calendar: WorkCalendar, now: datetime) -> datetime:
    """The opening of the previous working day: the time of the last digest."""
    days = (_midnight_of(now) - timedelta(days=back) for back in range(1, LONGEST_HOLIDAY))
    return next((opening for day in days if (opening := _opening_of_day(calendar, day))), now - timedelta(days=1))


def _summary_recipients(tx: Transaction, now: datetime) -> list[int]:
    """Subscribed heads of units and officers of the provincial office, with substitutes for those who are away."""
    role_holders = (
        select(_person.c.id, _assignment.c.unit_code)
        .join(_assignment, _assignment.c.person_id == _person.c.id)
        .where(_person.c.active, _assignment.c.role.in_((UNIT_HEAD, PROVINCIAL_OFFICE)))
        .distinct()
    )
    reachable = reachable_people(tx, [(row.id, row.unit_code) for row in tx.read.execute(role_holders)], now)
    subscribers = select(_person.c.id).where(_person.c.wants_digest)
    return sorted(set(reachable) & set(tx.read.execute(subscribers).scalars()))


def _mail_row(person_id: int, day: str, now: datetime) -> dict[str, object]:
    recipient = person_key(person_id)
    return {
        "channel": MAIL,
        "recipient": recipient,
        "kind": DAILY,
        "about": day,
        "created_at": now,
        "available_at": now,
    }


def compose_summary(tx: Transaction, person_id: int, world: World, pages: PageLinks, now: datetime) -> tuple[str, str]:
    """Subject and text of a person's daily mail, as of now."""
    words, step_names = translated_words(pages.language), load_step_names(tx, pages.language)
    name = tx.read.execute(select(_person.c.name).where(_person.c.id == person_id)).scalar_one()
    units = _watched_units(tx, person_id, now)
    counts = {section: _count_tasks(tx, _tasks_in_section(units, section, world.calendar, now)) for section in SECTIONS}
    parts = [words["greeting"].format(name=name)]
    for section, count in counts.items():
        if count:
            rows = tx.read.execute(_first_tasks(_tasks_in_section(units, section, world.calendar, now))).all()
            lines = _task_lines(rows, world, words, step_names, count)
            parts.append("\n".join([words[section].format(count=count), *lines]))
            parts.append(words["link"].format(link=f"{pages.site}/inbox?view={INBOX_VIEWS[section]}"))
    gaps = _roster_gaps(tx, units or (), now)
    if gaps:
        parts.append("\n".join([words["duty"], *_gap_lines(gaps, world, words)]))
        parts.append(words["link"].format(link=f"{pages.site}/duty"))
    if not any(counts.values()) and not gaps:
        parts.append(words["nothing"])
    subject = words["subject"].format(day=f"{now.astimezone(VIETNAM):%d/%m/%Y}", **counts)
    return subject, "\n\n".join(parts)


def _task_lines(
    rows: Sequence[Any], world: World, words: dict[str, str], step_names: Mapping[str, str], count: int
) -> list[str]:
    lines = []
    for row in rows:
        step = step_names.get(row.name, row.name)
        details = [row.code, step, world.units.get(row.unit_code).name if world.units.knows(row.unit_code) else ""]
        if row.due_at.year < 9999:
            details.append(words["due"].format(due=f"{row.due_at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"))
        lines.append("- " + " · ".join(detail for detail in details if detail))
    return [*lines, words["more"].format(count=count - len(rows))] if count > len(rows) else lines


def _count_tasks(tx: Transaction, condition: ColumnElement[bool]) -> int:
    return int(tx.read.execute(select(func.count()).select_from(_task).where(condition)).scalar_one())


def _has_tasks(tx: Transaction, units: WatchedUnits, calendar: WorkCalendar, now: datetime) -> bool:
    """Whether any section has a task; stops at the first one found."""
    queries = (
        select(_task.c.id).where(_tasks_in_section(units, section, calendar, now)).limit(1) for section in SECTIONS
    )
    return any(tx.read.execute(query).scalar() is not None for query in queries)


def _section_condition(section: str, calendar: WorkCalendar, now: datetime) -> ColumnElement[bool]:
    if section == LATE:
        return _task.c.due_at <= now
    if section == TODAY:
        return (_task.c.due_at > now) & (_task.c.due_at < _midnight_of(now) + timedelta(days=1))
    return (_task.c.opened_at >= _previous_opening(calendar, now)) & _returned_condition()


def _returned_condition() -> ColumnElement[bool]:
    """Whether a task was sent back, judging by the completed task whose step opened it."""
    prior_task, own_task = _task.alias("prior"), _task.alias("own")

    def opened_by(condition: ColumnElement[bool]) -> ColumnElement[bool]:
        same_step = (prior_task.c.instance_id == _task.c.instance_id) & (prior_task.c.closed_at == _task.c.opened_at)
        return (
            exists()
            .where(same_step, prior_task.c.id < _task.c.id, prior_task.c.state == DONE, condition)
            .correlate(_task)
        )

    once_before = exists().where(
        own_task.c.instance_id == _task.c.instance_id,
        own_task.c.id < _task.c.id,
        own_task.c.unit_code == _task.c.unit_code,
        own_task.c.node == _task.c.node,
        own_task.c.state == DONE,
    )
    by_reviewer = [
        (_task.c.role == role) & opened_by(prior_task.c.role.in_(roles)) for role, roles in REVIEWER_ROLES.items()
    ]
    refused = or_(*by_reviewer) & once_before.correlate(_task)
    not_ours = (_task.c.role == PROVINCIAL_OFFICE) & opened_by(prior_task.c.role == "department")
    return (_task.c.role != CITIZEN) & or_(opened_by(prior_task.c.role == CITIZEN), not_ours, refused)


def _watched_units(tx: Transaction, person_id: int, now: datetime) -> WatchedUnits:
    """The units that a person heads, in person or as a substitute; None (all units) for the provincial office."""
    roles = access.load_officer(tx, person_id, now).roles
    if any(role == PROVINCIAL_OFFICE for _unit, role in roles):
        return None
    return tuple(sorted(unit for unit, role in roles if role == UNIT_HEAD))


def _tasks_in_section(units: WatchedUnits, section: str, calendar: WorkCalendar, now: datetime) -> ColumnElement[bool]:
    """The open tasks of a section in the given units."""
    condition = (_task.c.state == OPEN) & _section_condition(section, calendar, now)
    return condition if units is None else condition & _task.c.unit_code.in_(units)


def _first_tasks(condition: ColumnElement[bool]) -> Select[Any]:
    """The first tasks by deadline: selected from the tasks alone, and only then joined with their cases."""
    first = select(_task.c.id).where(condition).order_by(_task.c.due_at, _task.c.id).limit(ROWS_PER_SECTION)
    return (
        select(_code, _task.c.id, _task.c.name, _task.c.unit_code, _task.c.due_at)
        .join(_instance, _instance.c.id == _task.c.instance_id)
        .outerjoin(_report, _report.c.id == _instance.c.report_id)
        .outerjoin(_matter, _matter.c.instance_id == _instance.c.id)
        .where(_task.c.id.in_(first.subquery().select()))
        .order_by(_task.c.due_at, _task.c.id)
    )
