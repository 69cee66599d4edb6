"""Which sums hold for a span of days, and what is counted from spells where they do not. For the modules of statistics.

Sums of whole months are taken where they hold, sums of days where those hold, spells for the rest: today, and what has
changed since it was added up.
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
# Under these scales stand the sums of all units and fields together, for what is asked of the whole province.
TOTALS = {DAY: "all_d", MONTH: "all_m"}
FEW = 8
ONE = timedelta(days=1)
Ranges = Sequence[tuple[date, date]]

_spell, _figure, _fold = table_of(Spell), table_of(Figure), table_of(FigureFold)
# The day on which something is counted, the column that says what, and what it may say.
_EVENTS = (
    (_spell.c.began_on, _spell.c.began_by, (spells.RECEIVED, spells.REOPENED)),
    (_spell.c.ended_on, _spell.c.ended_by, (spells.ON_TIME, spells.LATE, spells.FALSE, spells.OTHERWISE)),
    (_spell.c.transferred_on, None, ("transferred",)),
    (_spell.c.opinion_on, _spell.c.opinion, (spells.SATISFIED, spells.DISSATISFIED)),
)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both included; `daily` wants each for itself, never a month's sum."""

    first: date
    last: date
    daily: bool = False

    def month(self, first: date) -> bool:
        """Whether the whole month that begins on `first` lies in it."""
        return not self.daily and self.first <= first and last_of_month(first) <= self.last


def last_of_month(first: date) -> date:
    """The last day of the month that begins on `first`."""
    return (first.replace(day=28) + 4 * ONE).replace(day=1) - ONE


def read(tx: Transaction, span: Span, by: Sequence[str], units: Collection[str] | None = None) -> Sequence[Any]:
    """The measures of a span, added up by columns of `figure`: "first", "unit", "field".

    "first" is a day, or the first of a month whose sum was taken. `units` are those whose cases count, None for all.
    """
    if span.last < span.first:
        return ()
    summed, counted = _sources(tx, span)
    if units is None and set(by) <= {"first"}:
        summed = [(TOTALS[scale], found) for scale, found in summed]
    parts: list[Select[Any]] = []
    if summed:
        columns = [_figure.c[name] for name in ("first", "unit", "field", *MEASURES)]
        parts.append(select(*columns).where(or_(*(_held(scale, ranges) for scale, ranges in summed))))
    if counted:
        live = events(counted, units).subquery()
        parts.append(select(*live.c))
    if not parts:
        return ()
    found = union_all(*(_of_units(part, units) for part in parts)).subquery()
    # PostgreSQL's sum of sums is a decimal.
    sums = [cast(func.sum(found.c[name]), Integer).label(name) for name in MEASURES]
    keys = [found.c[name] for name in by]
    return tx.read.execute(select(*keys, *sums).group_by(*keys)).all()


def _of_units(part: Select[Any], units: Collection[str] | None) -> Select[Any]:
    if units is None:
        return part
    return part.where(among(part.selected_columns.unit, units))


def among(unit: Any, units: Collection[str]) -> ColumnElement[bool]:
    """The column names one of these units.

    Many are looked up among the units, because PostgreSQL compares a long list of parameters one by one for each row
    as soon as it keeps a statement's plan (measured: five times slower).
    """
    if len(units) <= FEW:
        return unit.in_(sorted(units))  # type: ignore[no-any-return]
    return unit.in_(select(Unit.code).where(Unit.code.in_(sorted(units))))  # type: ignore[no-any-return]


def _held(scale: str, ranges: Ranges) -> ColumnElement[bool]:
    return and_(_figure.c.scale == scale, or_(*(_figure.c.first.between(*one) for one in ranges)))


def _sources(tx: Transaction, span: Span) -> tuple[list[tuple[str, Ranges]], Ranges]:
    """The ranges whose sums hold, by scale, and the ranges to count."""
    held = select(_fold.c.scale, _fold.c.first).where(_fold.c.first.between(span.first, span.last))
    days: set[date] = set()
    months: list[date] = []
    for scale, first in tx.read.execute(held):
        if scale == DAY:
            days.add(first)
        elif scale == MONTH and span.month(first):
            months.append(first)
    in_months = [(first, last_of_month(first)) for first in sorted(months)]
    rest = list(_outside(span, in_months))
    single = list(ranges(day for one in rest for day in each(*one) if day in days))
    live = list(ranges(day for one in rest for day in each(*one) if day not in days))
    summed = [(MONTH, [(first, first) for first, _last in in_months]), (DAY, single)]
    return [(scale, found) for scale, found in summed if found], _clipped(tx, live)


def _clipped(tx: Transaction, live: Ranges) -> Ranges:
    """Without what lies before the first spell of all: a span may reach back for years."""
    if not live:
        return live
    begun = tx.read.execute(select(func.min(_spell.c.began_on))).scalar()
    return [(max(first, begun), last) for first, last in live if begun is not None and last >= begun]


def _outside(span: Span, taken: Ranges) -> Iterator[tuple[date, date]]:
    """What is left of a span between the ranges that are taken, which come in order."""
    first = span.first
    for start, end in taken:
        if first < start:
            yield first, start - ONE
        first = end + ONE
    if first <= span.last:
        yield first, span.last


def each(first: date, last: date) -> Iterator[date]:
    """Every day from one to another."""
    while first <= last:
        yield first
        first += ONE


def ranges(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """Days in order as ranges."""
    start = end = None
    for day in days:
        if end is not None and start is not None and day == end + ONE:
            end = day
            continue
        if start is not None and end is not None:
            yield start, end
        start = end = day
    if start is not None and end is not None:
        yield start, end


def events(found: Ranges, units: Collection[str] | None = None) -> CompoundSelect[Any]:
    """What spells say of these days, by day ("first"), unit and field: the measures, in up to four rows for each."""
    parts = []
    for day, kind, kinds in _EVENTS:
        within = [or_(*(day.between(*one) for one in found))]
        if units is not None:
            within.append(among(_spell.c.unit, units))
        measures = [_counted(name, kind, kinds).label(name) for name in MEASURES]
        part = select(day.label("first"), _spell.c.unit, _spell.c.field, *measures).where(*within)
        parts.append(part.group_by(day, _spell.c.unit, _spell.c.field))
    return union_all(*parts)


def _counted(name: str, kind: Any, kinds: Sequence[str]) -> ColumnElement[Any]:
    if name not in kinds:
        return literal(0)
    return func.count() if kind is None else func.sum(case((kind == name, 1), else_=0))
