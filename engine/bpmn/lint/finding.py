"""What a rule reports before it is worded: the location, the rule and the facts.

Rules are independent of language: `wording` turns a finding into a sentence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from lxml import etree

from engine.bpmn.lint.namespaces import BPMN, DMN, HOLDERS

Element = etree._Element


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule: the line (0 when unknown), the id of the element (empty when it has none), the facts."""

    rule: str
    line: int = 0
    element: str = ""
    facts: dict[str, object] = field(default_factory=dict)


def finding_at(element: Element, rule: str, **facts: object) -> Finding:
    """A finding at an XML element, located by the id of what an editor shows for it."""
    return Finding(rule, line_of(element), nearest_id(element), facts)


def line_of(element: Element) -> int:
    """The line an element starts on; 0 when it was not parsed from text."""
    return cast("int | None", element.sourceline) or 0


def nearest_id(element: Element | None) -> str:
    """The id of the drawn or declared element or table part that an element is or belongs to; empty if none."""
    while element is not None:
        element_id = element.get("id")
        if element_id and _is_visible(element):
            return str(element_id)
        element = element.getparent()
    return ""


def _is_visible(element: Element) -> bool:
    parent = element.getparent()
    if parent is None:
        return True
    namespace, _, name = str(parent.tag)[1:].partition("}")
    return namespace in DMN or (namespace == BPMN and name in HOLDERS)


def shorten_text(text: str, limit: int = 60) -> str:
    """A text from the diagram on one line, short enough to quote in a sentence."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
