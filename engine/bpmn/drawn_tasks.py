"""The user tasks in diagrams, including diagrams that cannot run yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.bpmn.english_texts import NAME_EN
from engine.safe_xml import recover_xml
from engine.translation.catalogue import SOURCE, Language

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_USER_TASK, _CALL, _PROCESS = f"{_BPMN}userTask", f"{_BPMN}callActivity", f"{_BPMN}process"
_PROPERTY = "{http://spiffworkflow.org/bpmn/schema/1.0/core}property"


@dataclass(frozen=True, slots=True)
class DrawnUserTask:
    """A user task as drawn: who does it, with which form."""

    node: str
    name: str
    role: str
    form: str


def parse_user_tasks(files: Mapping[PurePosixPath, bytes], language: Language = "vi") -> dict[str, DrawnUserTask]:
    """The user tasks by node, named in `language`; a file that is not XML has none."""
    tasks: dict[str, DrawnUserTask] = {}
    for path, content in sorted(files.items()):
        if path.suffix == ".bpmn":
            tasks |= {task.node: task for task in _tasks_in_file(content, language)}
    return tasks


def processes_by_task(files: Mapping[PurePosixPath, bytes]) -> dict[str, set[str]]:
    """By user task the processes in whose cases it can be open: those that draw it, and their callers at any depth."""
    drawn: dict[str, set[str]] = {}
    callers: dict[str, set[str]] = {}
    for path, content in sorted(files.items()):
        root = recover_xml(content) if path.suffix == ".bpmn" else None
        for process in root.iter(_PROCESS) if root is not None else ():
            for task in process.iter(_USER_TASK):
                drawn.setdefault(str(task.get("id")), set()).add(str(process.get("id")))
            for call in process.iter(_CALL):
                callers.setdefault(str(call.get("calledElement")), set()).add(str(process.get("id")))
    return {node: _with_callers(processes, callers) for node, processes in drawn.items()}


def _with_callers(processes: set[str], callers: Mapping[str, set[str]]) -> set[str]:
    reached, waiting = set(processes), list(processes)
    while waiting:
        new = callers.get(waiting.pop(), set()) - reached
        reached |= new
        waiting += new
    return reached


def _tasks_in_file(content: bytes, language: Language) -> Iterator[DrawnUserTask]:
    root = recover_xml(content)
    for element in root.iter(_USER_TASK) if root is not None else ():
        node = str(element.get("id"))
        properties = {str(item.get("name")): str(item.get("value")) for item in element.iter(_PROPERTY)}
        english = properties.get(NAME_EN) if language != SOURCE else ""
        name = str(english or element.get("name") or node)
        yield DrawnUserTask(node, name, properties.get("role", ""), properties.get("form", ""))
