"""The appendix of a directive (R10): cases received, resolved, late, in progress … by unit and field for any period.

Every number has its list: `engine.statistics.lists`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields as columns_of
from dataclasses import replace
from datetime import date, datetime
from math import sqrt

from engine.errors import BadInput
from engine.process import known_fields, spells
from engine.statistics import backlog, callbacks, days, scope
from engine.statistics.days import ONE_DAY, DaySpan
from engine.statistics.period import Appendix, CallbackFigures, CallbackRow, Figures, FiguresRow, ReportingPeriod
from engine.statistics.scope import FiguresScope
from engine.store.db import Transaction
from engine.translation.catalogue import Language
from engine.world.unit_tree import UnitTree

MAX_YEARS = 10
# The ranking covers units without units below them that resolved at least MIN_RESOLVED cases in the period.
MIN_RESOLVED = 10
MAX_RANKED = 5
Z = 1.96  # For the bounds of a rate: 95 % confidence (Wilson interval).

_FIGURE_NAMES = tuple(column.name for column in columns_of(Figures))
FiguresByCell = Mapping[tuple[str, str], Figures]
OpenCountsByCell = Mapping[tuple[str, str], backlog.OpenCounts]


def require_valid_period(period: ReportingPeriod, now: datetime) -> None:
    """Raise BadInput for a period that ends before it begins, lies in the future or is longer than ten years."""
    if period.last < period.first:
        raise BadInput("period-reversed")
    if period.last > spells.day_of(now):
        raise BadInput("period-in-future")
    if period.last.year - period.first.year > MAX_YEARS:
        raise BadInput("period-too-long", most=MAX_YEARS)


def compile_appendix(
    tx: Transaction,
    viewer_scope: FiguresScope,
    period: ReportingPeriod,
    units: UnitTree,
    now: datetime,
    language: Language = "vi",
) -> Appendix:
    """The figures of a period for `viewer_scope` (see `scope.scope_of`); `units` is the current tree.

    Raises BadInput. A period that ends today ends now.
    """
    require_valid_period(period, now)
    cells = count_figures(tx, period, viewer_scope.unit_codes(units), now)
    unit_rows = rows_by_unit(cells, viewer_scope, units)
    total = sum_figures(cells.values())
    best, worst = rank_units(unit_rows, units, total)
    field_rows = rows_by_field(cells, known_fields.known_captions(tx, language))
    verdicts = callbacks.sum_verdicts(tx, period, viewer_scope.unit_codes(units))
    called = rows_of_callbacks(verdicts, viewer_scope, units)
    parts = (tuple(unit_rows), tuple(field_rows), total, best, worst, called)
    return Appendix(period, now, viewer_scope.name, *parts, callbacks.add_verdicts(verdicts.values()))


def count_figures(
    tx: Transaction,
    period: ReportingPeriod,
    codes: backlog.UnitCodes,
    now: datetime,
    open_counts: OpenCountsByCell | None = None,
) -> dict[tuple[str, str], Figures]:
    """The figures by unit and field of the cases that belong to the units `codes`, None for all.

    Passing `open_counts` avoids counting the backlog again when the caller has just done so.
    """
    today = spells.day_of(now)
    open_counts = backlog.count_open(tx, now, codes) if open_counts is None else open_counts
    if period.last < today:
        overdue_counts = backlog.count_overdue_at(tx, period.last, codes)
    else:
        overdue_counts = {key: counts.overdue for key, counts in open_counts.items()}
    within = _sum_events(tx, DaySpan(period.first, period.last), codes)
    since = _sum_events(tx, DaySpan(period.last + ONE_DAY, today), codes)
    keys = {*open_counts, *within, *since, *overdue_counts}
    open_at_end = {
        key: (open_counts[key].open if key in open_counts else 0) - _net_growth(since.get(key)) for key in keys
    }
    figures = {key: _build_figures(within.get(key), open_at_end[key], overdue_counts.get(key, 0)) for key in keys}
    return {key: counts for key, counts in figures.items() if counts != Figures()}


def count_events(tx: Transaction, period: ReportingPeriod) -> dict[tuple[str, str], Figures]:
    """What `count_figures` counts of a period but for what was open at its ends, of all units."""
    within = _sum_events(tx, DaySpan(period.first, period.last), None)
    return {cell: _event_figures(sums) for cell, sums in within.items()}


def monthly_figures(tx: Transaction, period: ReportingPeriod) -> dict[date, Figures]:
    """The same for the whole province by month, under the first day of each."""
    sums: dict[date, Counter[str]] = defaultdict(Counter)
    for row in days.sum_measures(tx, DaySpan(period.first, period.last), ("first",)):
        sums[row.first.replace(day=1)].update({name: getattr(row, name) for name in days.MEASURES})
    return {first: _event_figures(counts) for first, counts in sums.items()}


def _sum_events(tx: Transaction, span: DaySpan, codes: backlog.UnitCodes) -> dict[tuple[str, str], dict[str, int]]:
    rows = days.sum_measures(tx, span, ("unit", "field"), codes)
    return {(row.unit, row.field): {name: getattr(row, name) for name in days.MEASURES} for row in rows}


def _count_begun(sums: Mapping[str, int]) -> int:
    return sums["received"] + sums["reopened"]


def _count_ended(sums: Mapping[str, int]) -> int:
    return sums["on_time"] + sums["late"] + sums["false_report"] + sums["otherwise"]


def _net_growth(sums: Mapping[str, int] | None) -> int:
    """The net growth of the number of cases in progress."""
    return _count_begun(sums) - _count_ended(sums) if sums else 0


def _build_figures(sums: Mapping[str, int] | None, open_at_end: int, overdue: int) -> Figures:
    events, carried_over = _event_figures(sums or dict.fromkeys(days.MEASURES, 0)), open_at_end - _net_growth(sums)
    return replace(events, carried_over=carried_over, in_progress=open_at_end, overdue=overdue)


def _event_figures(counts: Mapping[str, int]) -> Figures:
    return Figures(
        received=counts["received"],
        reopened=counts["reopened"],
        resolved=counts["on_time"] + counts["late"],
        on_time=counts["on_time"],
        late=counts["late"],
        false=counts["false_report"],
        ended_otherwise=counts["otherwise"],
        transferred=counts["transferred"],
        satisfied=counts["satisfied"],
        dissatisfied=counts["dissatisfied"],
    )


def sum_figures(parts: Iterable[Figures]) -> Figures:
    """Add up figures, column by column."""
    figures = list(parts)
    return Figures(**{name: sum(getattr(summand, name) for summand in figures) for name in _FIGURE_NAMES})


def rows_by_unit(cells: FiguresByCell, viewer_scope: FiguresScope, units: UnitTree) -> list[FiguresRow]:
    """A row for each unit of the scope, including everything below it, in tree order."""
    parts: dict[str, list[Figures]] = defaultdict(list)
    for (unit, _field), figures in cells.items():
        for above in scope.reporting_lineage(units, viewer_scope, unit):
            parts[above].append(figures)
    return [
        FiguresRow(unit.code, unit.name, depth, sum_figures(parts[unit.code]))
        for unit, depth in scope.units_in_order(viewer_scope, units)
        if unit.code in parts or (unit.kind in scope.ALWAYS_LISTED_KINDS and not unit.closed)
    ]


def rows_of_callbacks(
    verdicts: Mapping[str, CallbackFigures], viewer_scope: FiguresScope, units: UnitTree
) -> tuple[CallbackRow, ...]:
    """A row for each unit of the scope of whose cases some were drawn, including everything below it, in tree order."""
    parts: dict[str, list[CallbackFigures]] = defaultdict(list)
    for unit, figures in verdicts.items():
        for above in scope.reporting_lineage(units, viewer_scope, unit):
            parts[above].append(figures)
    return tuple(
        CallbackRow(unit.code, unit.name, depth, callbacks.add_verdicts(parts[unit.code]))
        for unit, depth in scope.units_in_order(viewer_scope, units)
        if unit.code in parts
    )


def rows_by_field(cells: FiguresByCell, names: Mapping[str, str]) -> list[FiguresRow]:
    """A row for each field."""
    parts: dict[str, list[Figures]] = {key: [] for key in names}
    for (_unit, field), figures in cells.items():
        parts.setdefault(field, []).append(figures)
    return [FiguresRow(key, names.get(key, key), 0, sum_figures(field_figures)) for key, field_figures in parts.items()]


def rank_units(
    rows: Sequence[FiguresRow], units: UnitTree, total: Figures
) -> tuple[tuple[FiguresRow, ...], tuple[FiguresRow, ...]]:
    """The best and the worst units by the share resolved on time, at most five each.

    Compares units without units below them that resolved at least ten cases. The best are above the overall share,
    ranked by the lower bound of their own; the worst are below it, ranked by the upper bound: few cases prove little
    either way. Ties are broken by the number resolved, then by the code.
    """
    eligible = order_by_rate(rows, units)
    above = [row for row in eligible if row.figures.on_time * total.resolved > total.on_time * row.figures.resolved]
    below = [row for row in eligible if row.figures.on_time * total.resolved < total.on_time * row.figures.resolved]
    worst = sorted(below, key=lambda row: (wilson_interval(row.figures)[1], -row.figures.resolved, row.code))
    return tuple(above[:MAX_RANKED]), tuple(worst[:MAX_RANKED])


def order_by_rate(rows: Sequence[FiguresRow], units: UnitTree) -> list[FiguresRow]:
    """The units that can be compared, by the lower bound of their share resolved on time, the best first."""
    eligible = [row for row in rows if row.figures.resolved >= MIN_RESOLVED and not units.children(row.code)]
    return sorted(eligible, key=lambda row: (-wilson_interval(row.figures)[0], -row.figures.resolved, row.code))


def wilson_interval(figures: Figures) -> tuple[float, float]:
    """The bounds of the true share resolved on time (Wilson interval), each from 0 to 1."""
    resolved = figures.resolved
    if not resolved:
        return 0.0, 1.0
    share, spread = figures.on_time / resolved, Z * Z / resolved
    middle = (share + spread / 2) / (1 + spread)
    half = Z / (1 + spread) * sqrt(share * (1 - share) / resolved + spread / (4 * resolved))
    return middle - half, middle + half
