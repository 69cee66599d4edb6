"""Rules on sequence flows and gateways."""

from __future__ import annotations

import pytest

from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import Case, end, flow, flows, gateway, report, script, start, user

FINE = draw.line(user())
LEVELS = script("level = 1", "set_level")


def choice(paths: str, default: str = "gate_a", kind: str = "exclusive") -> bytes:
    """A gateway `gate` before two tasks, with these flows out of it."""
    nodes = (start(), LEVELS, gateway(kind, "gate", default), user("a"), user("b"), end())
    return report(*nodes, flows("begin -> set_level -> gate; a -> done; b -> done"), paths)


def turning(kind: str, again: str) -> bytes:
    """A fork and a join, and a flow back to before the fork, drawn by `again`."""
    default = "more_done"
    nodes = (start(), LEVELS, gateway("exclusive", "merge"), gateway("parallel", "fork"), user("a"), user("b"))
    rest = (gateway(kind, "join"), user("c"), gateway("exclusive", "more", default), end())
    path = "begin -> set_level -> merge -> fork -> a -> join; fork -> b -> join; join -> c -> more; more -> done"
    return report(*nodes, *rest, flows(f"{path}; {again}"))


def waiting(*events: str) -> bytes:
    """An event gateway before these events."""
    keys = [f"e{number}" for number in range(len(events))]
    caught = [draw.catch(key, event) for key, event in zip(keys, events, strict=True)]
    paths = "; ".join(f"wait -> {key} -> done" for key in keys)
    return report(start(), gateway("eventBased", "wait"), *caught, end(), flows(f"begin -> wait; {paths}"))


def forked() -> str:
    """A sub-process with a gateway in it."""
    return draw.inside("inner", gateway("parallel", "fork"))


DECIDED = choice(flow("gate", "a") + "\n" + flow("gate", "b", "level > 1"))
ENDLESS = (start(), user("a"), user("b"))
CASES = [
    Case(
        "flow-double",
        report(
            *(start(), gateway("parallel", "fork"), gateway("parallel", "join"), end()),
            *(flows("begin -> fork -> join -> done"), flow("fork", "join", key="again")),
        ),
        report(
            *(start(), gateway("parallel", "fork"), gateway("parallel", "join"), end(), user()),
            flows("begin -> fork -> join -> done; fork -> work -> join"),
        ),
        "again",
        'id="again"',
    ),
    Case(
        "flow-scope",
        report(start(), forked(), end(), flows("begin -> inner -> done"), flow("fork", "done")),
        report(start(), forked(), end(), flows("begin -> inner -> done")),
        "fork_done",
        'id="fork_done"',
    ),
    Case(
        "flow-direction",
        report(start(), user(), end(), gateway("exclusive", "m"), flows("begin -> m -> work -> done; done -> m")),
        FINE,
        "done_m",
        'id="done_m"',
    ),
    Case(
        "flow-direction",
        report(start(), gateway("parallel", "g"), user(), end(), flows("begin -> g -> work -> done; g -> begin")),
        FINE,
        "g_begin",
        'id="g_begin"',
    ),
    Case(
        "several-outgoing",
        report(start(), user(), end(), end("other"), flows("begin -> work -> done; work -> other")),
        report(start(), gateway("parallel", "g"), end(), end("other"), flows("begin -> g -> done; g -> other")),
        "work",
        'id="work"',
    ),
    Case(
        "unreachable",
        report(start(), user("lost"), end(), flows("begin -> done; lost -> done")),
        FINE,
        "lost",
        'id="lost"',
    ),
    Case(
        "dead-end",
        report(start(), gateway("parallel", "g"), user("a"), end(), flows("begin -> g -> a; g -> done")),
        FINE,
        "a",
        'id="a"',
    ),
    Case(
        "default-missing",
        choice(flows("gate -> a if level == 1; gate -> b if level > 1"), ""),
        DECIDED,
        "gate",
        'id="gate"',
    ),
    Case(
        "default-missing",
        choice(flows("gate -> a if level == 1; gate -> b if level > 1"), "", "inclusive"),
        choice(flow("gate", "a") + "\n" + flow("gate", "b", "level > 1"), kind="inclusive"),
        "gate",
        'id="gate"',
    ),
    Case(
        "default-unknown",
        choice(flows("gate -> a if level == 1; gate -> b if level > 1"), "begin_set_level"),
        DECIDED,
        "gate",
        'id="gate"',
    ),
    Case(
        "default-conditional",
        choice(flow("gate", "a", "level == 1") + "\n" + flow("gate", "b", "level > 1")),
        DECIDED,
        "gate_a",
        'id="gate_a"',
    ),
    Case("condition-missing", choice(flow("gate", "a") + "\n" + flow("gate", "b")), DECIDED, "gate_b", 'id="gate_b"'),
    Case(
        "condition-ignored",
        report(start(), LEVELS, end(), flow("begin", "set_level"), flow("set_level", "done", "level == 1")),
        FINE,
        "set_level_done",
        'id="set_level_done"',
    ),
    Case("event-gateway-timers", waiting(draw.DAY, draw.DAY), waiting(draw.DAY, draw.MESSAGE), "wait", 'id="wait"'),
    Case(
        "event-gateway-target",
        report(
            start(), gateway("eventBased", "wait"), draw.catch("e", draw.SIGNAL), user(), end(),
            flows("begin -> wait -> e -> done; wait -> work -> done"),
        ),
        waiting(draw.SIGNAL, draw.MESSAGE),
        "work",
        'id="work"',
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=draw.names(CASES))
def test_a_broken_rule_is_reported_with_its_place(case: Case) -> None:
    case.check()


def test_a_flow_to_nowhere_is_reported() -> None:
    broken = report(start(), gateway("parallel", "g"), end(), flows("begin -> g -> done"), flow("g", "lost"))
    assert [(problem.rule, problem.element) for problem in draw.problems(broken)] == [("flow-ends", "g_lost")]


def test_a_loop_without_a_way_out_is_reported_at_each_of_its_nodes() -> None:
    nodes = (*ENDLESS, gateway("exclusive", "m"), gateway("parallel", "fork"), end())
    broken = report(*nodes, flows("begin -> fork -> done; fork -> m -> a -> b -> m"))
    assert {(problem.rule, problem.element) for problem in draw.problems(broken)} == {
        ("no-way-to-end", key) for key in ("m", "a", "b")
    }


def test_a_boundary_event_is_a_way_in_and_a_way_out() -> None:
    nodes = (*ENDLESS, gateway("exclusive", "m"), draw.boundary("late", "b", draw.DAY), end())
    assert draw.problems(report(*nodes, flows("begin -> m -> a -> b -> m; late -> done"))) == []


@pytest.mark.parametrize("kind", ["parallel", "inclusive"])
def test_a_fork_and_a_join_may_be_repeated(kind: str) -> None:
    assert draw.problems(turning(kind, "more -> merge if level == 2")) == []


def test_a_gateway_with_one_plain_flow_needs_no_default() -> None:
    assert draw.problems(draw.line(gateway("exclusive", "g"), user())) == []
