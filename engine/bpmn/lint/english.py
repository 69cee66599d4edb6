"""Rules on the English translations of Vietnamese texts."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.english_texts import INSTRUCTIONS_EN, NAME_EN
from engine.bpmn.lint.diagram import Diagram, extension_properties, extension_text
from engine.bpmn.lint.finding import Element, Finding, finding_at
from engine.bpmn.lint.namespaces import BPMN


def check_english_texts(diagram: Diagram) -> Iterator[Finding]:
    """An English text is not empty and has a Vietnamese text that it translates."""
    for element in diagram.root.iter(f"{{{BPMN}}}*"):
        properties = extension_properties(element)
        for name, vietnamese in _vietnamese_texts(element).items():
            if name in properties and not properties[name].strip():
                yield finding_at(element, "english-empty", property=name)
            elif name in properties and not vietnamese:
                yield finding_at(element, "english-alone", property=name)


def _vietnamese_texts(element: Element) -> dict[str, str]:
    """The Vietnamese text that each English property translates."""
    instructions = extension_text(element, "instructionsForEndUser")
    return {NAME_EN: (element.get("name") or "").strip(), INSTRUCTIONS_EN: instructions or ""}
