"""What the engine was seen to run rightly is not refused: constructs by hand, and random diagrams of all of them."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import (  # fmt: skip
    DAY,
    ERROR,
    ESCALATION,
    MESSAGE,
    SIGNAL,
    boundary,
    call,
    catch,
    end,
    flow,
    flows,
    gateway,
    inside,
    line,
    multi,
    report,
    script,
    start,
    sub,
    throw,
    user,
)
from tests.walks import diagrams

LEVEL = script("level = 1", "set_level")
CALLED = PurePosixPath("workflows/called.bpmn")


def forked(kind: str, *more: str, paths: str = "") -> bytes:
    """A fork and a join of two tasks."""
    split = gateway(kind, "fork", "fork_a" if kind == "inclusive" else "")
    second = flow("fork", "b", "level > 1" if kind == "inclusive" else "")
    nodes = (start(), LEVEL, split, user("a"), user("b"), gateway(kind, "join"), end(), *more)
    return report(*nodes, second, flows(f"begin -> set_level -> fork -> a -> join; b -> join; join -> done; {paths}"))


def guarded(trigger: str, host: str, interrupting: bool = True) -> bytes:
    """A node with a boundary event."""
    nodes = (
        start(),
        host,
        boundary("caught", draw.key_of(host), trigger, interrupting),
        user("after"),
        end(),
        end("o"),
    )
    return report(*nodes, flows(f"begin -> {draw.key_of(host)} -> done; caught -> after -> o"))


def repeated(loop: str) -> bytes:
    return line(script("things = [1, 2]"), user("each", loop))


TERMINATE = "<bpmn:terminateEventDefinition/>"
CYCLE = draw.timer('"R/P1D"', "timeCycle")
FAILING = sub("inner", start("first"), end("failed", ERROR), flows("first -> failed"))
CRYING = inside("inner", throw("cry", ESCALATION), user("deep"))
LOOP_TAG, CONDITION = "bpmn:standardLoopCharacteristics", "<bpmn:loopCondition>level &lt; 2</bpmn:loopCondition>"
LOOP = f"<{LOOP_TAG} {{}}>{CONDITION}</{LOOP_TAG}>"
ASSOCIATED = (
    '<bpmn:dataOutputAssociation id="o"><bpmn:targetRef>paper_ref</bpmn:targetRef></bpmn:dataOutputAssociation>'
)
PAPER = '<bpmn:dataObject id="paper"/><bpmn:dataObjectReference id="paper_ref" dataObjectRef="paper"/>'
HEARD = sub(
    "aside", start("heard", MESSAGE, 'isInterrupting="false"'), user("reading"), end("read"),
    flows("heard -> reading -> read"), attributes='triggeredByEvent="true"',
)  # fmt: skip

GOOD = {
    "parallel": forked("parallel"),
    "inclusive": forked("inclusive"),
    "parallel, branches end apart": forked("parallel", user("c"), end("apart"), paths="fork -> c -> apart"),
    "parallel, loop inside a branch": report(
        start(), gateway("parallel", "fork"), user("a"), gateway("exclusive", "again", "again_join"), user("b"),
        gateway("parallel", "join"), end(), flows("begin -> fork -> a -> again -> join -> done; fork -> b -> join"),
        flow("again", "a", 'outcome == "wrong"'),
    ),
    "two tokens": report(
        start(), gateway("parallel", "fork"), user("a"), user("b"), gateway("exclusive", "merge"), user("c"), end(),
        flows("begin -> fork -> a -> merge -> c -> done; fork -> b -> merge"),
    ),
    "event gateway": report(
        start(), gateway("eventBased", "wait"), catch("m", MESSAGE), catch("s", SIGNAL), catch("t", DAY), end(),
        flows("begin -> wait -> m -> done; wait -> s -> done; wait -> t -> done"),
    ),
    "sub-process": line(inside()),
    "boundary timer": guarded(DAY, user()),
    "boundary timer on the side": guarded(DAY, user(), interrupting=False),
    "boundary message": guarded(MESSAGE, inside()),
    "boundary signal": guarded(SIGNAL, user(), interrupting=False),
    "boundary escalation": guarded(ESCALATION, CRYING),
    "boundary escalation on the side": guarded(ESCALATION, CRYING, interrupting=False),
    "boundary error": report(
        start(), FAILING, boundary("caught", "inner", ERROR), end(), end("o"),
        flows("begin -> inner -> done; caught -> o"),
    ),
    "cycle": guarded(CYCLE, user(), interrupting=False),
    "cycle on a sub-process": guarded(CYCLE, inside(), interrupting=False),
    "interrupting event on a repeated task": guarded(DAY, user("each", multi(cardinality="3"))),
    "several, collected": repeated(multi("things", "thing", output=("answers", "answer"))),
    "one after the other, collected": repeated(multi("things", "thing", output=("answers", "answer"), sequential=True)),
    "several, in place": repeated(multi("things", "thing", output=("things", "answer"))),
    "several, counted": repeated(multi(cardinality="len(things)")),
    "sub-process several times": line(inside("inner", loop=multi(cardinality="2"))),
    "standard loop": line(LEVEL, user("each", LOOP.format(""))),
    "standard loop, test before": line(LEVEL, inside(loop=LOOP.format('testBefore="true" loopMaximum="3"'))),
    "terminate": report(start(), user(), end("done", TERMINATE), flows("begin -> work -> done")),
    "message thrown and awaited": line(throw("send", MESSAGE), catch("wait", MESSAGE)),
    "signal thrown and awaited": line(throw("send", SIGNAL), catch("wait", SIGNAL)),
    "send and receive": line(draw.node("sendTask", "send", MESSAGE), draw.node("receiveTask", "get", MESSAGE)),
    "data object": report(PAPER, start(), user("work", ASSOCIATED), end(), flows("begin -> work -> done")),
    "several starts": report(
        start("m", MESSAGE), start("t", DAY), user(), end(), flows("m -> work -> done; t -> work"),
    ),
    "event sub-process": report(start(), user(), end(), flows("begin -> work -> done"), HEARD),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_a_construct_that_works_is_not_refused(name: str) -> None:
    assert draw.problems(GOOD[name]) == []


def test_a_call_activity_with_a_boundary_event_is_not_refused() -> None:
    files = {draw.REPORT: guarded(DAY, call("called", "calling")), CALLED: line(user(), key="called")}
    assert draw.problems(files) == []


@pytest.mark.slow
def test_random_diagrams_of_everything_that_was_walked_are_not_refused() -> None:
    elsewhere = replace(draw.VOCABULARY.for_one_file(), forms=None)
    for seed in range(60):
        drawn = diagrams.draw(random.Random(seed)).files
        found = draw.problems({PurePosixPath("workflows", name): xml for name, xml in drawn.items()}, elsewhere)
        # Those diagrams have neither people nor forms.
        assert {problem.rule for problem in found} <= {"role-missing", "form-missing"}, seed
