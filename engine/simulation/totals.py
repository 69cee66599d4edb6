"""Totals over all simulated cases, before and after, added up from the parts of a simulation."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from engine.clock import VIETNAM
from engine.simulation.compare import CaseDifference
from engine.simulation.facts import CaseFacts

HOURS_PER_DAY = 24


@dataclass(slots=True)
class SideTotals:
    """One side: overdue and finished cases, tasks per unit by hour of day in Vietnam, notices and mails by rung.

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
            self._hourly_load(unit)[at.astimezone(VIETNAM).hour] += 1
        for (rung, _), to in facts.notices.items():
            self.notices[rung] += 1
            self.mails[rung] += len(to)

    def merge(self, other: SideTotals) -> None:
        """Add what another part counted."""
        self.overdue += other.overdue
        self.finished += other.finished
        self.notices += other.notices
        self.mails += other.mails
        for unit, hours in other.load.items():
            self.load[unit] = [mine + added for mine, added in zip(self._hourly_load(unit), hours, strict=True)]

    def _hourly_load(self, unit: str) -> list[int]:
        return self.load.setdefault(unit, [0] * HOURS_PER_DAY)


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
        units = sorted(self.before.load.keys() | self.after.load.keys())
        no_tasks = [0] * HOURS_PER_DAY
        return {
            unit: {"before": self.before.load.get(unit, no_tasks), "after": self.after.load.get(unit, no_tasks)}
            for unit in units
        }

    def overdue_rate(self) -> dict[str, Any]:
        """The share of cases marked overdue, before and after."""
        return {
            "before": round(self.before.overdue / self.cases, 6) if self.cases else 0.0,
            "after": round(self.after.overdue / self.cases, 6) if self.cases else 0.0,
        }
