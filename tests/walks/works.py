"""Hand-written diagrams of activities: sub-processes, calls, loops, boundary events. Used by the construct tests."""

from __future__ import annotations

from tests.walks import drawing as d
from tests.walks.drawing import Body, Files, body, process
from tests.walks.flows import FORK, PAYLOAD, TWO_TASKS, diagram, inside, users

LEAF = {"leaf": process("leaf", body(d.start("l1"), *users("l2", "l3"), d.end("l4"), flows="l1 -> l2 -> l3 -> l4"))}
ANSWERING = {
    "answering": process(
        "answering",
        body(d.start("l1"), d.user("l2"), d.script("l3", "answer = [n, x]"), d.end("l4"), flows="l1 -> l2 -> l3 -> l4"),
    )
}
MIDDLE = process(
    "middle",
    body(
        d.start("k1"),
        *users("k2", "k3"),
        d.call("deeper", "leaf"),
        d.boundary("k4", "deeper", d.timer()),
        d.end("k5"),
        flows="k1 -> k2 -> deeper -> k5; k4 -> k3 -> k5",
    ),
)
SET_UP = d.script("set_up", "items = [1, 2, 3]\nfound = []")
EACH = "begin -> a -> set_up -> each -> z -> done"


def failing(event: str) -> Body:
    """Ends with `event` when the officer answers above 1."""
    return body(
        d.start("begin_in"),
        *users("p", "q"),
        d.exclusive("good"),
        d.end("failed", event),
        d.end("done_in"),
        flows="begin_in -> p -> good; good -> failed if x > 1; good -> q else; q -> done_in",
    )


def each(items: str = "items", output: str = "found", sequential: bool = False, until: str | None = None) -> str:
    """For each of `items`, the answer of the task `each` goes to `output`."""
    return d.multi_instance(items=items, sequential=sequential, output=(output, "v_each"), until=until)


def each_answer(sequential: bool = False, until: str | None = None) -> str:
    """For each of `items`, the variable `answer` goes to `found`."""
    return d.multi_instance(items="items", sequential=sequential, output=("found", "answer"), until=until)


ANSWER_INSIDE = inside(
    *users("p", "q"), d.script("say", "answer = {'n': n, 'x': x}"), flows="begin_in -> p -> q -> say -> done_in"
)
CRYING = inside(*users("p", "q"), d.throw("cry", d.escalation("c1")), flows="begin_in -> p -> cry -> q -> done_in")

ACTIVITIES: dict[str, Files] = {
    "sub-process": diagram(*users("a", "z"), d.sub_process("sub", TWO_TASKS), flows="begin -> a -> sub -> z -> done"),
    "sub-process with a fork, in a loop": diagram(
        *users("a", "z"),
        d.sub_process("sub", FORK),
        d.exclusive("again"),
        flows="begin -> a -> sub -> again; again -> a if x > 1; again -> z else; z -> done",
    ),
    "terminate end in a sub-process": diagram(
        *users("a", "z"),
        d.sub_process(
            "sub",
            body(
                d.start("begin_in"),
                *users("p", "q"),
                d.parallel("fork"),
                d.call("deeper", "leaf"),
                d.end("stop", d.terminate()),
                d.end("done_in"),
                flows="begin_in -> fork; fork -> p -> stop; fork -> q -> deeper -> done_in",
            ),
        ),
        flows="begin -> a -> sub -> z -> done",
        called=LEAF,
    ),
    "call activity": diagram(
        *users("a", "z"), d.call("call", "leaf"), flows="begin -> a -> call -> z -> done", called=LEAF
    ),
    "call activity twice at once": diagram(
        *users("z"),
        d.parallel("fork"),
        d.parallel("join"),
        d.call("left", "leaf"),
        d.call("right", "leaf"),
        flows="begin -> fork; fork -> left -> join; fork -> right -> join; join -> z -> done",
        called=LEAF,
    ),
    "call activity in a call activity, boundary events on both": diagram(
        *users("a", "y", "w", "z"),
        d.call("call", "middle"),
        d.boundary("late", "call", d.timer()),
        d.boundary("slow", "call", d.timer('"PT30H"'), interrupting=False),
        d.end("noted"),
        flows="begin -> a -> call -> z -> done; late -> y -> a; slow -> w -> noted",
        called={"middle": MIDDLE, **LEAF},
    ),
    "multi-instance parallel": diagram(*users("a", "z"), SET_UP, d.user("each", each()), flows=EACH),
    "multi-instance sequential": diagram(*users("a", "z"), SET_UP, d.user("each", each(sequential=True)), flows=EACH),
    "multi-instance over a dictionary": diagram(
        *users("a", "z"),
        d.script("set_up", "items = {'a': 1, 'b': 2}\nfound = {}"),
        d.user("each", each()),
        flows=EACH,
    ),
    "multi-instance over nothing": diagram(
        *users("a", "z"), d.script("set_up", "items = []\nfound = []"), d.user("each", each()), flows=EACH
    ),
    "multi-instance changing its input": diagram(
        *users("a", "z"), SET_UP, d.user("each", each(output="items", sequential=True)), flows=EACH
    ),
    "multi-instance parallel, until": diagram(
        *users("a", "z"), SET_UP, d.user("each", each(until="x > 2")), flows=EACH
    ),
    "multi-instance sequential, until": diagram(
        *users("a", "z"), SET_UP, d.user("each", each(sequential=True, until="x > 2")), flows=EACH
    ),
    "multi-instance parallel by number": diagram(
        *users("a", "z"), d.user("each", d.multi_instance(cardinality="3")), flows="begin -> a -> each -> z -> done"
    ),
    "multi-instance sequential by number": diagram(
        *users("a", "z"),
        d.user("each", d.multi_instance(cardinality="x + 1", sequential=True)),
        flows="begin -> a -> each -> z -> done",
    ),
    "multi-instance in a loop": diagram(
        *users("a", "z"),
        SET_UP,
        d.user("each", each()),
        d.exclusive("again"),
        flows="begin -> a -> set_up -> each -> again; again -> a if x > 1; again -> z else; z -> done",
    ),
    "multi-instance of sub-process": diagram(
        *users("a", "z"), SET_UP, d.sub_process("each", ANSWER_INSIDE, each_answer()), flows=EACH
    ),
    "multi-instance of call activity": diagram(
        *users("a", "z"), SET_UP, d.call("each", "answering", each_answer()), flows=EACH, called=ANSWERING
    ),
    "multi-instance sequential of call activity": diagram(
        *users("a", "z"),
        SET_UP,
        d.call("each", "answering", each_answer(sequential=True)),
        flows=EACH,
        called=ANSWERING,
    ),
    "multi-instance of call activity, until": diagram(
        *users("a", "z"),
        SET_UP,
        d.call("each", "answering", each_answer(until="x > 2")),
        flows=EACH,
        called=ANSWERING,
    ),
    "multi-instance in a multi-instance": diagram(
        *users("a", "z"),
        SET_UP,
        d.sub_process(
            "each",
            inside(
                d.script("set_up_in", "things = [n, x]\nheard = []"),
                d.user("ask", d.multi_instance(items="things", output=("heard", "v_ask"))),
                d.script("say", "answer = heard"),
                flows="begin_in -> set_up_in -> ask -> say -> done_in",
            ),
            each_answer(),
        ),
        flows=EACH,
    ),
    "multi-instance with an interrupting timer": diagram(
        *users("a", "y", "z"),
        SET_UP,
        d.user("each", each()),
        d.boundary("late", "each", d.timer()),
        flows=EACH + "; late -> y -> done",
    ),
    "multi-instance with a message beside it": diagram(
        *users("a", "y", "z"),
        SET_UP,
        d.user("each", each()),
        d.boundary("told", "each", d.message("m1", variable="got"), interrupting=False),
        d.end("noted"),
        flows=EACH + "; told -> y -> noted",
    ),
    "multi-instance on the path of a boundary event": diagram(
        *users("a", "z"),
        d.boundary("late", "a", d.timer()),
        d.exclusive("way"),
        SET_UP,
        d.user("each", each()),
        flows="begin -> a -> z -> done; late -> way -> set_up -> each -> done",
    ),
    "standard loop, maximum": diagram(
        *users("a", "z"), d.user("each", d.standard_loop(maximum=3)), flows="begin -> a -> each -> z -> done"
    ),
    "standard loop, condition": diagram(
        *users("a", "z"), d.user("each", d.standard_loop("x > 1", 6)), flows="begin -> a -> each -> z -> done"
    ),
    "standard loop, test before": diagram(
        *users("a", "z"),
        d.user("each", d.standard_loop("x > 1", 6, before=True)),
        flows="begin -> a -> each -> z -> done",
    ),
    "standard loop of sub-process": diagram(
        *users("a", "z"),
        d.sub_process("each", TWO_TASKS, d.standard_loop("x > 1", 5)),
        flows="begin -> a -> each -> z -> done",
    ),
    "standard loop of call activity": diagram(
        *users("a", "z"),
        d.call("each", "leaf", d.standard_loop(maximum=2)),
        flows="begin -> a -> each -> z -> done",
        called=LEAF,
    ),
}

BOUNDARIES: dict[str, Files] = {
    "boundary error": diagram(
        *users("a", "y", "z"),
        d.sub_process("sub", failing(d.error("e1"))),
        d.boundary("wrong", "sub", d.error("e1")),
        flows="begin -> a -> sub -> z -> done; wrong -> y -> done",
    ),
    "boundary error, try again": diagram(
        *users("a", "y", "z"),
        d.sub_process("sub", failing(d.error("e1"))),
        d.boundary("wrong", "sub", d.error("e1")),
        flows="begin -> a -> sub -> z -> done; wrong -> y -> a",
    ),
    "boundary error from a called process": diagram(
        *users("a", "y", "z"),
        d.call("call", "failing"),
        d.boundary("wrong", "call", d.error("e1")),
        flows="begin -> a -> call -> z -> done; wrong -> y -> done",
        called={"failing": process("failing", failing(d.error("e1")))},
    ),
    "boundary error two levels up": diagram(
        *users("a", "y", "z"),
        d.sub_process(
            "sub",
            body(
                d.start("begin_sub"),
                d.sub_process("deeper", failing(d.error("e1"))),
                d.end("done_sub"),
                flows="begin_sub -> deeper -> done_sub",
            ),
        ),
        d.boundary("wrong", "sub", d.error("e1")),
        flows="begin -> a -> sub -> z -> done; wrong -> y -> done",
    ),
    "boundary escalation, interrupting": diagram(
        *users("a", "y", "z"),
        d.sub_process("sub", CRYING),
        d.boundary("heard", "sub", d.escalation("c1")),
        flows="begin -> a -> sub -> z -> done; heard -> y -> done",
    ),
    "boundary escalation, non-interrupting": diagram(
        *users("a", "y", "z"),
        d.sub_process("sub", CRYING),
        d.boundary("heard", "sub", d.escalation("c1"), interrupting=False),
        d.end("noted"),
        flows="begin -> a -> sub -> z -> done; heard -> y -> noted",
    ),
    "escalation nobody hears": diagram(
        *users("a", "z"), d.sub_process("sub", CRYING), flows="begin -> a -> sub -> z -> done"
    ),
    "boundary signal": diagram(
        *users("a", "b", "w", "y", "z"),
        d.boundary("stopped", "b", d.signal("s1")),
        d.boundary("noticed", "b", d.signal("s2"), interrupting=False),
        d.end("noted"),
        flows="begin -> a -> b -> z -> done; stopped -> y -> done; noticed -> w -> noted",
    ),
    "boundary message": diagram(
        *users("a", "b", "w", "y", "z"),
        d.boundary("stopped", "b", d.message("m1", variable="got")),
        d.boundary("noticed", "b", d.message("m2", variable="heard"), interrupting=False),
        d.end("noted"),
        flows="begin -> a -> b -> z -> done; stopped -> y -> done; noticed -> w -> noted",
    ),
    "boundary message on a receive task": diagram(
        *users("a", "y", "z"),
        d.receive("hear", d.message("m1", variable="got")),
        d.boundary("withdrawn", "hear", d.message("m2")),
        flows="begin -> a -> hear -> z -> done; withdrawn -> y -> done",
    ),
    "boundary timers in a loop": diagram(
        *users("a", "b", "w", "y", "z"),
        d.boundary("late", "b", d.timer()),
        d.boundary("slow", "b", d.timer('"PT30H"'), interrupting=False),
        d.exclusive("again"),
        d.end("noted"),
        flows="begin -> a -> b -> again; late -> y -> a; slow -> w -> noted; again -> a if x > 1; again -> z else;"
        "z -> done",
    ),
    "boundary timers on a parallel branch": diagram(
        *users("a", "b", "c", "w", "y", "z"),
        d.parallel("fork"),
        d.parallel("join"),
        d.boundary("late", "a", d.timer()),
        d.boundary("slow", "a", d.timer('"PT30H"'), interrupting=False),
        d.exclusive("merge"),
        d.end("noted"),
        flows="begin -> fork; fork -> a -> merge; late -> y -> merge; merge -> join; slow -> w -> noted;"
        "fork -> b -> c -> join; join -> z -> done",
    ),
    "cycle timer": diagram(
        *users("a", "b", "w", "z"),
        d.boundary("slow", "b", d.timer('"R3/P1D"', "timeCycle"), interrupting=False),
        d.end("noted"),
        flows="begin -> a -> b -> z -> done; slow -> w -> noted",
    ),
    "cycle timer without end, in a loop": diagram(
        *users("a", "b", "z"),
        d.boundary("slow", "b", d.timer('"R/P1D"', "timeCycle"), interrupting=False),
        d.script("late", "late = {}\nlate[str(n)] = x"),
        d.exclusive("again"),
        d.end("noted"),
        flows="begin -> a -> b -> again; slow -> late -> noted; again -> a if x > 1; again -> z else; z -> done",
    ),
    "boundary messages in a loop, their data merged at the end": diagram(
        *users("a", "w", "z"),
        d.boundary("told", "a", d.message("m1", variable="got"), interrupting=False),
        d.script("keep", "told = {}\ntold[str(got['n'])] = n"),
        d.exclusive("again"),
        d.end("noted"),
        flows="begin -> a -> again; told -> keep -> w -> noted; again -> a if x > 0; again -> z else; z -> done",
    ),
    "cycle timer on a sub-process": diagram(
        *users("a", "w", "z"),
        d.sub_process("sub", TWO_TASKS),
        d.boundary("slow", "sub", d.timer('"R3/P1D"', "timeCycle"), interrupting=False),
        d.end("noted"),
        flows="begin -> a -> sub -> z -> done; slow -> w -> noted",
    ),
    "work with its ladder of timers": diagram(
        *users("a", "z"),
        d.sub_process(
            "work",
            body(
                d.start("begin_in"),
                d.call("resolve", "leaf"),
                d.boundary("reminder", "resolve", d.timer('"PT6H"'), interrupting=False),
                d.boundary("overdue", "resolve", d.timer(), interrupting=False),
                d.boundary("recalled", "resolve", d.message("m1", variable="got")),
                d.throw("remind", d.message("m2", PAYLOAD)),
                d.user("chase"),
                d.end("resolved", d.terminate()),
                d.end("taken", d.terminate()),
                d.end("reminded"),
                d.end("chased"),
                flows="begin_in -> resolve -> resolved; reminder -> remind -> reminded; overdue -> chase -> chased;"
                "recalled -> taken",
            ),
        ),
        flows="begin -> a -> work -> z -> done",
        called=LEAF,
    ),
    "parallel around boundary, sub-process and multi-instance": diagram(
        *users("a", "w", "y", "z"),
        d.parallel("fork"),
        d.parallel("join"),
        d.sub_process("sub", TWO_TASKS),
        d.boundary("late", "sub", d.timer()),
        d.boundary("told", "sub", d.message("m1", variable="got"), interrupting=False),
        SET_UP,
        d.user("each", each(until="x > 3")),
        d.exclusive("merge"),
        d.end("noted"),
        flows="begin -> a -> fork; fork -> sub -> merge; late -> y -> merge; merge -> join; told -> w -> noted;"
        "fork -> set_up -> each -> join; join -> z -> done",
    ),
}
