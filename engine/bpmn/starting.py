"""Begins an instance at one of its start events, and reads what the diagram says about each.

A process may have several start events; each begins instances of its own, at itself alone (BPMN 13.5.1). The properties
of one without a trigger offer it to people: which form, and who may send it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import StartEvent as StartEventSpec
from SpiffWorkflow.bpmn.specs.event_definitions import (
    MessageEventDefinition,
    NoneEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.timer import CycleTimerEventDefinition
from SpiffWorkflow.bpmn.util import BpmnEvent

from engine.bpmn import inspection
from engine.bpmn.actions import Start
from engine.bpmn.english_texts import INSTRUCTIONS_EN, NAME_EN
from engine.bpmn.library_types import SpiffDefinition, SpiffSpec, SpiffTask, SpiffWorkflow
from engine.bpmn.parser import Process
from engine.bpmn.timers import timer_of
from engine.errors import StepFailed
from engine.whole_number import parse_whole_number
from engine.world.roles import ANYBODY

MESSAGE, SIGNAL, TIMER = "message", "signal", "timer"
SHORTEST_TERM, LONGEST_TERM = 30, 36500  # Days, as of `TONGDAI_RETENTION_DAYS`.
# The properties of a start event: form, who may send it, the letters of its codes, the answer shown in lists.
FORM, START_ROLES, START_UNITS, CODE, MATTER = "form", "start_roles", "start_units", "code", "matter"
KEEP_DAYS = "keep_days"  # How long after its end what people wrote in an instance is kept.


@dataclass(frozen=True, slots=True)
class StartEvent:
    """A start event of a process as drawn; `trigger` is "" for one that people begin, else MESSAGE, SIGNAL or TIMER.

    `event` is the name of the message or signal. `roles` and `unit_kinds` say who may send `form`; no kind means any.
    `matter` is the field whose answer stands for the instance in lists, `code` the letters that its codes begin with;
    `keep_days` is how long after its end what people wrote is kept, 0 for as long as reports.
    """

    node: str
    name: str
    name_en: str
    trigger: str
    event: str = ""
    form: str = ""
    roles: tuple[str, ...] = ()
    unit_kinds: tuple[str, ...] = ()
    code: str = ""
    matter: str = ""
    instructions: str = ""
    instructions_en: str = ""
    keep_days: int = 0

    def allows(self, role: str, unit_kind: str) -> bool:
        """Whether somebody who holds `role` in a unit of this kind may send the form."""
        return (ANYBODY in self.roles or role in self.roles) and unit_kind in (self.unit_kinds or (unit_kind,))


def list_start_events(process: Process) -> list[StartEvent]:
    """The start events of a process itself, in the order of their ids; none of its sub-processes."""
    specs = [spec for spec in process.spec.task_specs.values() if isinstance(spec, StartEventSpec)]
    return [_describe(spec) for spec in sorted(specs, key=lambda spec: str(spec.bpmn_id))]


def _describe(spec: SpiffSpec) -> StartEvent:
    properties, definition = inspection.spec_properties(spec), spec.event_definition
    trigger = _trigger_of(definition)
    name = str(spec.bpmn_name or spec.bpmn_id)
    texts = getattr(spec, "extensions", None) or {}
    return StartEvent(
        node=str(spec.bpmn_id),
        name=name,
        name_en=properties.get(NAME_EN) or name,
        trigger=trigger,
        event=str(definition.name) if trigger in (MESSAGE, SIGNAL) else "",
        form=properties.get(FORM, ""),
        roles=split_words(properties.get(START_ROLES, "")),
        unit_kinds=split_words(properties.get(START_UNITS, "")),
        code=properties.get(CODE, ""),
        matter=properties.get(MATTER, ""),
        instructions=" ".join(str(texts.get("instructionsForEndUser") or "").split()),
        instructions_en=" ".join(properties.get(INSTRUCTIONS_EN, "").split()),
        keep_days=read_days(properties.get(KEEP_DAYS, "")) or 0,
    )


def read_days(text: str) -> int | None:
    """A number of days for which data may be kept; None for any other text."""
    days = parse_whole_number(text)
    return days if days is not None and SHORTEST_TERM <= days <= LONGEST_TERM else None


def split_words(text: str) -> tuple[str, ...]:
    """The words of a property that holds several, between spaces or commas."""
    return tuple(text.replace(",", " ").split())


def _trigger_of(definition: SpiffDefinition) -> str:
    if isinstance(definition, MessageEventDefinition):
        return MESSAGE
    if isinstance(definition, SignalEventDefinition):
        return SIGNAL
    return TIMER if timer_of(definition) is not None else ""


def begin_at_start(workflow: SpiffWorkflow, start: Start, now: datetime) -> None:
    """Have a new instance begin at one of its start events, the one without a trigger unless `start` names another.

    Where only events with triggers are drawn and none is named, they wait, as they did before an event began instances.
    Raises StepFailed for a start event that the process does not have.
    """
    tasks = [task for task in workflow.tasks.values() if isinstance(task.task_spec, StartEventSpec)]
    own = [task for task in tasks if task.task_spec.bpmn_id == start.node] if start.node else _plain(tasks)
    if start.node and not own:
        raise StepFailed("step-start-unknown", node=start.node, start=start.node)
    for task in tasks if own else ():
        if task not in own:
            task.cancel()
    for task in own if start.node else ():
        _trigger(task, start.payload, now)


def _plain(tasks: list[Any]) -> list[Any]:
    return [task for task in tasks if isinstance(task.task_spec.event_definition, NoneEventDefinition)]


def _trigger(task: SpiffTask, payload: Any, now: datetime) -> None:
    """Let the event of a start happen when the instance begins: its message or signal has come, its time is here."""
    definition = task.task_spec.event_definition
    match _trigger_of(definition):
        case "timer":
            task.internal_data.update(event_fired=True, event_value=now.isoformat())
            if isinstance(definition, CycleTimerEventDefinition):
                for output in task.task_spec.outputs:  # Of a cycle the library predicts nothing.
                    task._add_child(output, task._state)
        case "message":
            keys = definition.get_correlations(task, payload or {})
            definition.catch(task, BpmnEvent(definition, payload, keys))
        case "signal":
            definition.catch(task, BpmnEvent(definition, payload))
