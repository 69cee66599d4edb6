"""The backlog: cases open, due today or overdue and unclaimed tasks, now or at the end of a past day.

A case is open from its receipt or reopening until it is resolved or ended; while the citizen is asked for an opinion it
counts as resolved. An open case is overdue when its deadline has passed; while its clock is stopped it has no deadline.
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
from engine.world.roles import CITIZEN
from engine.world.work_calendar import WorkCalendar

CLAIM_TIME = timedelta(hours=2)  # Working time within which a task should be claimed (R8).
LONGEST_CLOSURE = timedelta(days=30)  # The longest gap between office hours; no Tết is longer.

_spell, _task, _report = table_of(Spell), table_of(Task), table_of(Report)
IS_OPEN = _spell.c.ended_at.is_(None)
UnitCodes = Collection[str] | None
_UNCLAIMED = and_(
    _task.c.state == literal_column("'open'"),
    _task.c.assignee_id.is_(None),
    _task.c.role != literal_column(f"'{CITIZEN}'"),
)


@dataclass(frozen=True, slots=True)
class OpenCounts:
    """How many cases are open, how many of these are due later today, and how many are overdue."""

    open: int = 0
    due_today: int = 0
    overdue: int = 0


def count_open(tx: Transaction, now: datetime, units: UnitCodes = None) -> dict[tuple[str, str], OpenCounts]:
    """Count the cases open now, by unit and field."""
    query = select(
        _spell.c.unit,
        _spell.c.field,
        func.count(),
        _count_where(due_today_condition(now)),
        _count_where(_spell.c.due_at <= now),
    ).where(IS_OPEN, *unit_conditions(units))
    rows = tx.read.execute(query.group_by(_spell.c.unit, _spell.c.field))
    return {(unit, field): OpenCounts(*numbers) for unit, field, *numbers in rows}


def due_today_condition(now: datetime) -> ColumnElement[bool]:
    """The deadline is between now and midnight."""
    return and_(_spell.c.due_at > now, _spell.c.due_at < end_of_day(spells.day_of(now)))


def _count_where(condition: ColumnElement[bool]) -> Any:
    return func.sum(case((condition, 1), else_=0))


def unit_conditions(units: UnitCodes) -> list[ColumnElement[bool]]:
    """The cases that belong to these units; no condition for None."""
    return [] if units is None else [days.among_units(_spell.c.unit, units)]


def end_of_day(day: date) -> datetime:
    """The end of a day in Vietnam, as an instant."""
    return datetime.combine(day + timedelta(days=1), time(), VIETNAM)


def open_at_condition(day: date) -> ColumnElement[bool]:
    """Cases open at the end of a day."""
    return and_(_spell.c.began_on <= day, or_(IS_OPEN, _spell.c.ended_on > day))


def overdue_at_condition(day: date) -> ColumnElement[bool]:
    """Cases open and overdue at the end of a past day, by their latest deadline."""
    return and_(open_at_condition(day), _spell.c.due_at < end_of_day(day))


def count_overdue_at(tx: Transaction, day: date, units: UnitCodes = None) -> dict[tuple[str, str], int]:
    """Count cases overdue at the end of a past day, by unit and field; those ended since did so late: two indexes."""
    still_open = and_(IS_OPEN, _spell.c.began_on <= day, _spell.c.due_at < end_of_day(day))
    ended_since = and_(
        _spell.c.ended_at > _spell.c.due_at,
        _spell.c.ended_on > day,
        _spell.c.began_on <= day,
        _spell.c.due_at < end_of_day(day),
    )
    overdue: dict[tuple[str, str], int] = {}
    for condition in (still_open, ended_since):
        query = select(_spell.c.unit, _spell.c.field, func.count()).where(condition, *unit_conditions(units))
        for unit, field, number in tx.read.execute(query.group_by(_spell.c.unit, _spell.c.field)):
            overdue[unit, field] = overdue.get((unit, field), 0) + number
    return overdue


def unclaimed_cutoff(calendar: WorkCalendar, now: datetime) -> datetime:
    """The latest opening time at which a task that is still unclaimed has exceeded the claim time."""
    low, high = now - LONGEST_CLOSURE, now
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if calendar.between(middle, now) >= CLAIM_TIME:
            low = middle
        else:
            high = middle
    return low


def unclaimed_condition(cutoff: datetime) -> ColumnElement[bool]:
    """Open tasks not claimed in time, without the citizens' own.

    Repeats the condition of the tasks' index literally: databases do not recognise the same value in a parameter.
    """
    return and_(_UNCLAIMED, _task.c.opened_at <= cutoff)


def count_unclaimed_by_unit(tx: Transaction, cutoff: datetime, units: UnitCodes = None) -> Sequence[tuple[str, int]]:
    """Count tasks not claimed in time, by unit."""
    query = select(_task.c.unit_code, func.count()).where(unclaimed_condition(cutoff))
    if units is not None:
        query = query.where(days.among_units(_task.c.unit_code, units))
    return [(unit, number) for unit, number in tx.read.execute(query.group_by(_task.c.unit_code))]


def list_oldest_open(tx: Transaction, units: UnitCodes, limit: int) -> Sequence[Any]:
    """The oldest open cases, as (code, urgency, field, unit, began_at, due_at)."""
    columns = (_report.c.code, _report.c.urgency, _spell.c.field, _spell.c.unit, _spell.c.began_at, _spell.c.due_at)
    query = select(*columns).join(_report, _report.c.id == _spell.c.report_id).where(IS_OPEN, *unit_conditions(units))
    return tx.read.execute(query.order_by(_spell.c.began_at, _spell.c.id).limit(limit)).all()
