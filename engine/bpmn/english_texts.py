"""The English texts that a diagram may carry alongside its Vietnamese ones.

They are properties of the element: `name_en` for its name, `instructions_en` for a user task's instructions.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.safe_xml import recover_xml

NAME_EN, INSTRUCTIONS_EN = "name_en", "instructions_en"
ENGLISH_PROPERTIES = (NAME_EN, INSTRUCTIONS_EN)

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
_OWN_PROPERTIES = f"{_BPMN}extensionElements/{_SPIFF}properties/{_SPIFF}property"


def english_task_names(diagram: bytes) -> dict[str, str]:
    """The names of a diagram's user tasks and starts: Vietnamese name -> English name, where there is one."""
    root = recover_xml(diagram)
    if root is None:
        return {}
    named = [*_named_elements(root, "startEvent"), *_named_elements(root, "userTask")]
    return {str(element.get("name")): english for element, english in named}


def with_english_names(diagram: str) -> str:
    """A diagram whose elements show their English names to readers; those without one keep the Vietnamese."""
    root = recover_xml(diagram.encode())
    if root is None:
        return diagram
    for element, english in _named_elements(root, "*"):
        element.set("name", english)
    return etree.tostring(root, encoding="unicode")


def _named_elements(root: etree._Element, kind: str) -> Iterator[tuple[etree._Element, str]]:
    """The elements of a kind that have a name in both languages, each with its English one."""
    for element in root.iter(f"{_BPMN}{kind}"):
        properties = {part.get("name"): part.get("value") for part in element.iterfind(_OWN_PROPERTIES)}
        if element.get("name") and properties.get(NAME_EN):
            yield element, str(properties[NAME_EN])
