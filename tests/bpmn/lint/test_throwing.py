"""Rules on what events refer to, on messages nobody sends and errors nobody catches."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import (
    ERROR,
    ESCALATION,
    MESSAGE,
    SIGNAL,
    Case,
    boundary,
    catch,
    end,
    event,
    flows,
    report,
    start,
)

FINE = draw.line(draw.user())
CALLED = PurePosixPath("workflows/called.bpmn")
LOST = '<bpmn:message id="m" name="lost"/>'
WAITING = catch("wait", event("message", "m"))
VARIABLE = "<spiffworkflow:messageVariable>x</spiffworkflow:messageVariable>"


def guarded(trigger: str) -> bytes:
    """A sub-process with the boundary event `odd`."""
    nodes = (start(), draw.inside(), boundary("odd", "inner", trigger), end(), end("other"))
    return report(*nodes, flows("begin -> inner -> done; odd -> other"))


def failing(code: str) -> bytes:
    """A sub-process that ends with the error `false`, and a boundary event for the error of a code on it."""
    inner = draw.sub("inner", start("first"), end("failed", ERROR), flows("first -> failed"))
    nodes = (start(), inner, boundary("caught", "inner", event("error", code)), end(), end("other"))
    return report(*nodes, flows("begin -> inner -> done; caught -> other"))


def called() -> bytes:
    """A process that ends with an error."""
    return report(start("first"), end("failed", ERROR), flows("first -> failed"), key="called")


def calling(*, caught: bool) -> draw.Files:
    """That process and a call of it."""
    if not caught:
        return {draw.REPORT: draw.line(draw.call("called", "calling")), CALLED: called()}
    nodes = (start(), draw.call("called", "calling"), boundary("caught", "calling", ERROR), end(), end("other"))
    return {draw.REPORT: report(*nodes, flows("begin -> calling -> done; caught -> other")), CALLED: called()}


def pool(process: str) -> bytes:
    """A pool that shows a process."""
    drawn = f'<bpmn:collaboration id="c">\n<bpmn:participant id="pool" processRef="{process}"/>\n</bpmn:collaboration>'
    return FINE.replace(b"<bpmn:process", f"{drawn}\n<bpmn:process".encode())


def case(rule: str, broken: bytes, mended: bytes, key: str = "odd") -> Case:
    return Case(rule, broken, mended, key, f'id="{key}"')


CASES = [
    case("error-uncaught", failing("error_other"), failing("error_false"), "failed"),
    case("error-uncaught", report(start(), end("failed", ERROR), flows("begin -> failed")), failing(""), "failed"),
    Case("error-uncaught-call", calling(caught=False), calling(caught=True), "calling", 'id="calling"'),
    case("reference-missing", guarded(event("message")), guarded(MESSAGE)),
    case("reference-missing", guarded(event("signal")), guarded(SIGNAL)),
    case("reference-missing", draw.line(draw.throw("odd", event("escalation"))), guarded(event("escalation"))),
    case("reference-unknown", guarded(event("message", "lost")), guarded(MESSAGE)),
    case("reference-unknown", guarded(event("signal", "lost")), guarded(SIGNAL)),
    case("reference-unknown", guarded(event("error", "lost")), guarded(event("error"))),
    case("reference-unknown", guarded(event("escalation", "lost")), guarded(ESCALATION)),
    case("reference-unknown", pool("lost"), pool("report"), "pool"),
    case("definition-nameless", draw.line(draw.user(), declared='<bpmn:signal id="s"/>'), FINE, "s"),
    case(
        "message-unsent",
        draw.line(WAITING, declared=LOST),
        draw.line(draw.throw("sent", event("message", "m")), WAITING, declared=LOST),
        "wait",
    ),
    case(
        "payload-place",
        draw.line(
            draw.user(), declared=f'<bpmn:message id="m" name="withdraw">{draw.extended(VARIABLE)}</bpmn:message>'
        ),
        draw.line(catch("wait", event("message", "message_withdraw", draw.extended(VARIABLE)))),
        "m",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=draw.names(CASES))
def test_a_broken_rule_is_reported_with_its_place(case: Case) -> None:
    case.check()


def test_an_error_is_caught_further_out_by_a_boundary_event_without_a_code() -> None:
    deep = draw.sub("deep", start("b3"), end("failed", ERROR), flows("b3 -> failed"))
    inner = draw.sub("inner", start("b2"), deep, end("d2"), flows("b2 -> deep -> d2"))
    nodes = (start(), inner, boundary("caught", "inner", event("error")), end(), end("other"))
    assert draw.problems(report(*nodes, flows("begin -> inner -> done; caught -> other"))) == []


def test_an_error_that_passes_a_caller_is_reported_where_nobody_calls_any_more() -> None:
    outer = PurePosixPath("workflows/outer.bpmn")
    files = {
        CALLED: called(),
        draw.REPORT: draw.line(draw.call("called", "call_called")),
        outer: draw.line(draw.call("report", "call_report"), key="outer"),
    }
    found = draw.problems(files)
    assert [(problem.file, problem.rule, problem.element) for problem in found] == [
        (outer, "error-uncaught-call", "call_report")
    ]


def test_a_file_alone_is_not_blamed_for_what_other_files_may_do() -> None:
    alone = draw.VOCABULARY.for_one_file()
    assert draw.problems(called(), alone) == []
    assert draw.problems(draw.line(WAITING, declared=LOST), alone) == []


def test_a_message_that_another_file_sends_is_sent() -> None:
    sender = draw.line(draw.throw("sent", event("message", "m")), key="called", declared=LOST)
    caller = draw.line(draw.call("called", "ask"), WAITING, declared=LOST)
    assert draw.problems({draw.REPORT: caller, CALLED: sender}) == []


@pytest.mark.parametrize(
    "declared", ['<bpmn:error id="x" errorCode="7"/>', '<bpmn:escalation id="x" escalationCode=""/>']
)
def test_what_goes_by_its_code_needs_no_name(declared: str) -> None:
    kind = "error" if "error" in declared else "escalation"
    caught = guarded(event(kind, "x")).replace(b"<bpmn:process", f"{declared}<bpmn:process".encode(), 1)
    assert draw.problems(caught) == []
