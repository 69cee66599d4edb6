"""The monitor: the current backlog and recent trends, by unit and by field, with the oldest cases.

Each view reads rollups, the backlog, and the spells of the days that are not rolled up yet.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select

from engine.cases import call_log
from engine.cases.call_log import CallFigures
from engine.clock import VIETNAM
from engine.process import known_fields, spells
from engine.statistics import appendix, backlog, days, first_contacts, scope
from engine.statistics.backlog import OpenCounts, UnitCodes
from engine.statistics.days import ONE_DAY, DaySpan
from engine.statistics.first_contacts import ContactFigures
from engine.statistics.period import Figures, ReportingPeriod
from engine.statistics.scope import FiguresScope
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Spell
from engine.translation.catalogue import Language
from engine.world.unit_tree import UnitTree
from engine.world.work_calendar import WorkCalendar
from engine.world.world import World

TREND_DAYS, TREND_MONTHS, OLDEST_LIMIT = 30, 12, 5
_spell = table_of(Spell)


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """The counts of a day, or of a month that begins on `first`."""

    first: date
    received: int
    on_time: int
    late: int
    satisfied: int
    dissatisfied: int


@dataclass(frozen=True, slots=True)
class MonitorRow:
    """A unit or a field: the period's figures, the current backlog and, for units, the tasks not claimed in time."""

    code: str
    name: str
    depth: int
    figures: Figures
    stock: OpenCounts
    untaken: int = 0


@dataclass(frozen=True, slots=True)
class MonitorBoard:
    """Everything the monitor shows. `hours` counts the reports received in each hour of the day over the last thirty
    days of the period; `since` is the time by which the unclaimed tasks had opened; `calls` are the hotline's in the
    period, for those who see the whole province."""

    period: ReportingPeriod
    made_at: datetime
    stock: OpenCounts
    untaken: int
    since: datetime
    total: Figures
    units: Sequence[MonitorRow]
    fields: Sequence[MonitorRow]
    months: Sequence[TrendPoint]
    days: Sequence[TrendPoint]
    hours: Sequence[int]
    oldest: Sequence[Any]
    contacts: ContactFigures
    calls: CallFigures | None


@dataclass(frozen=True, slots=True)
class MonitorView:
    """What to show: the viewer's scope, the period, the current world, and the language of field names."""

    scope: FiguresScope
    period: ReportingPeriod
    world: World
    language: Language = "vi"

    @property
    def units(self) -> UnitTree:
        """The current units."""
        return self.world.units

    @property
    def calendar(self) -> WorkCalendar:
        """Office hours and holidays."""
        return self.world.calendar


def last_thirty_days(now: datetime) -> ReportingPeriod:
    """The last thirty days, today included."""
    today = spells.day_of(now)
    return ReportingPeriod(today - (TREND_DAYS - 1) * ONE_DAY, today)


def build_board(tx: Transaction, view: MonitorView, now: datetime) -> MonitorBoard:
    """Build the monitor as of now; raises BadInput."""
    appendix.require_valid_period(view.period, now)
    codes = view.scope.unit_codes(view.units)
    open_counts = backlog.count_open(tx, now, codes)
    cells = appendix.count_figures(tx, view.period, codes, now, open_counts)
    cutoff = backlog.unclaimed_cutoff(view.calendar, now)
    unclaimed = backlog.count_unclaimed_by_unit(tx, cutoff, codes)
    last = min(view.period.last, spells.day_of(now))
    return MonitorBoard(
        period=view.period,
        made_at=now,
        stock=_sum_open_counts(open_counts.values()),
        untaken=sum(number for _unit, number in unclaimed),
        since=cutoff,
        total=appendix.sum_figures(cells.values()),
        units=_unit_rows(view, cells, open_counts, unclaimed),
        fields=_field_rows(cells, open_counts, known_fields.known_captions(tx, view.language)),
        months=_monthly_trend(tx, last, codes),
        days=_daily_trend(tx, last, codes),
        hours=_hourly_counts(tx, last, codes),
        oldest=backlog.list_oldest_open(tx, codes, OLDEST_LIMIT),
        contacts=first_contacts.count_first_contacts(tx, view.period, codes),
        calls=_hotline_calls(tx, view.period) if view.scope.everything else None,
    )


def _hotline_calls(tx: Transaction, period: ReportingPeriod) -> CallFigures:
    """The hotline's calls of whole days."""
    first, end = (datetime.combine(day, time(), VIETNAM) for day in (period.first, period.last + ONE_DAY))
    return call_log.count_calls(tx, first, end)


def _sum_open_counts(parts: Iterable[OpenCounts]) -> OpenCounts:
    summands = list(parts)
    return OpenCounts(*(sum(getattr(counts, name) for counts in summands) for name in ("open", "due_today", "overdue")))


def _unit_rows(
    view: MonitorView,
    cells: appendix.FiguresByCell,
    open_counts: Mapping[tuple[str, str], OpenCounts],
    unclaimed: Iterable[tuple[str, int]],
) -> list[MonitorRow]:
    counts_by_unit: dict[str, list[OpenCounts]] = defaultdict(list)
    unclaimed_by_unit: Counter[str] = Counter()
    for (unit, _field), counts in open_counts.items():
        for above in scope.reporting_lineage(view.units, view.scope, unit):
            counts_by_unit[above].append(counts)
    for unit, number in unclaimed:
        for above in scope.reporting_lineage(view.units, view.scope, unit):
            unclaimed_by_unit[above] += number
    figures = {row.code: row.figures for row in appendix.rows_by_unit(cells, view.scope, view.units)}
    return [
        MonitorRow(
            unit.code,
            unit.name,
            depth,
            figures.get(unit.code, Figures()),
            _sum_open_counts(counts_by_unit[unit.code]),
            unclaimed_by_unit[unit.code],
        )
        for unit, depth in scope.units_in_order(view.scope, view.units)
        if unit.code in figures or unit.code in counts_by_unit or unit.code in unclaimed_by_unit
    ]


def _field_rows(
    cells: appendix.FiguresByCell, open_counts: Mapping[tuple[str, str], OpenCounts], names: Mapping[str, str]
) -> list[MonitorRow]:
    counts_by_field: dict[str, list[OpenCounts]] = defaultdict(list)
    for (_unit, field), counts in open_counts.items():
        counts_by_field[field].append(counts)
    rows = appendix.rows_by_field(cells, names)
    return [MonitorRow(row.code, row.name, 0, row.figures, _sum_open_counts(counts_by_field[row.code])) for row in rows]


def _monthly_trend(tx: Transaction, last: date, codes: UnitCodes) -> list[TrendPoint]:
    firsts = [last.replace(day=1)]
    while len(firsts) < TREND_MONTHS:
        firsts.append((firsts[-1] - ONE_DAY).replace(day=1))
    return _trend_points(
        days.sum_measures(tx, DaySpan(firsts[-1], last), ("first",), codes), reversed(firsts), month=True
    )


def _daily_trend(tx: Transaction, last: date, codes: UnitCodes) -> list[TrendPoint]:
    first = last - (TREND_DAYS - 1) * ONE_DAY
    return _trend_points(
        days.sum_measures(tx, DaySpan(first, last, daily=True), ("first",), codes),
        days.each_day(first, last),
        month=False,
    )


def _trend_points(rows: Iterable[Any], firsts: Iterable[date], *, month: bool) -> list[TrendPoint]:
    names = ("received", "on_time", "late", "satisfied", "dissatisfied")
    sums: dict[date, Counter[str]] = defaultdict(Counter)
    for row in rows:
        first = row.first.replace(day=1) if month else row.first
        sums[first].update({name: getattr(row, name) for name in names})
    return [TrendPoint(first, *(sums[first][name] for name in names)) for first in firsts]


def _hourly_counts(tx: Transaction, last: date, codes: UnitCodes) -> list[int]:
    within = _spell.c.began_on.between(last - timedelta(days=TREND_DAYS - 1), last)
    query = select(_spell.c.began_hour, func.count()).where(within, _spell.c.began_by == spells.RECEIVED)
    rows = tx.read.execute(query.where(*backlog.unit_conditions(codes)).group_by(_spell.c.began_hour))
    received_by_hour = {hour: number for hour, number in rows}  # noqa: C416 - to the type checker, rows are not pairs.
    return [received_by_hour.get(hour, 0) for hour in range(24)]


def selectable_units(
    view: MonitorView, kinds: Collection[str] = scope.ALWAYS_LISTED_KINDS
) -> list[tuple[str, str, int]]:
    """The units that can be viewed individually, as (code, name, depth)."""
    units_and_depths = scope.units_in_order(view.scope, view.units)
    return [(unit.code, unit.name, depth) for unit, depth in units_and_depths if unit.kind in kinds and not unit.closed]
