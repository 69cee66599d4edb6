"""Rules on who hears what: messages and signals within a case and between cases.

A case consists of the process it began with and those it calls. Within it, events find each other by name, and a signal
finds everybody who waits for it in any case. A message to another case is addressed by its correlation keys, and
without any it can be meant for everybody and nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.bpmn.lint import graph
from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.diagram import Diagram, bpmn_tag
from engine.bpmn.lint.event_facts import event_references, is_throwing
from engine.bpmn.lint.finding import Element, Finding, finding_at

_ALONE = {
    ("message", True): "message-unheard",
    ("signal", True): "signal-unheard",
    ("signal", False): "signal-unsent",
}


@dataclass(frozen=True, slots=True)
class EventUse:
    """One place where a message or signal is thrown or awaited; `has_key`: a correlation property is read from it.

    `begins`: it is the start event of a process, which needs no address: it begins an instance.
    """

    element: Element
    kind: str
    name: str
    process: str
    throws: bool
    has_key: bool
    begins: bool = False


def check_exchange(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """What is thrown is heard by somebody, what is awaited is thrown, and a message between cases has an address."""
    others = [use for other in deployment.diagrams for use in event_uses(other)]
    for use in event_uses(diagram):
        outside = deployment.vocabulary.messages if use.kind == "message" else deployment.vocabulary.signals
        if outside is not None and use.name not in outside:
            yield from _judge_use(use, [other for other in others if _is_counterpart(use, other)], deployment)


def event_uses(diagram: Diagram) -> Iterator[EventUse]:
    """Every named message and signal that a diagram throws or awaits."""
    keyed = {
        str(item.get("messageRef")) for item in diagram.root.iter(bpmn_tag("correlationPropertyRetrievalExpression"))
    }
    for element, kind, reference_id in event_references(diagram):
        declaration = diagram.root_elements.get(kind, {}).get(reference_id)
        if kind not in ("message", "signal") or declaration is None or not declaration.get("name"):
            continue
        process = next((str(item.get("id")) for item in element.iterancestors(bpmn_tag("process"))), "")
        name, has_key = str(declaration.get("name")), reference_id in keyed
        yield EventUse(element, kind, name, process, is_throwing(element), has_key, _begins_process(diagram, element))


def _begins_process(diagram: Diagram, definition: Element) -> bool:
    event = definition.getparent()
    node = diagram.nodes.get(event.get("id") or "") if event is not None else None
    return node is not None and node.kind == "startEvent" and diagram.is_process(node.scope)


def _is_counterpart(use: EventUse, other: EventUse) -> bool:
    return (other.kind, other.name, other.throws) == (use.kind, use.name, not use.throws)


def _judge_use(use: EventUse, counterparts: list[EventUse], deployment: DeploymentIndex) -> Iterator[Finding]:
    if not counterparts:
        # A message that nobody sends has its own rule, also for what comes from outside.
        if use.throws or use.kind == "signal":
            yield finding_at(use.element, _ALONE[use.kind, use.throws], name=use.name)
    elif (
        use.kind == "message"
        and not use.has_key
        and not use.begins
        and not all(other.begins for other in counterparts)
        and not any(_may_meet(use.process, other.process, deployment) for other in counterparts)
    ):
        yield finding_at(use.element, "message-keyless", name=use.name)


def _may_meet(process: str, other: str, deployment: DeploymentIndex) -> bool:
    """Whether both processes can be part of one case: one calls the other, or a third calls both."""
    callers = graph.reverse_edges(deployment.call_graph)
    return bool(graph.reachable_nodes(callers, [process]) & graph.reachable_nodes(callers, [other]))
