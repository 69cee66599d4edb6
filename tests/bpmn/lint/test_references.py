"""Rules on roles, lanes, forms, decisions, called processes and service tasks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from engine.translation.wording import Caption
from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import VOCABULARY, Case, service, user

FINE = draw.line(user())
OTHER = PurePosixPath("workflows/other.bpmn")
CALLING = draw.line(draw.call("other"))
NOTICE = {"template": '"reminder"', "rung": '"reminder"', "to": '["unit", "26068"]'}


def lane(key: str, member: str, name: str = "", within: bytes = FINE) -> bytes:
    """A diagram with one lane."""
    inner = f"<bpmn:flowNodeRef>{member}</bpmn:flowNodeRef>"
    drawn = f'<bpmn:laneSet id="lanes">\n<bpmn:lane id="{key}" name="{name}">{inner}</bpmn:lane>\n</bpmn:laneSet>'
    return within.replace(b"<bpmn:startEvent", f"{drawn}\n<bpmn:startEvent".encode(), 1)


def notice(**changed: str) -> bytes:
    return draw.line(service("notice", **{name: value for name, value in (NOTICE | changed).items() if value}))


def ruled(called: str) -> draw.Files:
    return {draw.REPORT: draw.line(draw.rule_task(called)), draw.TABLE: draw.dmn(draw.table("- | 1"))}


def case(rule: str, broken: bytes | draw.Files, mended: bytes | draw.Files, key: str = "work") -> Case:
    return Case(rule, broken, mended, key, f'id="{key}"')


CASES = [
    case("role-missing", draw.line(user(role="")), FINE),
    case("role-unknown", draw.line(user(role="mayor")), FINE),
    case("role-lane", lane("lane_police", "work"), lane("lane_commune", "work")),
    case("lane-missing", lane("lane_commune", "begin"), lane("lane_commune", "work")),
    case(
        "lane-label",
        lane("lane_commune", "work", "Công an"),
        lane("lane_commune", "work", "Cán bộ xã"),
        "lane_commune",
    ),
    case("form-missing", draw.line(user(form="")), FINE),
    case("form-unknown", draw.line(user(form="lost")), FINE),
    case("ladder-value", draw.line(user(ladder="yes")), draw.line(user(ladder="no"))),
    case("operator-missing", draw.line(draw.node("serviceTask", "serve")), notice(), "serve"),
    case("operator-unknown", draw.line(service("shout")), notice(), "serve"),
    case("parameter-missing", notice(rung=""), notice(), "serve"),
    case(
        "parameter-missing",
        draw.line(service("deadline", clock='"working"')),
        draw.line(service("deadline", clock='"working"', hours="level")),
        "serve",
    ),
    case("parameter-unknown", notice(colour='"red"'), notice(occurrence="level"), "serve"),
    case(
        "parameter-value",
        draw.line(service("clock", action='"stop"')),
        draw.line(service("clock", action='"pause" if level == 1 else "resume"')),
        "serve",
    ),
    case("mail-unknown", notice(template='"lost"'), notice(template='"reminder" if level == 1 else outcome'), "serve"),
    case("recipient-unknown", notice(to='["unit", "neighbour"]'), notice(to='["unit"] + [unit_above(place)]'), "serve"),
    case("decision-missing", draw.line(draw.rule_task("")), ruled("routing"), "decide"),
    case("decision-unknown", ruled("lost"), ruled("routing"), "decide"),
    case(
        "call-missing",
        draw.line(draw.call("")),
        {draw.REPORT: CALLING, OTHER: draw.line(user(), key="other")},
        "called",
    ),
    case("call-unknown", CALLING, {draw.REPORT: CALLING, OTHER: draw.line(user(), key="other")}, "called"),
    case("call-recursive", draw.line(draw.call("report")), FINE, "called"),
]


@pytest.mark.parametrize("case", CASES, ids=draw.names(CASES))
def test_a_broken_rule_is_reported_with_its_place(case: Case) -> None:
    case.check()


def test_processes_that_call_each_other_are_reported_in_each_file() -> None:
    files = {draw.REPORT: CALLING, OTHER: draw.line(draw.call("report"), key="other")}
    assert [(problem.file, problem.rule) for problem in draw.problems(files)] == [
        (OTHER, "call-recursive"),
        (draw.REPORT, "call-recursive"),
    ]


def test_a_lane_that_names_no_role_is_documentation() -> None:
    assert draw.problems(lane("commune", "work")) == []


def test_a_lane_of_nobody_is_reported() -> None:
    found = {(problem.rule, problem.element) for problem in draw.problems(lane("lane_mayor", "work"))}
    assert found == {("lane-unknown", "lane_mayor"), ("role-lane", "work")}


def test_a_task_in_a_sub_process_may_stand_in_no_lane() -> None:
    drawn = draw.line(user(), draw.inside())
    assert draw.problems(lane("lane_commune", "work", within=drawn)) == []


def test_forms_and_mails_among_the_files_are_known() -> None:
    known = replace(VOCABULARY, forms={}, mails=frozenset(), names=None)
    files = {
        draw.REPORT: draw.line(user(), service("notice", **NOTICE)),
        PurePosixPath("forms/verify.json"): b"{}",
        PurePosixPath("workflows/mail/reminder.txt"): b"Reminder {{ case.code }}\n",
    }
    assert draw.problems(files, known) == []
    del files[PurePosixPath("forms/verify.json")]
    assert [problem.rule for problem in draw.problems(files, known)] == ["form-unknown"]


def test_what_is_not_given_is_not_checked() -> None:
    nothing = replace(VOCABULARY.for_one_file(), forms=None, mails=None)
    drawn = (
        user(form="lost"),
        service("notice", **NOTICE | {"template": '"lost"'}),
        draw.call("lost"),
        draw.rule_task("lost"),
    )
    assert draw.problems(draw.line(*drawn), nothing) == []


def test_unit_codes_are_checked_where_the_units_are_known() -> None:
    known = replace(VOCABULARY, units={"26068": Caption("Phường Trảng Dài", "Phường Trảng Dài")})
    assert draw.problems(notice(), known) == []
    assert [problem.rule for problem in draw.problems(notice(to='"731"'), known)] == ["recipient-unknown"]
