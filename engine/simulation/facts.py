"""The facts of a case, collected act by act from its history or from the steps of a run.

Both use the terms of history, so that what happened and what would have happened are compared like with like.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from engine.process.act_detail import ActDetail
from engine.process.past_acts import COMPLETE, MIGRATIONS, PROCESS_STEPS
from engine.simulation.record import PastCase

OVERDUE = "overdue"


@dataclass(slots=True)
class CaseFacts:
    """A case's course: elements passed and the predecessor of each, tasks opened as (node, unit, instant), tasks
    completed, deadline, notices, marks, end."""

    path: list[str] = field(default_factory=list)
    origins: list[str] = field(default_factory=list)
    opened: list[tuple[str, str, datetime]] = field(default_factory=list)
    completed: list[str] = field(default_factory=list)
    notices: dict[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)
    marks: list[str] = field(default_factory=list)
    deadline: datetime | None = None
    ended: datetime | None = None
    _open: dict[int, str] = field(default_factory=dict)

    def add_act(self, at: datetime, detail: ActDetail, completed_task: int | None = None) -> None:
        """Add what followed from one act; `completed_task` is the task that it completed."""
        if completed_task is not None and completed_task in self._open:
            self.completed.append(self._open[completed_task])
        origin = self._open.get(completed_task or 0, "")
        for element in detail.path:
            self._record_passage(element, origin)
            origin = element
        self._open |= {task.task_id: task.node for task in detail.changed}
        for task_id in detail.closed:
            self._open.pop(task_id, None)
        for task_id, node, unit, _passed in detail.openings:
            self._open[task_id] = node
            self._record_passage(node, origin)
            self.opened.append((node, unit, at))
        for rung, occurrence, to in detail.sent_notices:
            self.notices.setdefault((rung, occurrence), to)  # The outbox stores one of each.
        self.marks += detail.marks
        if detail.finished:
            self.ended = at

    def _record_passage(self, element: str, origin: str) -> None:
        self.origins.append(origin or (self.path[-1] if self.path else ""))
        self.path.append(element)

    @property
    def is_overdue(self) -> bool:
        """Whether the case was ever marked overdue; its row is not, once the deadline was moved into the future."""
        return OVERDUE in self.marks

    @property
    def end_event(self) -> str:
        """The element at which a finished case ended; empty while it is open."""
        return self.path[-1] if self.ended is not None and self.path else ""

    @property
    def open_nodes(self) -> list[str]:
        """The nodes of the tasks still open at the end."""
        return sorted(self._open.values())

    @property
    def units_by_node(self) -> dict[str, list[str]]:
        """The units that held a task, by node."""
        node_units: dict[str, set[str]] = {}
        for node, unit, _ in self.opened:
            node_units.setdefault(node, set()).add(unit)
        return {node: sorted(units) for node, units in node_units.items()}

    @property
    def notices_by_rung(self) -> dict[str, int]:
        """The number of notices per rung."""
        counts: dict[str, int] = {}
        for rung, _ in sorted(self.notices):
            counts[rung] = counts.get(rung, 0) + 1
        return counts

    @property
    def recipients_by_rung(self) -> dict[str, list[str]]:
        """The recipients of the notices of each rung."""
        rung_units: dict[str, set[str]] = {}
        for (rung, _), to in self.notices.items():
            rung_units.setdefault(rung, set()).update(to)
        return {rung: sorted(units) for rung, units in sorted(rung_units.items())}


def from_history(case: PastCase) -> CaseFacts:
    """The facts of a case from its history."""
    facts = CaseFacts(deadline=case.deadline)
    for act in case.acts:
        if act.action in PROCESS_STEPS | MIGRATIONS:
            facts.add_act(act.at, act.detail, act.detail.task if act.action == COMPLETE else None)
    return facts
