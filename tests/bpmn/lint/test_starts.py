"""Rules on start events: forms, who may send them, codes, and tasks of whoever has begun."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from engine.scenarios.deployment_check import problems_in
from tests.kit import errand
from tests.kit.hotline import diagram, node, user_task

PATH = PurePosixPath("workflows/errand.bpmn")
TIMER = (
    '<bpmn:timerEventDefinition><bpmn:timeCycle xsi:type="bpmn:tFormalExpression">"R/P1D"</bpmn:timeCycle>'
    "</bpmn:timerEventDefinition>"
)
BROKEN = {
    "start-roles-missing": {"start_roles": ""},
    "start-role-unknown": {"start_roles": "mayor"},
    "start-unit-unknown": {"start_units": "village"},
    "start-nobody": {"start_roles": "department operator", "start_units": "commune"},
    "start-matter-unknown": {"matter": "cause"},
    "form-unknown": {"form": "lost"},
    "start-form-missing": {"form": ""},
    "start-code": {"code": "Np"},
}


def rules(content: bytes, **others: bytes) -> list[tuple[str, str]]:
    files = (
        errand.FILES | {PATH: content} | {PurePosixPath(f"workflows/{key}.bpmn"): one for key, one in others.items()}
    )
    return [(one.rule, one.element) for one in problems_in(files)]


def test_the_start_of_the_example_is_fine() -> None:
    assert rules(errand.errand()) == []
    assert rules(errand.errand(start_roles="anybody", start_units="")) == []


@pytest.mark.parametrize("rule", BROKEN)
def test_a_start_that_nobody_can_use_is_refused(rule: str) -> None:
    found = rules(errand.errand(**BROKEN[rule]))
    assert (rule, "ask") in found
    assert {name for name, _element in found} <= {rule, "starter-nobody"}


def test_letters_of_reports_and_of_another_process_are_taken() -> None:
    assert rules(errand.errand(code="DN")) == [("start-code", "ask")]
    other = errand.errand().replace(b'id="errand"', b'id="twin"')
    assert ("start-code-taken", "ask") in rules(errand.errand(), twin=other)


def test_a_form_belongs_to_a_start_without_a_trigger() -> None:
    start = errand.start_event("ask", "Hằng ngày", errand.BEGIN, TIMER)
    content = diagram("errand", [start, user_task("go", form="read_trip"), node("endEvent", "done")], "ask > go > done")
    assert ("start-form-place", "ask") in rules(content)


def test_a_task_of_whoever_began_needs_somebody_who_has() -> None:
    content = diagram(
        "errand",
        [node("startEvent", "ask"), user_task("go", role="starter", form="read_trip"), node("endEvent", "done")],
        "ask > go > done",
    )
    assert rules(content) == [("starter-nobody", "go")]


def timed(kind: str, text: str, **properties: str) -> bytes:
    """A process that the time begins."""
    definition = (
        f'<bpmn:timerEventDefinition><bpmn:{kind} xsi:type="bpmn:tFormalExpression">{text}</bpmn:{kind}>'
        "</bpmn:timerEventDefinition>"
    )
    start = errand.start_event("ask", "Hằng ngày", properties, definition)
    look = user_task("go", role="provincial_office", form="read_trip")
    return diagram("errand", [start, look, node("endEvent", "done")], "ask > go > done")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("timeCycle", '"R/P1D"'),
        ("timeCycle", '"R5/2026-12-01T08:00:00+07:00/P1M"'),
        ("timeDate", "working_hours(8)"),
        ("timeDate", '"2026-12-01T08:00:00+07:00"'),
        ("timeDuration", '"PT2H"'),
    ],
)
def test_the_time_may_begin_a_process(kind: str, text: str) -> None:
    assert rules(timed(kind, text)) == []
    assert rules(timed(kind, text, hours="working")) == []


@pytest.mark.parametrize(
    ("rule", "kind", "text"),
    [
        ("start-timer-data", "timeDate", "leave_at"),
        ("start-timer-deadline", "timeDate", "deadline()"),
        ("timer-gives-no-cycle", "timeCycle", "working_hours(2)"),
        ("timer-gives-no-duration", "timeDuration", "working_hours(2)"),
        ("timer-naive", "timeDate", '"2026-12-01T08:00:00"'),
        ("timer-cycle", "timeCycle", '"R/2026-12-01/P1M"'),
    ],
)
def test_a_time_that_cannot_begin_anything_is_refused(rule: str, kind: str, text: str) -> None:
    assert rule in {name for name, _element in rules(timed(kind, text))}


def test_hours_are_those_of_the_offices_alone() -> None:
    assert rules(timed("timeDate", "working_hours(8)", hours="night")) == [("start-hours", "ask")]
    assert ("start-hours", "ask") in rules(errand.errand(hours="working"))
