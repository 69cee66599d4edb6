"""Small diagrams with verdicts worked out by hand: each construct where it is sound, and where it is not."""

from __future__ import annotations

from tests.walks import drawing as d
from tests.walks.drawing import Body, Files, body, documents, process
from tests.walks.flows import diagram, inside, users

DAY, HEAR = d.timer(), d.message("m1")
EXCLUSIVE = (d.exclusive("x"), d.exclusive("y"))
INCLUSIVE = (d.inclusive("x"), d.inclusive("y"))
PARALLEL = (d.parallel("x"), d.parallel("y"))
BRANCHES = "x -> a -> y if x == 1; x -> b -> y else; y -> z -> done"
"""Wants gateways x and y and the tasks a, b and z."""
SPLIT = "begin -> ask -> x; x -> a if x == 1; x -> b else; a -> y; b -> y; y -> z -> done"
FORK = "begin -> ask -> x; x -> a -> y; x -> b -> y; y -> z -> done"
WORK = users("ask", "a", "b", "z")
FORK_IN = inside(
    *users("p", "q"), d.parallel("f"), d.parallel("j"), flows="begin_in -> f; f -> p -> j; f -> q -> j; j -> done_in"
)
STUCK_IN = inside(
    *users("p", "q"),
    *(d.exclusive("f"), d.parallel("j")),
    flows="begin_in -> f; f -> p if x == 1; f -> q else; p -> j; q -> j; j -> done_in",
)
ALWAYS_FAILS = inside(*users("p"), flows="begin_in -> p -> done_in", last=d.error("e1"))
MAY_FAIL = inside(
    *users("p"),
    *(d.exclusive("f"), d.end("failed", d.error("e1"))),
    flows="begin_in -> p -> f; f -> failed if x == 1; f -> done_in else",
)
MAY_STOP = inside(
    *users("p", "q"),
    *(d.parallel("f"), d.end("stopped", d.terminate())),
    flows="begin_in -> f; f -> p -> stopped; f -> q -> done_in",
)
WARNS = inside(*users("p"), d.throw("warn", d.escalation("c1")), flows="begin_in -> p -> warn -> done_in")
CIRCLES = inside(*users("p", "q"), flows="begin_in -> p -> q -> p")


def begins(event: str, *, interrupting: bool = True, content: str = "ending") -> Body:
    """What an event sub-process does once it has begun."""
    return body(
        d.start("begin_on", event, interrupting), *users(content), d.end("done_on"),
        flows=f"begin_on -> {content} -> done_on",
    )  # fmt: skip


def calling(content: Body, *nodes: d.Node, flows: str = "begin -> other -> z -> done") -> Files:
    """A process that calls another in another file."""
    files = dict(diagram(d.call("other", "called"), *users("z"), *nodes, flows=flows))
    return {**files, **documents({"called": process("called", content)})}


def hosting(content: Body, *nodes: d.Node, flows: str = "begin -> host -> z -> done", loop: str = "") -> Files:
    """A process with a sub-process and a task after it."""
    return diagram(d.sub_process("host", content, loop), *users("z"), *nodes, flows=flows)


SOUND: dict[str, Files] = {
    "exclusive split, exclusive merge": diagram(*WORK, *EXCLUSIVE, flows=SPLIT),
    "exclusive split, inclusive join": diagram(*WORK, d.exclusive("x"), d.inclusive("y"), flows=SPLIT),
    "inclusive split, inclusive join": diagram(*WORK, *INCLUSIVE, flows=SPLIT),
    "parallel fork, parallel join": diagram(*WORK, *PARALLEL, flows=FORK),
    "parallel fork, inclusive join": diagram(*WORK, d.parallel("x"), d.inclusive("y"), flows=FORK),
    "parallel fork, merged right before the end": diagram(
        *users("a", "b"), d.parallel("x"), d.exclusive("y"),
        flows="begin -> x; x -> a -> y; x -> b -> y; y -> done",
    ),
    "parallel fork, three branches of which one ends apart": diagram(
        *users("a", "b", "c", "z"), *PARALLEL, d.end("apart"),
        flows="begin -> x; x -> a -> y; x -> b -> y; x -> c -> apart; y -> z -> done",
    ),
    "a branch that terminates all": diagram(
        *users("a", "b"), d.parallel("x"), d.end("stop", d.terminate()),
        flows="begin -> x; x -> a -> stop; x -> b -> done",
    ),
    "a branch that joins or terminates": diagram(
        *WORK, *PARALLEL, d.exclusive("w"), d.end("stop", d.terminate()),
        flows="begin -> ask -> x; x -> a -> y; x -> b -> w; w -> stop if x == 1; w -> y else; y -> z -> done",
    ),
    "a fork in a circle": diagram(
        *users("a", "b", "c"), *PARALLEL, d.exclusive("m"), d.exclusive("w"),
        flows="begin -> m -> x; x -> a -> y; x -> b -> y; y -> c -> w; w -> m if x == 1; w -> done else",
    ),
    "a circle within a branch": diagram(
        *users("a", "b", "c"), *PARALLEL, d.exclusive("m"), d.exclusive("w"),
        flows="begin -> x; x -> a -> m -> c -> w; w -> m if x == 1; w -> y else; x -> b -> y; y -> done",
    ),
    "a task that forks, joined": diagram(
        *WORK, d.parallel("y"), flows="begin -> ask; ask -> a -> y; ask -> b -> y; y -> z -> done"
    ),
    "an event gateway with a message that a branch sends": diagram(
        *users("a", "b", "z"), *PARALLEL, d.exclusive("m"), d.event_gateway("g"),
        d.throw("say", HEAR), d.catch("hear", HEAR), d.catch("wait", DAY),
        flows="begin -> x; x -> say -> a -> y; x -> g; g -> hear -> b -> m; g -> wait -> m; m -> y; y -> z -> done",
    ),
    "a boundary timer that interrupts": diagram(
        *users("a", "b", "z"), d.boundary("late", "a", DAY), d.exclusive("m"),
        flows="begin -> a -> m; late -> b -> m; m -> z -> done",
    ),
    "a boundary timer beside, with an end of its own": diagram(
        *users("a", "b", "z"), d.boundary("late", "a", DAY, interrupting=False), d.end("chased"),
        flows="begin -> a -> z -> done; late -> b -> chased",
    ),
    "a boundary timer beside, joined by an inclusive gateway": diagram(
        *users("a", "b", "z"), d.boundary("late", "a", DAY, interrupting=False), d.inclusive("y"),
        flows="begin -> a -> y; late -> b -> y; y -> z -> done",
    ),
    "an error that is caught": hosting(
        MAY_FAIL, d.boundary("oops", "host", d.error("e1")), *users("b"), d.end("failed_all"),
        flows="begin -> host -> z -> done; oops -> b -> failed_all",
    ),
    "a warning that goes on beside": hosting(
        WARNS, d.boundary("warned", "host", d.escalation("c1"), interrupting=False), *users("b"), d.end("known"),
        flows="begin -> host -> z -> done; warned -> b -> known",
    ),
    "a sub-process with branches that a timer stops": hosting(
        FORK_IN, d.boundary("late", "host", DAY), d.end("too_late"),
        flows="begin -> host -> z -> done; late -> too_late",
    ),
    "a sub-process that terminates only itself": hosting(MAY_STOP),
    "many at once": hosting(FORK_IN, loop=d.multi_instance(cardinality="3")),
    "many one after the other that may terminate themselves": hosting(
        MAY_STOP, loop=d.multi_instance(cardinality="2", sequential=True)
    ),
    "again and again": hosting(FORK_IN, loop=d.standard_loop("x == 1", 3)),
    "an event sub-process that stops the rest": diagram(
        *users("a"), d.event_sub_process("on", begins(DAY)), flows="begin -> a -> done"
    ),
    "an event sub-process beside": diagram(
        *users("a"), d.event_sub_process("on", begins(DAY, interrupting=False)), flows="begin -> a -> done"
    ),
    "an event sub-process that catches an error": diagram(
        *users("a"), d.exclusive("w"), d.end("failed", d.error("e1")), d.event_sub_process("on", begins(d.error("e1"))),
        flows="begin -> a -> w; w -> failed if x == 1; w -> done else",
    ),
    "a call of what is sound": calling(body(d.start(), *users("p"), d.end(), flows="begin -> p -> done")),
    "a call whose error is caught": calling(
        body(
            d.start(), *users("p"), d.exclusive("f"), d.end(), d.end("failed", d.error("e1")),
            flows="begin -> p -> f; f -> failed if x == 1; f -> done else",
        ),
        d.boundary("oops", "other", d.error("e1")), d.end("failed_all"),
        flows="begin -> other -> z -> done; oops -> failed_all",
    ),
    "a message that another file's process sends": calling(
        body(d.start(), d.throw("say", HEAR), d.end(), flows="begin -> say -> done"),
        d.catch("hear", HEAR), flows="begin -> hear -> other -> z -> done",
    ),
    "a call of itself": diagram(
        *users("a"), d.exclusive("w"), d.exclusive("m"), d.call("other", "main"),
        flows="begin -> a -> w; w -> other if x == 1; w -> m else; other -> m; m -> done",
    ),
}  # fmt: skip
UNSOUND: dict[str, tuple[Files, set[tuple[str, str]]]] = {
    "exclusive split, parallel join": (
        diagram(*WORK, d.exclusive("x"), d.parallel("y"), flows=SPLIT),
        {("proof-join", "y")},
    ),
    "inclusive split, parallel join": (
        diagram(*WORK, d.inclusive("x"), d.parallel("y"), flows=SPLIT),
        {("proof-join", "y")},
    ),
    "parallel fork, exclusive merge": (
        diagram(*WORK, d.parallel("x"), d.exclusive("y"), flows=FORK),
        {("proof-twice", "z")},
    ),
    "inclusive split, exclusive merge": (
        diagram(
            *WORK, d.inclusive("x"), d.exclusive("y"),
            flows="begin -> ask -> x; x -> a if x >= 1; x -> b if x >= 2; x -> y else; a -> y; b -> y; y -> z -> done",
        ),
        {("proof-twice", "z")},
    ),
    "two branches into one task": (
        diagram(*WORK, d.parallel("x"), flows="begin -> ask -> x; x -> a -> z; x -> b -> z; z -> done"),
        {("proof-twice", "z")},
    ),
    "a way back out of a branch": (
        diagram(
            *users("a", "b", "z"), *PARALLEL, d.exclusive("m"), d.exclusive("w"),
            flows="begin -> m -> x; x -> a -> w; w -> m if x == 1; w -> y else; x -> b -> y; y -> z -> done",
        ),
        {("proof-twice", "b")},
    ),
    "two inclusive joins that wait for each other": (
        diagram(
            *users("a", "b", "p", "q"), d.parallel("x"), d.inclusive("j"), d.inclusive("k"),
            d.exclusive("v"), d.exclusive("w"), d.end("apart"),
            flows="begin -> x; x -> a -> j; x -> b -> k; j -> p -> v; v -> k if x == 1; v -> done else; "
            "k -> q -> w; w -> j if x == 2; w -> apart else",
        ),
        {("proof-join", "j")},
    ),
    "a circle that nothing leaves": (diagram(*users("a", "b"), flows="begin -> a -> b -> a"), {("proof-stuck", "b")}),
    "an event gateway whose message nobody sends": (
        diagram(
            *users("b"), d.event_gateway("g"), d.catch("hear", HEAR), d.catch("wait", DAY), d.end("late"),
            flows="begin -> g; g -> hear -> b -> done; g -> wait -> late",
        ),
        {("proof-dead", "hear"), ("proof-dead", "b"), ("proof-dead", "done")},
    ),
    "an event gateway with nothing that comes": (
        diagram(
            d.event_gateway("g"), d.catch("hear", HEAR), d.catch("hear_too", d.signal("s1")), d.end("apart"),
            flows="begin -> g; g -> hear -> done; g -> hear_too -> apart",
        ),
        {("proof-message", "g")},
    ),
    "an event gateway whose ways join": (
        diagram(
            d.event_gateway("g"), d.catch("late", DAY), d.catch("later", d.timer('"P2D"')), d.parallel("y"),
            flows="begin -> g; g -> late -> y; g -> later -> y; y -> done",
        ),
        {("proof-join", "y")},
    ),
    "a message that waits for itself": (
        diagram(d.catch("hear", HEAR), d.throw("say", HEAR), flows="begin -> hear -> say -> done"),
        {("proof-message", "hear")},
    ),
    "a signal that nobody throws": (
        diagram(d.catch("hear", d.signal("s1")), flows="begin -> hear -> done"), {("proof-message", "hear")},
    ),
    "a receive task for what nobody sends": (
        diagram(
            d.Node("receiveTask", "hear", (("messageRef", "m2"),)), flows="begin -> hear -> done"
        ),
        {("proof-message", "hear")},
    ),
    "a boundary timer that interrupts, joined with the rest": (
        diagram(
            *users("a", "b", "z"), d.boundary("late", "a", DAY), d.parallel("y"),
            flows="begin -> a -> y; late -> b -> y; y -> z -> done",
        ),
        {("proof-join", "y")},
    ),
    "a boundary timer beside, joined with the rest": (
        diagram(
            *users("a", "b", "z"), d.boundary("late", "a", DAY, interrupting=False), d.parallel("y"),
            flows="begin -> a -> y; late -> b -> y; y -> z -> done",
        ),
        {("proof-join", "y")},
    ),
    "a boundary message that nobody sends": (
        diagram(
            *users("a", "b"), d.boundary("hear", "a", HEAR, interrupting=False), d.end("apart"),
            flows="begin -> a -> done; hear -> b -> apart",
        ),
        {("proof-dead", "hear"), ("proof-dead", "b"), ("proof-dead", "apart")},
    ),
    "a boundary error that nothing throws": (
        hosting(
            FORK_IN, d.boundary("oops", "host", d.error("e1")), d.end("failed_all"),
            flows="begin -> host -> z -> done; oops -> failed_all",
        ),
        {("proof-dead", "oops"), ("proof-dead", "failed_all")},
    ),
    "a step after what always fails": (
        hosting(
            ALWAYS_FAILS, d.boundary("oops", "host", d.error("e1")), d.end("failed_all"),
            flows="begin -> host -> z -> done; oops -> failed_all",
        ),
        {("proof-dead", "z"), ("proof-dead", "done")},
    ),
    "a warning that interrupts, joined with the rest": (
        hosting(
            WARNS, d.boundary("warned", "host", d.escalation("c1")), d.parallel("y"),
            flows="begin -> host -> y; warned -> y; y -> z -> done",
        ),
        {("proof-join", "y")},
    ),
    "a step after what a warning always interrupts": (
        hosting(
            WARNS, d.boundary("warned", "host", d.escalation("c1")), d.end("stopped"),
            flows="begin -> host -> z -> done; warned -> stopped",
        ),
        {("proof-dead", "z"), ("proof-dead", "done")},
    ),
    "a step after a call that a warning always interrupts": (
        calling(
            body(
                d.start(), d.throw("warn", d.escalation("c1")), *users("p"), d.end(),
                flows="begin -> warn -> p -> done",
            ),
            d.boundary("warned", "other", d.escalation("c1")), d.end("stopped"),
            flows="begin -> other -> z -> done; warned -> stopped",
        ),
        {("proof-dead", "z"), ("proof-dead", "done")},
    ),
    "a warning beside, merged with the rest": (
        hosting(
            WARNS, d.boundary("warned", "host", d.escalation("c1"), interrupting=False), d.exclusive("y"),
            flows="begin -> host -> y; warned -> y; y -> z -> done",
        ),
        {("proof-twice", "z")},
    ),
    "a join inside a sub-process": (hosting(STUCK_IN), {("proof-join", "j")}),
    "a join inside many": (hosting(STUCK_IN, loop=d.multi_instance(cardinality="2")), {("proof-join", "j")}),
    "a circle inside a sub-process": (hosting(CIRCLES), {("proof-stuck", "q")}),
    "an event sub-process that waits for what nobody sends": (
        diagram(*users("a"), d.event_sub_process("on", begins(HEAR)), flows="begin -> a -> done"),
        {("proof-dead", "on")},
    ),
    "an event sub-process with a join": (
        diagram(
            *users("a"),
            d.event_sub_process(
                "on",
                body(
                    d.start("begin_on", DAY, True), *users("p", "q"), d.exclusive("f"), d.parallel("j"),
                    d.end("done_on"),
                    flows="begin_on -> f; f -> p if x == 1; f -> q else; p -> j; q -> j; j -> done_on",
                ),
            ),
            flows="begin -> a -> done",
        ),
        {("proof-join", "j")},
    ),
    "an event sub-process for an error that nothing throws": (
        diagram(*users("a"), d.event_sub_process("on", begins(d.error("e1"))), flows="begin -> a -> done"),
        {("proof-dead", "on")},
    ),
    "a call of what stands still": (
        calling(
            body(
                d.start(), *users("p", "q"), d.exclusive("f"), d.parallel("j"), d.end(),
                flows="begin -> f; f -> p if x == 1; f -> q else; p -> j; q -> j; j -> done",
            )
        ),
        {("proof-join", "j")},
    ),
    "a call of what always fails": (
        calling(
            body(d.start(), *users("p"), d.end("failed", d.error("e1")), flows="begin -> p -> failed"),
            d.boundary("oops", "other", d.error("e1")), d.end("failed_all"),
            flows="begin -> other -> z -> done; oops -> failed_all",
        ),
        {("proof-dead", "z"), ("proof-dead", "done")},
    ),
    "a call of what circles for ever": (
        calling(body(d.start(), *users("p", "q"), flows="begin -> p -> q -> p")), {("proof-stuck", "q")},
    ),
    "a branch that terminates all at once": (
        diagram(
            *users("a", "z"), d.parallel("x"), d.end("stop", d.terminate()),
            flows="begin -> x; x -> stop; x -> a -> z -> done",
        ),
        {("proof-dead", "z"), ("proof-dead", "done")},
    ),
}  # fmt: skip
