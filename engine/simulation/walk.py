"""A case in memory on a virtual clock: its state, open tasks, waiting timers, and its facts so far.

Every act takes the same pure step as live work; nothing is stored.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.actor import SYSTEM
from engine.bpmn.actions import AWAITS_MESSAGE, Action, Complete, EventSubscription, OpenedTask, Step
from engine.bpmn.step import advance, process_data_of
from engine.process import acts
from engine.process.acts import Command
from engine.process.definitions import CompiledDeployment
from engine.simulation.facts import CaseFacts
from engine.simulation.record import PastCase, PastUserTask
from engine.world.world import World


@dataclass(frozen=True, slots=True)
class SimulatedTask:
    """An open task of the simulated case; `past` is the corresponding task of the real case, if any.

    `turn` counts the visits of the case to this node.
    """

    task_id: int
    node: str
    name: str
    role: str
    unit: str
    form: str
    opened_at: datetime
    turn: int
    past: PastUserTask | None


@dataclass(frozen=True, slots=True)
class SimulatedTimer:
    """A waiting timer; `due` is None while the case's clock is paused."""

    timer_id: int
    node: str
    due: datetime | None


class SimulatedCase:
    """One case moving through a deployment's diagrams."""

    def __init__(self, case: PastCase, content: CompiledDeployment, world: World) -> None:
        self.case, self.content, self.world = case, content, world
        self.process = content.get_process(case.key)
        self.blob: bytes | None = None
        self.finished = False
        self.facts = CaseFacts()
        self.open: dict[int, SimulatedTask] = {}
        self.timers: dict[int, SimulatedTimer] = {}
        self._subscribed: list[EventSubscription] = []
        self.turns: Counter[str] = Counter()
        self._unused: dict[str, deque[PastUserTask]] = defaultdict(deque)
        for task in case.tasks:
            self._unused[task.node].append(task)

    def apply_action(self, action: Action, now: datetime) -> Mapping[str, Any]:
        """Take one step; returns its effects in the terms of history. Raises Stale and StepFailed like `advance`."""
        step = advance(self.process, self.blob, action, now, self.world)
        detail = acts.audit_entry(Command(action, SYSTEM, now), step, self.world).detail
        self.facts.add_act(now, detail, action.task if isinstance(action, Complete) else None)
        self.facts.deadline = step.deadline
        self.blob, self.finished = step.state, step.finished
        self._update_tasks(step, now)
        self._update_timers(step)
        self._update_subscriptions(step)
        return detail

    def process_data(self) -> Mapping[str, Any]:
        """The current process data of the case."""
        return process_data_of(self.process, self.blob) if self.blob is not None else {}

    def correlations_for(self, message_name: str) -> Mapping[str, Any]:
        """The correlation keys under which the case waits for a message; history does not store the message's own."""
        awaited = (AWAITS_MESSAGE, message_name)
        return next((item.correlations for item in self._subscribed if (item.kind, item.name) == awaited), {})

    def _update_tasks(self, step: Step, now: datetime) -> None:
        for task_id in step.closed_tasks:
            self.open.pop(task_id, None)
        for task in sorted(step.opened_tasks, key=lambda task: task.task_id):
            self.open[task.task_id] = self._open_task(task, now)

    def _open_task(self, task: OpenedTask, now: datetime) -> SimulatedTask:
        """Open a task; the n-th task at a node corresponds to the n-th task of the real case there."""
        self.turns[task.node] += 1
        unused = self._unused[task.node]
        past = unused.popleft() if unused else None
        return SimulatedTask(
            task.task_id, task.node, task.name, task.role, task.unit, task.form, now, self.turns[task.node], past
        )

    def _update_timers(self, step: Step) -> None:
        for timer_id in step.cleared_timers:
            self.timers.pop(timer_id, None)
        for timer in step.timers:
            self.timers[timer.task_id] = SimulatedTimer(timer.task_id, timer.node, timer.due)

    def _update_subscriptions(self, step: Step) -> None:
        renewed = {*step.ended_subscriptions, *(item.task_id for item in step.new_subscriptions)}
        kept = [item for item in self._subscribed if item.task_id not in renewed]
        self._subscribed = [*kept, *step.new_subscriptions]
