"""The cases behind a number, selected by the same rules, so that each list is exactly as long as its number.

Reveals nothing about the reporters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from engine.clock import parse_instant
from engine.errors import BadInput, Invalid
from engine.process import known_fields, spells
from engine.statistics import backlog, days
from engine.statistics.backlog import IS_OPEN, UnitCodes
from engine.statistics.days import ONE_DAY
from engine.statistics.period import ReportingPeriod
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Instance, Report, Spell, Task
from engine.whole_number import parse_whole_number

PAGE_SIZE = 50
UNCLAIMED = "untaken"
CURRENT_MEASURES = ("open", "due_today", "overdue", UNCLAIMED)  # Measures without a period.

_spell, _report, _task, _instance = table_of(Spell), table_of(Report), table_of(Task), table_of(Instance)
# Events: the column of their day, the column of their kind, and the kinds that match.
_EVENTS: Mapping[str, tuple[Any, Any, tuple[str, ...]]] = {
    "received": (_spell.c.began_on, _spell.c.began_by, (spells.RECEIVED,)),
    "reopened": (_spell.c.began_on, _spell.c.began_by, (spells.REOPENED,)),
    "resolved": (_spell.c.ended_on, _spell.c.ended_by, (spells.ON_TIME, spells.LATE)),
    "on_time": (_spell.c.ended_on, _spell.c.ended_by, (spells.ON_TIME,)),
    "late": (_spell.c.ended_on, _spell.c.ended_by, (spells.LATE,)),
    "false": (_spell.c.ended_on, _spell.c.ended_by, (spells.FALSE_REPORT,)),
    "ended_otherwise": (_spell.c.ended_on, _spell.c.ended_by, (spells.CLOSED_OTHER,)),
    "transferred": (_spell.c.transferred_on, None, ()),
    "satisfied": (_spell.c.opinion_on, _spell.c.opinion, (spells.SATISFIED,)),
    "dissatisfied": (_spell.c.opinion_on, _spell.c.opinion, (spells.DISSATISFIED,)),
}
_BACKLOG_MEASURES = ("carried_over", "in_progress", "overdue")
MEASURES = (*_EVENTS, *_BACKLOG_MEASURES)


@dataclass(frozen=True, slots=True)
class MeasureFilter:
    """Selects a number: the measure, the units whose cases count (None for all), the field ("" for all), the period
    (None for now), and the cutoff for unclaimed tasks."""

    measure: str
    codes: UnitCodes = None
    field: str = ""
    period: ReportingPeriod | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListedCase:
    """One line: a case in one of its spells or, for unclaimed tasks, with the waiting task."""

    code: str
    field: str
    place: str
    urgency: str
    unit: str
    began_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    task: str = ""


@dataclass(frozen=True, slots=True)
class MeasurePage:
    """One page of a list and the cursor of the next one, "" if there is none."""

    rows: Sequence[ListedCase]
    following: str


def require_measure(tx: Transaction, measure: str, field: str, *, period: bool) -> None:
    """Raise Invalid for an unknown measure or field."""
    if measure not in (MEASURES if period else CURRENT_MEASURES):
        raise Invalid("measure", "measure-unknown")
    if field and not known_fields.is_known(tx, field):
        raise Invalid("field", "figures-field-unknown")


def count_cases(tx: Transaction, filters: MeasureFilter, now: datetime) -> int:
    """The length of the list."""
    if filters.measure == UNCLAIMED:
        query = select(func.count()).select_from(_task).where(*_task_conditions(filters))
        if filters.field:
            query = query.join(_instance, _instance.c.id == _task.c.instance_id)
            query = query.join(_report, _report.c.id == _instance.c.report_id)
    else:
        query = select(func.count()).select_from(_spell).where(*_spell_conditions(filters, now))
    case_count: int = tx.read.execute(query).scalar_one()
    return case_count


def list_cases(
    tx: Transaction, filters: MeasureFilter, now: datetime, after: str = "", limit: int = PAGE_SIZE
) -> MeasurePage:
    """One page of the list; `after` is the cursor from the previous page. Raises BadInput for any other text."""
    order, number = _sort_columns(filters)
    source = _select_tasks(filters) if filters.measure == UNCLAIMED else _select_spells(filters, now)
    if after:
        at, last_number = _parse_cursor(after, day=isinstance(order.type, type(_spell.c.began_on.type)))
        source = source.where(or_(order > at, and_(order == at, number > last_number)))
    query = source.add_columns(order.label("at"), number.label("number")).order_by(order, number).limit(limit + 1)
    rows = tx.read.execute(query).all()
    following = f"{rows[limit - 1].at.isoformat()},{rows[limit - 1].number}" if len(rows) > limit else ""
    return MeasurePage([ListedCase(*row[:-2]) for row in rows[:limit]], following)


def _sort_columns(filters: MeasureFilter) -> tuple[Any, Any]:
    """The sort columns of a list: longest overdue or longest waiting first, otherwise by day."""
    if filters.measure == UNCLAIMED:
        return _task.c.opened_at, _task.c.id
    if filters.measure in ("due_today", "overdue"):
        return _spell.c.due_at, _spell.c.id
    if filters.measure in _EVENTS:
        return _EVENTS[filters.measure][0], _spell.c.id
    return _spell.c.began_at, _spell.c.id


def _parse_cursor(cursor: str, *, day: bool) -> tuple[Any, int]:
    at, _comma, digits = cursor.rpartition(",")
    number = parse_whole_number(digits)
    if number is None:
        raise BadInput("list-page-unknown")
    try:
        return (date.fromisoformat(at) if day else parse_instant(at)), number
    except (ValueError, BadInput) as error:
        raise BadInput("list-page-unknown") from error


def _select_spells(filters: MeasureFilter, now: datetime) -> Any:
    columns = (_spell.c.unit, _spell.c.began_at, _spell.c.due_at, _spell.c.ended_at, _spell.c.ended_by)
    source = select(_report.c.code, _spell.c.field, _report.c.place, _report.c.urgency, *columns)
    return source.join(_report, _report.c.id == _spell.c.report_id).where(*_spell_conditions(filters, now))


def _spell_conditions(filters: MeasureFilter, now: datetime) -> list[ColumnElement[bool]]:
    field_conditions = [_spell.c.field == filters.field] if filters.field else []
    return [_measure_condition(filters, now), *field_conditions, *backlog.unit_conditions(filters.codes)]


def _measure_condition(filters: MeasureFilter, now: datetime) -> ColumnElement[bool]:
    measure, period = filters.measure, filters.period
    if measure in _EVENTS and period is not None:
        day, kind, kinds = _EVENTS[measure]
        within: ColumnElement[bool] = day.between(period.first, period.last)
        return within if kind is None else and_(within, kind.in_(kinds))
    if measure == "carried_over" and period is not None:
        return backlog.open_at_condition(period.first - ONE_DAY)
    past = period is not None and period.last < spells.day_of(now)
    if measure == "overdue":
        return backlog.overdue_at_condition(period.last) if past and period else and_(IS_OPEN, _spell.c.due_at <= now)
    if measure == "due_today":
        return and_(IS_OPEN, backlog.due_today_condition(now))
    return backlog.open_at_condition(period.last) if past and period else IS_OPEN


def _select_tasks(filters: MeasureFilter) -> Any:
    nothing = _instance.c.finished_at.label("ended_at"), _instance.c.finished_at.label("ended_by")
    columns = (_report.c.code, _report.c.field, _report.c.place, _report.c.urgency)
    source = select(*columns, _task.c.unit_code, _task.c.opened_at, _instance.c.due_at, *nothing, _task.c.name)
    source = source.join(_instance, _instance.c.id == _task.c.instance_id)
    return source.join(_report, _report.c.id == _instance.c.report_id).where(*_task_conditions(filters))


def _task_conditions(filters: MeasureFilter) -> list[ColumnElement[bool]]:
    if filters.since is None:
        raise ValueError("What is not taken up needs an instant.")
    field_conditions = [_report.c.field == filters.field] if filters.field else []
    unit_conditions = [] if filters.codes is None else [days.among_units(_task.c.unit_code, filters.codes)]
    return [backlog.unclaimed_condition(filters.since), *field_conditions, *unit_conditions]
