"""Link events as what they stand for: a sequence flow from each throwing event to the catching one of its name."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.diagram import bpmn_tag, element_kind, first_child
from engine.bpmn.lint.finding import Element
from engine.studio.importing.report import ImportContext
from engine.studio.importing.sketch import Sketch

_LINK = "linkEventDefinition"


def connect_links(context: ImportContext, sketch: Sketch) -> None:
    """Draw the flow of each link within its scope; both events stay, without a trigger. Links in doubt stay open."""
    catching: dict[tuple[Element | None, str], list[Element]] = {}
    for event, link in _link_events(sketch, "intermediateCatchEvent"):
        catching.setdefault((event.getparent(), _link_name(event, link)), []).append(event)
    reached: list[Element] = []
    for event, link in list(_link_events(sketch, "intermediateThrowEvent")):
        targets = catching.get((event.getparent(), _link_name(event, link)), [])
        if len(targets) != 1 or event.get("id") in sketch.outgoing:
            continue
        event.remove(link)
        flow = sketch.add_flow(event, targets[0])
        context.record_conversion(event, "link", _link_name(event, link), flow.get("id") or "")
        reached.append(targets[0])
    for event in dict.fromkeys(reached):
        for link in event.findall(bpmn_tag(_LINK)):
            event.remove(link)
        event.tag = bpmn_tag("intermediateThrowEvent")


def _link_events(sketch: Sketch, kind: str) -> Iterator[tuple[Element, Element]]:
    for node in sketch.nodes.values():
        link = first_child(node, _LINK) if element_kind(node) == kind else None
        if link is not None:
            yield node, link


def _link_name(event: Element, link: Element) -> str:
    return link.get("name") or event.get("name") or ""
