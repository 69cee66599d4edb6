"""Rules on sequence flows: where they may lead, and that work can reach an end. For this package only."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint import graph
from engine.bpmn.lint.diagram import GATEWAYS, JOINING, Diagram, Flow, Node
from engine.bpmn.lint.finding import Finding, at


def flow_ends(diagram: Diagram) -> Iterator[Finding]:
    """A flow joins two nodes of the scope it stands in; elsewhere the parser never sees it."""
    for flow in diagram.flows:
        missing = [end for end in (flow.source, flow.target) if end not in diagram.nodes]
        if missing:
            yield at(flow.element, "flow-ends", end=missing[0])
        elif not diagram.inside_one_scope(flow):
            yield at(flow.element, "flow-scope", source=flow.source, target=flow.target)
        else:
            yield from _wrong_way(diagram, flow)


def _wrong_way(diagram: Diagram, flow: Flow) -> Iterator[Finding]:
    source, target = diagram.nodes[flow.source], diagram.nodes[flow.target]
    if source.kind == "endEvent" or source.on_event:
        yield at(flow.element, "flow-direction", end=source.id)
    if target.kind in {"startEvent", "boundaryEvent"} or target.on_event:
        yield at(flow.element, "flow-direction", end=target.id)


def several_outgoing(diagram: Diagram) -> Iterator[Finding]:
    """SpiffWorkflow's parser accepts several flows only from gateways and start events."""
    for node in diagram.nodes.values():
        if node.kind not in GATEWAYS | {"startEvent"} and len(diagram.outgoing.get(node.id, ())) > 1:
            yield at(node.element, "several-outgoing")


def unreachable(diagram: Diagram) -> Iterator[Finding]:
    """A node that no start leads to is never worked on; SpiffWorkflow leaves it out in silence."""
    starts = [node for node in diagram.nodes.values() if _begins(diagram, node)]
    reached = graph.reachable(diagram.edges, (node.id for node in starts))
    started = {node.scope for node in starts}
    for node in diagram.nodes.values():
        if node.id not in reached and node.scope in started:
            yield at(node.element, "unreachable")


def _begins(diagram: Diagram, node: Node) -> bool:
    """Whether work can begin at a node: a start, an event sub-process, or a boundary event on nothing (own rule)."""
    loose = node.kind == "boundaryEvent" and node.element.get("attachedToRef") not in diagram.nodes
    return node.kind == "startEvent" or node.on_event or loose


def dead_ends(diagram: Diagram) -> Iterator[Finding]:
    """Work ends at an end event, not where the drawing stops."""
    for node in diagram.nodes.values():
        if node.kind != "endEvent" and not node.on_event and node.id not in diagram.outgoing:
            yield at(node.element, "dead-end")


def no_way_to_end(diagram: Diagram) -> Iterator[Finding]:
    """From everywhere an end can be reached. Dead ends and missing ends have their own rules."""
    ended = {node.scope for node in diagram.of_kind("endEvent")}
    ends = [node.id for node in diagram.nodes.values() if node.kind == "endEvent" or node.id not in diagram.outgoing]
    ending = graph.reachable(graph.reverse(diagram.edges), ends)
    for node in diagram.nodes.values():
        if node.id not in ending and node.scope in ended:
            yield at(node.element, "no-way-to-end")


def joins_in_loops(diagram: Diagram) -> Iterator[Finding]:
    """A join counts the tokens of the previous turn (store_constructs); inside a looped sub-process it does not."""
    for node in diagram.of_kind(*JOINING):
        if node.id in diagram.on_cycles and len(diagram.incoming.get(node.id, ())) > 1:
            yield at(node.element, "join-in-loop")
