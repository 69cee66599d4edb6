"""The elements of BPMN, each in a small diagram of our own that shows whether it is right or refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.conformance import event_elements
from tests.conformance.shapes import drawn, node, raw_event, run_in
from tests.walks import drawing as d
from tests.walks.flows import users

GATEWAYS: Mapping[str, bytes] = {
    "sequence flow": drawn(*users("a", "b"), flows="begin -> a -> b -> done"),
    "exclusive gateway with a default flow": drawn(
        *users("a", "b"), d.exclusive("g"), flows="begin -> g; g -> a if x > 2; g -> b else; a -> done; b -> done"
    ),
    "exclusive gateway without a default flow": drawn(
        *users("a", "b"), d.exclusive("g"), flows="begin -> g; g -> a if x > 2; g -> b if x == 1; a -> done; b -> done"
    ),
    "parallel gateway": drawn(
        *users("a", "b"),
        d.parallel("g"),
        d.parallel("j"),
        flows="begin -> g; g -> a -> j; g -> b -> j; j -> done",
    ),
    "parallel gateway, back to an earlier task": drawn(
        d.user("a"), d.parallel("g"), flows="begin -> a -> g; g -> a; g -> done"
    ),
    "inclusive gateway": drawn(
        *users("a", "b", "z"),
        d.inclusive("g"),
        d.inclusive("j"),
        flows="begin -> g; g -> a if x > 1; g -> b if x > 2; g -> j else; a -> j; b -> j; j -> z -> done",
    ),
    "event-based gateway": drawn(
        d.event_gateway("g"),
        d.catch("m", d.message("m1")),
        d.catch("t", d.timer()),
        flows="begin -> g; g -> m -> done; g -> t -> done",
    ),
    "event-based gateway, two timers": drawn(
        d.event_gateway("g"),
        d.catch("t1", d.timer()),
        d.catch("t2", d.timer('"PT1H"')),
        flows="begin -> g; g -> t1 -> done; g -> t2 -> done",
    ),
    "complex gateway": drawn(node("complexGateway", "g"), flows="begin -> g -> done"),
    "conditional flow of an activity": drawn(
        *users("a", "b", "c"), flows="begin -> a; a -> b if x > 2; a -> c if x < 4; b -> done; c -> done"
    ),
    "default flow of an activity": drawn(
        *users("a", "b", "c"), flows="begin -> a; a -> b if x > 2; a -> c else; b -> done; c -> done"
    ),
    "implicit split": drawn(*users("a", "b", "c"), flows="begin -> a; a -> b -> done; a -> c -> done"),
    "implicit merge": drawn(
        *users("a", "b"),
        d.parallel("g"),
        flows="begin -> g; g -> a; g -> b; a -> z; b -> z; z -> done",
        more=users("z"),
    ),
    "implicit end": drawn(*users("a"), flows="begin -> a", without_end=True),
    "implicit start": drawn(*users("a"), flows="a -> done", without_start=True),
    "loop through an exclusive gateway": drawn(
        d.user("a"), d.exclusive("g"), flows="begin -> a -> g; g -> a if x > 2; g -> done else"
    ),
}

ACTIVITIES: Mapping[str, bytes] = {
    "user task": drawn(d.user("a"), flows="begin -> a -> done"),
    "service task": drawn(node("serviceTask", "a"), flows="begin -> a -> done"),
    "script task in the language of this program": drawn(d.script("a", "y = 1"), flows="begin -> a -> done"),
    "script task in another language": drawn(
        node("scriptTask", "a", "<bpmn:script>y++</bpmn:script>", scriptFormat="javascript"), flows="begin -> a -> done"
    ),
    "send task": drawn(d.send("a", d.message("m1")), flows="begin -> a -> done"),
    "receive task": drawn(d.receive("a", d.message("m1")), flows="begin -> a -> done"),
    "receive task without a message": drawn(node("receiveTask", "a"), flows="begin -> a -> done"),
    "business rule task": drawn(
        node(
            "businessRuleTask",
            "a",
            '<bpmn:extensionElements><spiffworkflow:calledDecisionId xmlns:spiffworkflow="'
            'http://spiffworkflow.org/bpmn/schema/1.0/core">rule</spiffworkflow:calledDecisionId>'
            "</bpmn:extensionElements>",
        ),
        flows="begin -> a -> done",
    ),
    "task without a type": drawn(node("task", "a"), flows="begin -> a -> done"),
    "manual task": drawn(node("manualTask", "a"), flows="begin -> a -> done"),
    "sub-process": drawn(run_in("sub", *users("p", "q"), flows="p -> q"), flows="begin -> sub -> done"),
    "call activity": drawn(d.call("sub", "elsewhere"), flows="begin -> sub -> done"),
    "transaction": drawn(run_in("sub", *users("p"), flows="", tag="transaction"), flows="begin -> sub -> done"),
    "ad-hoc sub-process": drawn(node("adHocSubProcess", "sub", d.user("p").xml(None)), flows="begin -> sub -> done"),
    "multi-instance, parallel": drawn(d.user("a", d.multi_instance(cardinality="2")), flows="begin -> a -> done"),
    "multi-instance, sequential": drawn(
        d.user("a", d.multi_instance(cardinality="2", sequential=True)), flows="begin -> a -> done"
    ),
    "multi-instance over a collection": drawn(d.user("a", d.multi_instance(items="rows")), flows="begin -> a -> done"),
    "multi-instance with a completion condition": drawn(
        d.user("a", d.multi_instance(cardinality="3", until="x > 2")), flows="begin -> a -> done"
    ),
    "multi-instance of a sub-process": drawn(
        run_in("sub", *users("p"), flows="", loop=d.multi_instance(cardinality="2")), flows="begin -> sub -> done"
    ),
    "standard loop": drawn(d.user("a", d.standard_loop("x > 2", 3)), flows="begin -> a -> done"),
    "compensation of an activity": drawn(
        *users("a"),
        node("userTask", "undo", isForCompensation="true"),
        node("boundaryEvent", "c", raw_event("compensate"), attachedToRef="a"),
        d.throw("t", raw_event("compensate")),
        flows="begin -> a -> t -> done",
    ),
    "data object": drawn(*d.data_object("obj"), d.user("a", d.writes("obj", "a")), flows="begin -> a -> done"),
    "data store": drawn(node("dataStoreReference", "store"), *users("a"), flows="begin -> a -> done"),
    "lanes": drawn(
        node(
            "laneSet",
            "lanes",
            '<bpmn:lane id="lane_operator" name="operator"><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane>',
        ),
        *users("a"),
        flows="begin -> a -> done",
    ),
    "lanes of any name": drawn(
        node(
            "laneSet", "lanes", '<bpmn:lane id="Lane_1" name="Sales"><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane>'
        ),
        *users("a"),
        flows="begin -> a -> done",
    ),
}


ELEMENT_WALKS = 5
"""Walks of each diagram; seeded by its name, so that a test sees what the document says."""


@dataclass(frozen=True)
class ElementCase:
    """An element and the diagram that shows it."""

    part: str
    name: str
    content: bytes


def element_cases() -> Iterator[ElementCase]:
    """Every element with its diagram, part by part."""
    parts: dict[str, Mapping[str, bytes]] = {
        "flow and gateways": GATEWAYS,
        "activities and data": ACTIVITIES,
        "start and end events": event_elements.ENDS,
        "events on the way": event_elements.ON_THE_WAY,
        "events on the border": event_elements.BORDERS,
        "event sub-processes": event_elements.BESIDE,
    }
    for part, cases in parts.items():
        for name, content in cases.items():
            yield ElementCase(part, name, content)
