"""Runs the engine until only people and events can move the case.

It does what SpiffWorkflow's `do_engine_steps` does, in the same order, without walking the whole tree for each ready
task: a pruned case holds few tasks, and usually one of them is ready. Timers are not refreshed: they fire by name.
"""

from __future__ import annotations

from collections.abc import Callable

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.boundaries import end_interrupted
from engine.bpmn.conditions import fire_condition
from engine.bpmn.failures import name_element
from engine.bpmn.library_types import SpiffTask, SpiffWorkflow
from engine.bpmn.spiff import in_tree_order

READY = TaskState.READY
TaskObserver = Callable[[SpiffTask], None]


def run_until_waiting(workflow: SpiffWorkflow, observer: TaskObserver) -> None:
    """Run every task that needs no person; `observer` is notified of each task run."""
    end_interrupted(workflow)
    while True:
        while _run_round(workflow, observer):
            pass
        if not fire_condition(workflow):
            return
        end_interrupted(workflow)


def _run_round(workflow: SpiffWorkflow, observer: TaskObserver) -> bool:
    active = [part for part in workflow.subprocesses.values() if not part.completed]
    for part in sorted(active, key=lambda part: part.depth, reverse=True):
        while _run_ready(part, observer):
            pass
        if part.parent_task_id is not None:
            caller = workflow.get_task_from_id(part.parent_task_id)
            caller.task_spec._update(caller)
    has_run = _run_ready(workflow, observer)
    return has_run or len(workflow.get_active_subprocesses()) > len(active)


def _run_ready(part: SpiffWorkflow, observer: TaskObserver) -> bool:
    """Run the ready tasks of a process and its sub-processes; return whether there was one."""
    ready, workflow = _ready_tasks(part), part.top_workflow
    for task in ready:
        if task._state == READY:
            try:
                task.run()
            except Exception as error:
                name_element(error, task)
                raise
            observer(task)
            end_interrupted(workflow)
    return bool(ready)


def _ready_tasks(part: SpiffWorkflow) -> list[SpiffTask]:
    ready = [
        task
        for below in _with_subprocesses(part)
        for task in below.tasks.values()
        if task._state == READY and not task.task_spec.manual
    ]
    if len(ready) < 2 or all(task.workflow is part for task in ready):
        return in_tree_order(ready)
    # When processes call each other, only the engine's own walk knows the order.
    return [task for task in part.get_tasks(state=READY) if not task.task_spec.manual]


def _with_subprocesses(part: SpiffWorkflow) -> list[SpiffWorkflow]:
    """A process and those it has started, directly or indirectly."""
    top = part.top_workflow
    if part is top:
        return [top, *top.subprocesses.values()]
    parts = [part]
    for caller_part in parts:  # It grows on the way: a process that is called may call others.
        parts += [top.subprocesses[key] for key in caller_part.tasks if key in top.subprocesses]
    return parts
