"""A case followed step by step on a virtual clock: what is open, what waits, and where its process stands.

Scenarios and the simulation let a `VirtualCase` take its steps in memory; replay takes them in the database and lets a
`CaseCourse` follow. What they do next, and when, is each driver's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.bpmn.actions import AWAITS_MESSAGE, Action, EventSubscription, OpenedTask, Step, WaitingTimer
from engine.bpmn.parser import Process
from engine.bpmn.step import advance, process_data_of
from engine.bpmn.trace import Trace
from engine.world.world import World


@dataclass(frozen=True, slots=True)
class CourseTask:
    """An open task of a followed case: its number in the case, who may do it with which form, when it was opened."""

    task_id: int
    node: str
    name: str
    role: str
    unit: str
    form: str
    opened_at: datetime

    @classmethod
    def opened(cls, task: OpenedTask, at: datetime) -> CourseTask:
        """The task as it was opened at an instant."""
        return cls(task.task_id, task.node, task.name, task.role, task.unit, task.form, at)


class CaseCourse:
    """What the steps so far have left of a case: open tasks in the order of opening, and waiting timers.

    A timer's `due` is None while the case's clock is paused.
    """

    def __init__(self) -> None:
        self.open: dict[int, CourseTask] = {}
        self.timers: dict[int, WaitingTimer] = {}
        self.deadline: datetime | None = None
        self.finished = False

    def follow(self, step: Step, now: datetime) -> None:
        """Take over what a step, taken at `now`, has opened, closed and moved."""
        for task_id in step.closed_tasks:
            self.open.pop(task_id, None)
        for task in step.opened_tasks:
            self.open[task.task_id] = CourseTask.opened(task, now)
        for timer_id in step.cleared_timers:
            self.timers.pop(timer_id, None)
        for timer in step.timers:
            self.timers[timer.task_id] = timer
        self.deadline, self.finished = step.deadline, step.finished

    def next_timer(self) -> tuple[datetime, int] | None:
        """The first timer that is due, with its instant; None while none runs."""
        running = ((timer.due, timer.task_id) for timer in self.timers.values() if timer.due is not None)
        return min(running, default=None)


class VirtualCase(CaseCourse):
    """A case whose steps are pure and whose state is in memory; nothing is stored."""

    def __init__(self, process: Process, world: World, trace: Trace | None = None) -> None:
        super().__init__()
        self.process, self.world, self.trace = process, world, trace
        self.blob: bytes | None = None
        self._subscribed: list[EventSubscription] = []

    def act(self, action: Action, now: datetime) -> Step:
        """Take one step at `now`; raises Stale and StepFailed as `advance` does, and then nothing has changed."""
        step = advance(self.process, self.blob, action, now, self.world, self.trace)
        self.blob = step.state
        self.follow(step, now)
        return step

    def follow(self, step: Step, now: datetime) -> None:
        """As for every course; also what the case now waits for from other cases."""
        super().follow(step, now)
        renewed = {*step.ended_subscriptions, *(item.task_id for item in step.new_subscriptions)}
        kept = [item for item in self._subscribed if item.task_id not in renewed]
        self._subscribed = [*kept, *step.new_subscriptions]

    @property
    def begun(self) -> bool:
        """Whether the case has taken its first step."""
        return self.blob is not None

    def process_data(self) -> Mapping[str, Any]:
        """The case's process data as they are now; none before it has begun."""
        return {} if self.blob is None else process_data_of(self.process, self.blob)

    def correlations_for(self, message_name: str) -> Mapping[str, Any]:
        """The keys under which the case waits for a message: one from outside brings none of its own."""
        awaited = (AWAITS_MESSAGE, message_name)
        return next((item.correlations for item in self._subscribed if (item.kind, item.name) == awaited), {})
