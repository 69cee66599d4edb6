"""A past case on its way through a draft: a virtual case, its facts so far, and what its tasks correspond to."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import dataclass
from datetime import datetime

from engine.actor import SYSTEM
from engine.bpmn.actions import Action, Complete, OpenedTask
from engine.bpmn.virtual_case import VirtualCase
from engine.process import acts
from engine.process.act_detail import ActDetail
from engine.process.acts import Command
from engine.process.definitions import CompiledDeployment
from engine.simulation.facts import CaseFacts
from engine.simulation.record import PastCase, PastUserTask
from engine.world.world import World


@dataclass(frozen=True, slots=True)
class TaskCounterpart:
    """The task of the real case that a simulated one corresponds to, None without one.

    `turn` counts the visits of the simulated case to the node.
    """

    turn: int
    past: PastUserTask | None


class SimulatedCase:
    """One case moving through a deployment's diagrams."""

    def __init__(self, case: PastCase, content: CompiledDeployment, world: World) -> None:
        self.case, self.content, self.world = case, content, world
        self.virtual = VirtualCase(content.get_process(case.key), world)
        self.facts = CaseFacts()
        self.counterparts: dict[int, TaskCounterpart] = {}
        self._turns: Counter[str] = Counter()
        self._unused: dict[str, deque[PastUserTask]] = defaultdict(deque)
        for task in case.tasks:
            self._unused[task.node].append(task)

    def apply_action(self, action: Action, now: datetime) -> ActDetail:
        """Take one step; returns its effects in the terms of history. Raises Stale and StepFailed like `advance`."""
        step = self.virtual.act(action, now)
        detail = acts.audit_entry(Command(action, SYSTEM, now), step, self.world).detail
        self.facts.add_act(now, detail, action.task if isinstance(action, Complete) else None)
        self.facts.deadline = step.deadline
        for task in sorted(step.opened_tasks, key=lambda task: task.task_id):
            self.counterparts[task.task_id] = self._next_counterpart(task)
        return detail

    def _next_counterpart(self, task: OpenedTask) -> TaskCounterpart:
        """The n-th task at a node corresponds to the n-th task of the real case there."""
        self._turns[task.node] += 1
        unused = self._unused[task.node]
        return TaskCounterpart(self._turns[task.node], unused.popleft() if unused else None)
