"""Rules on what events refer to, and that thrown errors are caught. For this package only."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.deployment import Deployment
from engine.bpmn.lint.diagram import Diagram, extensions, kind
from engine.bpmn.lint.event_facts import REFERRED, catches, caught_around, error_ends, is_thrown, naming
from engine.bpmn.lint.finding import Element, Finding, at

CATCH_ALL = frozenset({"error", "escalation"})
"""What a boundary event may catch without naming it: any error, any escalation."""


def references(diagram: Diagram) -> Iterator[Finding]:
    """What an event waits for or throws is declared in the file and has a name, by which the engine matches."""
    for element, name, key in naming(diagram):
        if not key and not _catches_all(element, name):
            yield at(element, "reference-missing", kind=name)
        elif key and key not in diagram.declared.get(name, {}):
            yield at(element, "reference-unknown", kind=name, ref=key)
    for name in REFERRED:
        for element in diagram.declared.get(name, {}).values():
            if not element.get("name"):
                yield at(element, "definition-nameless", kind=name)


def _catches_all(element: Element, name: str) -> bool:
    parent = element.getparent()
    return name in CATCH_ALL and parent is not None and kind(parent) == "boundaryEvent"


def payload_places(diagram: Diagram) -> Iterator[Finding]:
    """SpiffWorkflow 3 takes payload and variable from the event's definition; on the message they are deprecated."""
    for element in diagram.declared.get("message", {}).values():
        if extensions(element, "messagePayload") or extensions(element, "messageVariable"):
            yield at(element, "payload-place")


def participants(diagram: Diagram) -> Iterator[Finding]:
    """A pool shows a process of its own file, or nothing."""
    known = {process.get("id") for process in diagram.processes}
    for element in diagram.root.iter("{*}participant"):
        key = element.get("processRef")
        if key and key not in known:
            yield at(element, "reference-unknown", kind="process", ref=key)


def unsent_messages(diagram: Diagram, deployment: Deployment) -> Iterator[Finding]:
    """Somebody sends each message that is waited for: a diagram of the deployment, or the world outside."""
    known = deployment.vocabulary.messages
    if known is None:
        return
    for element, name, key in naming(diagram):
        declared = diagram.declared.get("message", {}).get(key)
        if name != "message" or declared is None or is_thrown(element):
            continue
        message = declared.get("name") or ""
        if message and message not in known | deployment.sent_messages:
            yield at(element, "message-unsent", message=message)


def uncaught_errors(diagram: Diagram, deployment: Deployment) -> Iterator[Finding]:
    """An error that nothing around it catches ends its sub-process as if all were well (store_constructs).

    One that leaves its process is the concern of the callers; it is reported here when there are none.
    """
    for node, code in error_ends(diagram):
        if not caught_around(diagram, node, code) and deployment.is_outermost(diagram.process_of(node)):
            yield at(node.element, "error-uncaught", code=code or "—")


def uncaught_errors_of_calls(diagram: Diagram, deployment: Deployment) -> Iterator[Finding]:
    """The same for the errors with which a called process can end."""
    for call in diagram.of_kind("callActivity"):
        called = call.element.get("calledElement") or ""
        for code in sorted(deployment.leaving.get(called, ()), key=str):
            caught = catches(diagram, call, code) or caught_around(diagram, call, code)
            if not caught and deployment.is_outermost(diagram.process_of(call)):
                yield at(call.element, "error-uncaught-call", called=called, code=code or "—")
