"""What happened in a scenario: the tasks that came up, the notices, what was noted, and how the case ended.

Two versions of a deployment under which a scenario takes the same course mean the same for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any

from engine.clock import VIETNAM
from engine.errors import BadInput
from engine.translation.catalogue import N_
from engine.translation.wording import Caption, Term
from engine.world.roles import role_term
from engine.yaml_documents import spell_value

NOTHING = Term(N_("không có"))
Captions = Mapping[str, Caption]


@dataclass(frozen=True, slots=True)
class OfferedTask:
    """A task that came up: when, for which role in which unit, with which form."""

    at: datetime
    node: str
    role: str
    unit: str
    form: str


@dataclass(frozen=True, slots=True)
class GivenNotice:
    """A notice: when, of which rung, by which template, to whom."""

    at: datetime
    rung: str
    template: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScenarioCourse:
    """All that a scenario led to, in order; `data` is what the case's data were at its end."""

    tasks: tuple[OfferedTask, ...] = ()
    notices: tuple[GivenNotice, ...] = ()
    marks: tuple[str, ...] = ()
    deadline: datetime | None = None
    finished: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)


def compare_courses(before: ScenarioCourse, after: ScenarioCourse, steps: Captions) -> Iterator[BadInput]:
    """In what two courses differ, the first of each kind; `steps` are the names of elements by id."""
    for old, new in zip_longest(before.tasks, after.tasks):
        if old != new:
            yield BadInput("course-task-differs", before=_task(old, steps), after=_task(new, steps))
            break
    for former, latter in zip_longest(before.notices, after.notices):
        if former != latter:
            yield BadInput("course-notice-differs", before=_notice(former), after=_notice(latter))
            break
    if before.marks != after.marks:
        yield BadInput("course-marks-differ", before=list(before.marks) or NOTHING, after=list(after.marks) or NOTHING)
    if before.deadline != after.deadline:
        yield BadInput("course-deadline-differs", before=_local(before.deadline), after=_local(after.deadline))
    if before.finished != after.finished:
        yield BadInput("course-ends-now" if after.finished else "course-goes-on-now")
    for key in sorted(before.data.keys() | after.data.keys()):
        old_value, new_value = before.data.get(key), after.data.get(key)
        if old_value != new_value:
            yield BadInput("course-data-differ", key=key, before=_value(old_value), after=_value(new_value))
            break


def _task(task: OfferedTask | None, steps: Captions) -> object:
    if task is None:
        return NOTHING
    name = steps.get(task.node, Caption(task.node, task.node))
    role = role_term(task.role)
    roles = (role.vietnamese, role.english) if isinstance(role, Caption) else (role, role)
    ends = [f"{at} · {unit}" for at, unit in [(f"{task.at.astimezone(VIETNAM):%H:%M %d/%m}", task.unit)]]
    texts = [f"{text} ({who}, {ends[0]})" for text, who in zip((name.vietnamese, name.english), roles, strict=True)]
    return Caption(texts[0], texts[1])


def _notice(notice: GivenNotice | None) -> object:
    if notice is None:
        return NOTHING
    return f"{notice.rung} → {', '.join(notice.to)} ({notice.at.astimezone(VIETNAM):%H:%M %d/%m})"


def _local(at: datetime | None) -> object:
    return NOTHING if at is None else at.astimezone(VIETNAM)


def _value(value: object) -> object:
    return NOTHING if value is None else value if isinstance(value, str) else spell_value(value)
