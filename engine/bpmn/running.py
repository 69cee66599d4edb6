"""Lets the engine run until only people and events can move the case. Imported by step.

It does what SpiffWorkflow's `do_engine_steps` does, in the same order, without walking the whole tree for each ready
task: a pruned case holds few tasks, and mostly one of them is ready. Timers are not refreshed: they fire by name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.spiff import in_tree_order

READY = TaskState.READY
Walked = Callable[[Any], None]


def run(workflow: Any, walked: Walked) -> None:
    """Run every task that needs nobody; `walked` is told of each task that was run."""
    while _round(workflow, walked):
        pass


def _round(workflow: Any, walked: Walked) -> bool:
    active = [part for part in workflow.subprocesses.values() if not part.completed]
    for part in sorted(active, key=lambda part: part.depth, reverse=True):
        while _run_ready(part, walked):
            pass
        if part.parent_task_id is not None:
            caller = workflow.get_task_from_id(part.parent_task_id)
            caller.task_spec._update(caller)
    ran = _run_ready(workflow, walked)
    return ran or len(workflow.get_active_subprocesses()) > len(active)


def _run_ready(part: Any, walked: Walked) -> bool:
    """Run the tasks of a process, and of those below it, that are ready now; whether there was one."""
    ready = _ready(part)
    for task in ready:
        task.run()
        walked(task)
    return bool(ready)


def _ready(part: Any) -> list[Any]:
    found = [
        task
        for below in _below(part)
        for task in below.tasks.values()
        if task._state == READY and not task.task_spec.manual
    ]
    if len(found) < 2 or all(task.workflow is part for task in found):
        return in_tree_order(found)
    # Where processes call each other only the engine's own walk knows the order.
    return [task for task in part.get_tasks(state=READY) if not task.task_spec.manual]


def _below(part: Any) -> list[Any]:
    """A process and those it has started, directly or not."""
    top = part.top_workflow
    if part is top:
        return [top, *top.subprocesses.values()]
    found = [part]
    for sub in top.subprocesses.values():  # Callers come before what they call.
        if any(sub.parent_task_id in known.tasks for known in found) and sub not in found:
            found.append(sub)
    return found
