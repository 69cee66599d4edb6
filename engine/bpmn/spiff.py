"""Gives SpiffWorkflow what it would otherwise take from outside, so that a step is a pure function.

SpiffWorkflow takes task ids from `uuid4()` and stamps changes with `time.time()`, both through names in its module
`task`. Here these names get a counter that belongs to the instance: ids are small numbers, unique in the instance, and
"later" means "counted later". SpiffWorkflow also formats a log message on every change of state although nothing logs
it (a tenth of a step, measured); here it only changes the state. And after every completed task it walks the whole tree
for waiting tasks (an eighth of a step): events answer when they are caught, so only joins and the like are checked.

Seven functions of the library are replaced here, others in `library_paths`, `scopes`, `boundaries`, `joins`,
`repetitions`, `message_keys` and `listeners`, so another version must not be used unread: the import refuses it, and
tests/bpmn/test_spiff_seam.py fails when one of them has changed.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.metadata import version
from typing import Any

from SpiffWorkflow import task as spiff_task
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.util.task import TaskState
from SpiffWorkflow.workflow import Workflow

from engine.bpmn.library_types import SpiffTask, SpiffWorkflow

WAITING = TaskState.WAITING
SUPPORTED = "3.2."


def require_supported(installed: str) -> None:
    """Raise ImportError, in one sentence, for a version of the library whose internals nobody here has read."""
    if not installed.startswith(SUPPORTED):
        raise ImportError(
            f"SpiffWorkflow {installed} is installed, but this program replaces inner parts of version {SUPPORTED}x; "
            f"install it with: pip install 'SpiffWorkflow=={SUPPORTED}*'"
        )


require_supported(version("SpiffWorkflow"))


class InstanceCounter:
    """The instance's counter: issues the next number and remembers the last one."""

    __slots__ = ("value",)

    def __init__(self, value: int) -> None:
        self.value = value

    def next_number(self) -> int:
        """The next number."""
        self.value += 1
        return self.value

    def next_id(self) -> Hashable:
        """The id of the next task; SpiffWorkflow accepts any value that can be a key."""
        return self.next_number()


_counter: ContextVar[InstanceCounter] = ContextVar("counter")


@contextmanager
def use_counter(counter: InstanceCounter) -> Iterator[None]:
    """Make SpiffWorkflow number tasks and changes from `counter` within the block; threads and tasks do not mix."""
    token = _counter.set(counter)
    try:
        yield
    finally:
        _counter.reset(token)


def in_tree_order(tasks: list[Any]) -> list[Any]:
    """Tasks of one process in the order in which SpiffWorkflow's walk from the root reaches them."""
    return sorted(tasks, key=_tree_path) if len(tasks) > 1 else tasks


def _tree_path(task: SpiffTask) -> list[int]:
    """The path from the root to a task: the number of the child to take at each level."""
    tasks, path = task.workflow.tasks, []
    while (parent := tasks.get(task._parent)) is not None:
        path.append(parent._children.index(task.id))
        task = parent
    return path[::-1]


class _CountingTime:
    """Replaces the module `time` inside `SpiffWorkflow.task`."""

    @staticmethod
    def time() -> int:
        return _counter.get().next_number()


def _next_id() -> Hashable:
    return _counter.get().next_id()


def _empty_log_extras(_logged: object, _dct: object = None) -> dict[str, object]:
    return {}


def _set_state(task: SpiffTask, value: int) -> None:
    if value != task._state:
        task._state = value
        task.last_state_change = spiff_task.time.time()


def _update_waiting_tasks(workflow: SpiffWorkflow) -> None:
    waiting = [
        task
        for task in workflow.tasks.values()
        if task._state == WAITING and not isinstance(task.task_spec, CatchingEvent)
    ]
    for task in in_tree_order(waiting):
        if task._state == WAITING:
            task.task_spec._update(task)


spiff_task.uuid4 = _next_id
spiff_task.time = _CountingTime
spiff_task.Task.collect_log_extras = _empty_log_extras
Workflow.collect_log_extras = _empty_log_extras
BpmnSubWorkflow.collect_log_extras = _empty_log_extras
spiff_task.Task._set_state = _set_state
Workflow.update_waiting_tasks = _update_waiting_tasks
