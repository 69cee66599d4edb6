"""Activities that repeat: the turns of a loop, and the instances of a multi-instance activity."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from tests.walks.oracle.expressions import Failure, evaluate, holds
from tests.walks.oracle.model import Node, Repeats
from tests.walks.oracle.rules import collect_result, is_running
from tests.walks.oracle.runs import Activity, Box, Run

_MOST_TIMES = 200


def _number_of_times(value: Any) -> int:
    """A whole number, which may be written as 2.0; how many are too many is said in docs/reference/language.md."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or value != int(value) or not 0 <= value <= _MOST_TIMES:
        raise Failure(value)
    return int(value)


class RepeatedActivities(ABC):
    """The part of the token game that repeats; the rest of the game begins and ends what is repeated."""

    @abstractmethod
    def _begin_body(self, activity: Activity) -> None: ...

    @abstractmethod
    def _end_activity(self, activity: Activity) -> None: ...

    @abstractmethod
    def _count(self) -> int: ...

    @abstractmethod
    def _later(self, run: Run, move: Callable[[], None], target: Node | None = None) -> None: ...

    def _begin_turn(self, whole: Activity, is_first: bool = False) -> None:
        loop = whole.node.repeats
        assert loop is not None
        if not (is_first and not loop.before) and self._is_over(whole, loop):
            if is_first:  # It ends in its turn, as one without instances does: until then its border catches events.
                self._later(whole.run, lambda: self._end_activity(whole) if is_running(whole) else None)
            else:
                self._end_activity(whole)
            return
        instance = Activity(whole.node, whole.run, whole.box, self._count(), whole)
        whole.instances.append(instance)
        self._begin_body(instance)

    def _is_over(self, whole: Activity, loop: Repeats) -> bool:
        goes_on = loop.condition is None or holds(loop.condition, whole.run.box.values)
        return not goes_on or (loop.maximum is not None and whole.turns >= loop.maximum)

    def _begin_instances(self, whole: Activity) -> None:
        """The collection is read once; results begin empty, by name when the items or what has their name are."""
        many, values = whole.node.repeats, whole.run.box.values
        assert many is not None
        if many.items is not None:
            items = whole.held[many.items] = values.get(many.items)
            if not isinstance(items, list | dict):
                raise Failure(many.items)
            whole.left = list(items.items()) if isinstance(items, dict) else list(enumerate(items))
        else:
            items = []
            whole.left = [(index, index) for index in range(_number_of_times(evaluate(str(many.number), values)))]
        if many.results is not None and many.results != many.items:
            is_by_name = isinstance(values.get(many.results), dict) or isinstance(items, dict)
            whole.held[many.results] = {} if is_by_name else []
        if not whole.left:
            self._later(whole.run, lambda: self._end_instances(whole) if is_running(whole) else None)
        while whole.left and (not many.sequential or not whole.instances):
            self._begin_instance(whole)

    def _begin_instance(self, whole: Activity) -> None:
        many = whole.node.repeats
        assert many is not None
        key, value = whole.left.pop(0)
        item = {many.item: value} if many.item is not None else {}
        around = {name: value for name, value in whole.run.box.values.items() if name != many.result}
        box = Box({**around, **whole.held, **item})
        instance = Activity(whole.node, whole.run, box, self._count(), whole, turns=key if type(key) is int else 0)
        instance.held = {"key": key}
        whole.instances.append(instance)
        self._begin_body(instance)

    def _end_instance(self, whole: Activity, instance: Activity) -> None:
        many, box = whole.node.repeats, instance.box
        assert many is not None
        whole.instances.remove(instance)
        if many.results is not None:
            if many.result not in box.values:
                raise Failure(many.result)
            results, result = whole.held[many.results], box.values[many.result]
            whole.ended.append(instance.held["key"])
            whole.held[many.results] = collect_result(results, whole.ended, result, many.results == many.items)
        else:
            written = box.written_values()
            whole.run.box.put({name: value for name, value in written.items() if name != many.item})
        is_enough = many.until is not None and holds(many.until, box.values)
        if is_enough or not (whole.left or whole.instances):
            self._end_instances(whole)
        elif many.sequential:
            self._begin_instance(whole)

    def _end_instances(self, whole: Activity) -> None:
        many = whole.node.repeats
        assert many is not None
        if many.results is not None:
            whole.run.box.put({many.results: whole.held[many.results]})
        self._end_activity(whole)
