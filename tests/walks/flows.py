"""Hand-written diagrams of control flow and of events, one per construct. Used by the construct tests."""

from __future__ import annotations

from collections.abc import Mapping

from tests.walks import drawing as d
from tests.walks.drawing import Body, Files, Node, body, documents, process
from tests.walks.sides import ROOT

PAYLOAD = '{"case_no": x, "n": n}'


def diagram(*nodes: Node, flows: str, called: Mapping[str, str] | None = None) -> Files:
    """Files whose main process has these nodes, `begin` and `done`; `called` are processes by key."""
    main = process(ROOT, body(d.start(), *nodes, d.end(), flows=flows))
    return documents({ROOT: main, **(called or {})})


def inside(*nodes: Node, flows: str, last: str = "") -> Body:
    """A sub-process's content: these nodes, `begin_in` and `done_in`, the latter throwing `last`."""
    return body(d.start("begin_in"), *nodes, d.end("done_in", last), flows=flows)


def users(*keys: str) -> tuple[Node, ...]:
    return tuple(d.user(key) for key in keys)


TWO_TASKS = inside(*users("p", "q"), flows="begin_in -> p -> q -> done_in")
FORK = inside(
    *users("p", "q"),
    d.parallel("fork_in"),
    d.parallel("join_in"),
    flows="begin_in -> fork_in; fork_in -> p -> join_in; fork_in -> q -> join_in; join_in -> done_in",
)

GATEWAYS: dict[str, Files] = {
    "exclusive loop": diagram(
        *users("a", "b"),
        d.exclusive("again"),
        flows="begin -> a -> again; again -> a if x > 2; again -> b else; b -> done",
    ),
    "exclusive choice of three": diagram(
        *users("a", "b", "c", "z"),
        d.exclusive("choose"),
        d.exclusive("merge"),
        flows="begin -> a -> choose; choose -> b if x > 2; choose -> c if x == 1; choose -> merge else;"
        "b -> merge; c -> merge; merge -> z -> done",
    ),
    "parallel": diagram(
        *users("a", "b", "c", "e", "z"),
        d.parallel("fork"),
        d.parallel("join"),
        flows="begin -> a -> fork; fork -> b -> join; fork -> c -> e -> join; fork -> join; join -> z -> done",
    ),
    "parallel nested": diagram(
        *users("a", "b", "c", "e", "z"),
        *(d.parallel(key) for key in ("fork", "fork_2", "join_2", "join")),
        flows="begin -> fork; fork -> a -> join; fork -> fork_2; fork_2 -> b -> join_2; fork_2 -> c -> join_2;"
        "join_2 -> e -> join; join -> z -> done",
    ),
    "parallel, loop inside a branch": diagram(
        *users("a", "b", "z"),
        d.parallel("fork"),
        d.parallel("join"),
        d.exclusive("again"),
        flows="begin -> fork; fork -> a -> again; again -> a if x > 1; again -> join else; fork -> b -> join;"
        "join -> z -> done",
    ),
    "parallel, joins crossing": diagram(
        *users("a", "b", "c", "e", "f", "z"),
        *(d.parallel(key) for key in ("fork", "fork_2", "join_1", "join_2")),
        flows="begin -> fork; fork -> a -> fork_2; fork_2 -> c -> join_2; fork_2 -> e -> join_1; fork -> b -> join_1;"
        "join_1 -> f -> join_2; join_2 -> z -> done",
    ),
    "parallel, branches end apart": diagram(
        *users("a", "b", "c"),
        d.parallel("fork"),
        d.end("done_2"),
        flows="begin -> fork; fork -> a -> done; fork -> b -> c -> done_2",
    ),
    "parallel fork, exclusive merge": diagram(
        *users("a", "b", "y", "z"),
        d.parallel("fork"),
        d.exclusive("merge"),
        flows="begin -> fork; fork -> a -> merge; fork -> b -> merge; merge -> y -> z -> done",
    ),
    "inclusive": diagram(
        *users("a", "b", "c", "e", "z"),
        d.inclusive("fork"),
        d.inclusive("join"),
        flows="begin -> a -> fork; fork -> b if x > 1; fork -> c if n % 2 == 0; fork -> e else; b -> join; c -> join;"
        "e -> join; join -> z -> done",
    ),
    "inclusive nested in parallel": diagram(
        *users("a", "b", "c", "e", "z"),
        d.parallel("fork"),
        d.parallel("join"),
        d.inclusive("some"),
        d.inclusive("all"),
        flows="begin -> a -> fork; fork -> b -> join; fork -> some; some -> c if x > 1; some -> e else; c -> all;"
        "e -> all; all -> join; join -> z -> done",
    ),
    "inclusive, loop inside a branch": diagram(
        *users("a", "b", "c", "z"),
        d.inclusive("some"),
        d.inclusive("all"),
        d.exclusive("again"),
        flows="begin -> a -> some; some -> b if x > 0; b -> again; again -> b if x > 2; again -> all else;"
        "some -> c else; c -> all; all -> z -> done",
    ),
    "event gateway": diagram(
        *users("a", "b", "c", "e"),
        d.event_gateway("which"),
        d.catch("by_message", d.message("m1", variable="got")),
        d.catch("by_signal", d.signal("s1")),
        d.catch("by_time", d.timer()),
        d.exclusive("merge"),
        flows="begin -> a -> which; which -> by_message -> b -> merge; which -> by_signal -> c -> merge;"
        "which -> by_time -> e -> merge; merge -> done",
    ),
    "event gateway in a loop": diagram(
        *users("a", "b", "c"),
        d.event_gateway("which"),
        d.catch("by_message", d.message("m1", variable="got")),
        d.catch("by_time", d.timer()),
        flows="begin -> a -> which; which -> by_message -> b -> a; which -> by_time -> c -> done",
    ),
    "branches that set the same new variable": diagram(
        *users("a", "b", "c", "z"),
        d.parallel("fork"),
        d.parallel("join"),
        d.script("left", "won = n\nkept = {}\nkept[str(n)] = x"),
        d.script("right", "won = n\nkept = {}\nkept[str(n)] = x"),
        flows="begin -> fork; fork -> a -> left -> join; fork -> b -> right -> join; fork -> c -> join;"
        "join -> z -> done",
    ),
    "scripts change nested values in parallel": diagram(
        d.script("set_up", "seen = [n]\nkept = {'n': n, 'x': x}"),
        *users("a", "b", "z"),
        d.parallel("fork"),
        d.parallel("join"),
        d.script("left", "seen = seen + [n, x]\nkept['n'] = n"),
        d.script("right", "seen = seen + [x]\nkept['m'] = x"),
        flows="begin -> set_up -> fork; fork -> a -> left -> join; fork -> b -> right -> join; join -> z -> done",
    ),
    "parallel in a loop": diagram(
        *users("a", "b", "c", "z"),
        d.exclusive("merge"),
        d.parallel("fork"),
        d.parallel("join"),
        d.exclusive("again"),
        flows="begin -> merge -> fork; fork -> a -> join; fork -> b -> join; join -> c -> again;"
        "again -> merge if x > 1; again -> z else; z -> done",
    ),
    "inclusive join beside a path that does not lead to it": diagram(
        *d.data_object("obj"),
        *users("a", "b"),
        d.inclusive("some"),
        d.inclusive("all"),
        d.sub_process(
            "sub", body(d.start("in"), d.throw("rise", d.escalation("c1")), d.end("out"), flows="in -> rise -> out")
        ),
        d.boundary("beside", "sub", d.escalation("c1"), interrupting=False),
        d.script("count", "turns = 1"),
        d.end("apart"),
        d.user("reader", d.reads("obj", "reader")),
        flows="begin -> a -> some; some -> sub if x > 1; some -> b else; sub -> all; b -> all; all -> reader -> done;"
        "beside -> count -> apart",
    ),
    "inclusive in a loop": diagram(
        *users("a", "b", "c", "e", "z"),
        d.inclusive("some"),
        d.inclusive("all"),
        d.exclusive("again"),
        flows="begin -> a -> some; some -> b if x > 1; some -> c if n % 2 == 0; some -> e else; b -> all; c -> all;"
        "e -> all; all -> again; again -> a if x > 2; again -> z else; z -> done",
    ),
}
EVENTS: dict[str, Files] = {
    "several start events": documents(
        {
            ROOT: process(
                ROOT,
                body(
                    d.start("begin_1", d.message("m1", variable="got")),
                    d.start("begin_2", d.timer()),
                    *users("a", "b", "c"),
                    d.end(),
                    flows="begin_1 -> a -> c; begin_2 -> b -> c; c -> done",
                ),
            )
        }
    ),
    "timer catch, duration": diagram(
        *users("a", "b"), d.catch("wait", d.timer()), flows="begin -> a -> wait -> b -> done"
    ),
    "timer catch, instant": diagram(
        *users("a", "b"),
        d.catch("wait", d.timer('"2031-01-01T07:30:00+07:00"', "timeDate")),
        flows="begin -> a -> wait -> b -> done",
    ),
    "timer catch, working time": diagram(
        *users("a", "b"),
        d.catch("wait", d.timer("working_hours(x + 9)", "timeDate")),
        flows="begin -> a -> wait -> b -> done",
    ),
    "timer catch in a loop": diagram(
        *users("a", "b"),
        d.catch("wait", d.timer()),
        d.script("count", "n = n + 1"),
        d.exclusive("again"),
        flows="begin -> a -> wait -> count -> again; again -> wait if n < 4; again -> b else; b -> done",
    ),
    "message catch": diagram(
        *users("a", "b"),
        d.catch("wait", d.message("m1", variable="got")),
        flows="begin -> a -> wait -> b -> done",
    ),
    "message thrown outwards": diagram(
        *users("a", "b"),
        d.throw("tell", d.message("m2", PAYLOAD)),
        d.end("last", d.message("m1", '{"last": n}')),
        d.exclusive("way"),
        flows="begin -> a -> tell -> b -> way; way -> last if x > 1; way -> done else",
    ),
    "message thrown and caught inside": diagram(
        *users("a", "b"),
        d.parallel("fork"),
        d.parallel("join"),
        d.throw("tell", d.message("m2", PAYLOAD)),
        d.catch("hear", d.message("m2", variable="got")),
        flows="begin -> fork; fork -> a -> tell -> join; fork -> hear -> b -> join; join -> done",
    ),
    "receive and send task": diagram(
        *users("a", "b"),
        d.send("tell", d.message("m2", PAYLOAD)),
        d.receive("hear", d.message("m1", variable="got")),
        flows="begin -> a -> tell -> hear -> b -> done",
    ),
    "correlation": diagram(
        *users("a", "b", "c"),
        d.throw("ask", d.message("asked", PAYLOAD)),
        d.catch("answer", d.message("answered", variable="got")),
        flows="begin -> a -> ask -> b -> answer -> c -> done",
    ),
    "correlation in two sub-processes": diagram(
        d.parallel("fork"),
        d.parallel("join"),
        *(
            d.sub_process(
                f"talk_{side}",
                body(
                    d.start(f"begin_{side}"),
                    *users(f"a_{side}", f"b_{side}"),
                    d.throw(f"ask_{side}", d.message("asked", PAYLOAD)),
                    d.catch(f"answer_{side}", d.message("answered", variable="got")),
                    d.end(f"done_{side}"),
                    flows=f"begin_{side} -> a_{side} -> ask_{side} -> b_{side} -> answer_{side} -> done_{side}",
                ),
            )
            for side in ("left", "right")
        ),
        flows="begin -> fork; fork -> talk_left -> join; fork -> talk_right -> join; join -> done",
    ),
    "message for one of two that wait": diagram(
        *users("a", "b"),
        d.parallel("fork"),
        d.parallel("join"),
        d.throw("tell", d.message("m2", PAYLOAD)),
        d.receive("hear_a", d.message("m2", variable="got")),
        d.receive("hear_b", d.message("m2", variable="heard")),
        flows="begin -> fork; fork -> a -> hear_a -> join; fork -> hear_b -> join; fork -> b -> tell -> join;"
        " join -> done",
    ),
    "signal thrown and caught": diagram(
        *users("a", "b", "c"),
        d.parallel("fork"),
        d.parallel("join"),
        d.throw("tell", d.signal("s1")),
        d.catch("hear", d.signal("s1")),
        flows="begin -> fork; fork -> a -> tell -> b -> join; fork -> hear -> c -> join; join -> done",
    ),
    "signal caught by two sub-processes": diagram(
        *users("a"),
        d.parallel("fork"),
        d.parallel("join"),
        d.throw("tell", d.signal("s1")),
        *(
            d.sub_process(
                f"listen_{side}",
                body(
                    d.start(f"begin_{side}"),
                    d.user(f"a_{side}"),
                    d.catch(f"hear_{side}", d.signal("s1")),
                    d.user(f"b_{side}"),
                    d.end(f"done_{side}"),
                    flows=f"begin_{side} -> a_{side} -> hear_{side} -> b_{side} -> done_{side}",
                ),
            )
            for side in ("left", "right")
        ),
        flows="begin -> fork; fork -> a -> tell -> join; fork -> listen_left -> join; fork -> listen_right -> join;"
        "join -> done",
    ),
    "terminate end in a parallel branch": diagram(
        *users("a", "b", "c"),
        d.parallel("fork"),
        d.end("stop", d.terminate()),
        flows="begin -> fork; fork -> a -> stop; fork -> b -> c -> done",
    ),
    "event sub-process": diagram(
        *users("a", "b"),
        d.event_sub_process(
            "beside",
            body(
                d.start("begin_in", d.message("m1", variable="got"), interrupting=False),
                *users("p", "q"),
                d.end("done_in"),
                flows="begin_in -> p -> q -> done_in",
            ),
        ),
        flows="begin -> a -> b -> done",
    ),
    "two event sub-processes, one started from inside": diagram(
        *users("a", "b"),
        d.throw("tell", d.message("m2", PAYLOAD)),
        *(
            d.event_sub_process(
                f"beside_{name}",
                body(
                    d.start(f"begin_{name}", d.message(name, variable="got"), interrupting=False),
                    d.user(f"p_{name}"),
                    d.end(f"done_{name}"),
                    flows=f"begin_{name} -> p_{name} -> done_{name}",
                ),
            )
            for name in ("m1", "m2")
        ),
        flows="begin -> a -> tell -> b -> done",
    ),
    "data object": diagram(
        *d.data_object("obj"),
        d.user("a", d.writes("obj", "a")),
        d.user("b"),
        d.user("c", d.reads("obj", "c")),
        d.user("e", d.reads("obj", "e") + d.writes("obj", "e")),
        d.user("f", d.reads("obj", "f")),
        flows="begin -> a -> b -> c -> e -> f -> done",
    ),
    "data object read in a sub-process": diagram(
        *d.data_object("obj"),
        d.user("a", d.writes("obj", "a")),
        d.parallel("fork"),
        d.parallel("join"),
        d.sub_process(
            "sub",
            inside(
                d.user("p", d.reads("obj", "p") + d.writes("obj", "p")),
                d.user("q"),
                flows="begin_in -> p -> q -> done_in",
            ),
        ),
        d.user("b", d.reads("obj", "b")),
        d.user("c"),
        d.user("z", d.reads("obj", "z")),
        flows="begin -> a -> fork; fork -> sub -> join; fork -> b -> c -> join; join -> z -> done",
    ),
}
