"""What a person wants to know of a case that the diagram knows: names of elements, instructions, how the deadline came
about. Reads and changes nothing; imported by use cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.bpmn import state
from engine.bpmn.clockwork import AROUND_THE_CLOCK
from engine.bpmn.parser import Process
from engine.world.work_calendar import WorkCalendar


@dataclass(frozen=True, slots=True)
class DeadlineExplanation:
    """How a case's deadline came about: a sentence, and since when the clock stands still, if it does."""

    sentence: str
    standing_since: datetime | None


def case_deadline(blob: bytes, calendar: WorkCalendar, language: str = "vi") -> DeadlineExplanation | None:
    """The deadline of a stored case explained (R8); None when it has none."""
    clock = state.clock_of(blob)
    if clock is None:
        return None
    amount = timedelta(seconds=clock.amount + clock.paused)
    if clock.clock == AROUND_THE_CLOCK:
        return DeadlineExplanation(calendar.explain_clock(clock.start, amount, language), clock.since)
    return DeadlineExplanation(calendar.explain(clock.start, amount, language=language), clock.since)


@dataclass(frozen=True, slots=True)
class UserTask:
    """A user task as a diagram draws it: its id, its name and the role that does it."""

    node: str
    name: str
    role: str


def list_user_tasks(process: Process) -> list[UserTask]:
    """The user tasks of a process and of what it calls."""
    tasks = []
    for spec in _element_specs(process):
        properties = (getattr(spec, "extensions", None) or {}).get("properties", {})
        if spec.bpmn_id and getattr(spec, "manual", False) and "role" in properties:
            tasks.append(UserTask(spec.bpmn_id, spec.bpmn_name or spec.bpmn_id, properties["role"]))
    return tasks


def names_by_element(process: Process) -> Mapping[str, str]:
    """What the diagrams of a process call their elements, by id."""
    return {spec.bpmn_id: spec.bpmn_name or spec.bpmn_id for spec in _element_specs(process) if spec.bpmn_id}


def task_instructions(process: Process, node: str) -> str:
    """What the diagram tells whoever does this user task; empty when it says nothing."""
    for spec in _element_specs(process):
        if spec.bpmn_id == node:
            text = (getattr(spec, "extensions", None) or {}).get("instructionsForEndUser") or ""
            return " ".join(str(text).split())
    return ""


def _element_specs(process: Process) -> Iterator[Any]:
    for spec in (process.spec, *process.subprocess_specs.values()):
        yield from (element_spec for element_spec in spec.task_specs.values() if hasattr(element_spec, "bpmn_id"))
