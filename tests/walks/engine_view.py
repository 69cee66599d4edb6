"""Reads a running SpiffWorkflow instance: the view that is compared, and what may be done next. Used by both sides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.util.task import TaskState

from tests.walks.sides import Sent, View, text


@dataclass(frozen=True)
class Offers:
    """What the outside could do now: open tasks and timers by element and rank, messages and signals by name.

    A message comes with the correlation keys and properties it must carry and with the values the instance holds.
    """

    tasks: list[tuple[str, int]]
    timers: list[tuple[str, int]]
    messages: list[tuple[str, dict[str, list[str]], dict[str, Any]]]
    signals: list[str]


def view(workflow: Any, thrown: tuple[Sent, ...]) -> View:
    """The comparable picture of an instance; `thrown` is what the step just taken sent out."""
    return View(
        open=tuple(sorted((task.task_spec.name, text(task.data)) for task in open_tasks(workflow))),
        waiting=tuple(sorted((task.task_spec.name, _due(task)) for task in waiting_tasks(workflow))),
        order=tuple(task.task_spec.name for task in _waiting(workflow)),
        completed=workflow.is_completed(),
        success=workflow.success,
        data=text(workflow.data),
        inner=tuple(sorted(_inner(workflow))),
        correlations=text(workflow.correlations),
        thrown=thrown,
    )


def open_tasks(workflow: Any) -> list[Any]:
    """Ready user tasks of the instance and its sub-processes, longest open first within an element."""
    return _ranked(workflow.get_tasks(state=TaskState.READY, manual=True))


def waiting_tasks(workflow: Any) -> list[Any]:
    """Tasks that wait for an event and are still part of the tree, longest waiting first within an element."""
    return _ranked(_waiting(workflow))


def waiting_timers(workflow: Any) -> list[Any]:
    """Waiting tasks that a timer can end."""
    return [
        task
        for task in waiting_tasks(workflow)
        if any(is_a(definition, "TimerEventDefinition") for definition in _definitions(task.task_spec))
    ]


def offers(workflow: Any) -> Offers:
    """Everything the outside could do now."""
    messages, signals = [], []
    for definition, correlations in _awaited(workflow):
        if is_a(definition, "MessageEventDefinition"):
            messages.append((definition.name, _shape(definition), correlations))
        elif is_a(definition, "SignalEventDefinition"):
            signals.append(definition.name)
    return Offers(
        tasks=ranks(open_tasks(workflow)),
        timers=ranks(waiting_timers(workflow)),
        messages=messages,
        signals=signals,
    )


def passed(workflow: Any) -> set[str]:
    """The elements that were completed at least once; instances of a loop count as the loop's element."""
    parts = (workflow, *workflow.subprocesses.values())
    done = {task.task_spec.name for part in parts for task in part.tasks.values() if task.state == TaskState.COMPLETED}
    return {name.removesuffix(" [child]") for name in done}


def ranks(tasks: list[Any]) -> list[tuple[str, int]]:
    """Each task as element and rank among the tasks of that element."""
    seen: dict[str, int] = {}
    named = []
    for task in tasks:
        rank = seen.setdefault(task.task_spec.name, 0)
        seen[task.task_spec.name] += 1
        named.append((task.task_spec.name, rank))
    return named


def is_a(definition: Any, kind: str) -> bool:
    """Whether an event definition is of a class of that name: each side has its own import of SpiffWorkflow."""
    return any(base.__name__ == kind for base in type(definition).__mro__)


def _waiting(workflow: Any) -> list[Any]:
    tasks = workflow.event_manager.tasks.values()
    return [task for task in tasks if task.state == TaskState.WAITING and task.id in task.workflow.tasks]


def _ranked(tasks: Any) -> list[Any]:
    # By when it opened: a stored instance predicts a task later than the plain one, and numbers it then.
    return sorted(tasks, key=lambda task: (task.task_spec.name, task.last_state_change, int(task.id)))


def _due(task: Any) -> str:
    # The due time of a repeating timer depends on when it fired, and the plain side is fired by moving its due time.
    if is_a(task.task_spec.event_definition, "CycleTimerEventDefinition"):
        return ""
    value = task.internal_data.get("event_value")
    return datetime.fromisoformat(value).astimezone(UTC).isoformat() if isinstance(value, str) else ""


def _inner(workflow: Any) -> Iterator[tuple[str, str, str]]:
    for inner in workflow.subprocesses.values():
        if not inner.completed:
            yield inner.spec.name, text(inner.data), text(inner.correlations)


def _definitions(spec: Any) -> list[Any]:
    definition = spec.event_definition
    return definition.event_definitions if is_a(definition, "MultipleEventDefinition") else [definition]


def _awaited(workflow: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
    for task in waiting_tasks(workflow):
        for definition in _definitions(task.task_spec):
            yield definition, task.workflow.correlations
    if workflow.is_completed():
        return
    for name in workflow.spec.start.trigger_specs:
        for spec in workflow.subprocess_specs[name].bpmn_start_events:
            yield spec.event_definition, {}


def _shape(definition: Any) -> dict[str, list[str]]:
    shape: dict[str, list[str]] = {}
    for prop in definition.correlation_properties:
        for key in prop.correlation_keys:
            shape.setdefault(key, []).append(prop.name)
    return shape
