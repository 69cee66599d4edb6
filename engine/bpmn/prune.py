"""Forgets what no unfinished task can still read, so that a case costs the same after 3,000 turns as after three.

SpiffWorkflow keeps every task of a case forever and loses sight of those deeper than 1,000. The rule keeps (measured
against the plain engine on random diagrams, see tests/walks):

1. the root, unfinished tasks and their parents (what a task inherits comes through its direct parent);
2. for each unfinished boundary or start join its nearest split and the split's children (their states are read);
3. children of a running loop or multi-instance that did not complete.

Of the predictions only those directly after a definite task are kept: the engine makes the rest again when a prediction
comes true. A kept task is attached to its nearest kept ancestor, in unchanged order.
"""

from __future__ import annotations

from functools import cached_property

from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.specs.Join import Join
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.library_types import SpiffSpec, SpiffTask, SpiffWorkflow

UNFINISHED_STATES = TaskState.NOT_FINISHED_MASK
PREDICTED_STATES = TaskState.PREDICTED_MASK
COMPLETED = TaskState.COMPLETED


def prune(workflow: SpiffWorkflow) -> None:
    """Drop everything past from the case; each process then lists its tasks parents first."""
    for key in [key for key, sub in workflow.subprocesses.items() if sub.completed and not _is_awaited(workflow, sub)]:
        del workflow.subprocesses[key]
    for part in (workflow, *workflow.subprocesses.values()):
        _TaskTree(part).prune()


def _is_awaited(workflow: SpiffWorkflow, sub: SpiffWorkflow) -> bool:
    """Whether the task that called a sub-process still has to take over its data."""
    for part in (workflow, *workflow.subprocesses.values()):
        caller = part.tasks.get(sub.parent_task_id)
        if caller is not None:
            return bool(caller._state & UNFINISHED_STATES)
    return False


def _parents_first(part: SpiffWorkflow) -> list[SpiffTask]:
    """The tasks of a process, each after its parent and siblings in order, without predictions of predictions."""
    tasks, stack, ordered = part.tasks, [part.task_tree], []
    while stack:
        task = stack.pop()
        ordered.append(task)
        if not task._state & PREDICTED_STATES or isinstance(task.task_spec, CatchingEvent):
            stack.extend([tasks[child] for child in reversed(task._children)])
    return ordered


class _TaskTree:
    """One process's task tree while it is pruned."""

    def __init__(self, part: SpiffWorkflow) -> None:
        self.part = part
        self.tasks = part.tasks
        self.order = _parents_first(part)
        self.unfinished = [task for task in self.order if task._state & UNFINISHED_STATES]
        self.keep: set[int] = {part.task_tree.id}

    @cached_property
    def below(self) -> dict[int, int]:
        """The number of unfinished tasks at or below each task."""
        below = {task.id: 1 if task._state & UNFINISHED_STATES else 0 for task in self.order}
        for task in reversed(self.order):
            if task._parent is not None:
                below[task._parent] += below[task.id]
        return below

    def prune(self) -> None:
        if not self.unfinished:
            self.part.tasks = {task.id: task for task in self.order}
            return
        for task in self.unfinished:
            self._keep_unfinished(task)
        self._reattach_tasks()

    def _keep_unfinished(self, task: SpiffTask) -> None:
        self.keep.add(task.id)
        if task._parent is not None:
            self.keep.add(task._parent)
        spec = task.task_spec
        if isinstance(spec, Join) and spec.split_task:
            self._keep_split(task)
        elif isinstance(spec, LoopTask):
            self.keep.update(child for child in task._children if self.tasks[child]._state != COMPLETED)

    def _keep_split(self, join: SpiffSpec) -> None:
        task = self.tasks.get(join._parent)
        while task is not None and task.task_spec.name != join.task_spec.split_task:
            task = self.tasks.get(task._parent)
        if task is not None:
            self.keep.add(task.id)
            self.keep.update(child for child in task._children if self._is_read_by_join(self.tasks[child]))

    def _is_read_by_join(self, task: SpiffTask) -> bool:
        """Whether a boundary join may look at a task: not at a turn of an event beside its task that is all done."""
        spec = task.task_spec
        return bool(self.below[task.id]) or not isinstance(spec, BoundaryEvent) or bool(spec.cancel_activity)

    def _reattach_tasks(self) -> None:
        root, part = self.part.task_tree, self.part
        nearest: dict[int, SpiffTask] = {}
        for task in self.order:
            if task.id not in self.keep:
                nearest[task.id] = nearest[task._parent]
                continue
            task._children = []
            if task is not root:
                parent = nearest[task._parent]
                task._parent = parent.id
                parent._children.append(task.id)
            nearest[task.id] = task
        if part.last_task is not None:
            part.last_task = nearest.get(part.last_task.id, root)
        part.tasks = {task.id: task for task in self.order if task.id in self.keep}
