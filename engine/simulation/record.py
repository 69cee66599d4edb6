"""A past case from its history: the acts in order, and every task with its completion and claims.

Only rows of steps and of claims are read; process data suffices, personal values are never needed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.process.past_acts import (
    ASSIGNMENT_CHANGES,
    CANCEL,
    COMPLETE,
    MESSAGE,
    MIGRATIONS,
    PROCESS_STEPS,
    SIGNAL,
    HistoryEvent,
    is_assignment,
)
from engine.world.world import World

EXTERNAL_ACTIONS = frozenset({MESSAGE, SIGNAL, CANCEL})


@dataclass(slots=True)
class PastUserTask:
    """A past user task: when it was open, the process data that completed it (None if nobody did), its claims."""

    task_id: int
    node: str
    opened_at: datetime
    ended_at: datetime | None = None
    data: Mapping[str, Any] | None = None
    claims: list[tuple[datetime, bool]] = field(default_factory=list)

    def was_claimed(self, at: datetime) -> bool:
        """Whether the task was claimed at that instant."""
        states = [claimed for since, claimed in self.claims if since <= at]
        return states[-1] if states else False


@dataclass(frozen=True, slots=True)
class PastCase:
    """A past case: the process and deployment it ran on, its acts, and its tasks in the order of opening."""

    id: int
    code: str
    key: str
    digest: str
    finished: bool
    deadline: datetime | None
    acts: tuple[HistoryEvent, ...]
    tasks: tuple[PastUserTask, ...]

    def matches_world(self, world: World) -> bool:
        """Whether all its steps were taken in this world and by its current diagrams."""
        steps = [act for act in self.acts if act.action in PROCESS_STEPS]
        same = all(act.detail.world == world.revision[:8] for act in steps)
        return same and not any(act.action in MIGRATIONS for act in self.acts)


def collect_tasks(acts: Iterable[HistoryEvent]) -> tuple[PastUserTask, ...]:
    """The tasks opened by a case's acts, in that order."""
    tasks: dict[int, PastUserTask] = {}
    for act in acts:
        if act.action in ASSIGNMENT_CHANGES:
            _apply_claim(tasks, act)
        elif act.action in PROCESS_STEPS | MIGRATIONS:
            _apply_step(tasks, act)
    return tuple(tasks.values())


def _apply_claim(tasks: Mapping[int, PastUserTask], act: HistoryEvent) -> None:
    task = tasks.get(act.detail.task or 0)
    if task is not None:
        task.claims.append((act.at, is_assignment(act)))


def _apply_step(tasks: dict[int, PastUserTask], act: HistoryEvent) -> None:
    if act.action == COMPLETE and act.detail.task in tasks:
        tasks[act.detail.task].data = act.detail.form_data
    for changed in act.detail.changed:
        if changed.task_id in tasks:
            tasks[changed.task_id].node = changed.node
    for task_id in act.detail.closed:
        if task_id in tasks:
            tasks[task_id].ended_at = act.at
    for task_id, node, *_units in act.detail.openings:
        tasks[task_id] = PastUserTask(task_id, node, act.at)


def canonical_json(data: Mapping[str, Any]) -> str:
    """Process data as JSON, the same text for the same data."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True)
