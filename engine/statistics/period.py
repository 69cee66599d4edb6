"""The contents of a table of figures: its period, and the counts of each unit and field.

An event belongs to a period if it falls on one of its days in Vietnam. Every row and every total satisfies
`carried_over + received + reopened == resolved + false + ended_otherwise + in_progress` and
`on_time + late == resolved`; `overdue` is part of `in_progress`, `transferred` part of the cases that were open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ReportingPeriod:
    """Days from `first` to `last`, both included, in Vietnam."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of one unit, one field, or all of them in a period (R10)."""

    carried_over: int = 0
    received: int = 0
    reopened: int = 0
    resolved: int = 0
    on_time: int = 0
    late: int = 0
    false: int = 0
    ended_otherwise: int = 0
    in_progress: int = 0
    overdue: int = 0
    transferred: int = 0
    satisfied: int = 0
    dissatisfied: int = 0


@dataclass(frozen=True, slots=True)
class FiguresRow:
    """The figures of a unit or field; `depth` is a unit's level below the viewer's top unit."""

    code: str
    name: str
    depth: int
    figures: Figures


@dataclass(frozen=True, slots=True)
class CallbackFigures:
    """Of the resolved cases drawn for a period: how many were drawn and called, and what their citizens say (R11)."""

    drawn: int = 0
    called: int = 0
    reached: int = 0
    satisfied: int = 0
    truthful: int = 0


@dataclass(frozen=True, slots=True)
class CallbackRow:
    """What the citizens of one unit's drawn cases say; of those of all units below it too."""

    code: str
    name: str
    depth: int
    figures: CallbackFigures


@dataclass(frozen=True, slots=True)
class Appendix:
    """The appendix of a directive: figures by unit and by field, and the best and worst units.

    `units` are in tree order, each unit before its parts and including them; `total` is the sum of the top rows and of
    all `fields`. `scope` names the units that the viewer sees. `callbacks` has the units of whose cases some were drawn
    for a check call, `called_back` their sum.
    """

    period: ReportingPeriod
    made_at: datetime
    scope: str
    units: tuple[FiguresRow, ...]
    fields: tuple[FiguresRow, ...]
    total: Figures
    best: tuple[FiguresRow, ...]
    worst: tuple[FiguresRow, ...]
    callbacks: tuple[CallbackRow, ...] = ()
    called_back: CallbackFigures = CallbackFigures()
