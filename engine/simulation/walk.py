"""A case in memory on a virtual clock: its state, its open tasks and waiting timers, and what became of it so far.

For this package. Every act goes through the same pure step as live work; nothing is stored.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.actor import SYSTEM
from engine.bpmn.actions import Action, Complete, Opened, Step, Subscription
from engine.bpmn.step import advance, data_of
from engine.process import acts
from engine.process.acts import Act
from engine.process.definitions import Content
from engine.simulation.facts import Facts
from engine.simulation.record import PastCase, PastTask
from engine.world.world import World


@dataclass(frozen=True, slots=True)
class OpenTask:
    """An open task of the simulated case; `past` is the task of the real case that it corresponds to, if there is one.

    `turn` counts the times that the case has come to this node.
    """

    number: int
    node: str
    name: str
    role: str
    unit: str
    form: str
    opened_at: datetime
    turn: int
    past: PastTask | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting timer; `due` is None while the case's clock stands still."""

    number: int
    node: str
    due: datetime | None


class Walk:
    """One case on its way through a deployment's diagrams."""

    def __init__(self, case: PastCase, content: Content, world: World) -> None:
        self.case, self.content, self.world = case, content, world
        self.process = content.process(case.key)
        self.blob: bytes | None = None
        self.finished = False
        self.facts = Facts()
        self.open: dict[int, OpenTask] = {}
        self.timers: dict[int, Waiting] = {}
        self._subscribed: dict[int, Subscription] = {}
        self.turns: Counter[str] = Counter()
        self._unused: dict[str, deque[PastTask]] = defaultdict(deque)
        for task in case.tasks:
            self._unused[task.node].append(task)

    def act(self, action: Action, now: datetime) -> Mapping[str, Any]:
        """Take one step; returns what followed in the words of history. Raises Stale and StepFailed as `advance`."""
        step = advance(self.process, self.blob, action, now, self.world)
        said = acts.entry(Act(action, SYSTEM, now), step, self.world).detail
        self.facts.add(now, said, action.task if isinstance(action, Complete) else None)
        self.facts.deadline = step.deadline
        self.blob, self.finished = step.state, step.finished
        self._tasks(step, now)
        self._timers(step)
        self._subscriptions(step)
        return said

    def data(self) -> Mapping[str, Any]:
        """The process data of the case as it stands."""
        return data_of(self.process, self.blob) if self.blob is not None else {}

    def correlations(self, name: str) -> Mapping[str, Any]:
        """The keys under which the case waits for a message; history does not keep those that it came with."""
        waiting = (item.correlations for item in self._subscribed.values() if item.name == name)
        return next(waiting, {})

    def _tasks(self, step: Step, now: datetime) -> None:
        for number in step.closed:
            self.open.pop(number, None)
        for item in sorted(step.opened, key=lambda item: item.task):
            self.open[item.task] = self._opened(item, now)

    def _opened(self, item: Opened, now: datetime) -> OpenTask:
        """The n-th task at a node corresponds to the n-th that the real case had there."""
        self.turns[item.node] += 1
        unused = self._unused[item.node]
        past = unused.popleft() if unused else None
        return OpenTask(
            item.task, item.node, item.name, item.role, item.unit, item.form, now, self.turns[item.node], past
        )

    def _timers(self, step: Step) -> None:
        for number in step.cleared:
            self.timers.pop(number, None)
        for item in step.timers:
            self.timers[item.timer] = Waiting(item.timer, item.node, item.due)

    def _subscriptions(self, step: Step) -> None:
        for number in step.unsubscribed:
            self._subscribed.pop(number, None)
        self._subscribed |= {item.event: item for item in step.subscribed}
