"""The order in which events wait: the longest waiting first, and what began to wait in one step as it is drawn.

The engine reaches what begins to wait together in an order of its own, which nobody sees in the diagram. So elements
carry their place in their file, and a case knows which of its tasks waited when the step began.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lxml import etree

from engine.bpmn.library_types import SpiffEvents, SpiffProcess, SpiffTask

Places = Mapping[str, Mapping[str, int]]
"""File -> id of an element -> how many elements are drawn before it."""


def places_in(root: etree._Element) -> dict[str, int]:
    """The place of every element of a file by its id."""
    elements = root.iter(etree.Element)
    return {str(element.get("id")): number for number, element in enumerate(elements) if element.get("id")}


def place_elements(spec: SpiffProcess, places: Places) -> None:
    """Note at the elements of a specification where they are drawn; those that the engine adds stand with their own."""
    known = places.get(spec.file, {})
    for task_spec in spec.task_specs.values():
        task_spec.drawn_at = known.get(task_spec.name.removesuffix(" [child]"), 0)


def remember_waiting(manager: SpiffEvents) -> None:
    """Note at the beginning of a step what waits already."""
    manager.earlier = frozenset(manager.tasks)


def tasks_in_waiting_order(manager: SpiffEvents) -> list[SpiffTask]:
    """All tasks of a case that wait for an event, the longest waiting first."""
    earlier: Iterable[int] = getattr(manager, "earlier", ())
    waiting = [task for task in manager.tasks.values() if task.id in task.workflow.tasks]
    before = [task for task in waiting if task.id in earlier]
    since = [task for task in waiting if task.id not in earlier]
    return before + (sorted(since, key=_drawn_place) if len(since) > 1 else since)


def _drawn_place(task: SpiffTask) -> list[int]:
    """Where a task is drawn, from the outermost activity that it runs in inwards."""
    part, path = task.workflow, [task.task_spec.drawn_at]
    while part.parent_task_id is not None:
        caller = part.top_workflow.get_task_from_id(part.parent_task_id)
        part, path = caller.workflow, [caller.task_spec.drawn_at, *path]
    return path
