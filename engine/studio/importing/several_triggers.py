"""Events with several triggers (BPMN 2.0, 10.5.1), drawn as one event for each.

One that throws throws all, one after the other. One that catches goes on with the first of them, or, when it is
parallel, with the last. On a border and at the start of a process each trigger has the effect by itself. The event of
the file keeps its id: it throws the last, or is passed at once where its triggers have come together.
"""

from __future__ import annotations

from engine.bpmn.lint.diagram import bpmn_tag, element_kind, event_definitions
from engine.bpmn.lint.finding import Element
from engine.studio.importing.report import ImportContext
from engine.studio.importing.sketch import Sketch
from engine.studio.importing.tree import insert_child

_LAST = frozenset({"errorEventDefinition", "terminateEventDefinition"})
"""What ends more than a path, and is no event on the way."""
_COPIED = ("attachedToRef", "cancelActivity", "isInterrupting")


def part_events(context: ImportContext, sketch: Sketch) -> None:
    """Draw an event for each trigger of those that have several; what cannot be drawn so stays for the checker."""
    for node in list(sketch.nodes.values()):
        definitions = list(event_definitions(node))
        if len(definitions) > 1:
            made = _part_event(sketch, node, definitions)
            if made:
                ids = ", ".join(part.get("id") or "" for part in made)
                context.record_conversion(node, "several-triggers", str(len(definitions)), ids)


def _part_event(sketch: Sketch, node: Element, definitions: list[Element]) -> list[Element]:
    is_parallel = node.get("parallelMultiple") == "true"
    match element_kind(node):
        case "intermediateThrowEvent" | "endEvent":
            return _throw_in_turn(sketch, node, definitions)
        case "intermediateCatchEvent" if not _follows_choice(sketch, node):
            return _catch_apart(sketch, node, definitions, is_parallel=is_parallel)
        case "boundaryEvent" if not is_parallel:
            return _repeat_event(sketch, node, definitions)
        case "startEvent" if not is_parallel and _begins_process(node):
            return _repeat_event(sketch, node, definitions)
    return []


def _follows_choice(sketch: Sketch, node: Element) -> bool:
    """Whether an event gateway waits for an event: its events share one wait."""
    sources = [sketch.nodes.get(flow.get("sourceRef") or "") for flow in sketch.incoming.get(node.get("id") or "", ())]
    return any(source is not None and element_kind(source) == "eventBasedGateway" for source in sources)


def _begins_process(node: Element) -> bool:
    scope = node.getparent()
    return scope is not None and element_kind(scope) == "process"


def _throw_in_turn(sketch: Sketch, node: Element, definitions: list[Element]) -> list[Element]:
    ordered = sorted(definitions, key=lambda definition: element_kind(definition) in _LAST)
    if element_kind(ordered[-2]) in _LAST:
        return []
    made = [_event_for(sketch, node, "intermediateThrowEvent", definition) for definition in ordered[:-1]]
    for flow in list(sketch.incoming.get(node.get("id") or "", ())):
        sketch.divert_flow(flow, made[0])
    for source, target in zip(made, (*made[1:], node), strict=True):
        sketch.add_flow(source, target)
    return made


def _catch_apart(sketch: Sketch, node: Element, definitions: list[Element], *, is_parallel: bool) -> list[Element]:
    gateway = _add_beside(sketch, node, "parallelGateway" if is_parallel else "eventBasedGateway", "Either")
    for flow in list(sketch.incoming.get(node.get("id") or "", ())):
        sketch.divert_flow(flow, gateway)
    made = [_event_for(sketch, node, "intermediateCatchEvent", definition) for definition in definitions]
    together = _add_beside(sketch, node, "parallelGateway", "Both") if is_parallel else node
    for event in made:
        sketch.add_flow(gateway, event)
        sketch.add_flow(event, together)
    if together is not node:
        sketch.add_flow(together, node)
    node.tag = bpmn_tag("intermediateThrowEvent")
    node.attrib.pop("parallelMultiple", "")
    return made


def _repeat_event(sketch: Sketch, node: Element, definitions: list[Element]) -> list[Element]:
    together = _add_beside(sketch, node, "intermediateThrowEvent", "Via")
    sketch.move_flows(node, together)
    sketch.add_flow(node, together)
    made = [_event_for(sketch, node, element_kind(node), definition) for definition in definitions[1:]]
    for event in made:
        event.attrib.update({name: node.get(name) or "" for name in _COPIED if node.get(name)})
        sketch.add_flow(event, together)
    return made


def _event_for(sketch: Sketch, node: Element, kind: str, definition: Element) -> Element:
    """A new event that takes over one of a node's definitions."""
    event = _add_beside(sketch, node, kind, element_kind(definition).removesuffix("EventDefinition"))
    event.set("name", node.get("name") or "")
    insert_child(event, definition)
    return event


def _add_beside(sketch: Sketch, node: Element, kind: str, word: str) -> Element:
    scope, node_id = node.getparent(), node.get("id") or ""
    assert scope is not None
    made = sketch.add_node(scope, kind, f"{word}_{node_id}")
    sketch.canvas.draw_beside(node_id, made.get("id") or "", kind)
    return made
