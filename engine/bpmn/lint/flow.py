"""Rules on sequence flows: where they may lead, and that work can reach an end event."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint import graph
from engine.bpmn.lint.diagram import GATEWAYS, JOINING, Diagram, FlowNode, SequenceFlow
from engine.bpmn.lint.finding import Finding, finding_at


def check_flow_ends(diagram: Diagram) -> Iterator[Finding]:
    """A flow connects two nodes of its own scope; otherwise the parser never sees it."""
    for flow in diagram.flows:
        missing = [end for end in (flow.source, flow.target) if end not in diagram.nodes]
        if missing:
            yield finding_at(flow.element, "flow-ends", end=missing[0])
        elif not diagram.stays_in_scope(flow):
            yield finding_at(flow.element, "flow-scope", source=flow.source, target=flow.target)
        else:
            yield from _check_direction(diagram, flow)


def _check_direction(diagram: Diagram, flow: SequenceFlow) -> Iterator[Finding]:
    source, target = diagram.nodes[flow.source], diagram.nodes[flow.target]
    if source.kind == "endEvent" or source.is_event_sub_process:
        yield finding_at(flow.element, "flow-direction", end=source.id)
    if target.kind in {"startEvent", "boundaryEvent"} or target.is_event_sub_process:
        yield finding_at(flow.element, "flow-direction", end=target.id)


def check_double_flows(diagram: Diagram) -> Iterator[Finding]:
    """A joining gateway tells its tokens by the element they come from: two flows from one would each pass alone."""
    for node in diagram.nodes_of_kind(*JOINING):
        seen: set[str] = set()
        for flow in diagram.incoming_flows.get(node.id, ()):
            if flow.source in seen:
                yield finding_at(flow.element, "flow-double", gateway=node.id)
            seen.add(flow.source)


def check_outgoing_flows(diagram: Diagram) -> Iterator[Finding]:
    """SpiffWorkflow's parser accepts several outgoing flows only from gateways and start events."""
    for node in diagram.nodes.values():
        if node.kind not in GATEWAYS | {"startEvent"} and len(diagram.outgoing_flows.get(node.id, ())) > 1:
            yield finding_at(node.element, "several-outgoing")


def check_unreachable(diagram: Diagram) -> Iterator[Finding]:
    """A node that cannot be reached from a start never runs; SpiffWorkflow silently leaves it out."""
    starts = [node for node in diagram.nodes.values() if _is_entry_point(diagram, node)]
    reached = graph.reachable_nodes(diagram.successors, (node.id for node in starts))
    started_scopes = {node.scope for node in starts}
    for node in diagram.nodes.values():
        if node.id not in reached and node.scope in started_scopes:
            yield finding_at(node.element, "unreachable")


def _is_entry_point(diagram: Diagram, node: FlowNode) -> bool:
    """Whether work can begin at a node: a start, an event sub-process, or an unattached boundary event (own rule)."""
    is_unattached = node.kind == "boundaryEvent" and node.element.get("attachedToRef") not in diagram.nodes
    return node.kind == "startEvent" or node.is_event_sub_process or is_unattached


def check_dead_ends(diagram: Diagram) -> Iterator[Finding]:
    """Work ends at an end event, not where the drawing stops."""
    for node in diagram.nodes.values():
        if node.kind != "endEvent" and not node.is_event_sub_process and node.id not in diagram.outgoing_flows:
            yield finding_at(node.element, "dead-end")


def check_path_to_end(diagram: Diagram) -> Iterator[Finding]:
    """Every node can reach an end event. Dead ends and missing ends have their own rules."""
    scopes_with_end = {node.scope for node in diagram.nodes_of_kind("endEvent")}
    ends = [
        node.id for node in diagram.nodes.values() if node.kind == "endEvent" or node.id not in diagram.outgoing_flows
    ]
    ending_nodes = graph.reachable_nodes(graph.reverse_edges(diagram.successors), ends)
    for node in diagram.nodes.values():
        if node.id not in ending_nodes and node.scope in scopes_with_end:
            yield finding_at(node.element, "no-way-to-end")
