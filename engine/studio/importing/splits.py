"""Gateways for the choices and splits that are drawn without one.

An activity or event whose flows have conditions or a default takes every flow whose condition holds, and those without
a condition always (BPMN 2.0, 10.3.1 and 13.2.1): an inclusive gateway. Several flows without any are a parallel one.
"""

from __future__ import annotations

from engine.bpmn.lint.diagram import GATEWAYS, JOINING, SPLITTING, bpmn_tag, element_kind, first_child
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.tolerances import INCIDENT, UNMATCHED, may_stop
from engine.studio.importing.report import ImportContext
from engine.studio.importing.sketch import Sketch
from engine.studio.importing.tree import set_property


def draw_splits(context: ImportContext, sketch: Sketch) -> None:
    """Draw the gateway of every implicit choice and split."""
    for node in list(sketch.nodes.values()):
        flows, kind = sketch.outgoing.get(node.get("id") or "", []), element_kind(node)
        has_conditions = any(map(_has_condition, flows))
        if kind == "parallelGateway":
            for flow in flows:
                _drop_condition(context, flow)
        elif kind in GATEWAYS or kind == "endEvent":
            continue
        elif has_conditions or (node.get("default") and len(flows) > 1):
            _insert_choice(context, sketch, node)
        elif len(flows) > 1 and kind != "startEvent":
            gateway = _insert_gateway(sketch, node, "parallelGateway")
            context.record_conversion(node, "split", "", gateway.get("id") or "")


def _insert_choice(context: ImportContext, sketch: Sketch, node: Element) -> None:
    gateway = _insert_gateway(sketch, node, "inclusiveGateway")
    default = node.get("default")
    if default is not None:
        del node.attrib["default"]
        gateway.set("default", default)
    context.record_conversion(node, "choice", default or "", gateway.get("id") or "")


def _insert_gateway(sketch: Sketch, node: Element, kind: str) -> Element:
    """Put a gateway behind a node, from which its flows leave now."""
    scope = node.getparent()
    assert scope is not None
    gateway = sketch.add_node(scope, kind, f"Split_{node.get('id')}")
    sketch.canvas.draw_beside(node.get("id") or "", gateway.get("id") or "", kind)
    sketch.move_flows(node, gateway)
    sketch.add_flow(node, gateway)
    return gateway


def _has_condition(flow: Element) -> bool:
    return first_child(flow, "conditionExpression") is not None


def _drop_condition(context: ImportContext, flow: Element) -> None:
    """A parallel gateway takes all its flows, whatever is written on them (BPMN 2.0, 10.6.4)."""
    condition = first_child(flow, "conditionExpression")
    if condition is not None:
        flow.remove(condition)
        context.record_conversion(flow, "condition-parallel", (condition.text or "").strip(), "")


def part_double_flows(context: ImportContext, sketch: Sketch) -> None:
    """Put an event that is passed at once into all but one of several flows from one element to one joining gateway.

    The engine tells the tokens at a join by the element that they come from.
    """
    for gateway in list(sketch.nodes.values()):
        seen: set[str] = set()
        for flow in list(sketch.incoming.get(gateway.get("id") or "", [])) if element_kind(gateway) in JOINING else ():
            source = flow.get("sourceRef") or ""
            if source in seen and source in sketch.nodes:
                _part_flow(context, sketch, flow, gateway)
            seen.add(source)


def _part_flow(context: ImportContext, sketch: Sketch, flow: Element, gateway: Element) -> None:
    scope = gateway.getparent()
    assert scope is not None
    event = sketch.add_node(scope, "intermediateThrowEvent", f"Via_{flow.get('id')}")
    sketch.canvas.draw_beside(flow.get("sourceRef") or "", event.get("id") or "", "intermediateThrowEvent")
    sketch.divert_flow(flow, event)
    sketch.add_flow(event, gateway)
    context.record_conversion(flow, "double-flow", "", event.get("id") or "")


def complete_choices(context: ImportContext, sketch: Sketch) -> None:
    """Say of every choice what other tools understand: the one flow without a condition, and what nothing matches.

    An exclusive gateway's only flow without a condition is its default; an inclusive gateway always takes one. A
    gateway that has no default then gets the property that lets a case stop there.
    """
    for node in sketch.nodes.values():
        kind, flows = element_kind(node), sketch.outgoing.get(node.get("id") or "", [])
        if kind == "inclusiveGateway":
            _always_take(context, node, flows)
        if kind in SPLITTING and node.get("default") is None:
            plain = [flow for flow in flows if not _has_condition(flow)]
            if len(plain) == 1 < len(flows):
                node.set("default", plain[0].get("id") or "")
                context.record_conversion(node, "default", "", plain[0].get("id") or "")
            elif (len(flows) > 1 or len(plain) < len(flows)) and not may_stop(node):
                set_property(node, UNMATCHED, INCIDENT)
                context.record_conversion(node, "unmatched", "", f"{UNMATCHED} = {INCIDENT}")


def _always_take(context: ImportContext, gateway: Element, flows: list[Element]) -> None:
    """Write down that an inclusive gateway takes its flows without a condition beside whatever else it takes."""
    for flow in flows if len(flows) > 1 else ():
        if not _has_condition(flow) and flow.get("id") != gateway.get("default"):
            condition = flow.makeelement(bpmn_tag("conditionExpression"))
            condition.text = "True"
            flow.append(condition)
            context.record_conversion(flow, "always", "", "True")
