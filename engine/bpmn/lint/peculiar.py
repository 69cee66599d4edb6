"""Rules on what BPMN can say in an attribute that the engine would overlook in silence."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.diagram import Diagram, bpmn_tag
from engine.bpmn.lint.finding import Finding, finding_at
from engine.bpmn.lint.repeats import multi_instances

_QUANTITIES = ("startQuantity", "completionQuantity")
_BEHAVIOUR_PARTS = ("complexBehaviorDefinition", "noneBehaviorEventRef", "oneBehaviorEventRef")


def check_quantities(diagram: Diagram) -> Iterator[Finding]:
    """An activity begins with one token and leaves one (BPMN 2.0, 10.3.1); other numbers have no effect here."""
    for node in diagram.nodes.values():
        if any((node.element.get(name) or "1").strip() != "1" for name in _QUANTITIES):
            yield finding_at(node.element, "token-quantity")


def check_instantiating(diagram: Diagram) -> Iterator[Finding]:
    """A process is started by start events, not by a receive task or an event gateway (BPMN 2.0, 10.3.3, 10.6.6)."""
    for node in diagram.nodes_of_kind("receiveTask", "eventBasedGateway"):
        if node.element.get("instantiate") == "true":
            yield finding_at(node.element, "instantiating")


def check_repeat_events(diagram: Diagram) -> Iterator[Finding]:
    """Repeated activities throw no event when an instance ends (BPMN 2.0, 10.3.7)."""
    for multi in multi_instances(diagram):
        has_events = any(multi.loop_part(name) is not None for name in _BEHAVIOUR_PARTS)
        if has_events or multi.element.get("behavior", "All") != "All":
            yield finding_at(multi.element, "mi-behavior")


def check_shared_definitions(diagram: Diagram) -> Iterator[Finding]:
    """An event says itself what it waits for or throws; a definition elsewhere in the file is not read."""
    for reference in diagram.root.iter(bpmn_tag("eventDefinitionRef")):
        yield finding_at(reference, "event-definition-elsewhere")
