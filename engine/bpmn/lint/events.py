"""Rules on events: which triggers work where, boundary events and event sub-processes."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.diagram import (
    ACTIVITIES,
    EVENTS,
    Diagram,
    FlowNode,
    element_kind,
    event_definitions,
    first_child,
)
from engine.bpmn.lint.elements import REFUSED_ELEMENTS
from engine.bpmn.lint.finding import Element, Finding, finding_at

CATCHABLE_TRIGGERS = frozenset({"message", "signal", "timer"})
BESIDE_TRIGGERS = CATCHABLE_TRIGGERS | {"conditional", "error", "escalation"}
"""What may start an event sub-process."""
# What SpiffWorkflow's parser reads for each kind of event; it silently treats anything else as "no trigger".
ALLOWED_TRIGGERS = {
    "startEvent": CATCHABLE_TRIGGERS,
    "endEvent": frozenset({"message", "signal", "error", "escalation", "terminate"}),
    "intermediateCatchEvent": CATCHABLE_TRIGGERS | {"conditional"},
    "intermediateThrowEvent": frozenset({"message", "signal", "escalation"}),
    "boundaryEvent": BESIDE_TRIGGERS,
    "sendTask": frozenset({"message"}),
    "receiveTask": frozenset({"message"}),
}
TRIGGER_REQUIRED = frozenset({"intermediateCatchEvent", "boundaryEvent", "sendTask", "receiveTask"})


def event_triggers(node: FlowNode) -> list[str]:
    """The triggers of an event by their short names: message, timer, error …"""
    kinds = [element_kind(definition).removesuffix("EventDefinition") for definition in event_definitions(node.element)]
    if not kinds and node.kind in {"sendTask", "receiveTask"} and node.element.get("messageRef"):
        return ["message"]
    return kinds


def started_sub_process(diagram: Diagram, node: FlowNode) -> FlowNode | None:
    """The sub-process whose start event this is; None for other events and for the start of a process."""
    return diagram.nodes.get(node.scope) if node.kind == "startEvent" else None


def check_triggers(diagram: Diagram) -> Iterator[Finding]:
    """An event has one trigger, of a kind that works in its position."""
    for node in diagram.nodes_of_kind(*EVENTS, "sendTask", "receiveTask"):
        kinds, sub_process = event_triggers(node), started_sub_process(diagram, node)
        if len(kinds) > 1:
            yield finding_at(node.element, "event-several-triggers")
        if not kinds and node.kind in TRIGGER_REQUIRED:
            yield finding_at(node.element, "event-without-trigger", kind=node.kind)
        if any(_lacks_condition(definition) for definition in event_definitions(node.element)):
            yield finding_at(node.element, "condition-empty")
        if sub_process is None:
            yield from _check_trigger_kinds(node, kinds)
        elif not sub_process.is_event_sub_process and kinds:
            yield finding_at(node.element, "start-trigger-inside", trigger=kinds[0])


def _lacks_condition(definition: Element) -> bool:
    is_conditional = element_kind(definition) == "conditionalEventDefinition"
    return is_conditional and first_child(definition, "condition") is None


def _check_trigger_kinds(node: FlowNode, kinds: list[str]) -> Iterator[Finding]:
    for trigger in kinds:
        if trigger == "conditional" and node.kind == "startEvent":
            yield finding_at(node.element, "conditional-event")
        elif trigger not in ALLOWED_TRIGGERS[node.kind] and f"{trigger}EventDefinition" not in REFUSED_ELEMENTS:
            yield finding_at(node.element, "event-trigger", kind=node.kind, trigger=trigger)


def check_boundary_hosts(diagram: Diagram) -> Iterator[Finding]:
    """A boundary event is attached to an activity of its own scope."""
    for node in diagram.nodes_of_kind("boundaryEvent"):
        host_id = node.element.get("attachedToRef") or ""
        host = diagram.nodes.get(host_id)
        if host is None or host.kind not in ACTIVITIES or host.is_event_sub_process or host.scope != node.scope:
            yield finding_at(node.element, "boundary-host", host=host_id or "?")


def is_interrupting(node: FlowNode) -> bool:
    """Whether a boundary event ends the activity it is attached to; BPMN's default is yes."""
    return (node.element.get("cancelActivity") or "true").lower() == "true"


def check_event_sub_processes(diagram: Diagram) -> Iterator[Finding]:
    """An event sub-process starts with an event that can happen in its scope; an error always interrupts."""
    for node in diagram.nodes_of_kind("startEvent"):
        sub_process = started_sub_process(diagram, node)
        if sub_process is None or not sub_process.is_event_sub_process:
            continue
        kinds = event_triggers(node)
        if len(kinds) < 2 and not BESIDE_TRIGGERS.issuperset(kinds or ("",)):
            yield finding_at(node.element, "event-subprocess-trigger", trigger=kinds[0] if kinds else "—")
        elif kinds == ["error"] and not is_interrupting_start(node):
            yield finding_at(node.element, "event-subprocess-error")


def is_interrupting_start(node: FlowNode) -> bool:
    """Whether a start of an event sub-process ends everything else in its scope; BPMN's default is yes."""
    return node.element.get("isInterrupting", "true") != "false"
