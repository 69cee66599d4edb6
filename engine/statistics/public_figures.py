"""The figures that everybody may read (R10): those of the appendix, without cells that few citizens stand behind.

A count of one to four says something about somebody. Such a cell is hidden, and others with it until what is hidden
cannot be worked out from the total: at least two cells that are LEAST or more together (k-anonymity, k = LEAST).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from engine.process import known_fields, spells
from engine.statistics.appendix import (
    count_events,
    monthly_figures,
    order_by_rate,
    require_valid_period,
    rows_by_field,
    rows_by_unit,
    sum_figures,
)
from engine.statistics.days import ONE_DAY, last_of_month
from engine.statistics.period import Figures, FiguresRow, ReportingPeriod
from engine.statistics.scope import whole_province
from engine.store.db import Transaction
from engine.translation.catalogue import Language
from engine.world.unit_tree import UnitTree

LEAST = 5
MONTHS = 12
COUNTS = ("received", "resolved", "on_time", "rated", "satisfied")
# What each column is a part of: it is shown where that is.
_BASES = {"received": ("received",), "resolved": ("resolved", "on_time"), "rated": ("rated", "satisfied")}


@dataclass(frozen=True, slots=True)
class PublicRow:
    """The figures of a unit, a field or a month; None is a hidden one. `rated` is satisfied and dissatisfied.

    `rank` is a unit's place among those that resolved enough to be compared.
    """

    code: str
    name: str
    received: int | None
    resolved: int | None
    on_time: int | None
    rated: int | None
    satisfied: int | None
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class PublicFigures:
    """A month in public: the whole, by field, by unit without parts of its own, and the months up to it.

    `resolved` counts by unit and field, nothing hidden: it is not shown.
    """

    period: ReportingPeriod
    made_at: datetime
    total: PublicRow
    fields: tuple[PublicRow, ...]
    units: tuple[PublicRow, ...]
    months: tuple[PublicRow, ...]
    resolved: Mapping[tuple[str, str], int]

    @property
    def ranking(self) -> list[PublicRow]:
        """The units that are compared, the best first."""
        return sorted((row for row in self.units if row.rank is not None), key=lambda row: row.rank or 0)


def compile_public_figures(
    tx: Transaction, first: date, units: UnitTree, now: datetime, language: Language
) -> PublicFigures:
    """The figures of the month that begins on `first`; raises BadInput for one in the future.

    Only what begins and ends in the month is read, which rollups have; the backlog, which the appendix has too, is not.
    """
    period = ReportingPeriod(first, min(last_of_month(first), max(first, spells.day_of(now))))
    require_valid_period(period, now)
    cells = count_events(tx, period)
    unit_rows = rows_by_unit(cells, whole_province(units), units)
    field_rows = rows_by_field(cells, known_fields.known_captions(tx, language))
    single = hide_small([_public_row(row) for row in unit_rows if not units.children(row.code)])
    places = {row.code: place for place, row in enumerate(order_by_rate(unit_rows, units), start=1)}
    return PublicFigures(
        period,
        now,
        hide_small([_public_row(FiguresRow("", "", 0, sum_figures(cells.values())))])[0],
        tuple(hide_small([_public_row(row) for row in field_rows])),
        tuple(replace(row, rank=places.get(row.code)) if row.resolved is not None else row for row in single),
        tuple(hide_small(_month_rows(tx, period))),
        {cell: figures.resolved for cell, figures in cells.items()},
    )


def _month_rows(tx: Transaction, period: ReportingPeriod) -> list[PublicRow]:
    """The months up to that of the period, in order."""
    firsts = [period.first]
    while len(firsts) < MONTHS:
        firsts.append((firsts[-1] - ONE_DAY).replace(day=1))
    by_month = monthly_figures(tx, ReportingPeriod(firsts[-1], period.last))
    return [
        _public_row(FiguresRow(f"{first:%Y-%m}", f"{first:%m/%Y}", 0, by_month.get(first, Figures())))
        for first in reversed(firsts)
    ]


def _public_row(row: FiguresRow) -> PublicRow:
    figures: Figures = row.figures
    rated = figures.satisfied + figures.dissatisfied
    counts = (figures.received, figures.resolved, figures.on_time, rated, figures.satisfied)
    return PublicRow(row.code, row.name, *counts)


def hide_small(rows: Sequence[PublicRow]) -> list[PublicRow]:
    """The rows without what few stand behind; the parts of a hidden count are hidden with it."""
    shown = list(rows)
    for base, columns in _BASES.items():
        for place in _hidden_places([getattr(row, base) or 0 for row in rows]):
            nothing: dict[str, Any] = dict.fromkeys(columns)
            shown[place] = replace(shown[place], **nothing)
    return shown


def _hidden_places(counts: Sequence[int]) -> set[int]:
    """Which of the counts are hidden: the small ones, and the next greater until nothing can be worked out."""
    hidden = {place for place, count in enumerate(counts) if 0 < count < LEAST}
    others = sorted((count, place) for place, count in enumerate(counts) if count >= LEAST)
    while hidden and others and (len(hidden) < 2 or sum(counts[place] for place in hidden) < LEAST):
        hidden.add(others.pop(0)[1])
    return hidden
