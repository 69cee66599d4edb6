"""The user tasks that diagrams draw, also diagrams that cannot run yet. Imported by the studio and the simulation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from lxml import etree

_XML_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
_USER_TASK = "{http://www.omg.org/spec/BPMN/20100524/MODEL}userTask"
_PROPERTY = "{http://spiffworkflow.org/bpmn/schema/1.0/core}property"


@dataclass(frozen=True, slots=True)
class DrawnUserTask:
    """A user task as it is drawn: who does it, with which form."""

    node: str
    name: str
    role: str
    form: str


def parse_user_tasks(files: Mapping[PurePosixPath, bytes]) -> dict[str, DrawnUserTask]:
    """The user tasks by node; a file that is no XML draws none."""
    tasks: dict[str, DrawnUserTask] = {}
    for path, content in sorted(files.items()):
        if path.suffix == ".bpmn":
            tasks |= {task.node: task for task in _tasks_in_file(content)}
    return tasks


def _tasks_in_file(content: bytes) -> Iterator[DrawnUserTask]:
    try:
        root = etree.fromstring(content, _XML_PARSER)
    except etree.XMLSyntaxError:
        return
    for element in root.iter(_USER_TASK) if root is not None else ():
        node = str(element.get("id"))
        properties = {str(item.get("name")): str(item.get("value")) for item in element.iter(_PROPERTY)}
        name = str(element.get("name") or node)
        yield DrawnUserTask(node, name, properties.get("role", ""), properties.get("form", ""))
