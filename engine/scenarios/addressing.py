"""Which of several open tasks of one name a step is about: parallel ones, or the instances of a repeated one.

A step says it by the unit that holds the task, by the item that the task is about, or by its place among those that are
open, in the order in which they opened, from 1. A step that says nothing does the one that opened first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.comparisons import equal_values
from engine.bpmn.repeated_items import item_of_task
from engine.bpmn.virtual_case import VirtualCase
from engine.errors import BadInput
from engine.yaml_documents import spell_value

UNIT, ITEM, NUMBER = "unit", "item", "number"
ADDRESSES = (UNIT, ITEM, NUMBER)


def require_address(value: Any) -> None:
    """Raise BadInput unless a step's address is one of ADDRESSES with its value."""
    kinds = list(value) if isinstance(value, Mapping) else []
    if len(kinds) != 1 or kinds[0] not in ADDRESSES:
        raise BadInput("scenario-which-unreadable", value=spell_value(value), names=ADDRESSES)
    number = value.get(NUMBER, 1)
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise BadInput("scenario-which-number", value=spell_value(number))


def find_open_task(case: VirtualCase, node: str, which: Mapping[str, Any] | None) -> int | None:
    """The number of the open task of a name that a step is about; None when there is none such."""
    numbers = sorted(task_id for task_id, task in case.open.items() if task.node == node)
    if not which:
        return next(iter(numbers), None)
    if NUMBER in which:
        place = which[NUMBER] - 1
        return numbers[place] if place < len(numbers) else None
    if UNIT in which:
        return next((number for number in numbers if case.open[number].unit == str(which[UNIT])), None)
    return next((number for number in numbers if equal_values(task_item(case, number), which[ITEM])), None)


def task_item(case: VirtualCase, task_id: int) -> Any:
    """The item that an open task is about; None for one that is not repeated."""
    return None if case.blob is None else item_of_task(case.process, case.blob, task_id)


def address_task(case: VirtualCase, task_id: int) -> dict[str, Any] | None:
    """How a step names an open task: not at all where it is what a step does anyway, else by unit, item or number."""
    node = case.open[task_id].node
    if find_open_task(case, node, None) == task_id:
        return None
    numbers = sorted(number for number, task in case.open.items() if task.node == node)
    item = task_item(case, task_id)
    offered: list[dict[str, Any]] = [{UNIT: case.open[task_id].unit}]
    offered += [{ITEM: item}] if isinstance(item, str | int) else []
    fitting = (which for which in offered if find_open_task(case, node, which) == task_id)
    return next(fitting, {NUMBER: numbers.index(task_id) + 1})
