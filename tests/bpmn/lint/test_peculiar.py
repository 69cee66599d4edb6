"""What BPMN can say in an attribute and the engine would overlook has a sentence of its own."""

from __future__ import annotations

import pytest

from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import MESSAGE, Case, gateway, multi, node, user

REPEATED = multi(cardinality="2")
LOOP = "<bpmn:multiInstanceLoopCharacteristics"
SAID = REPEATED.replace(LOOP, f'{LOOP} behavior="None"')
LOST = "<bpmn:eventDefinitionRef>lost</bpmn:eventDefinitionRef>"
CASES = [
    Case(
        "token-quantity",
        draw.line(user("odd").replace("<bpmn:userTask", '<bpmn:userTask completionQuantity="2"')),
        draw.line(user("odd").replace("<bpmn:userTask", '<bpmn:userTask completionQuantity="1"')),
        "odd",
        'id="odd"',
    ),
    Case(
        "instantiating",
        draw.line(node("receiveTask", "odd", MESSAGE, 'instantiate="true"')),
        draw.line(node("receiveTask", "odd", MESSAGE, 'instantiate="false"')),
        "odd",
        'id="odd"',
    ),
    Case("mi-behavior", draw.line(user("odd", SAID)), draw.line(user("odd", REPEATED)), "odd", "multiInstance"),
    Case(
        "event-definition-elsewhere",
        draw.report(draw.start(), draw.end("odd", LOST), draw.flows("begin -> odd")),
        draw.line(user("odd")),
        "odd",
        "eventDefinitionRef",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=draw.names(CASES))
def test_a_broken_rule_is_reported_with_its_place(case: Case) -> None:
    case.check()


def test_what_is_documentation_at_the_head_of_a_file_is_allowed() -> None:
    declared = '<bpmn:resource id="r" name="Clerk"/><bpmn:terminateEventDefinition id="shared"/>'
    content = draw.line(user(), declared=declared + draw.DECLARED)
    assert draw.problems(content) == []


def test_a_condition_does_not_follow_an_event_gateway() -> None:
    waits = draw.event("conditional", inner="<bpmn:condition>level == 2</bpmn:condition>")
    nodes = (draw.start(), gateway("eventBased", "which"), draw.catch("odd", waits), draw.catch("other", MESSAGE))
    way = "begin -> which; which -> odd -> done; which -> other -> done"
    content = draw.report(*nodes, draw.end(), draw.flows(way))
    assert [problem.rule for problem in draw.problems(content)] == ["event-gateway-conditional"]


def test_an_event_behind_an_event_gateway_has_no_other_way_in() -> None:
    nodes = (draw.start(), gateway("eventBased", "which"), draw.catch("odd", MESSAGE), draw.catch("other", draw.DAY))
    way = "begin -> which; which -> odd -> work -> done; which -> other -> odd"
    content = draw.report(*nodes, user(), draw.end(), draw.flows(way))
    assert [problem.rule for problem in draw.problems(content)] == ["event-gateway-incoming"]
