"""The figures that everybody may read (R10): those of the appendix, without cells that few citizens stand behind.

A count of one to four says something about somebody. Such a cell is hidden, and others with it until what is hidden
cannot be worked out from the total: at least two cells that are LEAST or more together (k-anonymity, k = LEAST).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from engine.statistics.appendix import compile_appendix
from engine.statistics.days import ONE_DAY, last_of_month
from engine.statistics.period import Figures, FiguresRow, ReportingPeriod
from engine.statistics.scope import whole_province
from engine.store.db import Transaction
from engine.translation.catalogue import Language
from engine.world.unit_tree import UnitTree

LEAST = 5
MONTHS = 12
# What each column is a part of: it is shown where that is.
_BASES = {"received": ("received",), "resolved": ("resolved", "on_time"), "rated": ("rated", "satisfied")}


@dataclass(frozen=True, slots=True)
class PublicRow:
    """The figures of a unit, a field or a month; None is a hidden one. `rated` is satisfied and dissatisfied."""

    code: str
    name: str
    received: int | None
    resolved: int | None
    on_time: int | None
    rated: int | None
    satisfied: int | None


@dataclass(frozen=True, slots=True)
class PublicFigures:
    """A month in public: the whole, by field, by unit without parts of its own, and the months up to it.

    `best` and `worst` are ranked as in the appendix (`appendix.rank_units`).
    """

    period: ReportingPeriod
    made_at: datetime
    total: PublicRow
    fields: tuple[PublicRow, ...]
    units: tuple[PublicRow, ...]
    months: tuple[PublicRow, ...]
    best: tuple[PublicRow, ...]
    worst: tuple[PublicRow, ...]


def compile_public_figures(
    tx: Transaction, first: date, units: UnitTree, now: datetime, language: Language
) -> PublicFigures:
    """The figures of the month that begins on `first`; raises BadInput for one in the future."""
    period = ReportingPeriod(first, min(last_of_month(first), max(first, now.date())))
    appendix = compile_appendix(tx, whole_province(units), period, units, now, language)
    single = [row for row in appendix.units if not units.children(row.code)]
    shown = {row.code: row for row in hide_small([_public_row(row) for row in single])}
    return PublicFigures(
        period,
        now,
        hide_small([_public_row(FiguresRow("", "", 0, appendix.total))])[0],
        tuple(hide_small([_public_row(row) for row in appendix.fields])),
        tuple(shown.values()),
        tuple(hide_small(_month_rows(tx, first, units, now))),
        tuple(shown[row.code] for row in appendix.best if shown[row.code].resolved is not None),
        tuple(shown[row.code] for row in appendix.worst if shown[row.code].resolved is not None),
    )


def _month_rows(tx: Transaction, first: date, units: UnitTree, now: datetime) -> list[PublicRow]:
    rows: list[PublicRow] = []
    for _month in range(MONTHS):
        period = ReportingPeriod(first, min(last_of_month(first), max(first, now.date())))
        total = compile_appendix(tx, whole_province(units), period, units, now).total
        rows.append(_public_row(FiguresRow(f"{first:%Y-%m}", f"{first:%m/%Y}", 0, total)))
        first = (first - ONE_DAY).replace(day=1)
    return rows[::-1]


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
