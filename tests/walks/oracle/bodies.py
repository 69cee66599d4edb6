"""What is done in an activity: it waits for somebody or something, computes, or runs a level of its own."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from tests.walks.oracle.expressions import execute
from tests.walks.oracle.model import Level, Node, Trigger
from tests.walks.oracle.repeated import RepeatedActivities
from tests.walks.oracle.rules import chosen_values, path_within
from tests.walks.oracle.runs import Activity, Box, Run, Wait


class ActivityBodies(RepeatedActivities):
    """The part of the token game that knows the kinds of activities. `decided` is what every decision says."""

    def __init__(self, levels: Mapping[str, Level]) -> None:
        self.levels = levels
        self.decided: Mapping[str, Any] = {}

    @abstractmethod
    def _enter_level(self, run: Run, named: str = "") -> None: ...

    @abstractmethod
    def _wait(self, run: Run, node: Node, host: Activity | None = None) -> Wait: ...

    @abstractmethod
    def _throw(self, run: Run, trigger: Trigger, box: Box | None = None) -> None: ...

    @abstractmethod
    def _end_body(self, activity: Activity) -> None: ...

    @abstractmethod
    def _end_soon(self, activity: Activity) -> None: ...

    def _begin_body(self, activity: Activity) -> None:
        node, run = activity.node, activity.run
        activity.opened = self._count()
        match node.kind:
            case "userTask":
                activity.is_open = True
            case "receiveTask":
                activity.wait = self._wait(run, node)
                activity.wait.task = activity
            case "subProcess":
                assert node.inner is not None
                activity.inner = Run(node.inner, activity.box, activity, path_within(activity))
            case "callActivity":
                level, values = self.levels[node.called], activity.box.values
                own = Box(chosen_values(values, level.inputs) if level.inputs else values)
                activity.inner = Run(level, own, activity, path_within(activity))
            case _:
                self._compute(activity)
                if activity.whole is None:
                    self._end_body(activity)
                else:
                    self._end_soon(activity)
        if activity.inner is not None:
            self._enter_level(activity.inner)

    def _compute(self, activity: Activity) -> None:
        """Do at once what nobody has to wait for. A service leaves nothing under the name of its result."""
        node, box = activity.node, activity.box
        match node.kind:
            case "scriptTask":
                box.put(execute(node.script, box.values))
            case "businessRuleTask":
                box.put(self.decided)
            case "serviceTask":
                box.put({node.called: None} if node.called else {})
            case "sendTask" if node.trigger is not None:
                self._throw(activity.run, node.trigger, box)
