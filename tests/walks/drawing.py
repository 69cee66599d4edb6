"""Small BPMN diagrams written as Python: nodes, flows, bodies, documents. Used by generator and construct tests.

A diagram here has no layout: the engine does not need one, and without it outgoing flows keep the order in which they
are written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

MESSAGES = ("m1", "m2", "m3", "asked", "answered")
"""`asked` and `answered` belong to one conversation: both carry the correlation property `case_no`."""
SIGNALS = ("s1", "s2")
ERRORS = ("e1", "e2")
ESCALATIONS = ("c1", "c2")

Files = Mapping[str, bytes]
"""BPMN files by name, one process in each."""

_NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
)
_FLOW = re.compile(r"^\s*(?P<chain>\w+(?:\s*->\s*\w+)+)\s*(?:if (?P<condition>.+)|(?P<default>else))?\s*$")


@dataclass(frozen=True)
class Node:
    """One element; `inner` is the XML inside it and `loop` what stands between its data and its content."""

    tag: str
    id: str
    attributes: tuple[tuple[str, str], ...] = ()
    inner: str = ""

    def xml(self, default: str | None) -> str:
        pairs = [("id", self.id), ("name", self.id), *self.attributes]
        if default is not None:
            pairs.append(("default", default))
        return _element(self.tag, pairs, self.inner)


@dataclass(frozen=True)
class Flow:
    """A sequence flow; a default flow is the one its gateway takes when no condition holds."""

    source: str
    target: str
    condition: str | None = None
    default: bool = False

    @property
    def id(self) -> str:
        return f"{self.source}_to_{self.target}"

    def xml(self) -> str:
        inner = "" if self.condition is None else _expression("conditionExpression", self.condition)
        pairs = [("id", self.id), ("sourceRef", self.source), ("targetRef", self.target)]
        return _element("sequenceFlow", pairs, inner)


@dataclass(frozen=True)
class Body:
    """What stands inside a process or a sub-process."""

    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]

    def xml(self) -> str:
        defaults = {flow.source: flow.id for flow in self.flows if flow.default}
        nodes = [node.xml(defaults.get(node.id)) for node in self.nodes]
        return "".join(nodes + [flow.xml() for flow in self.flows])


def body(*nodes: Node, flows: str) -> Body:
    """A body whose flows are written as `a -> b -> c; b -> d if x > 2; b -> e else`, in that order."""
    return Body(nodes, tuple(flow for line in flows.split(";") for flow in _chain(line)))


def _chain(line: str) -> list[Flow]:
    match = _FLOW.match(line)
    assert match is not None, f"{line!r} is not a chain of flows"
    names = [name.strip() for name in match["chain"].split("->")]
    flows = [Flow(source, target) for source, target in pairwise(names)]
    flows[-1] = replace(flows[-1], condition=match["condition"], default=match["default"] is not None)
    return flows


def process(key: str, content: Body) -> str:
    """One executable process."""
    return _element("process", [("id", key), ("name", key), ("isExecutable", "true")], content.xml())


def documents(processes: Mapping[str, str]) -> Files:
    """A BPMN file for each process, called after it."""
    return {f"{key}.bpmn": _document(xml) for key, xml in processes.items()}


def _document(xml: str) -> bytes:
    """A BPMN file with all messages, signals, errors and escalations that a process may name."""
    content = "".join([_COLLABORATION, *map(_message, MESSAGES), *_EVENT_ROOTS, _CORRELATION, xml])
    head = f'<bpmn:definitions {_NAMESPACES} id="definitions" targetNamespace="http://example.org/walks">'
    return f"{head}{content}</bpmn:definitions>".encode()


# Events


def timer(expression: str = '"P1D"', kind: str = "timeDuration") -> str:
    return _element("timerEventDefinition", [], _expression(kind, expression))


def message(name: str, payload: str | None = None, variable: str | None = None) -> str:
    """Thrown with `payload` (an expression), or caught into `variable`."""
    tags = [("messagePayload", payload), ("messageVariable", variable)]
    inner = "".join(f"<spiffworkflow:{tag}>{escape(text)}</spiffworkflow:{tag}>" for tag, text in tags if text)
    extension = _element("extensionElements", [], inner) if inner else ""
    return _element("messageEventDefinition", [("messageRef", name)], extension)


def signal(name: str) -> str:
    return _element("signalEventDefinition", [("signalRef", name)])


def error(name: str) -> str:
    return _element("errorEventDefinition", [("errorRef", name)])


def escalation(name: str) -> str:
    return _element("escalationEventDefinition", [("escalationRef", name)])


def condition(text: str) -> str:
    return _element("conditionalEventDefinition", [], _expression("condition", text))


def terminate() -> str:
    return _element("terminateEventDefinition", [])


# Nodes


def start(key: str = "begin", event: str = "", interrupting: bool | None = None) -> Node:
    flag = () if interrupting is None else (("isInterrupting", _flag(interrupting)),)
    return Node("startEvent", key, flag, event)


def end(key: str = "done", event: str = "") -> Node:
    return Node("endEvent", key, (), event)


def user(key: str, extra: str = "") -> Node:
    """A user task of the hotline; `extra` is its data associations and loop characteristics."""
    return Node("userTask", key, (), _OFFICER + extra)


def script(key: str, code: str) -> Node:
    return Node("scriptTask", key, (), _element("script", [], escape(code)))


def exclusive(key: str) -> Node:
    return Node("exclusiveGateway", key)


def parallel(key: str) -> Node:
    return Node("parallelGateway", key)


def inclusive(key: str) -> Node:
    return Node("inclusiveGateway", key)


def event_gateway(key: str) -> Node:
    return Node("eventBasedGateway", key)


def sub_process(key: str, content: Body, loop: str = "") -> Node:
    return Node("subProcess", key, (), loop + content.xml())


def event_sub_process(key: str, content: Body) -> Node:
    return Node("subProcess", key, (("triggeredByEvent", "true"),), content.xml())


def call(key: str, called: str, loop: str = "") -> Node:
    return Node("callActivity", key, (("calledElement", called),), loop)


def boundary(key: str, host: str, event: str, interrupting: bool = True) -> Node:
    return Node("boundaryEvent", key, (("attachedToRef", host), ("cancelActivity", _flag(interrupting))), event)


def catch(key: str, event: str) -> Node:
    return Node("intermediateCatchEvent", key, (), event)


def throw(key: str, event: str) -> Node:
    return Node("intermediateThrowEvent", key, (), event)


def send(key: str, event: str) -> Node:
    return Node("sendTask", key, (), event)


def receive(key: str, event: str) -> Node:
    return Node("receiveTask", key, (), event)


# Loops


def multi_instance(
    items: str | None = None,
    cardinality: str | None = None,
    sequential: bool = False,
    output: tuple[str, str] | None = None,
    until: str | None = None,
) -> str:
    """Instances for each of `items` (variable, its item is called `<items>_item`) or a number of them.

    `output` names the collection and the item taken from each instance; `until` is the completion condition.
    """
    parts = [
        "" if cardinality is None else _expression("loopCardinality", cardinality),
        "" if items is None else _element("loopDataInputRef", [], items),
        "" if output is None else _element("loopDataOutputRef", [], output[0]),
        "" if items is None else _data_item("inputDataItem", f"{items}_item"),
        "" if output is None else _data_item("outputDataItem", output[1]),
        "" if until is None else _expression("completionCondition", until),
    ]
    pairs = [("isSequential", _flag(sequential))]
    return _element("multiInstanceLoopCharacteristics", pairs, "".join(parts))


def standard_loop(condition: str | None = None, maximum: int | None = None, before: bool = False) -> str:
    """Repeats while `condition` holds, at most `maximum` times; `before` tests before the first turn."""
    pairs = [("testBefore", _flag(before))] + ([] if maximum is None else [("loopMaximum", str(maximum))])
    inner = "" if condition is None else _expression("loopCondition", condition)
    return _element("standardLoopCharacteristics", pairs, inner)


# Data objects


def data_object(key: str) -> tuple[Node, Node]:
    """A data object and the reference that associations name: `<key>_ref`."""
    return Node("dataObject", key), Node("dataObjectReference", f"{key}_ref", (("dataObjectRef", key),))


def reads(key: str, by: str) -> str:
    inner = _element("sourceRef", [], f"{key}_ref") + _element("targetRef", [], by)
    return _element("dataInputAssociation", [("id", f"{by}_reads_{key}")], inner)


def writes(key: str, by: str) -> str:
    inner = _element("targetRef", [], f"{key}_ref")
    return _element("dataOutputAssociation", [("id", f"{by}_writes_{key}")], inner)


# XML


def _element(tag: str, pairs: list[tuple[str, str]], inner: str = "") -> str:
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in pairs)
    return f"<bpmn:{tag}{attributes}>{inner}</bpmn:{tag}>"


def _expression(tag: str, text: str) -> str:
    return _element(tag, [("xsi:type", "bpmn:tFormalExpression")], escape(text))


def _data_item(tag: str, name: str) -> str:
    return _element(tag, [("id", name), ("name", name)])


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _message(name: str) -> str:
    return _element("message", [("id", name), ("name", name)])


def _code(tag: str, name: str, attribute: str) -> str:
    return _element(tag, [("id", name), ("name", name), (attribute, name)])


def _correlated(name: str) -> str:
    path = _element("messagePath", [], "case_no")
    return _element("correlationPropertyRetrievalExpression", [("messageRef", name)], path)


_OFFICER = (
    "<bpmn:extensionElements><spiffworkflow:properties>"
    '<spiffworkflow:property name="role" value="operator"/><spiffworkflow:property name="form" value="answer"/>'
    "</spiffworkflow:properties></bpmn:extensionElements>"
)
_EVENT_ROOTS = (
    *(_element("signal", [("id", name), ("name", name)]) for name in SIGNALS),
    *(_code("error", name, "errorCode") for name in ERRORS),
    *(_code("escalation", name, "escalationCode") for name in ESCALATIONS),
)
_CORRELATION = _element(
    "correlationProperty",
    [("id", "case_no"), ("name", "case_no")],
    "".join(map(_correlated, ("asked", "answered"))),
)
_COLLABORATION = _element(
    "collaboration",
    [("id", "conversation")],
    _element(
        "correlationKey",
        [("id", "by_case"), ("name", "by_case")],
        _element("correlationPropertyRef", [], "case_no"),
    ),
)
