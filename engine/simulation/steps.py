"""The user tasks that a set of diagrams draws: what something can be assumed of. For this package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from lxml import etree

_SAFE = etree.XMLParser(resolve_entities=False, no_network=True)
_USER_TASK = "{http://www.omg.org/spec/BPMN/20100524/MODEL}userTask"
_PROPERTY = "{http://spiffworkflow.org/bpmn/schema/1.0/core}property"


@dataclass(frozen=True, slots=True)
class UserTask:
    """A user task as it is drawn: who does it, with which form."""

    node: str
    name: str
    role: str
    form: str


def user_tasks(files: Mapping[PurePosixPath, bytes]) -> dict[str, UserTask]:
    """The user tasks of checked files by node."""
    found: dict[str, UserTask] = {}
    for path, content in sorted(files.items()):
        if path.suffix == ".bpmn":
            for element in etree.fromstring(content, _SAFE).iter(_USER_TASK):
                node = str(element.get("id"))
                wanted = {str(item.get("name")): str(item.get("value")) for item in element.iter(_PROPERTY)}
                name = str(element.get("name") or node)
                found[node] = UserTask(node, name, wanted.get("role", ""), wanted.get("form", ""))
    return found
