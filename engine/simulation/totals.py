"""Totals over all simulated cases, before and after, added up from the parts of a simulation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from engine.simulation import weekly_load
from engine.simulation.compare import CaseDifference
from engine.simulation.facts import CaseFacts
from engine.simulation.weekly_load import SIDES, SLOTS


@dataclass(slots=True)
class SideTotals:
    """One side: overdue and finished cases, tasks per unit by hour of the week in Vietnam, notices and mails by rung.

    A mail here is a notice to one unit; how many people receive it is decided when it is sent.
    """

    overdue: int = 0
    finished: int = 0
    load: dict[str, list[int]] = field(default_factory=dict)
    notices: Counter[str] = field(default_factory=Counter)
    mails: Counter[str] = field(default_factory=Counter)

    def add_case(self, facts: CaseFacts) -> None:
        """Count a case."""
        self.overdue += facts.is_overdue
        self.finished += facts.ended is not None
        for _, unit, at in facts.opened:
            self._weekly_load(unit)[weekly_load.slot_of(at)] += 1
        for (rung, _), to in facts.notices.items():
            self.notices[rung] += 1
            self.mails[rung] += len(to)

    def merge(self, other: SideTotals) -> None:
        """Add what another part counted."""
        self.overdue += other.overdue
        self.finished += other.finished
        self.notices += other.notices
        self.mails += other.mails
        for unit, slots in other.load.items():
            self.load[unit] = [mine + added for mine, added in zip(self._weekly_load(unit), slots, strict=True)]

    def _weekly_load(self, unit: str) -> list[int]:
        return self.load.setdefault(unit, [0] * SLOTS)


@dataclass(slots=True)
class SimulationTotals:
    """All totals. `not_reproduced` are cases that run differently in today's world even with unchanged diagrams."""

    cases: int = 0
    before: SideTotals = field(default_factory=SideTotals)
    after: SideTotals = field(default_factory=SideTotals)
    changes: list[CaseDifference] = field(default_factory=list)
    not_reproduced: list[str] = field(default_factory=list)
    assumed: Counter[str] = field(default_factory=Counter)

    def merge(self, other: SimulationTotals) -> None:
        """Add the totals of another part of the same simulation."""
        self.cases += other.cases
        self.before.merge(other.before)
        self.after.merge(other.after)
        self.changes += other.changes
        self.not_reproduced += other.not_reproduced
        self.assumed += other.assumed

    @property
    def kinds(self) -> dict[str, int]:
        """The number of cases by kind of difference."""
        return dict(Counter(kind for change in self.changes for kind in change.kinds))

    def mails(self) -> dict[str, dict[str, dict[str, int]]]:
        """Notices and mails of each rung, before and after."""
        rungs = sorted(self.before.notices.keys() | self.after.notices.keys())
        return {
            rung: {
                name: {"notices": side.notices[rung], "mails": side.mails[rung]}
                for name, side in (("before", self.before), ("after", self.after))
            }
            for rung in rungs
        }

    def load(self) -> dict[str, dict[str, list[int]]]:
        """The tasks opened in each unit by hour of day, before and after."""
        return {
            unit: {side: weekly_load.hours_of_day(slots) for side, slots in zip(SIDES, pair, strict=True)}
            for unit, pair in self._weeks()
        }

    def week(self) -> dict[str, list[list[int]]]:
        """The tasks opened in each unit by weekday and hour, as `weekly_load.Week`."""
        return {unit: weekly_load.week_rows(*pair) for unit, pair in self._weeks()}

    def _weeks(self) -> Iterator[tuple[str, tuple[list[int], list[int]]]]:
        no_tasks = [0] * SLOTS
        for unit in sorted(self.before.load.keys() | self.after.load.keys()):
            yield unit, (self.before.load.get(unit, no_tasks), self.after.load.get(unit, no_tasks))

    def overdue_rate(self) -> dict[str, Any]:
        """The share of cases marked overdue, before and after."""
        return {
            "before": round(self.before.overdue / self.cases, 6) if self.cases else 0.0,
            "after": round(self.after.overdue / self.cases, 6) if self.cases else 0.0,
        }
