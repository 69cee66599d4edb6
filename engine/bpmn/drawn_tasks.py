"""The user tasks in diagrams, including diagrams that cannot run yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.bpmn.english_texts import NAME_EN
from engine.safe_xml import recover_xml
from engine.translation.catalogue import SOURCE, Language

_USER_TASK = "{http://www.omg.org/spec/BPMN/20100524/MODEL}userTask"
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


def _tasks_in_file(content: bytes, language: Language) -> Iterator[DrawnUserTask]:
    root = recover_xml(content)
    for element in root.iter(_USER_TASK) if root is not None else ():
        node = str(element.get("id"))
        properties = {str(item.get("name")): str(item.get("value")) for item in element.iter(_PROPERTY)}
        english = properties.get(NAME_EN) if language != SOURCE else ""
        name = str(english or element.get("name") or node)
        yield DrawnUserTask(node, name, properties.get("role", ""), properties.get("form", ""))
