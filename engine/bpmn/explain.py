"""Answers questions about a case from its diagram: element names, instructions, how the deadline came about. Read-only.

A diagram is in Vietnamese. A name or an instruction may have an English text, the property `name_en` or
`instructions_en` of the element; English readers get it, or the Vietnamese text where there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask

from engine.bpmn import state
from engine.bpmn.clockwork import AROUND_THE_CLOCK
from engine.bpmn.english_texts import INSTRUCTIONS_EN, NAME_EN
from engine.bpmn.library_types import SpiffSpec
from engine.bpmn.parser import Process
from engine.translation.catalogue import SOURCE, Language
from engine.translation.wording import Caption
from engine.world.work_calendar import WorkCalendar


@dataclass(frozen=True, slots=True)
class DeadlineExplanation:
    """How a case's deadline came about: a sentence, and since when the clock has been paused, if it is."""

    sentence: str
    standing_since: datetime | None


def case_deadline(blob: bytes, calendar: WorkCalendar, language: Language = "vi") -> DeadlineExplanation | None:
    """Explains the deadline of a stored case (R8); None when it has none."""
    clock = state.clock_of(blob)
    if clock is None:
        return None
    start, amount = clock.first_instant(calendar), timedelta(seconds=clock.total_seconds(calendar))
    if clock.clock == AROUND_THE_CLOCK:
        return DeadlineExplanation(calendar.explain_clock(start, amount, language), clock.since)
    return DeadlineExplanation(calendar.explain(start, amount, language=language), clock.since)


@dataclass(frozen=True, slots=True)
class UserTask:
    """A user task as a diagram draws it: its id, its name and the role that does it."""

    node: str
    name: str
    role: str


def list_user_tasks(process: Process, language: Language = "vi") -> list[UserTask]:
    """The user tasks of a process and of the processes it calls."""
    tasks = []
    for spec in _element_specs(process):
        properties = _properties_of(spec)
        if spec.bpmn_id and getattr(spec, "manual", False) and "role" in properties:
            tasks.append(UserTask(spec.bpmn_id, _name_of(spec, language), properties["role"]))
    return tasks


def names_by_element(process: Process, language: Language = "vi") -> Mapping[str, str]:
    """The names of the elements in a process's diagrams, by id."""
    return {spec.bpmn_id: _name_of(spec, language) for spec in _element_specs(process) if spec.bpmn_id}


def captions_by_element(process: Process) -> Mapping[str, Caption]:
    """The names in both languages, for facts of sentences whose reader is not yet known."""
    english = names_by_element(process, "en")
    return {node: Caption(name, english[node]) for node, name in names_by_element(process).items()}


def task_instructions(process: Process, node: str, language: Language = "vi") -> str:
    """The diagram's instructions for the person who does this user task; empty when there are none."""
    for spec in _element_specs(process):
        if spec.bpmn_id == node:
            text = (getattr(spec, "extensions", None) or {}).get("instructionsForEndUser") or ""
            english = _properties_of(spec).get(INSTRUCTIONS_EN) if language != SOURCE else ""
            return " ".join(str(english or text).split())
    return ""


def _name_of(spec: SpiffSpec, language: Language) -> str:
    english = _properties_of(spec).get(NAME_EN) if language != SOURCE else ""
    return str(english or spec.bpmn_name or spec.bpmn_id)


def _properties_of(spec: SpiffSpec) -> Mapping[str, str]:
    properties: Mapping[str, str] = (getattr(spec, "extensions", None) or {}).get("properties", {})
    return properties


def _element_specs(process: Process) -> Iterator[Any]:
    """The drawn elements; for a repeated activity, the specification of its iterations, which has the texts."""
    for spec in (process.spec, *process.subprocess_specs.values()):
        for element_spec in spec.task_specs.values():
            if hasattr(element_spec, "bpmn_id") and not isinstance(element_spec, LoopTask):
                yield element_spec
