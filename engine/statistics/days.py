"""Sums measures over a span of days from valid rollups, and from spells where there are none.

Uses the rollups of whole months where they are valid, then those of days, and spells for the rest: today, and days
that have changed since they were rolled up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)

from engine.process import spells
from engine.process.spells import DAY, MONTH
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Figure, FigureFold, Spell, Unit
from engine.store.unreadable import UnreadableDay

MEASURES = (
    "received",
    "reopened",
    "on_time",
    "late",
    "false_report",
    "otherwise",
    "transferred",
    "satisfied",
    "dissatisfied",
)
# The scales that store the sums over all units and fields, for queries about the whole province.
TOTAL_SCALES = {DAY: "all_d", MONTH: "all_m"}
MAX_INLINE_UNITS = 8
ONE_DAY = timedelta(days=1)
EARLIEST = date(2000, 1, 1)
DateRanges = Sequence[tuple[date, date]]

_spell, _figure, _rollup = table_of(Spell), table_of(Figure), table_of(FigureFold)
# The day on which an event counts, the column that holds its kind, and the possible kinds.
_EVENTS = (
    (_spell.c.began_on, _spell.c.began_by, (spells.RECEIVED, spells.REOPENED)),
    (_spell.c.ended_on, _spell.c.ended_by, (spells.ON_TIME, spells.LATE, spells.FALSE_REPORT, spells.CLOSED_OTHER)),
    (_spell.c.transferred_on, None, ("transferred",)),
    (_spell.c.opinion_on, _spell.c.opinion, (spells.SATISFIED, spells.DISSATISFIED)),
)


@dataclass(frozen=True, slots=True)
class DaySpan:
    """Days from `first` to `last`, both included; `daily` asks for each day separately, never a month's sum."""

    first: date
    last: date
    daily: bool = False

    def contains_month(self, first: date) -> bool:
        """Whether the span contains the whole month that begins on `first` (never if `daily`)."""
        return not self.daily and self.first <= first and last_of_month(first) <= self.last


def last_of_month(first: date) -> date:
    """The last day of the month that begins on `first`."""
    return (first.replace(day=28) + 4 * ONE_DAY).replace(day=1) - ONE_DAY


def sum_measures(
    tx: Transaction, span: DaySpan, by: Sequence[str], units: Collection[str] | None = None
) -> Sequence[Any]:
    """The measures of a span, summed and grouped by columns of `figure`: "first", "unit", "field".

    "first" is a day, or the first of a month whose rollup was used. `units` limits the cases counted, None for all.
    """
    if span.last < span.first:
        return ()
    rolled_up, live_ranges = _split_span(tx, span)
    if units is None and set(by) <= {"first"}:
        rolled_up = [(TOTAL_SCALES[scale], source) for scale, source in rolled_up]
    parts: list[Select[Any]] = []
    if rolled_up:
        columns = [_figure.c[name] for name in ("first", "unit", "field", *MEASURES)]
        parts.append(
            select(*columns).where(or_(*(_rollup_condition(scale, date_ranges) for scale, date_ranges in rolled_up)))
        )
    if live_ranges:
        live_events = event_query(live_ranges, units).subquery()
        parts.append(select(*live_events.c))
    if not parts:
        return ()
    source = union_all(*(_filter_units(part, units) for part in parts)).subquery()
    # In PostgreSQL, the sum of sums is a decimal.
    sums = [cast(func.sum(source.c[name]), Integer).label(name) for name in MEASURES]
    keys = [source.c[name] for name in by]
    return tx.read.execute(select(*keys, *sums).group_by(*keys)).all()


def _filter_units(part: Select[Any], units: Collection[str] | None) -> Select[Any]:
    if units is None:
        return part
    return part.where(among_units(part.selected_columns.unit, units))


def among_units(unit: Any, units: Collection[str]) -> ColumnElement[bool]:
    """The column contains one of these units.

    Long lists use a subquery on the units, because PostgreSQL compares a long list of parameters one by one for each
    row once it caches a statement's plan (measured: five times slower).
    """
    if len(units) <= MAX_INLINE_UNITS:
        return unit.in_(sorted(units))  # type: ignore[no-any-return]
    return unit.in_(select(Unit.code).where(Unit.code.in_(sorted(units))))  # type: ignore[no-any-return]


def _rollup_condition(scale: str, date_ranges: DateRanges) -> ColumnElement[bool]:
    return and_(_figure.c.scale == scale, or_(*(_figure.c.first.between(*date_range) for date_range in date_ranges)))


def _split_span(tx: Transaction, span: DaySpan) -> tuple[list[tuple[str, DateRanges]], DateRanges]:
    """The ranges with valid rollups, by scale, and the ranges to count from spells."""
    rollup_query = select(_rollup.c.scale, _rollup.c.first).where(_rollup.c.first.between(span.first, span.last))
    rolled_up_days: set[date] = set()
    rolled_up_months: list[date] = []
    for scale, first in tx.read.execute(rollup_query):
        if scale == DAY:
            rolled_up_days.add(first)
        elif scale == MONTH and span.contains_month(first):
            rolled_up_months.append(first)
    in_months = [(first, last_of_month(first)) for first in sorted(rolled_up_months)]
    remaining = list(_gaps_between(span, in_months))
    day_ranges = list(
        consecutive_ranges(day for date_range in remaining for day in each_day(*date_range) if day in rolled_up_days)
    )
    live_ranges = list(
        consecutive_ranges(
            day for date_range in remaining for day in each_day(*date_range) if day not in rolled_up_days
        )
    )
    summed = [(MONTH, [(first, first) for first, _last in in_months]), (DAY, day_ranges)]
    return [(scale, date_ranges) for scale, date_ranges in summed if date_ranges], _clip_to_first_spell(tx, live_ranges)


def first_counted_day(tx: Transaction) -> date | None:
    """The day of the very first spell; None where there is none.

    No program of ours writes one before EARLIEST: days for two thousand years would be counted.
    """
    query = select(func.min(_spell.c.began_on)).where(_spell.c.began_on >= EARLIEST)
    first_day: date | None = tx.read.execute(query).scalar()
    return None if isinstance(first_day, UnreadableDay) else first_day


def _clip_to_first_spell(tx: Transaction, live_ranges: DateRanges) -> DateRanges:
    """Drop everything before the very first spell: a span may reach back for years."""
    if not live_ranges:
        return live_ranges
    first_day = first_counted_day(tx)
    return [(max(first, first_day), last) for first, last in live_ranges if first_day is not None and last >= first_day]


def _gaps_between(span: DaySpan, covered: DateRanges) -> Iterator[tuple[date, date]]:
    """The gaps in a span between the covered ranges, which are in order."""
    first = span.first
    for start, end in covered:
        if first < start:
            yield first, start - ONE_DAY
        first = end + ONE_DAY
    if first <= span.last:
        yield first, span.last


def each_day(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included."""
    while first <= last:
        yield first
        first += ONE_DAY


def consecutive_ranges(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """Group days, given in order, into ranges."""
    start = end = None
    for day in days:
        if end is not None and start is not None and day == end + ONE_DAY:
            end = day
            continue
        if start is not None and end is not None:
            yield start, end
        start = end = day
    if start is not None and end is not None:
        yield start, end


def event_query(date_ranges: DateRanges, units: Collection[str] | None = None) -> CompoundSelect[Any]:
    """The measures of these days from spells, by day ("first"), unit and field: up to four rows for each."""
    parts = []
    for day, kind, kinds in _EVENTS:
        within = [or_(*(day.between(*date_range) for date_range in date_ranges))]
        if units is not None:
            within.append(among_units(_spell.c.unit, units))
        measures = [_measure_column(name, kind, kinds).label(name) for name in MEASURES]
        part = select(day.label("first"), _spell.c.unit, _spell.c.field, *measures).where(*within)
        parts.append(part.group_by(day, _spell.c.unit, _spell.c.field))
    return union_all(*parts)


def _measure_column(name: str, kind: Any, kinds: Sequence[str]) -> ColumnElement[Any]:
    if name not in kinds:
        return literal(0)
    return func.count() if kind is None else func.sum(case((kind == name, 1), else_=0))
