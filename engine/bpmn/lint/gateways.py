"""Rules on gateways and the conditions of their flows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.diagram import (
    SPLITTING,
    Diagram,
    FlowNode,
    SequenceFlow,
    element_kind,
    event_definitions,
    text_of,
)
from engine.bpmn.lint.finding import Finding, finding_at
from engine.bpmn.lint.source import names_in
from engine.bpmn.lint.tolerances import may_stop
from engine.bpmn.scripts import ExpressionLanguage
from engine.errors import ScriptError
from engine.translation.wording import Caption

_LANGUAGE = ExpressionLanguage({})


def check_default_flows(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """Without a default flow a case fails with "No conditions satisfied" when all conditions are false.

    They are, when they compare an answer that was left blank: nothing is neither more nor less than anything.
    """
    for node in diagram.nodes_of_kind(*SPLITTING):
        flows = diagram.outgoing_flows.get(node.id, [])
        default = node.element.get("default")
        if default is None:
            has_choice = len(flows) > 1 or any(flow.condition is not None for flow in flows)
            if has_choice and not may_stop(node.element):
                blank = _unanswered_fields(flows, deployment.vocabulary.optional)
                rule = "default-missing-blank" if blank else "default-missing"
                yield finding_at(node.element, rule, **({"fields": blank} if blank else {}))
        elif default not in {flow.id for flow in flows}:
            yield finding_at(node.element, "default-unknown", flow=default)


def _unanswered_fields(flows: Iterable[SequenceFlow], optional: Mapping[str, Caption]) -> list[Caption]:
    """The fields that may be left blank and are compared, where no flow is for a blank answer."""
    conditions = [text_of(flow.condition) for flow in flows if flow.condition is not None]
    names = {name for text in conditions for name in names_in(text)}
    blank = sorted(names & optional.keys())
    return [] if any(_holds_for_nothing(text) for text in conditions) else [optional[name] for name in blank]


def _holds_for_nothing(condition: str) -> bool:
    with suppress(ScriptError):
        return bool(_LANGUAGE.evaluate(condition, {}))
    return False


def check_conditions(diagram: Diagram) -> Iterator[Finding]:
    """Every flow but the default has a condition; the default flow and flows of other nodes have none."""
    for node in diagram.nodes_of_kind(*SPLITTING):
        flows = diagram.outgoing_flows.get(node.id, [])
        default = node.element.get("default")
        for flow in flows:
            if flow.id == default and flow.condition is not None:
                yield finding_at(flow.element, "default-conditional")
            elif flow.id != default and flow.condition is None and len(flows) > 1:
                yield finding_at(flow.element, "condition-missing")
    yield from _check_ignored_conditions(diagram)


def _check_ignored_conditions(diagram: Diagram) -> Iterator[Finding]:
    for flow in diagram.flows:
        source = diagram.nodes.get(flow.source)
        if source is not None and source.kind not in SPLITTING and flow.condition is not None:
            yield finding_at(flow.element, "condition-ignored", node=source.id)


def check_event_gateways(diagram: Diagram) -> Iterator[Finding]:
    """An event gateway is followed by events, at most one of them a timer: they share a due time (measured)."""
    for node in diagram.nodes_of_kind("eventBasedGateway"):
        flows = diagram.outgoing_flows.get(node.id, ())
        targets = [diagram.nodes[flow.target] for flow in flows if flow.target in diagram.nodes]
        for target in targets:
            if target.kind not in {"intermediateCatchEvent", "receiveTask"}:
                yield finding_at(target.element, "event-gateway-target", gateway=node.id)
            elif len(diagram.incoming_flows.get(target.id, ())) > 1:
                yield finding_at(target.element, "event-gateway-incoming")
            elif _has_definition(target, "conditionalEventDefinition"):
                yield finding_at(target.element, "event-gateway-conditional", gateway=node.id)
        if sum(map(_is_timer, targets)) > 1:
            yield finding_at(node.element, "event-gateway-timers")


def _is_timer(node: FlowNode) -> bool:
    return _has_definition(node, "timerEventDefinition")


def _has_definition(node: FlowNode, kind: str) -> bool:
    return any(element_kind(definition) == kind for definition in event_definitions(node.element))
