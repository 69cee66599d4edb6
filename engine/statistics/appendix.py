"""The appendix of a directive (R10): what was received, resolved, late, at work … by unit and field for any period.

Imported by documents and pages. Every number has its list: `engine.statistics.lists`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields as columns_of
from datetime import date, datetime
from math import sqrt

from engine.cases.calls import RECEIVE
from engine.cases.intake import FIELDS
from engine.errors import BadInput, NotFound
from engine.process import definitions, spells
from engine.statistics import backlog, days, scope
from engine.statistics.days import ONE, Span
from engine.statistics.period import Appendix, Figures, Period, Row
from engine.statistics.scope import Scope
from engine.store.db import Transaction
from engine.world.unit_tree import UnitTree
from forms.messages import Language

MOST_YEARS = 10
# The best and the worst: among the units without units below them, with so many cases resolved in the period.
LEAST_RESOLVED = 10
MOST_NAMED = 5
Z = 1.96  # For the bounds of a rate: right in 19 of 20 cases (Wilson's interval).

_NAMES = tuple(column.name for column in columns_of(Figures))
Cells = Mapping[tuple[str, str], Figures]
Stocks = Mapping[tuple[str, str], backlog.Stock]


class BadPeriod(BadInput):
    """A period that no figures can be given for; `why` is "reversed", "future" or "long"."""

    def __init__(self, why: str, message: str) -> None:
        self.why = why
        super().__init__(message)


def require(period: Period, now: datetime) -> None:
    """Raise BadPeriod for a period that ends before it begins, lies in the future or is longer than ten years."""
    if period.last < period.first:
        raise BadPeriod("reversed", "The period ends before it begins.")
    if period.last > spells.day_of(now):
        raise BadPeriod("future", "The period ends in the future.")
    if period.last.year - period.first.year > MOST_YEARS:
        raise BadPeriod("long", f"The period is longer than {MOST_YEARS} years.")


def appendix(
    tx: Transaction, seen: Scope, period: Period, units: UnitTree, now: datetime, language: Language = "vi"
) -> Appendix:
    """The figures of a period for what `seen` (see `scope.scope_of`) holds; `units` is the tree as it is now.

    Raises BadPeriod. A period that ends today ends now.
    """
    require(period, now)
    cells = count(tx, period, seen.codes(units), now)
    rows = by_unit(cells, seen, units)
    total = add(cells.values())
    best, worst = ranked(rows, units, total)
    of_fields = by_field(cells, field_names(tx, language))
    return Appendix(period, now, seen.name, tuple(rows), tuple(of_fields), total, best, worst)


def count(
    tx: Transaction, period: Period, codes: backlog.Units, now: datetime, held: Stocks | None = None
) -> dict[tuple[str, str], Figures]:
    """The figures by unit and field of the cases, for those that belong to `codes`, None for all.

    `held` spares the reading of what is at work when the caller has just done it.
    """
    today = spells.day_of(now)
    held = backlog.read(tx, now, codes) if held is None else held
    if period.last < today:
        late_then = backlog.overdue_then(tx, period.last, codes)
    else:
        late_then = {key: one.overdue for key, one in held.items()}
    within = _sums(tx, Span(period.first, period.last), codes)
    since = _sums(tx, Span(period.last + ONE, today), codes)
    keys = {*held, *within, *since, *late_then}
    at_end = {key: (held[key].open if key in held else 0) - _grown(since.get(key)) for key in keys}
    found = {key: _figures(within.get(key), at_end[key], late_then.get(key, 0)) for key in keys}
    return {key: one for key, one in found.items() if one != Figures()}


def _sums(tx: Transaction, span: Span, codes: backlog.Units) -> dict[tuple[str, str], dict[str, int]]:
    found = days.read(tx, span, ("unit", "field"), codes)
    return {(row.unit, row.field): {name: getattr(row, name) for name in days.MEASURES} for row in found}


def _begun(sums: Mapping[str, int]) -> int:
    return sums["received"] + sums["reopened"]


def _ended(sums: Mapping[str, int]) -> int:
    return sums["on_time"] + sums["late"] + sums["false_report"] + sums["otherwise"]


def _grown(sums: Mapping[str, int] | None) -> int:
    """By how much the number of cases at work has grown."""
    return _begun(sums) - _ended(sums) if sums else 0


def _figures(sums: Mapping[str, int] | None, at_end: int, overdue: int) -> Figures:
    found = sums or dict.fromkeys(days.MEASURES, 0)
    return Figures(
        carried_over=at_end - _grown(found),
        received=found["received"],
        reopened=found["reopened"],
        resolved=found["on_time"] + found["late"],
        on_time=found["on_time"],
        late=found["late"],
        false=found["false_report"],
        ended_otherwise=found["otherwise"],
        in_progress=at_end,
        overdue=overdue,
        transferred=found["transferred"],
        satisfied=found["satisfied"],
        dissatisfied=found["dissatisfied"],
    )


def add(parts: Iterable[Figures]) -> Figures:
    """The sum of figures, column by column."""
    found = list(parts)
    return Figures(**{name: sum(getattr(one, name) for one in found) for name in _NAMES})


def by_unit(cells: Cells, seen: Scope, units: UnitTree) -> list[Row]:
    """A row for each unit of the scope with the sum of all that is below it, in the order of the tree."""
    parts: dict[str, list[Figures]] = defaultdict(list)
    for (unit, _field), figures in cells.items():
        for above in scope.home(units, seen, unit):
            parts[above].append(figures)
    return [
        Row(unit.code, unit.name, depth, add(parts[unit.code]))
        for unit, depth in scope.ordered(seen, units)
        if unit.code in parts or (unit.kind in scope.ALWAYS and not unit.closed)
    ]


def by_field(cells: Cells, names: Mapping[str, str]) -> list[Row]:
    """A row for each field."""
    parts: dict[str, list[Figures]] = {key: [] for key in names}
    for (_unit, field), figures in cells.items():
        parts.setdefault(field, []).append(figures)
    return [Row(key, names.get(key, key), 0, add(found)) for key, found in parts.items()]


def field_names(tx: Transaction, language: Language) -> dict[str, str]:
    """What the fields are called, in the order of the form that receives a report; their keys where it says nothing."""
    try:
        asked = definitions.newest(tx).forms[RECEIVE].inputs["field"]
    except (NotFound, KeyError):
        return {key: key for key in FIELDS}
    captions = {choice.value: choice.caption(language) for choice in asked.choices}
    return {**{key: captions.get(key, key) for key in FIELDS}, **captions}


def ranked(rows: Sequence[Row], units: UnitTree, total: Figures) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """The best and the worst units by the share resolved on time, at most five each.

    Compared are the units without units below them that resolved at least ten cases. Best are those above the share of
    all, by the lower bound of their share; worst those below it, by the upper bound: few cases prove little either way.
    Ties go by the number resolved, then by the code.
    """
    able = [row for row in rows if row.figures.resolved >= LEAST_RESOLVED and not units.children(row.code)]
    above = [row for row in able if row.figures.on_time * total.resolved > total.on_time * row.figures.resolved]
    below = [row for row in able if row.figures.on_time * total.resolved < total.on_time * row.figures.resolved]
    best = sorted(above, key=lambda row: (-bounds(row.figures)[0], -row.figures.resolved, row.code))
    worst = sorted(below, key=lambda row: (bounds(row.figures)[1], -row.figures.resolved, row.code))
    return tuple(best[:MOST_NAMED]), tuple(worst[:MOST_NAMED])


def bounds(figures: Figures) -> tuple[float, float]:
    """Between which shares the true share of what is resolved on time lies (Wilson), each from 0 to 1."""
    number = figures.resolved
    if not number:
        return 0.0, 1.0
    share, spread = figures.on_time / number, Z * Z / number
    middle = (share + spread / 2) / (1 + spread)
    half = Z / (1 + spread) * sqrt(share * (1 - share) / number + spread / (4 * number))
    return middle - half, middle + half


def month_of(day: date) -> Period:
    """The month of a day up to that day."""
    return Period(day.replace(day=1), day)
