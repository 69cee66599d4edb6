"""Rules on what events refer to, and that thrown errors are caught."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.diagram import Diagram, element_kind, extension_elements
from engine.bpmn.lint.event_facts import (
    NAMED_KINDS,
    catches_error,
    error_end_events,
    event_references,
    is_caught_by_scope,
    is_throwing,
)
from engine.bpmn.lint.finding import Element, Finding, finding_at

CATCH_ALL_KINDS = frozenset({"error", "escalation"})
"""What an event on a border or at the start of an event sub-process may catch without a reference: any of them."""


def check_event_references(diagram: Diagram) -> Iterator[Finding]:
    """What an event waits for or throws is declared in the file; messages and signals have names to match by."""
    for element, name, reference_id in event_references(diagram):
        if not reference_id and not _may_catch_all(element, name):
            yield finding_at(element, "reference-missing", kind=name)
        elif reference_id and reference_id not in diagram.root_elements.get(name, {}):
            yield finding_at(element, "reference-unknown", kind=name, ref=reference_id)
    for name in NAMED_KINDS:
        for element in diagram.root_elements.get(name, {}).values():
            if not element.get("name"):
                yield finding_at(element, "definition-nameless", kind=name)


def _may_catch_all(element: Element, name: str) -> bool:
    parent = element.getparent()
    return name in CATCH_ALL_KINDS and parent is not None and element_kind(parent) in {"boundaryEvent", "startEvent"}


def check_payload_places(diagram: Diagram) -> Iterator[Finding]:
    """SpiffWorkflow 3 reads payload and variable from the event definition; on the message they are deprecated."""
    for element in diagram.root_elements.get("message", {}).values():
        if extension_elements(element, "messagePayload") or extension_elements(element, "messageVariable"):
            yield finding_at(element, "payload-place")


def check_participants(diagram: Diagram) -> Iterator[Finding]:
    """A pool refers to a process of its own file, or to none."""
    process_ids = {process.get("id") for process in diagram.processes}
    for element in diagram.root.iter("{*}participant"):
        process_id = element.get("processRef")
        if process_id and process_id not in process_ids:
            yield finding_at(element, "reference-unknown", kind="process", ref=process_id)


def check_unsent_messages(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """Every message that is waited for is sent by a diagram of the deployment or comes from outside."""
    known = deployment.vocabulary.messages
    if known is None:
        return
    for element, name, reference_id in event_references(diagram):
        declaration = diagram.root_elements.get("message", {}).get(reference_id)
        if name != "message" or declaration is None or is_throwing(element):
            continue
        message = declaration.get("name") or ""
        if message and message not in known | deployment.sent_messages:
            yield finding_at(element, "message-unsent", message=message)


def check_uncaught_errors(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """An error that no enclosing scope catches ends its sub-process as if it had succeeded (measured).

    An error that leaves its process is up to the callers; it is reported here when there are none.
    """
    for node, code in error_end_events(diagram):
        if not is_caught_by_scope(diagram, node, code) and deployment.is_outermost(diagram.process_of(node)):
            yield finding_at(node.element, "error-uncaught", code=code or "—")


def check_uncaught_call_errors(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """The same for errors with which a called process can end."""
    for call in diagram.nodes_of_kind("callActivity"):
        called = call.element.get("calledElement") or ""
        for code in sorted(deployment.escaping_errors.get(called, ()), key=str):
            is_caught = catches_error(diagram, call, code) or is_caught_by_scope(diagram, call, code)
            if not is_caught and deployment.is_outermost(diagram.process_of(call)):
                yield finding_at(call.element, "error-uncaught-call", called=called, code=code or "—")
