"""What a person wants to know of a case that the diagram knows: names of elements, instructions, how the deadline came
about. Reads and changes nothing; imported by use cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.bpmn import state
from engine.bpmn.clockwork import ALWAYS
from engine.bpmn.parser import Process
from engine.world.work_calendar import WorkCalendar


@dataclass(frozen=True, slots=True)
class Deadline:
    """How a case's deadline came about: a sentence, and since when the clock stands still, if it does."""

    sentence: str
    standing_since: datetime | None


def deadline(blob: bytes, calendar: WorkCalendar, language: str = "vi") -> Deadline | None:
    """The deadline of a stored case explained (R8); None when it has none."""
    clock = state.clock_of(blob)
    if clock is None:
        return None
    amount = timedelta(seconds=clock.amount + clock.paused)
    if clock.clock == ALWAYS:
        return Deadline(calendar.explain_clock(clock.start, amount, language), clock.since)
    return Deadline(calendar.explain(clock.start, amount, language=language), clock.since)


@dataclass(frozen=True, slots=True)
class UserTask:
    """A user task as a diagram draws it: its id, its name and the role that does it."""

    node: str
    name: str
    role: str


def user_tasks(process: Process) -> list[UserTask]:
    """The user tasks of a process and of what it calls."""
    found = []
    for spec in _elements(process):
        properties = (getattr(spec, "extensions", None) or {}).get("properties", {})
        if spec.bpmn_id and getattr(spec, "manual", False) and "role" in properties:
            found.append(UserTask(spec.bpmn_id, spec.bpmn_name or spec.bpmn_id, properties["role"]))
    return found


def names(process: Process) -> Mapping[str, str]:
    """What the diagrams of a process call their elements, by id."""
    return {spec.bpmn_id: spec.bpmn_name or spec.bpmn_id for spec in _elements(process) if spec.bpmn_id}


def instructions(process: Process, node: str) -> str:
    """What the diagram tells whoever does this user task; empty when it says nothing."""
    for spec in _elements(process):
        if spec.bpmn_id == node:
            text = (getattr(spec, "extensions", None) or {}).get("instructionsForEndUser") or ""
            return " ".join(str(text).split())
    return ""


def _elements(process: Process) -> Iterator[Any]:
    for spec in (process.spec, *process.subs.values()):
        yield from (item for item in spec.task_specs.values() if hasattr(item, "bpmn_id"))
