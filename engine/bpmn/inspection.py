"""A live case while a step is taken: what is open and waiting in it, and who holds its tasks. Imported by step.

Looking before and after an action and comparing is how a step finds out what opened, closed, waits or waits no more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import timers
from engine.bpmn.actions import Opened, Subscription, TimerSet
from engine.errors import BadInput, EngineError, NotFound, StepFailed
from engine.world.world import World


@dataclass(frozen=True, slots=True)
class Seen:
    """What a case shows to the outside at one moment, by engine task id."""

    tasks: dict[int, Any]
    timers: dict[int, TimerSet]
    subscriptions: dict[int, Subscription]


def look(workflow: Any) -> Seen:
    """The open user tasks, waiting timers and waiting correlated messages of a case."""
    set_, subscribed = {}, {}
    for task in waiting(workflow):
        definition = task.task_spec.event_definition
        if timers.timer_of(definition) is not None:
            set_[task.id] = TimerSet(task.id, node(task), timers.due_of(task))
        for name in _correlated(definition):
            subscribed[task.id] = Subscription(task.id, name, dict(task.workflow.correlations))
    return Seen(open_tasks(workflow), set_, subscribed)


def waiting(workflow: Any) -> list[Any]:
    """The tasks that wait for an event, in the order in which they would catch it."""
    return [
        task
        for task in workflow.event_manager.tasks.values()
        if task._state & TaskState.DEFINITE_MASK and task.id in task.workflow.tasks
    ]


def _correlated(definition: Any) -> list[str]:
    parts = definition.event_definitions if isinstance(definition, MultipleEventDefinition) else [definition]
    return [part.name for part in parts if isinstance(part, MessageEventDefinition) and part.correlation_properties]


def node(task: Any) -> str:
    """The id of a task's element in the diagram; of one instance of a loop, the loop's."""
    spec = task.task_spec
    return str(spec.bpmn_id or spec.name)


def properties(task: Any) -> dict[str, str]:
    """The properties an analyst gave a task's element: role, form, unit, ladder."""
    return spec_properties(task.task_spec)


def spec_properties(spec: Any) -> dict[str, str]:
    """The properties an analyst gave an element."""
    extensions = getattr(spec, "extensions", None) or {}
    found: dict[str, str] = extensions.get("properties", {})
    return found


def place(task: Any, world: World) -> str:
    """The unit that holds an open user task, decided once, when it opens; "" where the diagram names no role.

    Raises StepFailed when no unit can hold it.
    """
    internal, wanted = task.internal_data, properties(task)
    if "unit" in internal or "role" not in wanted:
        return str(internal.get("unit", ""))
    start = _where(task, wanted)
    try:
        role = "operator" if wanted["role"] == "citizen" else wanted["role"]
        placement = world.units.holder(role, start)
    except (NotFound, BadInput) as error:
        raise StepFailed(f"No unit can take the task: {error}", node(task)) from error
    internal["unit"] = placement.unit.code
    if placement.passed_from:
        internal["passed_from"] = [unit.code for unit in placement.passed_from]
    return placement.unit.code


def _where(task: Any, wanted: dict[str, str]) -> str:
    """The unit to look from: what the `unit` property says, else the department or the place of the case."""
    if "unit" in wanted:
        value = task.workflow.script_engine.evaluate(task, wanted["unit"])
    else:
        value = task.data.get("department" if wanted["role"] == "department" else "place")
    if not isinstance(value, str) or not value:
        raise StepFailed(f"The case names no unit for the role {wanted['role']!r}.", node(task))
    return value


def open_tasks(workflow: Any) -> dict[int, Any]:
    """The open user tasks of a case by engine id."""
    return {
        task.id: task
        for part in (workflow, *workflow.subprocesses.values())
        for task in part.tasks.values()
        if task._state == TaskState.READY and task.task_spec.manual
    }


def holders(tasks: Iterable[Any], world: World) -> list[str]:
    """The units that do the work at present: those of the open user tasks, without the ladder's own tasks."""
    work = [task for task in tasks if properties(task).get("ladder") != "no"]
    return sorted({code for task in work if (code := place(task, world))})


def opened(task: Any, world: World) -> Opened:
    """An open user task as the outside sees it."""
    wanted, unit = properties(task), place(task, world)
    return Opened(
        task.id,
        node(task),
        task.task_spec.bpmn_name or node(task),
        wanted.get("role", ""),
        unit,
        tuple(task.internal_data.get("passed_from", ())),
        wanted.get("form", ""),
    )


def find(workflow: Any, number: int) -> Any | None:
    """The engine task of that id in any part of the case, or None."""
    for part in (workflow, *workflow.subprocesses.values()):
        if number in part.tasks:
            return part.tasks[number]
    return None


def failed_node(error: EngineError | Exception) -> str:
    """The id of the diagram element that an engine's exception names, or ""."""
    task = getattr(error, "task", None)
    if task is not None:
        return node(task)
    spec = getattr(error, "task_spec", None)
    return str(getattr(spec, "bpmn_id", None) or getattr(spec, "name", "") or "")
