"""Rules on events: their triggers, boundary events and event sub-processes."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import (
    DAY,
    ERROR,
    ESCALATION,
    MESSAGE,
    SIGNAL,
    Case,
    boundary,
    end,
    event,
    flows,
    report,
    start,
    user,
)

CALLED = PurePosixPath("workflows/called.bpmn")
TWICE = draw.multi(cardinality="2")
EMPTY = event("conditional")
CONDITION = event("conditional", inner="<bpmn:condition>level == 2</bpmn:condition>")


def guarded(trigger: str, host: str = "", interrupting: bool = True, on: str = "inner") -> bytes:
    """The sub-process `inner` (or another host) with a boundary event `odd`."""
    host = host or draw.inside()
    nodes = (start(), host, boundary("odd", on, trigger, interrupting), user("after"), end(), end("other"))
    return report(*nodes, flows(f"begin -> {draw.key_of(host)} -> done; odd -> after -> other"))


def thrown(trigger: str) -> bytes:
    return draw.line(draw.throw("odd", trigger))


def ending(trigger: str) -> bytes:
    return report(start(), end("odd", trigger), flows("begin -> odd"))


def starting(trigger: str) -> bytes:
    return report(start("odd", trigger), end(), flows("odd -> done"))


def inner_start(trigger: str) -> bytes:
    return draw.line(draw.sub("inner", start("odd", trigger), end("last"), flows("odd -> last")))


def aside(trigger: str = MESSAGE, attributes: str = 'isInterrupting="false"') -> str:
    """An event sub-process."""
    parts = (start("odd", trigger, attributes), end("odd_done"), flows("odd -> odd_done"))
    return draw.sub("aside", *parts, attributes='triggeredByEvent="true"')


def beside(drawn: str, key: str = "report") -> bytes:
    """A process with an event sub-process."""
    return report(start(), user(), end(), flows("begin -> work -> done"), drawn, key=key)


def case(rule: str, broken: bytes, mended: bytes) -> Case:
    return Case(rule, broken, mended, "odd", 'id="odd"')


LOOPED = '<bpmn:standardLoopCharacteristics loopMaximum="2"/>'
CALLING = draw.call("called", "inner", LOOPED)
CASES = [
    *(case("event-trigger", thrown(bad), thrown(ESCALATION)) for bad in (DAY, "<bpmn:linkEventDefinition/>", ERROR)),
    case("event-trigger", ending(DAY), ending(MESSAGE)),
    case("event-trigger", starting(ERROR), starting(SIGNAL)),
    *(
        case("event-without-trigger", draw.line(draw.node(tag, "odd")), draw.line(draw.node(tag, "odd", MESSAGE)))
        for tag in ("intermediateCatchEvent", "receiveTask", "sendTask")
    ),
    case("event-without-trigger", guarded(""), guarded(SIGNAL)),
    case("event-several-triggers", guarded(SIGNAL + MESSAGE), guarded(SIGNAL)),
    case("start-trigger-inside", inner_start(MESSAGE), inner_start("")),
    case("conditional-event", starting(CONDITION), starting(SIGNAL)),
    case("condition-empty", guarded(EMPTY), guarded(CONDITION)),
    case("condition-empty", draw.line(draw.catch("odd", EMPTY)), draw.line(draw.catch("odd", CONDITION))),
    *(case("boundary-host", guarded(DAY, on=bad), guarded(DAY)) for bad in ("lost", "begin", "inner_work", "")),
    case("condition-empty", beside(aside(EMPTY)), beside(aside(CONDITION))),
    case("event-subprocess-error", beside(aside(ERROR)), beside(aside(ERROR, attributes=""))),
    *(
        case("event-subprocess-trigger", beside(aside(bad)), beside(aside(good)))
        for bad, good in (("", DAY), ("<bpmn:linkEventDefinition/>", ESCALATION), ("", MESSAGE))
    ),
]


def test_an_event_sub_process_may_stand_anywhere_and_interrupt() -> None:
    inner = draw.sub("inner", start("first"), end("last"), flows("first -> last"), aside(DAY, attributes=""))
    assert draw.problems(draw.line(inner)) == []
    called = beside(aside(attributes=""), "called")
    assert draw.problems({draw.REPORT: draw.line(draw.call("called", "calling")), CALLED: called}) == []


def test_an_error_is_caught_by_an_event_sub_process_around_it() -> None:
    def drawn(*beside_it: str) -> bytes:
        return report(start(), end("odd", ERROR), flows("begin -> odd"), *beside_it)

    heard = draw.sub(
        "aside",
        start("heard", ERROR),
        end("heard_end"),
        flows("heard -> heard_end"),
        attributes='triggeredByEvent="true"',
    )
    assert [problem.rule for problem in draw.problems(drawn())] == ["error-uncaught"]
    assert draw.problems(drawn(heard)) == []


@pytest.mark.parametrize("case", CASES, ids=draw.names(CASES))
def test_a_broken_rule_is_reported_with_its_place(case: Case) -> None:
    case.check()


def test_a_repeated_activity_may_be_interrupted() -> None:
    files = {draw.REPORT: guarded(DAY, CALLING), CALLED: draw.line(user(), key="called")}
    assert draw.problems(files) == []


def test_a_task_may_name_its_message_itself() -> None:
    drawn = draw.node("receiveTask", "wait", attributes='messageRef="message_withdraw"')
    assert draw.problems(draw.line(drawn)) == []
