"""Conditional events (BPMN 2.0, 10.5.5): what waits for data goes on when the data says so.

A step is one change: conditions are looked at when nothing in the case can move any more, and again after each event
that fires. An event on a token's way and one that interrupts fire when their condition holds, also when it held from
the beginning. One that does not interrupt fires each time its condition becomes true.

SpiffWorkflow looks at a condition when it refreshes its timers, and goes on firing while it holds.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.conditional import ConditionalEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.boundaries import fire_beside, note_interruption
from engine.bpmn.failures import naming_element
from engine.bpmn.library_types import SpiffDefinition, SpiffTask, SpiffWorkflow

HELD = "held_before"
"""Noted at an event that does not interrupt: it has fired, and its condition has held since."""


class DataCondition(ConditionalEventDefinition):
    """Waits until a step sees that its condition holds."""

    def has_fired(self, my_task: SpiffTask) -> bool:
        """Whether a step has fired it."""
        return bool(EventDefinition.has_fired(self, my_task))


def replace_condition(definition: SpiffDefinition) -> Any:
    """The event definition to use instead of SpiffWorkflow's: conditions become ours, everything else is unchanged."""
    if type(definition) is not ConditionalEventDefinition:
        return definition
    return DataCondition(definition.expression, description=definition.description)


def fire_condition(workflow: SpiffWorkflow) -> bool:
    """Fire the first waiting event whose condition holds, or begins to; whether there was one."""
    waiting = [
        task
        for task in workflow.event_manager.tasks.values()
        if isinstance(task.task_spec.event_definition, DataCondition) and task._state == TaskState.WAITING
    ]
    ready = [task for task in waiting if task.id in task.workflow.tasks and _is_due(task)]
    if ready:
        _fire(ready[0])
    return bool(ready)


def _is_due(task: SpiffTask) -> bool:
    """Whether the condition of an event holds, unless it stays and has fired for that already."""
    with naming_element(task):
        holds = bool(task.workflow.script_engine.evaluate(task, task.task_spec.event_definition.expression))
    if not holds:
        task.internal_data.pop(HELD, None)
    return holds and not task.internal_data.get(HELD)


def _fire(task: SpiffTask) -> None:
    spec = task.task_spec
    if isinstance(spec, BoundaryEvent) and not spec.cancel_activity:
        task.internal_data[HELD] = True
        fire_beside(task)
        return
    task.internal_data["event_fired"] = True
    spec._update(task)
    if isinstance(spec, BoundaryEvent):
        note_interruption(task)
