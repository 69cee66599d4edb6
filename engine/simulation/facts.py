"""What became of a case, collected act by act: from its history, or from the steps of a run. For this package.

Both are read in the words of history, so that what happened and what would have happened are compared like with like.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.process.past_acts import COMPLETE, MOVES, STEPS
from engine.simulation.record import PastCase

OVERDUE = "overdue"


@dataclass(slots=True)
class Facts:
    """A case's way: elements passed and where it came to each from, tasks opened as (node, unit, instant) and done,
    deadline, notices, marks, end."""

    path: list[str] = field(default_factory=list)
    origins: list[str] = field(default_factory=list)
    opened: list[tuple[str, str, datetime]] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    notices: dict[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)
    marks: list[str] = field(default_factory=list)
    deadline: datetime | None = None
    ended: datetime | None = None
    _open: dict[int, str] = field(default_factory=dict)

    def add(self, at: datetime, said: Mapping[str, Any], done: int | None = None) -> None:
        """Take over what followed from one act; `done` is the task that it completed."""
        if done is not None and done in self._open:
            self.done.append(self._open[done])
        came_from = self._open.get(done or 0, "")
        for element in said.get("path", ()):
            self._pass(element, came_from)
            came_from = element
        self._open |= {number: node for number, node, _ in said.get("changed", ())}
        for number in said.get("closed", ()):
            self._open.pop(number, None)
        for number, node, unit, *_ in said.get("opened", ()):
            self._open[number] = node
            self._pass(node, came_from)
            self.opened.append((node, unit, at))
        for rung, occurrence, *to in said.get("notices", ()):
            self.notices.setdefault((rung, occurrence), tuple(to))  # The outbox keeps one of each.
        self.marks += said.get("marks", ())
        if said.get("finished"):
            self.ended = at

    def _pass(self, element: str, came_from: str) -> None:
        self.origins.append(came_from or (self.path[-1] if self.path else ""))
        self.path.append(element)

    @property
    def overdue(self) -> bool:
        """Whether the case was marked overdue."""
        return OVERDUE in self.marks

    @property
    def end(self) -> str:
        """The element at which a finished case ended; empty while it is open."""
        return self.path[-1] if self.ended is not None and self.path else ""

    @property
    def waiting(self) -> list[str]:
        """The nodes of the tasks that are open at the end."""
        return sorted(self._open.values())

    @property
    def units(self) -> dict[str, list[str]]:
        """The units that held a task, by node."""
        found: dict[str, set[str]] = {}
        for node, unit, _ in self.opened:
            found.setdefault(node, set()).add(unit)
        return {node: sorted(units) for node, units in found.items()}

    @property
    def rungs(self) -> dict[str, int]:
        """How many notices of each rung there were."""
        counts: dict[str, int] = {}
        for rung, _ in sorted(self.notices):
            counts[rung] = counts.get(rung, 0) + 1
        return counts

    @property
    def recipients(self) -> dict[str, list[str]]:
        """Whom the notices of each rung were for."""
        found: dict[str, set[str]] = {}
        for (rung, _), to in self.notices.items():
            found.setdefault(rung, set()).update(to)
        return {rung: sorted(units) for rung, units in sorted(found.items())}


def of_history(case: PastCase) -> Facts:
    """What became of a case as its history tells it."""
    facts = Facts(deadline=case.deadline)
    for item in case.acts:
        if item.action in STEPS | MOVES:
            facts.add(item.at, item.detail, item.detail["task"] if item.action == COMPLETE else None)
    return facts
