"""Cases of the kinds that users of other systems report: what BPMN says, the stored case and the oracle alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.walks import drawing as d
from tests.walks.drawing import Files, body, process
from tests.walks.flows import diagram, inside, users
from tests.walks.oracle.side import Oracle
from tests.walks.sides import DONE, FAILED, REFUSED, Broadcast, Complete, Deliver, Fire, Step, differences
from tests.walks.stored import PLACE, Stored
from tests.walks.walker import BEGIN

Expected = tuple[Files, Sequence[Step], dict[str, Any], list[str]]
"""A diagram, what happens, the data at the start, and the tasks that are open then."""


def answer(element: str, rank: int = 0, **data: Any) -> Complete:
    return Complete(element, rank, data)


def taken(files: Files, steps: Sequence[Step], data: dict[str, Any]) -> Stored:
    """A case after these steps, which the oracle sees alike after each."""
    case, oracle = Stored.of(files), Oracle(files)
    first = {"place": PLACE, **data}
    assert (case.begin(first, BEGIN), oracle.begin(first, BEGIN)) == (DONE, DONE)
    for step in steps:
        assert (case.take(step, BEGIN), oracle.take(step, BEGIN)) == (DONE, DONE), step
        assert differences(oracle.view(), case.view()) == [], step
    return case


def opened(case: Stored) -> list[str]:
    return sorted(element for element, _ in case.view().open)


def fork(*nodes: d.Node, flows: str) -> Files:
    return diagram(d.parallel("f"), d.parallel("j"), *nodes, flows=flows)


def called(*nodes: d.Node, flows: str) -> dict[str, str]:
    return {"called": process("called", body(d.start("i"), *nodes, d.end("ok"), flows=flows))}


def chosen(condition: str) -> Files:
    """A case that goes to `yes` when a condition holds after `ask`, else to `no`."""
    return diagram(
        *users("ask", "yes", "no"), d.exclusive("g"),
        flows=f"begin -> ask -> g; g -> yes if {condition}; g -> no else; yes -> done; no -> done",
    )  # fmt: skip


ENDING = body(
    d.start("i"), d.parallel("fi"), *users("p", "q"), d.end("e1"), d.end("t", d.terminate()),
    flows="i -> fi; fi -> p -> e1; fi -> q -> t",
)  # fmt: skip


def beside(event: str, interrupting: bool) -> d.Node:
    """An event sub-process with the task `w`."""
    return d.event_sub_process(
        "beside", body(d.start("es", event, interrupting), d.user("w"), d.end("we"), flows="es -> w -> we")
    )


TIMED = inside(*users("p"), beside(d.timer(), interrupting=True), flows="begin_in -> p -> done_in")
LOOPING = diagram(
    *users("a", "b", "c", "z"), d.inclusive("s"), d.inclusive("j"), d.exclusive("q"),
    flows="begin -> s; s -> a if x > 0; s -> b if x > 0; s -> z else; a -> q; q -> c if x > 1; q -> j else; c -> a;"
    "b -> j; j -> z -> done",
)  # fmt: skip
TURNS = diagram(
    *users("a", "b", "again"), d.inclusive("s"), d.inclusive("j"), d.exclusive("m"), d.exclusive("q"),
    flows="begin -> m -> s; s -> a if x > 0; s -> b if x > 1; s -> j else; a -> j; b -> j; j -> again -> q;"
    "q -> m if x > 0; q -> done else",
)  # fmt: skip
URGED = (d.boundary("urge", "work", d.timer('"R/PT1H"', "timeCycle"), interrupting=False), d.end("urged"))
SUBMITTED = called(
    d.user("p"), d.exclusive("g"), d.end("bad1", d.error("e1")), d.end("bad2", d.error("e2")),
    flows="i -> p -> g; g -> bad1 if x == 1; g -> bad2 if x == 2; g -> ok else",
)  # fmt: skip
TWO_ERRORS = diagram(
    *users("after", "h1", "h2"), d.call("call", "called"),
    d.boundary("b1", "call", d.error("e1")), d.boundary("b2", "call", d.error("e2")),
    flows="begin -> call -> after -> done; b1 -> h1 -> done; b2 -> h2 -> done", called=SUBMITTED,
)  # fmt: skip
NESTED = body(d.start("ii"), d.user("p"), d.end("ee", d.escalation("c1")), flows="ii -> p -> ee")
OUTER = body(
    d.start("i"), d.sub_process("nest", NESTED), d.boundary("bn", "nest", d.escalation("c2")), *users("q", "r"),
    d.end("e1"), flows="i -> nest -> q -> e1; bn -> r -> e1",
)  # fmt: skip
GATEWAY = diagram(
    *users("a", "b"), d.event_gateway("g"), d.catch("m", d.message("m1")), d.catch("t", d.timer()),
    flows="begin -> a -> g; g -> m -> a; g -> t -> b -> done",
)  # fmt: skip
HEARD = diagram(
    *users("a", "b", "n"), d.parallel("f"), d.parallel("j"), d.catch("c", d.signal("s1")),
    d.boundary("bb", "a", d.signal("s1"), interrupting=False), d.end("e2"), beside(d.signal("s1"), interrupting=False),
    flows="begin -> f; f -> a -> j; f -> c -> b -> j; j -> done; bb -> n -> e2",
)  # fmt: skip

CASES: dict[str, Expected] = {
    "an inclusive join waits for a token that can still come through a loop": (
        LOOPING, [answer("b"), answer("a", x=2), answer("c")], {"x": 1}, ["a"],
    ),
    "and goes on when it has come": (
        LOOPING, [answer("b"), answer("a", x=2), answer("c"), answer("a", x=1)], {"x": 1}, ["z"],
    ),
    "an inclusive join of one turn takes nothing of the next": (
        TURNS, [answer("a"), answer("b"), answer("again", x=1), answer("a")], {"x": 2}, ["again"],
    ),
    "an inclusive gateway takes its default flow where values are absent": (LOOPING, [], {}, ["z"]),
    "terminate ends the sub-process it stands in alone": (
        fork(*users("after", "beside"), d.sub_process("sub", ENDING),
             flows="begin -> f; f -> sub -> after -> j; f -> beside -> j; j -> done"),
        [answer("sub/q")], {}, ["after", "beside"],
    ),
    "terminate ends one instance of a repeated sub-process": (
        diagram(*users("after"), d.sub_process("sub", ENDING, d.multi_instance(cardinality="2")),
                flows="begin -> sub -> after -> done"),
        [answer("sub[1]/q")], {}, ["sub[0]/p", "sub[0]/q"],
    ),
    "terminate in a called process goes on behind the call": (
        diagram(*users("after"), d.call("call", "called"), flows="begin -> call -> after -> done",
                called={"called": process("called", ENDING)}),
        [answer("call/q")], {}, ["after"],
    ),
    "an interrupting border of a call leaves what its reminders opened": (
        diagram(*users("after", "chase", "late"), d.call("call", "called"),
                d.boundary("b1", "call", d.timer('"R/PT1H"', "timeCycle"), interrupting=False),
                d.boundary("b2", "call", d.timer('"P2D"')), d.end("e2"),
                flows="begin -> call -> after -> done; b1 -> chase -> e2; b2 -> late -> done", called=SUBMITTED),
        [Fire("b1", 0), Fire("b1", 0), Fire("b2", 0)], {}, ["chase", "chase", "late"],
    ),
    "an error of a called process goes to the border with its code": (
        TWO_ERRORS, [answer("call/p", x=2)], {}, ["h2"],
    ),
    "one instance that fails ends all of a repeated call": (
        diagram(*users("after", "h"), d.call("call", "called", d.multi_instance(cardinality="3")),
                d.boundary("b1", "call", d.error("e1")), d.boundary("b2", "call", d.error("e2")),
                flows="begin -> call -> after -> done; b1 -> h -> done; b2 -> done", called=SUBMITTED),
        [answer("call[1]/p", x=1)], {}, ["h"],
    ),
    "an escalation passes a border with another code": (
        diagram(*users("after", "h"), d.sub_process("sub", OUTER),
                d.boundary("b", "sub", d.escalation("c1"), interrupting=False), d.end("e2"),
                flows="begin -> sub -> after -> done; b -> h -> e2"),
        [answer("sub/nest/p")], {}, ["h", "sub/q"],
    ),
    "a signal reaches a catch, a border and an event sub-process at once": (
        HEARD, [Broadcast("s1")], {}, ["a", "b", "beside/w", "n"],
    ),
    "and again what is still there": (
        HEARD, [Broadcast("s1"), Broadcast("s1")], {}, ["a", "b", "beside/w", "beside/w", "n", "n"],
    ),
    "an event gateway in a loop waits anew with events of its own": (
        GATEWAY, [answer("a"), Deliver("m1", {}), answer("a"), Fire("g", 0)], {}, ["b"],
    ),
    "of two that wait for a message the one that waits longer gets it, whatever is drawn first": (
        fork(*users("x", "y", "bx", "by"), d.receive("rx", d.message("m1")), d.receive("ry", d.message("m1")),
             flows="begin -> f; f -> x -> rx -> bx -> j; f -> y -> ry -> by -> j; j -> done"),
        [answer("y"), answer("x"), Deliver("m1", {})], {}, ["by"],
    ),
    "a condition on a border waits for a value that is absent": (
        fork(*users("a", "h", "o"), d.boundary("b", "a", d.condition("x > 3")),
             flows="begin -> f; f -> a -> j; f -> o -> j; j -> done; b -> h -> done"),
        [answer("o")], {}, ["a"],
    ),
    "a condition on a number does not hold for a truth": (
        diagram(*users("a", "h", "o"), d.boundary("b", "a", d.condition("v == 1"), interrupting=False),
                d.exclusive("m"), d.parallel("f"), d.end("e2"),
                flows="begin -> f; f -> a -> done; f -> m -> o -> m; b -> h -> e2"),
        [answer("o", v=1), answer("o", v=True), answer("o", v=1.0)], {}, ["a", "h", "h", "o"],
    ),
    "a path beside keeps its sub-process open": (
        diagram(*users("after"), d.sub_process("sub", inside(
            *users("work", "chase"), *URGED, flows="begin_in -> work -> done_in; urge -> chase -> urged")),
            flows="begin -> sub -> after -> done"),
        [Fire("sub/urge", 0), answer("sub/work")], {}, ["sub/chase"],
    ),
    "an event sub-process that interrupts ends the paths beside too": (
        diagram(*users("work", "chase"), *URGED, beside(d.message("m1"), interrupting=True),
                flows="begin -> work -> done; urge -> chase -> urged"),
        [Fire("urge", 0), Deliver("m1", {})], {}, ["beside/w"],
    ),
    "an event sub-process that interrupts a sub-process ends it in its stead": (
        diagram(*users("after"), d.sub_process("sub", TIMED), flows="begin -> sub -> after -> done"),
        [Fire("sub/es", 0), answer("sub/beside/w")], {}, ["after"],
    ),
    "an escalation thrown as the last thing still begins the path beside": (
        diagram(*users("a"), d.throw("cry", d.escalation("c1")), beside(d.escalation("c1"), interrupting=False),
                flows="begin -> a -> cry -> done"),
        [answer("a")], {}, ["beside/w"],
    ),
    "a merge passes each token": (
        diagram(*users("a", "b", "z"), d.parallel("f"), d.exclusive("m"),
                flows="begin -> f; f -> a -> m; f -> b -> m; m -> z -> done"),
        [answer("a"), answer("b"), answer("z")], {}, ["z"],
    ),
    "two tokens on one flow do not make a join go on": (
        diagram(*users("a", "b", "c", "z"), d.parallel("f"), d.exclusive("m"), d.parallel("j"),
                flows="begin -> f; f -> a -> m; f -> b -> m; m -> j; f -> c -> j; j -> z -> done"),
        [answer("a"), answer("b")], {}, ["c"],
    ),
    "a loop over an absent value ends after its first turn": (
        diagram(*users("z"), d.user("a", d.standard_loop("x > 0", 3)), flows="begin -> a -> z -> done"),
        [answer("a")], {}, ["z"],
    ),
    "a whole number with a point is a number of times": (
        diagram(*users("z"), d.user("a", d.multi_instance(cardinality="n / 2")), flows="begin -> a -> z -> done"),
        [answer("a")], {"n": 4}, ["a"],
    ),
    "a repetition goes on while an answer is 1 and not yes": (
        diagram(*users("z"), d.user("a", d.multi_instance(cardinality="3", until="good == True")),
                flows="begin -> a -> z -> done"),
        [answer("a", good=1), answer("a", good=True)], {}, ["z"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_case_goes_where_the_standard_sends_it(name: str) -> None:
    files, steps, data, expected = CASES[name]
    case = taken(files, steps, data)
    assert opened(case) == expected
    assert not case.view().completed


def coded(kind: str, *codes: str | None) -> Files:
    """A sub-process that throws the first code; the others are those of borders that lead to `h0`, `h1` …"""
    event = {"error": d.error, "escalation": d.escalation}[kind]
    thrown = "e1" if kind == "error" else "c1"
    borders = [
        d.boundary(f"b{number}", "sub", f"<bpmn:{kind}EventDefinition/>" if code is None else event(code))
        for number, code in enumerate(codes[1:])
    ]
    inner = body(d.start("i"), d.user("p"), d.end("j", event(thrown)), flows="i -> p -> j")
    hands = [f"h{number}" for number in range(len(borders))]
    ways = "; ".join(f"b{number} -> {hand} -> done" for number, hand in enumerate(hands))
    files = diagram(*users("after", *hands), d.sub_process("sub", inner), *borders,
                    flows=f"begin -> sub -> after -> done; {ways}")  # fmt: skip
    declared = f'{kind}Code="{thrown}"'
    return {name: content.replace(declared.encode(), f'{kind}Code="{codes[0]}"'.encode()) if codes[0] is not None
            else content.replace(declared.encode(), b"") for name, content in files.items()}  # fmt: skip


@pytest.mark.parametrize("kind", ["error", "escalation"])
def test_a_code_is_caught_by_who_names_it_and_else_by_who_names_none(kind: str) -> None:
    own, other = ("e1", "e2") if kind == "error" else ("c1", "c2")
    for codes, expected in (
        ((own, None, own), ["h1"]),
        ((own, own, None), ["h0"]),
        ((own, other, None), ["h1"]),
        (("", None), ["h0"]),
        ((None, None), ["h0"]),
        (("", other, None), ["h1"]),
        (("", own), ["h0"]),
    ):
        assert opened(taken(coded(kind, *codes), [answer("sub/p")], {})) == expected, codes


# A condition, and which of these values fulfil it.
VALUES: tuple[Any, ...] = (None, False, 0, 0.0, True, 1, 1.0, "", "0", "true", [], [0], [False])


@pytest.mark.parametrize(
    ("condition", "fulfilling"),
    [
        ("v == 0", [0, 0.0]),
        ("v == False", [False]),
        ("v == 1", [1, 1.0]),
        ("v == True", [True]),
        ("v in [0, 1]", [0, 0.0, 1, 1.0]),
        ("v in (False, None)", [None, False]),
        ("v == [0]", [[0]]),
        ("v != 0", [None, False, True, 1, 1.0, "", "0", "true", [], [0], [False]]),
        ("v is None", [None]),
        ("v >= 0", [False, 0, 0.0, True, 1, 1.0]),
        ("v", [True, 1, 1.0, "0", "true", [0], [False]]),
        ('v == "0"', ["0"]),
    ],
)  # fmt: skip
def test_a_truth_is_no_number_in_a_condition(condition: str, fulfilling: list[Any]) -> None:
    files = chosen(condition)
    for value in VALUES:
        case, oracle = Stored.of(files), Oracle(files)
        outcomes = []
        for side in (case, oracle):
            side.begin({"place": PLACE}, BEGIN)
            outcomes.append(side.take(answer("ask", v=value), BEGIN))
        is_ordered = not (condition == "v >= 0" and isinstance(value, str | list))
        assert outcomes == [DONE if is_ordered else FAILED] * 2, value
        if is_ordered:
            expected = any(value == one and type(value) is type(one) and repr(value) == repr(one) for one in fulfilling)
            assert opened(case) == (["yes"] if expected else ["no"]), value
            assert differences(oracle.view(), case.view()) == []


def test_scripts_compare_alike_inside_lists_and_dictionaries() -> None:
    code = 'a = [0] == [False]\nb = {"k": 1} == {"k": True}\nc = [1] == [1.0]\ne = False in [0, [False]]'
    files = diagram(d.script("compare", code), *users("z"), flows="begin -> compare -> z -> done")
    data = taken(files, [answer("z")], {}).view().data
    assert '"a": false, "b": false, "c": true, "e": false' in data


def test_results_have_the_order_of_the_items_in_whatever_order_they_are_done() -> None:
    each = d.user("each", d.multi_instance("items", output=("results", "v"), until='v == "enough"'))
    files = diagram(each, *users("z"), flows="begin -> each -> z -> done")
    items = {"items": ["a", "b", "c"]}
    done = [answer("each", 2, v="C"), answer("each", 0, v="A"), answer("each", 0, v="B"), answer("z")]
    assert '"results": ["A", "B", "C"]' in taken(files, done, items).view().data
    few = [answer("each", 2, v="C"), answer("each", 0, v="enough"), answer("z")]
    assert '"results": ["enough", "C"]' in taken(files, few, items).view().data


@pytest.mark.parametrize("payload", ['{"n": 1}', '{"case_no": case_no}'])
def test_what_is_sent_by_a_key_has_one(payload: str) -> None:
    files = diagram(
        *users("a", "z"), d.throw("ask", d.message("asked", payload)), flows="begin -> a -> ask -> z -> done"
    )
    case, oracle = Stored.of(files), Oracle(files)
    for side in (case, oracle):
        side.begin({"place": PLACE}, BEGIN)
        assert side.take(answer("a"), BEGIN) == FAILED
    assert case.failure is not None
    assert (case.failure.rule, case.failure.node) == ("running-message-keys", "ask")


@pytest.mark.parametrize(("key", "is_ours"), [(1, True), (1.0, True), (True, False), ("1", False), (None, False)])
def test_a_message_with_another_kind_of_key_is_for_somebody_else(key: Any, is_ours: bool) -> None:
    files = diagram(
        *users("z"),
        d.throw("ask", d.message("asked", '{"case_no": 1}')),
        d.receive("hear", d.message("answered", variable="got")),
        flows="begin -> ask -> hear -> z -> done",
    )
    case, oracle = Stored.of(files), Oracle(files)
    reply = Deliver("answered", {"case_no": key}, {"by_case": {"case_no": key}})
    for side in (case, oracle):
        side.begin({"place": PLACE}, BEGIN)
        assert side.take(reply, BEGIN) == (DONE if is_ours else REFUSED)
    assert opened(case) == (["z"] if is_ours else [])
