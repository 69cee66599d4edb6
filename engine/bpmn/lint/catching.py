"""Which event catches an error or an escalation: one that names its code comes before one that names none."""

from __future__ import annotations

from collections.abc import Iterable

from engine.bpmn.lint.diagram import Diagram, FlowNode, event_definitions
from engine.bpmn.lint.event_facts import ErrorCode, event_code
from engine.bpmn.lint.events import event_triggers, is_interrupting


def thrown_code(diagram: Diagram, event: FlowNode, kind: str) -> ErrorCode:
    """The code of the error or escalation (`kind`) that an event throws, or that it waits for."""
    return event_code(diagram, event_definitions(event.element)[0], kind)


def catching_event(diagram: Diagram, events: Iterable[FlowNode], kind: str, code: ErrorCode) -> FlowNode | None:
    """The one of these events that catches it; None when none does."""
    catching = [
        one for one in events if event_triggers(one) == [kind] and thrown_code(diagram, one, kind) in {None, code}
    ]
    return min(catching, key=lambda one: thrown_code(diagram, one, kind) is None, default=None)


def catching_listener(
    diagram: Diagram, nodes: Iterable[FlowNode], kind: str, code: ErrorCode, within: str = ""
) -> tuple[FlowNode, FlowNode] | None:
    """The event sub-process among these nodes that catches it, with its start; not that `within` which it is thrown."""
    hosts = {
        start.id: node
        for node in nodes
        if node.is_event_sub_process and node.id != within
        for start in diagram.scopes.get(node.id, ())
        if start.kind == "startEvent"
    }
    start = catching_event(diagram, (diagram.nodes[name] for name in hosts), kind, code)
    return None if start is None else (hosts[start.id], start)


def is_interrupted_by(diagram: Diagram, host: FlowNode, code: ErrorCode) -> bool:
    """Whether an escalation with this code that leaves an activity ends it."""
    event = catching_event(diagram, diagram.boundary_events.get(host.id, ()), "escalation", code)
    return event is not None and is_interrupting(event)
