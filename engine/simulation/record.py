"""A case as its history tells it: the acts in their order, and every task with who did what with it when.

For this package. Only rows of steps and of claims are read; process data suffices, personal values are never needed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.process.past_acts import CANCEL, CLAIMS, COMPLETE, MESSAGE, MOVES, SIGNAL, STEPS, PastAct, holds
from engine.world.world import World

FROM_OUTSIDE = frozenset({MESSAGE, SIGNAL, CANCEL})


@dataclass(slots=True)
class PastTask:
    """A task of the past: when it was open, the process data that completed it (None when nobody did), its claims."""

    number: int
    node: str
    opened_at: datetime
    ended_at: datetime | None = None
    data: Mapping[str, Any] | None = None
    claims: list[tuple[datetime, bool]] = field(default_factory=list)

    def taken(self, at: datetime) -> bool:
        """Whether somebody held the task at that instant."""
        before = [taken for since, taken in self.claims if since <= at]
        return before[-1] if before else False


@dataclass(frozen=True, slots=True)
class PastCase:
    """A case of the past: the process and deployment it ran on, its acts, and its tasks in the order of opening."""

    id: int
    code: str
    key: str
    digest: str
    finished: bool
    deadline: datetime | None
    acts: tuple[PastAct, ...]
    tasks: tuple[PastTask, ...]

    def belongs(self, world: World) -> bool:
        """Whether all its steps were taken in this world and by the diagrams that it has now."""
        steps = [act for act in self.acts if act.action in STEPS]
        same = all(act.detail.get("world") == world.revision[:8] for act in steps)
        return same and not any(act.action in MOVES for act in self.acts)


def tasks_of(acts: Iterable[PastAct]) -> tuple[PastTask, ...]:
    """The tasks that a case's acts opened, in that order."""
    tasks: dict[int, PastTask] = {}
    for item in acts:
        if item.action in CLAIMS:
            _claim(tasks, item)
        elif item.action in STEPS | MOVES:
            _step(tasks, item)
    return tuple(tasks.values())


def _claim(tasks: Mapping[int, PastTask], item: PastAct) -> None:
    task = tasks.get(item.detail.get("task", 0))
    if task is not None:
        task.claims.append((item.at, holds(item)))


def _step(tasks: dict[int, PastTask], item: PastAct) -> None:
    if item.action == COMPLETE and item.detail["task"] in tasks:
        tasks[item.detail["task"]].data = item.detail.get("data", {})
    for number, node, _ in item.detail.get("changed", ()):
        if number in tasks:
            tasks[number].node = node
    for number in item.detail.get("closed", ()):
        if number in tasks:
            tasks[number].ended_at = item.at
    for number, node, *_ in item.detail.get("opened", ()):
        tasks[number] = PastTask(number, node, item.at)


def spelled(data: Mapping[str, Any]) -> str:
    """Process data as one text, the same for the same data."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True)
