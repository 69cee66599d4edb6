"""What the monitor shows: what is at work now, how it went lately, by unit and by field, with the oldest cases.

Called by pages. One look reads sums, what is at work, and the spells of the days that are not added up yet.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from engine.process import spells
from engine.statistics import appendix, backlog, days, scope
from engine.statistics.backlog import Stock, Units
from engine.statistics.days import ONE, Span
from engine.statistics.period import Figures, Period
from engine.statistics.scope import Scope
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Spell
from engine.world.unit_tree import UnitTree
from engine.world.work_calendar import WorkCalendar
from engine.world.world import World
from forms.messages import Language

DAYS, MONTHS, OLDEST = 30, 12, 5
_spell = table_of(Spell)


@dataclass(frozen=True, slots=True)
class Point:
    """How it went on a day or in a month that begins on `first`."""

    first: date
    received: int
    on_time: int
    late: int
    satisfied: int
    dissatisfied: int


@dataclass(frozen=True, slots=True)
class Line:
    """A unit or a field: what happened in the period, what is at work now, and what nobody has taken up (units)."""

    code: str
    name: str
    depth: int
    figures: Figures
    stock: Stock
    untaken: int = 0


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that the monitor shows. `hours` are what was received in each hour of the day in the last thirty days
    of the period; `since` is the instant by which what is not taken up had come."""

    period: Period
    made_at: datetime
    stock: Stock
    untaken: int
    since: datetime
    total: Figures
    units: Sequence[Line]
    fields: Sequence[Line]
    months: Sequence[Point]
    days: Sequence[Point]
    hours: Sequence[int]
    oldest: Sequence[Any]


@dataclass(frozen=True, slots=True)
class View:
    """Who looks, at what: the scope, the period, the province as it is, and in which language fields are named."""

    seen: Scope
    period: Period
    world: World
    language: Language = "vi"

    @property
    def units(self) -> UnitTree:
        """The units as they are."""
        return self.world.units

    @property
    def calendar(self) -> WorkCalendar:
        """Office hours and holidays."""
        return self.world.calendar


def usual(now: datetime) -> Period:
    """The last thirty days."""
    today = spells.day_of(now)
    return Period(today - (DAYS - 1) * ONE, today)


def board(tx: Transaction, view: View, now: datetime) -> Board:
    """What is shown now; raises BadPeriod."""
    appendix.require(view.period, now)
    codes = view.seen.codes(view.units)
    held = backlog.read(tx, now, codes)
    cells = appendix.count(tx, view.period, codes, now, held)
    since = backlog.untaken_since(view.calendar, now)
    untaken = backlog.untaken_by_unit(tx, since, codes)
    last = min(view.period.last, spells.day_of(now))
    return Board(
        period=view.period,
        made_at=now,
        stock=_add(held.values()),
        untaken=sum(number for _unit, number in untaken),
        since=since,
        total=appendix.add(cells.values()),
        units=_units(view, cells, held, untaken),
        fields=_fields(cells, held, appendix.field_names(tx, view.language)),
        months=_months(tx, last, codes),
        days=_days(tx, last, codes),
        hours=_hours(tx, last, codes),
        oldest=backlog.oldest(tx, codes, OLDEST),
    )


def _add(parts: Iterable[Stock]) -> Stock:
    found = list(parts)
    return Stock(*(sum(getattr(one, name) for one in found) for name in ("open", "due_today", "overdue")))


def _units(
    view: View, cells: appendix.Cells, held: Mapping[tuple[str, str], Stock], untaken: Iterable[tuple[str, int]]
) -> list[Line]:
    stocks: dict[str, list[Stock]] = defaultdict(list)
    waiting: Counter[str] = Counter()
    for (unit, _field), one in held.items():
        for above in scope.home(view.units, view.seen, unit):
            stocks[above].append(one)
    for unit, number in untaken:
        for above in scope.home(view.units, view.seen, unit):
            waiting[above] += number
    figures = {row.code: row.figures for row in appendix.by_unit(cells, view.seen, view.units)}
    return [
        Line(
            unit.code, unit.name, depth, figures.get(unit.code, Figures()), _add(stocks[unit.code]), waiting[unit.code]
        )
        for unit, depth in scope.ordered(view.seen, view.units)
        if unit.code in figures or unit.code in stocks or unit.code in waiting
    ]


def _fields(cells: appendix.Cells, held: Mapping[tuple[str, str], Stock], names: Mapping[str, str]) -> list[Line]:
    stocks: dict[str, list[Stock]] = defaultdict(list)
    for (_unit, field), one in held.items():
        stocks[field].append(one)
    rows = appendix.by_field(cells, names)
    return [Line(row.code, row.name, 0, row.figures, _add(stocks[row.code])) for row in rows]


def _months(tx: Transaction, last: date, codes: Units) -> list[Point]:
    firsts = [last.replace(day=1)]
    while len(firsts) < MONTHS:
        firsts.append((firsts[-1] - ONE).replace(day=1))
    return _points(days.read(tx, Span(firsts[-1], last), ("first",), codes), reversed(firsts), month=True)


def _days(tx: Transaction, last: date, codes: Units) -> list[Point]:
    first = last - (DAYS - 1) * ONE
    return _points(days.read(tx, Span(first, last, daily=True), ("first",), codes), days.each(first, last), month=False)


def _points(rows: Iterable[Any], firsts: Iterable[date], *, month: bool) -> list[Point]:
    names = ("received", "on_time", "late", "satisfied", "dissatisfied")
    found: dict[date, Counter[str]] = defaultdict(Counter)
    for row in rows:
        first = row.first.replace(day=1) if month else row.first
        found[first].update({name: getattr(row, name) for name in names})
    return [Point(first, *(found[first][name] for name in names)) for first in firsts]


def _hours(tx: Transaction, last: date, codes: Units) -> list[int]:
    within = _spell.c.began_on.between(last - timedelta(days=DAYS - 1), last)
    counts = select(_spell.c.began_hour, func.count()).where(within, _spell.c.began_by == spells.RECEIVED)
    rows = tx.read.execute(counts.where(*backlog.of_units(codes)).group_by(_spell.c.began_hour))
    found = {hour: number for hour, number in rows}  # noqa: C416 - rows are not pairs to the type checker.
    return [found.get(hour, 0) for hour in range(24)]


def choices(view: View, kinds: Collection[str] = scope.ALWAYS) -> list[tuple[str, str, int]]:
    """The units that can be looked at one by one, as (code, name, depth)."""
    ordered = scope.ordered(view.seen, view.units)
    return [(unit.code, unit.name, depth) for unit, depth in ordered if unit.kind in kinds and not unit.closed]
