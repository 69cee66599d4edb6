"""Events, each in a small diagram of its own."""

from __future__ import annotations

from collections.abc import Mapping

from tests.conformance.shapes import at_border, beside, condition, drawn, node, raw_event, run_in
from tests.walks import drawing as d
from tests.walks.flows import users

_SUB = run_in("sub", *users("p"), flows="")
_LINK_OUT, _LINK_IN = '<bpmn:linkEventDefinition name="on"/>', '<bpmn:linkEventDefinition name="on"/>'

ENDS: Mapping[str, bytes] = {
    "none start and end": drawn(*users("a"), flows="begin -> a -> done"),
    "message start": drawn(*users("a"), flows="begin -> a -> done", first=d.message("m1")),
    "timer start": drawn(*users("a"), flows="begin -> a -> done", first=d.timer('"2031-01-01T00:00:00Z"', "timeDate")),
    "signal start": drawn(*users("a"), flows="begin -> a -> done", first=d.signal("s1")),
    "conditional start": drawn(*users("a"), flows="begin -> a -> done", first=condition("x > 2")),
    "none and message start": drawn(
        *users("a"), d.start("other", d.message("m1")), flows="begin -> a -> done; other -> a"
    ),
    "two none starts": drawn(*users("a", "b"), d.start("other"), flows="begin -> a -> done; other -> b -> done"),
    "message end": drawn(*users("a"), d.end("last", d.message("m1")), flows="begin -> a -> last", without_end=True),
    "signal end": drawn(*users("a"), d.end("last", d.signal("s1")), flows="begin -> a -> last", without_end=True),
    "error end": at_border(run_in("sub", *users("p"), flows="", last=d.error("e1")), d.error("e1")),
    "escalation end": at_border(run_in("sub", *users("p"), flows="", last=d.escalation("c1")), d.escalation("c1")),
    "terminate end": drawn(
        *users("a", "b"),
        d.parallel("g"),
        d.end("last", d.terminate()),
        flows="begin -> g; g -> a -> last; g -> b -> done",
    ),
    "compensation end": drawn(
        *users("a"), d.end("last", raw_event("compensate")), flows="begin -> a -> last", without_end=True
    ),
    "cancel end": drawn(
        run_in("sub", *users("p"), flows="", last=raw_event("cancel"), tag="transaction"), flows="begin -> sub -> done"
    ),
    "multiple end": drawn(
        *users("a"),
        d.end("last", d.message("m1") + d.signal("s1")),
        flows="begin -> a -> last",
        without_end=True,
    ),
}

ON_THE_WAY: Mapping[str, bytes] = {
    "message catch": drawn(d.catch("e", d.message("m1")), flows="begin -> e -> done"),
    "message throw": drawn(d.throw("e", d.message("m1")), flows="begin -> e -> done"),
    "timer catch": drawn(d.catch("e", d.timer()), flows="begin -> e -> done"),
    "timer catch, cycle": drawn(d.catch("e", d.timer('"R2/PT1H"', "timeCycle")), flows="begin -> e -> done"),
    "signal catch": drawn(d.catch("e", d.signal("s1")), flows="begin -> e -> done"),
    "signal throw": drawn(d.throw("e", d.signal("s1")), flows="begin -> e -> done"),
    "escalation throw": at_border(
        run_in("sub", d.throw("t", d.escalation("c1")), *users("p"), flows="t -> p"), d.escalation("c1"), False
    ),
    "conditional catch": drawn(*users("a"), d.catch("e", condition("x > 2")), flows="begin -> a -> e -> done"),
    "link": drawn(
        *users("a", "b"), d.throw("out", _LINK_OUT), d.catch("in", _LINK_IN), flows="begin -> a -> out; in -> b -> done"
    ),
    "compensation throw": drawn(*users("a"), d.throw("e", raw_event("compensate")), flows="begin -> a -> e -> done"),
    "none throw": drawn(*users("a"), node("intermediateThrowEvent", "e"), flows="begin -> a -> e -> done"),
    "multiple catch": drawn(d.catch("e", d.message("m1") + d.signal("s1")), flows="begin -> e -> done"),
    "parallel multiple catch": drawn(
        node("intermediateCatchEvent", "e", d.message("m1") + d.signal("s1"), parallelMultiple="true"),
        flows="begin -> e -> done",
    ),
}

BORDERS: Mapping[str, bytes] = {
    "message, interrupting": at_border(d.user("a"), d.message("m1")),
    "message, not interrupting": at_border(d.user("a"), d.message("m1"), False),
    "timer, interrupting": at_border(d.user("a"), d.timer()),
    "timer, not interrupting": at_border(d.user("a"), d.timer(), False),
    "timer cycle, not interrupting": at_border(d.user("a"), d.timer('"R3/PT1H"', "timeCycle"), False),
    "timer cycle, interrupting": at_border(d.user("a"), d.timer('"R3/PT1H"', "timeCycle")),
    "signal, interrupting": at_border(_SUB, d.signal("s1")),
    "signal, not interrupting": at_border(_SUB, d.signal("s1"), False),
    "error": at_border(run_in("sub", *users("p"), flows="", last=d.error("e1")), d.error("e1")),
    "escalation, interrupting": at_border(
        run_in("sub", d.throw("t", d.escalation("c1")), *users("p"), flows="t -> p"), d.escalation("c1")
    ),
    "escalation, not interrupting": at_border(
        run_in("sub", d.throw("t", d.escalation("c1")), *users("p"), flows="t -> p"), d.escalation("c1"), False
    ),
    "conditional, interrupting": at_border(d.user("a"), condition("x > 2")),
    "conditional, not interrupting": at_border(d.user("a"), condition("x > 2"), False),
    "not interrupting, path back to its own task": drawn(
        d.user("a"), d.boundary("e", "a", d.message("m1"), False), flows="begin -> a -> done; e -> a"
    ),
    "interrupting, path back to its own task": drawn(
        d.user("a"), d.boundary("e", "a", d.message("m1")), flows="begin -> a -> done; e -> a"
    ),
}

_PLACES, _WAYS = {False: "process", True: "sub-process"}, {False: "not interrupting", True: "interrupting"}
BESIDE: Mapping[str, bytes] = {
    f"{name}, {_WAYS[interrupting]}, in a {_PLACES[inside]}": beside(event, interrupting, inside, throws)
    for inside in (False, True)
    for name, event, throws in (
        ("message", d.message("m1"), ""),
        ("timer", d.timer(), ""),
        ("signal", d.signal("s1"), ""),
        ("error", d.error("e1"), d.error("e1")),
        ("escalation", d.escalation("c1"), d.escalation("c1")),
        ("conditional", condition("x > 2"), ""),
        ("compensation", raw_event("compensate"), ""),
    )
    for interrupting in (True, False)
    if interrupting or name not in ("error", "compensation")
}
