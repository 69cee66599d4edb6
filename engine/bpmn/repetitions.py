"""Multi-instance activities (BPMN 2.0, 10.3.7) have an instance for each item of their collection, whatever it is.

SpiffWorkflow takes an item that is nothing for the end of a sequential one, which then waits for ever, goes through the
letters of a text, and stops at other values with a message of Python.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import ParallelMultiInstanceTask, SequentialMultiInstanceTask

from engine.bpmn.failures import task_failure
from engine.errors import ScriptError

_init_remaining_items = SequentialMultiInstanceTask.init_remaining_items
_create_children = ParallelMultiInstanceTask.create_children


def add_next_instance(spec: Any, task: Any) -> None:
    """Begin the next instance of a sequential activity."""
    key, item = spec.get_next_input_item(task) if spec.data_input is not None else spec.get_next_index(task)
    spec.create_child(task, item, key)


def read_items(spec: Any, task: Any) -> Any:
    """The library's list of what a sequential activity still has to do."""
    _require_collection(spec, task)
    return _init_remaining_items(spec, task)


def begin_instances(spec: Any, task: Any) -> None:
    """The library's way to begin the instances of a parallel activity."""
    if spec.data_input is not None:
        _require_collection(spec, task)
    _create_children(spec, task)


def _require_collection(spec: Any, task: Any) -> None:
    reference = spec.data_input
    value = reference.get(task) if reference.exists(task) else None
    if not isinstance(value, list | dict):
        error = ScriptError("running-collection", name=reference.bpmn_id)
        raise task_failure(task, error) from error


SequentialMultiInstanceTask.add_next_child = add_next_instance
SequentialMultiInstanceTask.init_remaining_items = read_items
ParallelMultiInstanceTask.create_children = begin_instances
