"""What the events of a diagram name, send, throw and catch. Facts, no judgement; for this package only."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.diagram import Diagram, Node, definitions, kind
from engine.bpmn.lint.finding import Element

REFERRED = ("message", "signal", "error", "escalation")
Code = str | None
"""An error's code; None stands for an error without one."""


def naming(diagram: Diagram) -> Iterator[tuple[Element, str, str]]:
    """Each element that names a message, signal, error or escalation, or should: the element, the kind, the id."""
    for element in diagram.root.iter("{*}sendTask", "{*}receiveTask"):
        if element.get("messageRef"):
            yield element, "message", element.get("messageRef") or ""
    for name in REFERRED:
        for element in diagram.root.iter(f"{{*}}{name}EventDefinition"):
            yield element, name, element.get(f"{name}Ref") or ""


def is_thrown(element: Element) -> bool:
    """Whether an event definition (or a send task) throws rather than catches."""
    owner = element if kind(element).endswith("Task") else element.getparent()
    return owner is not None and kind(owner) in {"endEvent", "intermediateThrowEvent", "sendTask"}


def sent_messages(diagram: Diagram) -> set[str]:
    """The names of the messages that a diagram sends."""
    thrown = {key for element, name, key in naming(diagram) if name == "message" and is_thrown(element)}
    declared = diagram.declared.get("message", {})
    return {declared[key].get("name") or "" for key in thrown & declared.keys()}


def error_ends(diagram: Diagram) -> Iterator[tuple[Node, Code]]:
    """The end events that throw an error, and its code."""
    for node in diagram.of_kind("endEvent"):
        for definition in definitions(node.element):
            if kind(definition) == "errorEventDefinition":
                yield node, _code(diagram, definition)


def catches(diagram: Diagram, host: Node, code: Code) -> bool:
    """Whether a boundary event of `host` catches an error; one without a code catches every error."""
    return any(
        kind(definition) == "errorEventDefinition" and _code(diagram, definition) in {None, code}
        for event in diagram.boundaries.get(host.id, ())
        for definition in definitions(event.element)
    )


def caught_around(diagram: Diagram, node: Node, code: Code) -> bool:
    """Whether a sub-process around a node catches an error thrown there."""
    return any(catches(diagram, host, code) for host in diagram.hosts(node))


def _code(diagram: Diagram, definition: Element) -> Code:
    error = diagram.declared.get("error", {}).get(definition.get("errorRef") or "")
    return error.get("errorCode") if error is not None else None
