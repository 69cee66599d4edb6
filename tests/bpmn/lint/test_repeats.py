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
    Case("mi-output", each(multi("things", "thing", sequential=True)), each(COLLECTED), "each", 'id="each"'),
    Case("mi-output", turning(multi("things", "thing")), turning(COLLECTED), "each", 'id="each"'),
    Case(
        "mi-output",
        called(multi("things", "thing"), 2),
        called(multi("things", "thing"), 1),
        "each",
        'id="each"',
        CALLED,
    ),
    Case(
        "mi-output-item", each(multi("things", "thing", output=("answers", ""))), each(COLLECTED), "each", 'id="each"'
    ),
    Case(
        "mi-cardinality-output",
        turning(multi(cardinality="2", output=("answers", "answer"))),
        turning(multi(cardinality="2")),
        "each",
        'id="each"',
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


def test_a_sub_process_in_a_loop_counts_as_reached_twice() -> None:
    broken = turning("").replace(
        user("each").encode(), draw.inside("each", user("deep", multi("things", "thing"))).encode()
    )
    assert [(problem.rule, problem.element) for problem in draw.problems(broken)] == [("mi-output", "deep")]


def test_an_event_sub_process_counts_as_reached_twice() -> None:
    parts = (
        start("heard", draw.MESSAGE, 'isInterrupting="false"'),
        user("deep", multi("things", "thing")),
        end("read"),
    )
    aside = draw.sub("aside", *parts, flows("heard -> deep -> read"), attributes='triggeredByEvent="true"')
    broken = report(start(), ITEMS, end(), flows("begin -> list_things -> done"), aside)
    assert [(problem.rule, problem.element) for problem in draw.problems(broken)] == [("mi-output", "deep")]
