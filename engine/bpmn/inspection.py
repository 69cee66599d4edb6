"""A live case during a step: what is open and waiting in it, and who holds its tasks.

Comparing the case before and after an action shows a step what opened, closed, waits or no longer waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from SpiffWorkflow.bpmn.specs.event_definitions import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import SignalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import timers
from engine.bpmn.actions import AWAITS_MESSAGE, AWAITS_SIGNAL, EventSubscription, OpenedTask, WaitingTimer
from engine.bpmn.library_types import SpiffDefinition, SpiffSpec, SpiffTask, SpiffWorkflow
from engine.errors import BadInput, EngineError, NotFound, StepFailed
from engine.world.roles import STARTER
from engine.world.world import World


@dataclass(frozen=True, slots=True)
class CaseView:
    """What a case shows to the outside at one moment, by engine task id."""

    tasks: dict[int, SpiffTask]
    timers: dict[int, WaitingTimer]
    subscriptions: dict[int, tuple[EventSubscription, ...]]


def snapshot_of(workflow: SpiffWorkflow) -> CaseView:
    """The open user tasks and waiting timers of a case, and what it waits for from other cases."""
    waiting_timers: dict[int, WaitingTimer] = {}
    subscriptions: dict[int, tuple[EventSubscription, ...]] = {}
    for task in waiting_tasks(workflow):
        definition = task.task_spec.event_definition
        if timers.timer_of(definition) is not None:
            waiting_timers[task.id] = WaitingTimer(task.id, element_id(task), timers.due_of(task))
        if awaited := {(item.kind, item.name): item for item in _awaited_from_outside(task, definition)}:
            subscriptions[task.id] = tuple(awaited.values())
    return CaseView(open_tasks(workflow), waiting_timers, subscriptions)


def waiting_tasks(workflow: SpiffWorkflow) -> list[SpiffTask]:
    """The tasks that wait for an event, in the order in which they would catch it."""
    return [
        task
        for task in workflow.event_manager.tasks.values()
        if task._state & TaskState.DEFINITE_MASK and task.id in task.workflow.tasks
    ]


def _awaited_from_outside(task: SpiffTask, definition: SpiffDefinition) -> Iterator[EventSubscription]:
    """Correlated messages and signals; a message without keys comes to a case that somebody has named."""
    parts = definition.event_definitions if isinstance(definition, MultipleEventDefinition) else (definition,)
    for part in parts:
        if isinstance(part, SignalEventDefinition):
            yield EventSubscription(task.id, AWAITS_SIGNAL, part.name)
        elif isinstance(part, MessageEventDefinition) and part.correlation_properties:
            yield EventSubscription(task.id, AWAITS_MESSAGE, part.name, dict(task.workflow.correlations))


def element_id(task: SpiffTask) -> str:
    """The id of a task's element in the diagram; for one instance of a loop, the loop's."""
    spec = task.task_spec
    return str(spec.bpmn_id or spec.name)


def task_properties(task: SpiffTask) -> dict[str, str]:
    """The properties an analyst gave to a task's element: role, form, unit, ladder."""
    return spec_properties(task.task_spec)


def spec_properties(spec: SpiffSpec) -> dict[str, str]:
    """The properties an analyst gave to an element."""
    extensions = getattr(spec, "extensions", None) or {}
    values: dict[str, str] = extensions.get("properties", {})
    return values


def role_of(task: SpiffTask) -> str:
    """The role that does a user task; STARTER stands for the one in which the instance was begun."""
    role = task_properties(task).get("role", "")
    return str(task.data.get("starter_role") or "") if role == STARTER else role


def resolve_unit(task: SpiffTask, world: World) -> str:
    """The unit that holds an open user task, decided once, when it opens; "" when the diagram names no role.

    Raises StepFailed when no unit can hold it.
    """
    internal, attributes = task.internal_data, task_properties(task)
    if "unit" in internal or "role" not in attributes:
        return str(internal.get("unit", ""))
    start_unit = _start_unit(task, attributes)
    try:
        role = "operator" if attributes["role"] == "citizen" else role_of(task)
        placement = world.units.placement_of(role, start_unit)
    except (NotFound, BadInput) as error:
        raise StepFailed("step-without-unit", node=element_id(task), reason=error) from error
    internal["unit"] = placement.unit.code
    if placement.passed_from:
        internal["passed_from"] = [unit.code for unit in placement.passed_from]
    return placement.unit.code


def _start_unit(task: SpiffTask, attributes: dict[str, str]) -> str:
    """The unit where the search starts: the `unit` property, else the department or the place of the case."""
    if attributes["role"] == STARTER:
        unit_code = task.data.get("starter_unit") if task.data.get("starter_role") else None
    elif "unit" in attributes:
        unit_code = task.workflow.script_engine.evaluate(task, attributes["unit"])
    else:
        unit_code = task.data.get("department" if attributes["role"] == "department" else "place")
    if not isinstance(unit_code, str) or not unit_code:
        raise StepFailed("step-role-without-unit", node=element_id(task), role=attributes["role"])
    return unit_code


def open_tasks(workflow: SpiffWorkflow) -> dict[int, SpiffTask]:
    """The open user tasks of a case by engine id."""
    return {
        task.id: task
        for part in (workflow, *workflow.subprocesses.values())
        for task in part.tasks.values()
        if task._state == TaskState.READY and task.task_spec.manual
    }


def assigned_units(tasks: Iterable[SpiffTask], world: World) -> list[str]:
    """The units currently doing the work: those of the open user tasks, except the ladder's own tasks."""
    work_tasks = [task for task in tasks if task_properties(task).get("ladder") != "no"]
    return sorted({code for task in work_tasks if (code := resolve_unit(task, world))})


def describe_task(task: SpiffTask, world: World) -> OpenedTask:
    """An open user task as seen from outside."""
    attributes, unit = task_properties(task), resolve_unit(task, world)
    return OpenedTask(
        task.id,
        element_id(task),
        task.task_spec.bpmn_name or element_id(task),
        role_of(task),
        unit,
        tuple(task.internal_data.get("passed_from", ())),
        attributes.get("form", ""),
        _keeper_of(task) if attributes.get("role") == STARTER else None,
    )


def _keeper_of(task: SpiffTask) -> int | None:
    starter = task.data.get("starter")
    return starter if isinstance(starter, int) and not isinstance(starter, bool) else None


def find_task(workflow: SpiffWorkflow, task_id: int) -> SpiffTask | None:
    """The engine task with that id in any part of the case, or None."""
    for part in (workflow, *workflow.subprocesses.values()):
        if task_id in part.tasks:
            return part.tasks[task_id]
    return None


def failed_element(error: EngineError | Exception) -> str:
    """The id of the diagram element that an engine exception names, or ""."""
    task = getattr(error, "task", None)
    if task is not None:
        return element_id(task)
    spec = getattr(error, "task_spec", None)
    return str(getattr(spec, "bpmn_id", None) or getattr(spec, "name", "") or "")
