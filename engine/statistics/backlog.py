"""What is at work: open, due today, overdue, not taken up; now, or at the end of a past day. For statistics and pages.

A case is open from its receipt or reopening until it is resolved or ended; while the citizen is asked for an opinion it
is resolved. Overdue is an open case whose deadline has passed; while its clock stands still it has none.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal_column, or_, select

from engine.clock import VIETNAM
from engine.process import spells
from engine.statistics import days
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Report, Spell, Task
from engine.world.unit_tree import CITIZEN
from engine.world.work_calendar import WorkCalendar

TAKE_UP = timedelta(hours=2)  # R8: after so much working time somebody should have taken a task up.
LONGEST_BREAK = timedelta(days=30)  # Between two office hours; no Tết is longer.

_spell, _task, _report = table_of(Spell), table_of(Task), table_of(Report)
OPEN = _spell.c.ended_at.is_(None)
Units = Collection[str] | None
_UNTAKEN = and_(
    _task.c.state == literal_column("'open'"),
    _task.c.assignee_id.is_(None),
    _task.c.role != literal_column(f"'{CITIZEN}'"),
)


@dataclass(frozen=True, slots=True)
class Stock:
    """How many cases are open, how many of these fall due later today, and how many are overdue."""

    open: int = 0
    due_today: int = 0
    overdue: int = 0


def read(tx: Transaction, now: datetime, units: Units = None) -> dict[tuple[str, str], Stock]:
    """What is at work now, by unit and field of the case."""
    counts = select(
        _spell.c.unit, _spell.c.field, func.count(), _number(due_today(now)), _number(_spell.c.due_at <= now)
    ).where(OPEN, *of_units(units))
    found = tx.read.execute(counts.group_by(_spell.c.unit, _spell.c.field))
    return {(unit, field): Stock(*numbers) for unit, field, *numbers in found}


def due_today(now: datetime) -> ColumnElement[bool]:
    """The deadline lies between now and midnight."""
    return and_(_spell.c.due_at > now, _spell.c.due_at < end_of(spells.day_of(now)))


def _number(condition: ColumnElement[bool]) -> Any:
    return func.sum(case((condition, 1), else_=0))


def of_units(units: Units) -> list[ColumnElement[bool]]:
    """The cases that belong to these units, all for None."""
    return [] if units is None else [days.among(_spell.c.unit, units)]


def end_of(day: date) -> datetime:
    """The instant at which a day ends, in Vietnam."""
    return datetime.combine(day + timedelta(days=1), time(), VIETNAM)


def at_work(day: date) -> ColumnElement[bool]:
    """What was at work at the end of a day."""
    return and_(_spell.c.began_on <= day, or_(OPEN, _spell.c.ended_on > day))


def overdue_at(day: date) -> ColumnElement[bool]:
    """What was at work at the end of a past day and overdue then, by the deadline that held last."""
    return and_(at_work(day), _spell.c.due_at < end_of(day))


def overdue_then(tx: Transaction, day: date, units: Units = None) -> dict[tuple[str, str], int]:
    """What was overdue at the end of a past day, by unit and field. What ended later did so late, hence two indexes."""
    still = and_(OPEN, _spell.c.began_on <= day, _spell.c.due_at < end_of(day))
    since = and_(
        _spell.c.ended_at > _spell.c.due_at,
        _spell.c.ended_on > day,
        _spell.c.began_on <= day,
        _spell.c.due_at < end_of(day),
    )
    found: dict[tuple[str, str], int] = {}
    for condition in (still, since):
        counts = select(_spell.c.unit, _spell.c.field, func.count()).where(condition, *of_units(units))
        for unit, field, number in tx.read.execute(counts.group_by(_spell.c.unit, _spell.c.field)):
            found[unit, field] = found.get((unit, field), 0) + number
    return found


def untaken_since(calendar: WorkCalendar, now: datetime) -> datetime:
    """The instant such that whatever opened by then and is nobody's has waited for the time to take up."""
    low, high = now - LONGEST_BREAK, now
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if calendar.between(middle, now) >= TAKE_UP:
            low = middle
        else:
            high = middle
    return low


def untaken(since: datetime) -> ColumnElement[bool]:
    """The open tasks that nobody has taken up in time; what waits for citizens is theirs.

    Said word for word as in the index of these tasks: databases do not see that a parameter says the same.
    """
    return and_(_UNTAKEN, _task.c.opened_at <= since)


def untaken_by_unit(tx: Transaction, since: datetime, units: Units = None) -> Sequence[tuple[str, int]]:
    """How many tasks nobody has taken up in time, by the unit whose they are."""
    counts = select(_task.c.unit_code, func.count()).where(untaken(since))
    if units is not None:
        counts = counts.where(days.among(_task.c.unit_code, units))
    return [(unit, number) for unit, number in tx.read.execute(counts.group_by(_task.c.unit_code))]


def oldest(tx: Transaction, units: Units, most: int) -> Sequence[Any]:
    """The cases at work that came in first, as (code, field, unit, began_at, due_at)."""
    columns = (_report.c.code, _spell.c.field, _spell.c.unit, _spell.c.began_at, _spell.c.due_at)
    wanted = select(*columns).join(_report, _report.c.id == _spell.c.report_id).where(OPEN, *of_units(units))
    return tx.read.execute(wanted.order_by(_spell.c.began_at, _spell.c.id).limit(most)).all()
