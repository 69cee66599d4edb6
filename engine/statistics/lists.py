"""The cases behind a number: by the same rules, so that a list is as long as its number says. Called by pages.

Nothing here tells who reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from engine.cases.intake import FIELDS
from engine.clock import parse_instant
from engine.errors import BadInput
from engine.process import spells
from engine.statistics import backlog, days
from engine.statistics.backlog import OPEN, Units
from engine.statistics.days import ONE
from engine.statistics.period import Period
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Instance, Report, Spell, Task

PAGE = 50
UNTAKEN = "untaken"
NOW = ("open", "due_today", "overdue", UNTAKEN)  # What has a number without a period.

_spell, _report, _task, _instance = table_of(Spell), table_of(Report), table_of(Task), table_of(Instance)
# What happened on a day: the column of that day, the column that says what, and what it says.
_EVENTS: Mapping[str, tuple[Any, Any, tuple[str, ...]]] = {
    "received": (_spell.c.began_on, _spell.c.began_by, (spells.RECEIVED,)),
    "reopened": (_spell.c.began_on, _spell.c.began_by, (spells.REOPENED,)),
    "resolved": (_spell.c.ended_on, _spell.c.ended_by, (spells.ON_TIME, spells.LATE)),
    "on_time": (_spell.c.ended_on, _spell.c.ended_by, (spells.ON_TIME,)),
    "late": (_spell.c.ended_on, _spell.c.ended_by, (spells.LATE,)),
    "false": (_spell.c.ended_on, _spell.c.ended_by, (spells.FALSE,)),
    "ended_otherwise": (_spell.c.ended_on, _spell.c.ended_by, (spells.OTHERWISE,)),
    "transferred": (_spell.c.transferred_on, None, ()),
    "satisfied": (_spell.c.opinion_on, _spell.c.opinion, (spells.SATISFIED,)),
    "dissatisfied": (_spell.c.opinion_on, _spell.c.opinion, (spells.DISSATISFIED,)),
}
_STOCKS = ("carried_over", "in_progress", "overdue")
MEASURES = (*_EVENTS, *_STOCKS)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which number is meant: the measure, the units whose cases count (None for all), the field ("" for all), the
    period (None for now), and for what is not taken up the instant since when."""

    measure: str
    codes: Units = None
    field: str = ""
    period: Period | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One line: a case in one of its spells at work or, for what is not taken up, with the task that waits."""

    code: str
    field: str
    place: str
    unit: str
    began_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    task: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list and where the following one begins, "" for none."""

    rows: Sequence[Listed]
    following: str


def require(measure: str, field: str, *, period: bool) -> None:
    """Raise BadInput for a measure or a field that there is not."""
    if measure not in (MEASURES if period else NOW):
        raise BadInput(f"measure: there is no number {measure[:40]!r} {'of a period' if period else 'of now'}.")
    if field and field not in FIELDS:
        raise BadInput(f"field: there is no field {field[:40]!r}.")


def count(tx: Transaction, wanted: Wanted, now: datetime) -> int:
    """How long the list is."""
    if wanted.measure == UNTAKEN:
        counted = select(func.count()).select_from(_task).where(*_of_tasks(wanted))
        if wanted.field:
            counted = counted.join(_instance, _instance.c.id == _task.c.instance_id)
            counted = counted.join(_report, _report.c.id == _instance.c.report_id)
    else:
        counted = select(func.count()).select_from(_spell).where(*_of_spells(wanted, now))
    found: int = tx.read.execute(counted).scalar_one()
    return found


def listed(tx: Transaction, wanted: Wanted, now: datetime, after: str = "", most: int = PAGE) -> Page:
    """A page of the list; `after` is what the page before gave. Raises BadInput for any other text."""
    order, number = _order(wanted)
    source = _tasks(wanted) if wanted.measure == UNTAKEN else _spells(wanted, now)
    if after:
        at, last = _place(after, day=isinstance(order.type, type(_spell.c.began_on.type)))
        source = source.where(or_(order > at, and_(order == at, number > last)))
    found = source.add_columns(order.label("at"), number.label("number")).order_by(order, number).limit(most + 1)
    rows = tx.read.execute(found).all()
    following = f"{rows[most - 1].at.isoformat()},{rows[most - 1].number}" if len(rows) > most else ""
    return Page([Listed(*row[:-2]) for row in rows[:most]], following)


def _order(wanted: Wanted) -> tuple[Any, Any]:
    """By what a list is ordered: what is longest overdue or waits longest first, otherwise by day."""
    if wanted.measure == UNTAKEN:
        return _task.c.opened_at, _task.c.id
    if wanted.measure in ("due_today", "overdue"):
        return _spell.c.due_at, _spell.c.id
    if wanted.measure in _EVENTS:
        return _EVENTS[wanted.measure][0], _spell.c.id
    return _spell.c.began_at, _spell.c.id


def _place(text: str, *, day: bool) -> tuple[Any, int]:
    at, _comma, number = text.rpartition(",")
    if not (number.isascii() and number.isdigit() and len(number) < 11):
        raise BadInput("This is not the end of a page.")
    if not day:
        return parse_instant(at), int(number)
    try:
        return date.fromisoformat(at), int(number)
    except ValueError as error:
        raise BadInput("This is not the end of a page.") from error


def _spells(wanted: Wanted, now: datetime) -> Any:
    columns = (_spell.c.unit, _spell.c.began_at, _spell.c.due_at, _spell.c.ended_at, _spell.c.ended_by)
    source = select(_report.c.code, _spell.c.field, _report.c.place, *columns)
    return source.join(_report, _report.c.id == _spell.c.report_id).where(*_of_spells(wanted, now))


def _of_spells(wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    own = [_spell.c.field == wanted.field] if wanted.field else []
    return [_condition(wanted, now), *own, *backlog.of_units(wanted.codes)]


def _condition(wanted: Wanted, now: datetime) -> ColumnElement[bool]:
    measure, period = wanted.measure, wanted.period
    if measure in _EVENTS and period is not None:
        day, kind, kinds = _EVENTS[measure]
        within: ColumnElement[bool] = day.between(period.first, period.last)
        return within if kind is None else and_(within, kind.in_(kinds))
    if measure == "carried_over" and period is not None:
        return backlog.at_work(period.first - ONE)
    past = period is not None and period.last < spells.day_of(now)
    if measure == "overdue":
        return backlog.overdue_at(period.last) if past and period else and_(OPEN, _spell.c.due_at <= now)
    if measure == "due_today":
        return and_(OPEN, backlog.due_today(now))
    return backlog.at_work(period.last) if past and period else OPEN


def _tasks(wanted: Wanted) -> Any:
    nothing = _instance.c.finished_at.label("ended_at"), _instance.c.finished_at.label("ended_by")
    columns = (_report.c.code, _report.c.field, _report.c.place, _task.c.unit_code, _task.c.opened_at)
    source = select(*columns, _instance.c.due_at, *nothing, _task.c.name)
    source = source.join(_instance, _instance.c.id == _task.c.instance_id)
    return source.join(_report, _report.c.id == _instance.c.report_id).where(*_of_tasks(wanted))


def _of_tasks(wanted: Wanted) -> list[ColumnElement[bool]]:
    if wanted.since is None:
        raise BadInput("since: what is not taken up needs an instant.")
    own = [_report.c.field == wanted.field] if wanted.field else []
    units = [] if wanted.codes is None else [days.among(_task.c.unit_code, wanted.codes)]
    return [backlog.untaken(wanted.since), *own, *units]
