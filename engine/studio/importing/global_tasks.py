"""Global tasks (BPMN 2.0, 10.3.5): a task outside of all processes, which call activities call like a process.

Here it becomes a process of its id with that one task. It runs where the processes of its file run.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.diagram import bpmn_tag, element_kind
from engine.bpmn.lint.finding import Element
from engine.studio.importing.tree import insert_child

_TASKS = {
    "globalTask": "task",
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}
_OF_THE_CALL = frozenset({"supportedInterfaceRef", "ioSpecification", "ioBinding"})
"""What a callable element says of how it is called; the process says it from now on."""


def draw_global_tasks(root: Element) -> list[tuple[Element, str]]:
    """Turn the global tasks of a file into processes; returns these, each with the kind that it was."""
    runs = any(process.get("isExecutable") == "true" for process in root.iter(bpmn_tag("process")))
    ids = {element.get("id") for element in root.iter("*")}
    return [(_wrap(task, ids, runs=runs), kind) for kind in _TASKS for task in list(root.iterchildren(bpmn_tag(kind)))]


def _wrap(task: Element, ids: set[str | None], *, runs: bool) -> Element:
    """Put a process around a task; its parts get ids that nothing in the file has."""
    key = task.get("id") or "global_task"
    process = task.makeelement(bpmn_tag("process"), {"id": key, "name": task.get("name") or key})
    if runs:
        process.set("isExecutable", "true")
    _place(process, task)
    for part in [part for part in task if element_kind(part) in _OF_THE_CALL]:
        insert_child(process, part)
    task.tag, made = bpmn_tag(_TASKS[element_kind(task)]), list(_fresh_ids(key, ids))
    task.set("id", made[1])
    nodes = [process.makeelement(bpmn_tag(kind)) for kind in ("startEvent", "endEvent")]
    for node, node_id in zip((nodes[0], task, nodes[1]), made, strict=True):
        node.set("id", node_id)
        insert_child(process, node)
    for source, target in ((made[0], made[1]), (made[1], made[2])):
        ends = {"id": f"{source}_to_{target}", "sourceRef": source, "targetRef": target}
        insert_child(process, process.makeelement(bpmn_tag("sequenceFlow"), ends))
    return process


def _place(process: Element, task: Element) -> None:
    """Put a process behind those of the file, of which the first runs unless one is chosen, or where its task stood."""
    others = list(task.itersiblings(bpmn_tag("process")))
    (others[-1].addnext if others else task.addprevious)(process)
    process.tail = task.tail


def _fresh_ids(key: str, ids: set[str | None]) -> Iterator[str]:
    for part in ("begin", "task", "done"):
        made = f"{key}_{part}"
        while made in ids:
            made += "_"
        ids.add(made)
        yield made
