"""Which item of its collection an open task of a repeated activity is about."""

from __future__ import annotations

from typing import Any

from engine.bpmn import inspection, state
from engine.bpmn.library_types import SpiffTask
from engine.bpmn.parser import Process
from engine.bpmn.scopes import is_instance


def item_of_task(process: Process, blob: bytes, task_id: int) -> Any:
    """The item of an open task, also of one inside a repeated sub-process; its place from 1 where none is named.

    None for a task that is not repeated, or not open.
    """
    task = inspection.find_task(state.load_live_case(blob, process, None).workflow, task_id)
    instance = None if task is None else _instance_around(task)
    if instance is None:
        return None
    item = instance.parent.task_spec.input_item
    if item is not None:
        return instance.data.get(item.bpmn_id)
    place = instance.internal_data.get("key_or_index", instance.internal_data.get("item"))
    return place + 1 if isinstance(place, int) else place


def _instance_around(task: SpiffTask) -> SpiffTask | None:
    """The instance that a task is or stands in: the nearest one, through sub-processes and calls."""
    while not is_instance(task):
        caller = getattr(task.workflow, "parent_task_id", None)
        if caller is None:
            return None
        task = task.workflow.top_workflow.get_task_from_id(caller)
    return task
