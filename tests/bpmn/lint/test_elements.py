"""Rules on ids, elements and processes."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import Case

PASSED = '<spiffworkflow:properties><spiffworkflow:property name="pass" value="yes"/></spiffworkflow:properties>'
FINE = draw.line(draw.user())
OTHER = PurePosixPath("workflows/other.bpmn")
SECOND = draw.process(draw.start("b2"), draw.end("d2"), draw.flows("b2 -> d2"), key="second")


def with_node(node: str) -> bytes:
    """A fine diagram with one more element in its process."""
    return FINE.replace(b"</bpmn:process>", f"{node}\n</bpmn:process>".encode())


def at_root(element: str) -> bytes:
    """A fine diagram with one more element beside its process."""
    return FINE.replace(b"</bpmn:definitions>", f"{element}\n</bpmn:definitions>".encode())


def shape(x: str) -> bytes:
    """A fine diagram with the layout of one of its shapes."""
    bounds = f'<c:Bounds xmlns:c="http://www.omg.org/spec/DD/20100524/DC" x="{x}"/>'
    return at_root(f'<d:BPMNShape xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI">{bounds}</d:BPMNShape>')


def two(first: bytes, second: bytes) -> draw.Files:
    return {draw.REPORT: first, OTHER: second}


CASES = [
    Case("id-missing", at_root('<bpmn:signal name="x"/>'), FINE, "file", '<bpmn:signal name="x"'),
    *(
        Case("id-pattern", at_root(f'<bpmn:signal id="{key}" name="x"/>'), FINE, key, f'id="{key}"')
        for key in ("tín_hiệu", "1signal", "a b", "-a")
    ),
    *(
        Case("id-reserved", at_root(f'<bpmn:signal id="{key}" name="x"/>'), FINE, key, f'id="{key}"')
        for key in ("Start", "End", "report.EndJoin", "a.BoundaryEventSplit", "a.BoundaryEventJoin", "StartEventSplit")
    ),
    Case("id-duplicate", at_root('<bpmn:signal id="work" name="x"/>'), FINE, "work", '<bpmn:signal id="work"'),
    Case("element-unsupported", draw.line(draw.node("task", "plain")), FINE, "plain", 'id="plain"'),
    Case("element-unsupported", draw.line(draw.node("manualTask", "hand")), FINE, "hand", 'id="hand"'),
    Case("element-unsupported", at_root("<bpmn:choreography/>"), FINE, "file", "<bpmn:choreography"),
    Case(
        "compensation",
        draw.line(draw.user("undo").replace('id="undo"', 'id="undo" isForCompensation="true"')),
        FINE,
        "undo",
        'id="undo"',
    ),
    Case(
        "attribute-missing",
        FINE.replace(b' value="commune"', b' value="commune"/><spiffworkflow:property name="x"'),
        FINE,
        "work",
        'id="work"',
    ),
    Case(
        "comment-misplaced",
        draw.line(draw.node("scriptTask", "compute", "<!-- one --><bpmn:script>x = 1</bpmn:script>")),
        draw.line(draw.node("scriptTask", "compute", "<bpmn:script>x = 1</bpmn:script>")),
        "compute",
        'id="compute"',
    ),
    Case("layout-number", shape("far"), shape("-12.5"), "file", "BPMNShape"),
    Case("process-missing", draw.definitions(), FINE, "file", "<bpmn:definitions"),
    Case("several-processes", at_root(SECOND), FINE, "second", 'id="second"'),
    Case(
        "process-not-executable",
        FINE.replace(b'isExecutable="true"', b'isExecutable="false"'),
        FINE,
        "report",
        'id="report"',
    ),
    Case("process-duplicate", two(FINE, FINE), two(FINE, draw.line(draw.user(), key="other")), "report", 'id="report"'),
    Case(
        "subprocess-duplicate",
        two(draw.line(draw.inside("inner")), draw.line(draw.inside("inner"), key="other")),
        two(draw.line(draw.inside("inner")), draw.line(draw.inside("deeper"), key="other")),
        "inner",
        'id="inner"',
    ),
    Case(
        "several-starts",
        draw.report(draw.start(), draw.start("again"), draw.end(), draw.flows("begin -> done; again -> done")),
        draw.report(
            draw.start(), draw.start("again", draw.MESSAGE), draw.end(), draw.flows("begin -> done; again -> done")
        ),
        "again",
        'id="again"',
    ),
]


@pytest.mark.parametrize("case", CASES, ids=draw.names(CASES))
def test_a_broken_rule_is_reported_with_its_place(case: Case) -> None:
    case.check()


@pytest.mark.parametrize(
    ("rule", "inner"),
    [
        ("ad-hoc", draw.node("adHocSubProcess", "odd")),
        ("transaction", draw.node("transaction", "odd")),
        ("transaction", draw.node("endEvent", "odd", "<bpmn:cancelEventDefinition/>")),
        ("compensation", draw.node("intermediateThrowEvent", "odd", "<bpmn:compensateEventDefinition/>")),
        ("id-missing", "<bpmn:userTask/>"),
        ("id-missing", '<bpmn:sequenceFlow sourceRef="begin" targetRef="work"/>'),
    ],
)
def test_what_was_never_walked_is_refused(rule: str, inner: str) -> None:
    assert rule in {problem.rule for problem in draw.problems(with_node(inner))}


DRAWN = (
    at_root('<bpmn:dataStore id="store"/>'),
    with_node('<bpmn:dataStoreReference id="store"/>'),
    at_root('<bpmn:collaboration id="col"><bpmn:messageFlow id="mail"/></bpmn:collaboration>'),
    at_root('<bpmn:collaboration id="col"><bpmn:participant id="citizens" name="x"/></bpmn:collaboration>'),
    at_root('<bpmn:import namespace="x" location="x.xsd" importType="x"/>'),
    draw.line(draw.node("task", "plain", draw.extended(PASSED))),
    draw.line(draw.node("manualTask", "plain", draw.extended(PASSED))),
    draw.definitions(draw.process(key="other", attributes='isExecutable="false"'), SECOND),
)


@pytest.mark.parametrize("content", DRAWN)
def test_what_is_documentation_or_confirmed_is_no_problem(content: bytes) -> None:
    assert draw.problems(content) == []


def test_a_process_that_does_not_run_is_a_problem_where_it_is_alone() -> None:
    found = draw.problems(draw.definitions(draw.process(draw.start(), key="r", attributes='isExecutable="false"')))
    assert "process-not-executable" in {problem.rule for problem in found}


def test_a_scope_needs_a_start_and_an_end() -> None:
    broken = draw.report(
        draw.start(), draw.sub("inner", draw.user("lost")), draw.end(), draw.flows("begin -> inner -> done")
    )
    found = {(problem.rule, problem.element) for problem in draw.problems(broken)}
    assert found == {("start-missing", "inner"), ("end-missing", "inner"), ("dead-end", "lost")}


def test_a_sub_process_has_one_start_even_if_the_second_waits() -> None:
    parts = (draw.start("b2"), draw.start("b3", draw.MESSAGE), draw.end("d2"), draw.flows("b2 -> d2; b3 -> d2"))
    broken = draw.report(draw.start(), draw.sub("inner", *parts), draw.end(), draw.flows("begin -> inner -> done"))
    assert ("several-starts", "b3") in {(problem.rule, problem.element) for problem in draw.problems(broken)}
