"""Rules on gateways and the conditions of their flows. For this package only."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.diagram import SPLITTING, Diagram, Node, definitions, kind
from engine.bpmn.lint.finding import Finding, at


def defaults(diagram: Diagram) -> Iterator[Finding]:
    """Without a default flow a case stops with "No conditions satisfied" when all conditions are false."""
    for node in diagram.of_kind(*SPLITTING):
        flows = diagram.outgoing.get(node.id, [])
        default = node.element.get("default")
        if default is None:
            if len(flows) > 1 or any(flow.condition is not None for flow in flows):
                yield at(node.element, "default-missing")
        elif default not in {flow.id for flow in flows}:
            yield at(node.element, "default-unknown", flow=default)


def conditions(diagram: Diagram) -> Iterator[Finding]:
    """Every flow but the default carries a condition; the default and flows of other nodes carry none."""
    for node in diagram.of_kind(*SPLITTING):
        flows = diagram.outgoing.get(node.id, [])
        default = node.element.get("default")
        for flow in flows:
            if flow.id == default and flow.condition is not None:
                yield at(flow.element, "default-conditional")
            elif flow.id != default and flow.condition is None and len(flows) > 1:
                yield at(flow.element, "condition-missing")
    yield from _ignored(diagram)


def _ignored(diagram: Diagram) -> Iterator[Finding]:
    for flow in diagram.flows:
        source = diagram.nodes.get(flow.source)
        if source is not None and source.kind not in SPLITTING and flow.condition is not None:
            yield at(flow.element, "condition-ignored", node=source.id)


def event_gateways(diagram: Diagram) -> Iterator[Finding]:
    """It waits for the events behind it; its timers share one due time (store_constructs), so one at most."""
    for node in diagram.of_kind("eventBasedGateway"):
        flows = diagram.outgoing.get(node.id, ())
        targets = [diagram.nodes[flow.target] for flow in flows if flow.target in diagram.nodes]
        for target in targets:
            if target.kind not in {"intermediateCatchEvent", "receiveTask"}:
                yield at(target.element, "event-gateway-target", gateway=node.id)
        if sum(map(_is_timer, targets)) > 1:
            yield at(node.element, "event-gateway-timers")


def _is_timer(node: Node) -> bool:
    return any(kind(definition) == "timerEventDefinition" for definition in definitions(node.element))
