"""Multi-instance activities (BPMN 2.0, 10.3.7) have an instance for each item of their collection, whatever it is.

SpiffWorkflow takes an item that is nothing for the end of a sequential one, which then waits for ever, goes through the
letters of a text, and stops at other values with a message of Python. Its instances cannot begin where the scope has a
value under the name of their item or result; in BPMN these are their own, and hide what has the same name outside.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from SpiffWorkflow.bpmn.specs.data_spec import TaskDataReference
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import (
    MultiInstanceTask,
    ParallelMultiInstanceTask,
    SequentialMultiInstanceTask,
)
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.failures import task_failure
from engine.bpmn.feel_marks import is_feel_text, without_mark
from engine.bpmn.library_types import SpiffSpec, SpiffTask
from engine.errors import ScriptError

_init_remaining_items = SequentialMultiInstanceTask.init_remaining_items
_create_children = ParallelMultiInstanceTask.create_children
_ITEMS = "items"
"""Noted at an activity whose collection is computed: the collection, which is read once."""


class ComputedCollection(TaskDataReference):
    """The collection of a repeated activity that an expression gives; it is no data of the case."""

    def get(self, my_task: SpiffTask) -> Any:
        """The collection as it was when the activity began."""
        if _ITEMS not in my_task.internal_data:
            my_task.internal_data[_ITEMS] = my_task.workflow.script_engine.evaluate(my_task, self.bpmn_id)
        return my_task.internal_data[_ITEMS]

    def exists(self, my_task: SpiffTask) -> bool:  # noqa: ARG002 - the library asks so.
        """An expression always has a value; whether it is a collection is another question."""
        return True


def compute_collection(spec: SpiffSpec) -> None:
    """Let a repeated activity compute its collection if that is a text in FEEL."""
    reference = getattr(spec, "data_input", None)
    if isinstance(reference, TaskDataReference) and is_feel_text(reference.bpmn_id):
        spec.data_input = ComputedCollection(reference.bpmn_id)


def add_next_instance(spec: SpiffSpec, task: SpiffTask) -> None:
    """Begin the next instance of a sequential activity."""
    key, item = spec.get_next_input_item(task) if spec.data_input is not None else spec.get_next_index(task)
    spec.create_child(task, item, key)


def read_items(spec: SpiffSpec, task: SpiffTask) -> Any:
    """The library's list of what a sequential activity still has to do."""
    _require_collection(spec, task)
    return _init_remaining_items(spec, task)


def begin_instances(spec: SpiffSpec, task: SpiffTask) -> None:
    """The library's way to begin the instances of a parallel activity."""
    if spec.data_input is not None:
        _require_collection(spec, task)
    _create_children(spec, task)


def begin_instance(spec: SpiffSpec, task: SpiffTask, item: Any, key: Any = None) -> None:
    """Begin an instance with its item; `key` is its place or its name in the collection."""
    child_spec = task.workflow.spec.task_specs[spec.task_spec]
    if not child_spec.completed_event.is_connected(spec.merge_child):
        child_spec.completed_event.connect(spec.merge_child)
    child = task._add_child(child_spec, TaskState.WAITING)
    child.triggered = True
    if spec.input_item is not None:
        spec.input_item.set(child, deepcopy(item))
    child.internal_data["item" if key is None else "key_or_index"] = item if key is None else key
    child_spec._update(child)


def _require_collection(spec: SpiffSpec, task: SpiffTask) -> None:
    reference = spec.data_input
    value = reference.get(task) if reference.exists(task) else None
    if not isinstance(value, list | dict):
        error = ScriptError("running-collection", name=without_mark(reference.bpmn_id))
        raise task_failure(task, error) from error


MultiInstanceTask.create_child = begin_instance
SequentialMultiInstanceTask.add_next_child = add_next_instance
SequentialMultiInstanceTask.init_remaining_items = read_items
ParallelMultiInstanceTask.create_children = begin_instances
