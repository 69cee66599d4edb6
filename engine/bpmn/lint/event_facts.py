"""What the events of a diagram refer to, send, throw and catch. Facts only, no rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.bpmn.lint.diagram import Diagram, FlowNode, element_kind, event_definitions
from engine.bpmn.lint.finding import Element

REFERENCE_KINDS = ("message", "signal", "error", "escalation")
NAMED_KINDS = ("message", "signal")
"""What is matched by its name; errors and escalations go by their codes."""
ErrorCode = str | None
"""The code of an error; None for an error without one."""


def event_references(diagram: Diagram) -> Iterator[tuple[Element, str, str]]:
    """Each element that does or should refer to a message, signal, error or escalation: element, kind, id."""
    for element in diagram.root.iter("{*}sendTask", "{*}receiveTask"):
        if element.get("messageRef"):
            yield element, "message", element.get("messageRef") or ""
    for name in REFERENCE_KINDS:
        for element in diagram.root.iter(f"{{*}}{name}EventDefinition"):
            yield element, name, element.get(f"{name}Ref") or ""


def is_throwing(element: Element) -> bool:
    """Whether an event definition (or a send task) throws rather than catches."""
    owner = element if element_kind(element).endswith("Task") else element.getparent()
    return owner is not None and element_kind(owner) in {"endEvent", "intermediateThrowEvent", "sendTask"}


def sent_messages(diagram: Diagram) -> set[str]:
    """The names of the messages that a diagram sends."""
    thrown_ids = {key for element, name, key in event_references(diagram) if name == "message" and is_throwing(element)}
    messages = diagram.root_elements.get("message", {})
    return {messages[key].get("name") or "" for key in thrown_ids & messages.keys()}


def error_end_events(diagram: Diagram) -> Iterator[tuple[FlowNode, ErrorCode]]:
    """The end events that throw an error, each with its code."""
    for node in diagram.nodes_of_kind("endEvent"):
        for definition in event_definitions(node.element):
            if element_kind(definition) == "errorEventDefinition":
                yield node, _error_code(diagram, definition)


def catches_error(diagram: Diagram, host: FlowNode, code: ErrorCode) -> bool:
    """Whether a boundary event of `host` catches an error; one without a code catches every error."""
    return _is_caught_by(diagram, diagram.boundary_events.get(host.id, ()), code)


def is_caught_by_scope(diagram: Diagram, node: FlowNode, code: ErrorCode) -> bool:
    """Whether an enclosing sub-process or an event sub-process around catches an error thrown at a node."""
    inner, scopes = "", [node.scope]
    for host in diagram.enclosing_sub_processes(node):
        if _is_caught_by(diagram, _starts_beside(diagram, scopes[-1], inner), code) or catches_error(
            diagram, host, code
        ):
            return True
        inner, scopes = host.id, [*scopes, host.scope]
    return _is_caught_by(diagram, _starts_beside(diagram, scopes[-1], inner), code)


def _starts_beside(diagram: Diagram, scope: str, within: str) -> Iterator[FlowNode]:
    """The starts of the event sub-processes of a scope, but for the one that what is thrown comes from."""
    for sub_process in diagram.scopes.get(scope, ()):
        if sub_process.is_event_sub_process and sub_process.id != within:
            yield from (node for node in diagram.scopes.get(sub_process.id, ()) if node.kind == "startEvent")


def _is_caught_by(diagram: Diagram, events: Iterable[FlowNode], code: ErrorCode) -> bool:
    return any(
        element_kind(definition) == "errorEventDefinition" and _error_code(diagram, definition) in {None, code}
        for event in events
        for definition in event_definitions(event.element)
    )


def _error_code(diagram: Diagram, definition: Element) -> ErrorCode:
    return event_code(diagram, definition, "error")


def event_code(diagram: Diagram, definition: Element, kind: str) -> ErrorCode:
    """The code of the error or escalation (`kind`) that an event throws or catches; an empty one is none."""
    declared = diagram.root_elements.get(kind, {}).get(definition.get(f"{kind}Ref") or "")
    return declared.get(f"{kind}Code") or None if declared is not None else None
