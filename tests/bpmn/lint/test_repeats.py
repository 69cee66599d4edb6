"""Rules on activities that repeat."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import Case, end, flows, gateway, multi, report, script, start, user

ITEMS = script("things = [1, 2]", "list_things")
COLLECTED = multi("things", "thing", output=("answers", "answer"))
CALLED = PurePosixPath("workflows/called.bpmn")


def each(loop: str) -> bytes:
    """One task that repeats."""
    return draw.line(ITEMS, user("each", loop))


def turning(loop: str) -> bytes:
    """A task that repeats, in a loop."""
    nodes = (
        start(),
        ITEMS,
        gateway("exclusive", "merge"),
        user("each", loop),
        gateway("exclusive", "more", "more_done"),
    )
    path = "begin -> list_things -> merge -> each -> more -> done; more -> merge if level == 2"
    return report(*nodes, end(), flows(path))


def called(loop: str, calls: int) -> draw.Files:
    """A process with a task that repeats, called that many times one after the other."""
    callers = [draw.call("called", f"call{number}") for number in range(calls)]
    return {draw.REPORT: draw.line(*callers), CALLED: draw.line(ITEMS, user("each", loop), key="called")}


CASES = [
    Case("mi-input", each(multi()), each(multi(cardinality="2")), "each", 'id="each"'),
    Case("mi-input", each(multi("things", cardinality="2")), each(COLLECTED), "each", 'id="each"'),
    Case(
        "mi-output-item", each(multi("things", "thing", output=("answers", ""))), each(COLLECTED), "each", 'id="each"'
    ),
    *(
        Case("loop-bound", each(f"<bpmn:standardLoopCharacteristics {bad}/>"), each(good), "each", 'id="each"')
        for bad in ("", 'loopMaximum="many"', 'loopMaximum="-1"')
        for good in ['<bpmn:standardLoopCharacteristics loopMaximum="3"/>']
    ),
]


@pytest.mark.parametrize("case", CASES, ids=draw.names(CASES))
def test_a_broken_rule_is_reported_with_its_place(case: Case) -> None:
    case.check()


def test_a_standard_loop_may_have_a_condition_only() -> None:
    condition = "<bpmn:loopCondition>level &lt; 3</bpmn:loopCondition>"
    loop = f"<bpmn:standardLoopCharacteristics>{condition}</bpmn:standardLoopCharacteristics>"
    assert draw.problems(each(loop)) == []


@pytest.mark.parametrize(
    "loop", [multi("things", "thing", sequential=True), multi(cardinality="2", output=("answers", "answer"))]
)
def test_what_is_repeated_may_be_reached_again_with_and_without_a_collection(loop: str) -> None:
    assert draw.problems(turning(loop)) == []
