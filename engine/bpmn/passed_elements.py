"""The elements that a step passes, and how many are too many: a process may turn without waiting for anybody.

What turns comes along one way again and again, through flows, turns of a loop or events. A repeated activity
(multi-instance) over all communes of a province passes hundreds of elements too, each of them once.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import MultiInstanceTask

from engine.bpmn import inspection
from engine.errors import StepFailed

MAX_ON_ONE_WAY = 300
"""Elements one behind the other; ours pass about 10. Each is at most three tasks deep in the engine's tree, which loses
sight of tasks deeper than 1,000."""
MAX_TIMES = 300
"""How often one element is passed in one run of its process or sub-process, instances of a repeated activity apart."""
MAX_IN_ALL = 5_000
"""Elements altogether: whoever waits for the answer of such a step waits for some seconds."""


class PassedElements:
    """The elements of one step; `path` has their ids in order."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self._places: dict[Any, int] = {}
        self._times: Counter[tuple[Any, str]] = Counter()

    def note_task(self, task: Any) -> None:
        """Note a task that has run. Raises StepFailed when the step turns in a circle or has become too long."""
        place = self._place_before(task)
        if task.task_spec.bpmn_id is not None:
            place += 1
            self.path.append(task.task_spec.bpmn_id)
        self._places[task.id] = place
        if place > MAX_ON_ONE_WAY or self._count_times(task) > MAX_TIMES:
            raise StepFailed("step-in-circle", node=inspection.element_id(task))
        if len(self.path) > MAX_IN_ALL:
            raise StepFailed("step-too-long", node=inspection.element_id(task), most=MAX_IN_ALL)

    def _place_before(self, task: Any) -> int:
        """How many elements of this step lie before a task on its way, also around its sub-process."""
        while task is not None:
            if task.id in self._places:
                return self._places[task.id]
            part, before = task.workflow, task.parent
            if before is None and part.parent_task_id is not None:
                before = part.top_workflow.get_task_from_id(part.parent_task_id)
            task = before
        return 0

    def _count_times(self, task: Any) -> int:
        """How often an element was passed in one run of its level."""
        parent = task.parent
        if parent is not None and isinstance(parent.task_spec, MultiInstanceTask):
            return 0
        key = (task.workflow.parent_task_id, task.task_spec.name)
        self._times[key] += 1
        return self._times[key]
