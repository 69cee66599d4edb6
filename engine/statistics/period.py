"""What a table of figures says: its period, the counts of each unit and field. Imported by statistics and documents.

An event belongs to a period when it lies on one of its days, counted in Vietnam. At every row and every total holds
`carried_over + received + reopened == resolved + false + ended_otherwise + in_progress` and
`on_time + late == resolved`; `overdue` is a part of `in_progress`, `transferred` a part of what was at work.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ReportingPeriod:
    """Days from `first` to `last`, both included, counted in Vietnam."""

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
    """The figures of a unit or field; `depth` is how far below the viewer's top unit a unit stands."""

    code: str
    name: str
    depth: int
    figures: Figures


@dataclass(frozen=True, slots=True)
class Appendix:
    """The appendix of a directive: figures by unit and by field, and the units that did best and worst.

    `units` come in the order of the tree, a unit above its parts and holding their sum; `total` is that of the top rows
    and of all `fields`. `scope` names the units that the viewer sees.
    """

    period: ReportingPeriod
    made_at: datetime
    scope: str
    units: tuple[FiguresRow, ...]
    fields: tuple[FiguresRow, ...]
    total: Figures
    best: tuple[FiguresRow, ...]
    worst: tuple[FiguresRow, ...]
