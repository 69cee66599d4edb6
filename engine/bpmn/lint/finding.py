"""What a rule reports before it is worded: the location, the rule and the facts.

Rules are independent of language: `wording` turns a finding into a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from lxml import etree

from engine.bpmn.english_texts import NAME_EN
from engine.bpmn.lint.namespaces import BPMN, DMN, HOLDERS
from engine.translation.wording import Caption

Element = etree._Element


_ID_FACTS = frozenset({"end", "gateway", "host", "lane", "node", "source", "target"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule: the line (0 when unknown), the id of the element (empty when it has none), the facts.

    `caption` is what people call the element; None when nobody has named it.
    """

    rule: str
    line: int = 0
    element: str = ""
    facts: dict[str, object] = field(default_factory=dict)
    caption: Caption | None = None


def finding_at(element: Element, rule: str, **facts: object) -> Finding:
    """A finding at an XML element, located by the id and the name of what an editor shows for it.

    Facts that are ids of other elements become their names.
    """
    named = {name: _named_fact(element, fact) if name in _ID_FACTS else fact for name, fact in facts.items()}
    return Finding(rule, line_of(element), nearest_id(element), named, nearest_caption(element))


def _named_fact(element: Element, fact: object) -> object:
    """The quoted name of the element with this id in the same file; the id when it has no name."""
    other = next((one for one in element.getroottree().iter("{*}*") if fact and one.get("id") == fact), None)
    caption = caption_of(other)
    return fact if caption is None else caption


def caption_of(element: Element | None) -> Caption | None:
    """What people call a drawn element: its name, for a flow without one those of its ends, in both languages."""
    if element is None:
        return None
    return _own_caption(element) or _caption_by_ends(element)


def _own_caption(element: Element) -> Caption | None:
    name = " ".join((element.get("name") or "").split())
    return Caption(name, _english_name(element) or name) if name else None


def _caption_by_ends(element: Element) -> Caption | None:
    """The caption of a flow without a name, by the elements that it comes from and leads to."""
    if not _is_flow(element) or not (element.get("sourceRef") and element.get("targetRef")):
        return None
    root = element.getroottree()
    flows = [one for one in root.iter("{*}sequenceFlow") if one is not element]
    nodes = {one.get("id"): one for one in root.iter("{*}*") if one.get("id") and not _is_flow(one)}
    known = [_end_caption(element, end, flows, nodes) for end in ("sourceRef", "targetRef")]
    return Caption(" → ".join(one.vietnamese for one in known), " → ".join(one.english for one in known))


def _end_caption(flow: Element, end: str, flows: list[Element], nodes: Mapping[str | None, Element]) -> Caption:
    """The caption of an end of a flow; of what lies beyond it, as long as ends without one have a single way on."""
    other = {"sourceRef": "targetRef", "targetRef": "sourceRef"}[end]
    name, passed = flow.get(end), set[str | None]()
    while name in nodes and name not in passed:
        if caption := _own_caption(nodes[name]):
            return caption
        passed.add(name)
        ways = [one.get(end) for one in flows if one.get(other) == name]
        name = ways[0] if len(ways) == 1 else None
    return Caption(str(flow.get(end)), str(flow.get(end)))


def _is_flow(element: Element) -> bool:
    return str(element.tag).endswith("}sequenceFlow")


def _english_name(element: Element) -> str:
    for extension in element.iterchildren(f"{{{BPMN}}}extensionElements"):
        for part in extension.iter("{*}property"):
            if part.get("name") == NAME_EN:
                return " ".join((part.get("value") or "").split())
    return ""


def line_of(element: Element) -> int:
    """The line an element starts on; 0 when it was not parsed from text."""
    return cast("int | None", element.sourceline) or 0


def nearest_caption(element: Element | None) -> Caption | None:
    """What people call the element that `nearest_id` names."""
    return caption_of(_nearest_drawn(element))


def nearest_id(element: Element | None) -> str:
    """The id of the drawn or declared element or table part that an element is or belongs to; empty if none."""
    drawn = _nearest_drawn(element)
    return "" if drawn is None else str(drawn.get("id"))


def _nearest_drawn(element: Element | None) -> Element | None:
    while element is not None and not (element.get("id") and _is_visible(element)):
        element = element.getparent()
    return element


def _is_visible(element: Element) -> bool:
    parent = element.getparent()
    if parent is None:
        return True
    namespace, _, name = str(parent.tag)[1:].partition("}")
    return namespace in DMN or (namespace == BPMN and name in HOLDERS)
