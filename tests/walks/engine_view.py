"""Reads a running case of the program: the view that is compared."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.util.task import TaskState

from tests.walks.sides import View, text

_FOR_OTHERS = frozenset({"MessageEventDefinition", "SignalEventDefinition"})


def view(workflow: Any, thrown: tuple[tuple[str, str, str, str], ...]) -> View:
    """The comparable picture of an instance; `thrown` is what the step just taken sent out."""
    data = {name: value for name, value in workflow.data.items() if name != "data_objects"}
    return View(
        open=tuple(sorted((element_of(task), text(task.data)) for task in open_tasks(workflow))),
        waiting=tuple(sorted((element_of(task), _due(task)) for task in waiting_tasks(workflow))),
        completed=workflow.is_completed(),
        data=text(data) if workflow.is_completed() else "",
        thrown=tuple((name, payload, keys) for kind, name, payload, keys in thrown if kind in _FOR_OTHERS),
    )


def element_of(task: Any) -> str:
    """The element of a task behind the activities it runs in; an instance is named like the repeated activity."""
    names, workflow = [_name_of(task)], task.workflow
    while workflow.parent_task_id is not None:
        caller = workflow.top_workflow.get_task_from_id(workflow.parent_task_id)
        internal = caller.internal_data
        item = internal.get("key_or_index", internal.get("item"))
        names.append(_name_of(caller) if item is None else f"{_name_of(caller)}[{item}]")
        workflow = caller.workflow
    return "/".join(reversed(names))


def _name_of(task: Any) -> str:
    return str(task.task_spec.name).removesuffix(" [child]")


def open_tasks(workflow: Any) -> list[Any]:
    """Ready user tasks of the instance and its sub-processes, longest open first."""
    return _ranked(workflow.get_tasks(state=TaskState.READY, manual=True))


def waiting_tasks(workflow: Any) -> list[Any]:
    """Tasks that wait for an event and are still part of the tree, longest waiting first."""
    return _ranked(_waiting(workflow))


def waiting_timers(workflow: Any) -> list[Any]:
    """Waiting tasks that a timer can end."""
    return [
        task
        for task in waiting_tasks(workflow)
        if any(is_a(definition, "TimerEventDefinition") for definition in _definitions(task.task_spec))
    ]


def is_a(definition: Any, kind: str) -> bool:
    """Whether an event definition is of a class of that name."""
    return any(base.__name__ == kind for base in type(definition).__mro__)


def _waiting(workflow: Any) -> list[Any]:
    tasks = workflow.event_manager.tasks.values()
    return [task for task in tasks if task.state == TaskState.WAITING and task.id in task.workflow.tasks]


def _ranked(tasks: Any) -> list[Any]:
    return sorted(tasks, key=lambda task: (task.last_state_change, int(task.id)))


def _due(task: Any) -> str:
    # The due time of a repeating timer is left to the tests of timers.
    if is_a(task.task_spec.event_definition, "CycleTimerEventDefinition"):
        return ""
    value = task.internal_data.get("event_value")
    return datetime.fromisoformat(value).astimezone(UTC).isoformat() if isinstance(value, str) else ""


def _definitions(spec: Any) -> list[Any]:
    definition = spec.event_definition
    return definition.event_definitions if is_a(definition, "MultipleEventDefinition") else [definition]
