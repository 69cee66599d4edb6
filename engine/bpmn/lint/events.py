"""Rules on events: which triggers work where, boundary events and event sub-processes. For this package only."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.deployment import Deployment
from engine.bpmn.lint.diagram import ACTIVITIES, EVENTS, Diagram, Node, definitions, kind
from engine.bpmn.lint.elements import REFUSED
from engine.bpmn.lint.finding import Finding, at

CATCHING = frozenset({"message", "signal", "timer"})
# What SpiffWorkflow's parser reads at each event; anything else it takes for "no trigger" without a word.
TRIGGERS = {
    "startEvent": CATCHING,
    "endEvent": frozenset({"message", "error", "escalation", "terminate"}),
    "intermediateCatchEvent": CATCHING,
    "intermediateThrowEvent": frozenset({"message", "signal", "escalation"}),
    "boundaryEvent": CATCHING | {"error", "escalation"},
    "sendTask": frozenset({"message"}),
    "receiveTask": frozenset({"message"}),
}
NEEDS_TRIGGER = frozenset({"intermediateCatchEvent", "boundaryEvent", "sendTask", "receiveTask"})


def triggers(node: Node) -> list[str]:
    """The triggers of an event by their short names: message, timer, error …"""
    found = [kind(definition).removesuffix("EventDefinition") for definition in definitions(node.element)]
    if not found and node.kind in {"sendTask", "receiveTask"} and node.element.get("messageRef"):
        return ["message"]
    return found


def on_start_of(diagram: Diagram, node: Node) -> Node | None:
    """The sub-process whose start event this is, None for other events and for the start of a process."""
    return diagram.nodes.get(node.scope) if node.kind == "startEvent" else None


def allowed_triggers(diagram: Diagram) -> Iterator[Finding]:
    """An event has one trigger, of a kind that works where it stands."""
    for node in diagram.of_kind(*EVENTS, "sendTask", "receiveTask"):
        found, around = triggers(node), on_start_of(diagram, node)
        if len(found) > 1:
            yield at(node.element, "event-several-triggers")
        if not found and node.kind in NEEDS_TRIGGER:
            yield at(node.element, "event-without-trigger", kind=node.kind)
        if around is None:
            yield from _wrong_triggers(node, found)
        elif not around.on_event and found:
            yield at(node.element, "start-trigger-inside", trigger=found[0])


def _wrong_triggers(node: Node, found: list[str]) -> Iterator[Finding]:
    for trigger in found:
        if trigger == "conditional":
            yield at(node.element, "conditional-event")
        elif trigger not in TRIGGERS[node.kind] and f"{trigger}EventDefinition" not in REFUSED:
            yield at(node.element, "event-trigger", kind=node.kind, trigger=trigger)


def boundary_hosts(diagram: Diagram) -> Iterator[Finding]:
    """A boundary event stands on an activity of its own scope."""
    for node in diagram.of_kind("boundaryEvent"):
        key = node.element.get("attachedToRef") or ""
        host = diagram.nodes.get(key)
        if host is None or host.kind not in ACTIVITIES or host.on_event or host.scope != node.scope:
            yield at(node.element, "boundary-host", host=key or "?")


def interrupted_repeats(diagram: Diagram) -> Iterator[Finding]:
    """Interrupting a repeated sub-process or call activity raises TaskNotFoundException from then on
    (store_constructs); around a sub-process that holds the repetition it works.
    """
    for node in diagram.of_kind("boundaryEvent"):
        host = diagram.nodes.get(node.element.get("attachedToRef") or "")
        if host is not None and host.kind in {"subProcess", "callActivity"} and host.repeats and interrupts(node):
            yield at(node.element, "boundary-on-repeated", host=host.id)


def interrupts(node: Node) -> bool:
    """Whether a boundary event ends the activity it stands on; BPMN's default is yes."""
    return (node.element.get("cancelActivity") or "true").lower() == "true"


def event_sub_processes(diagram: Diagram) -> Iterator[Finding]:
    """Only a message that does not interrupt starts an event sub-process as drawn (store_constructs)."""
    for node in diagram.of_kind("startEvent"):
        around = on_start_of(diagram, node)
        if around is None or not around.on_event:
            continue
        found = triggers(node)
        if found != ["message"]:
            yield at(node.element, "event-subprocess-trigger", trigger=found[0] if found else "—")
        if node.element.get("isInterrupting", "true") != "false":
            yield at(node.element, "event-subprocess-interrupting")


def event_sub_process_places(diagram: Diagram, deployment: Deployment) -> Iterator[Finding]:
    """Messages reach the event sub-processes of the process that was started, not of those it calls or contains."""
    for node in diagram.nodes.values():
        if node.on_event and (not diagram.is_process(node.scope) or node.scope in deployment.callers):
            yield at(node.element, "event-subprocess-place")
