"""Promises of the check before a deployment: what is shipped has no problem, what is broken is named with its file."""

from __future__ import annotations

import json
from pathlib import PurePosixPath

import pytest

from engine.errors import FileProblem
from engine.process import definitions
from engine.province.unit_captions import shipped_units
from engine.scenarios import deployment_check
from engine.scenarios.deployment_check import problems_in
from engine.translation.catalogue import LANGUAGES, Language
from tests.kit import hotline
from tests.kit.hotline import diagram, node, user_task
from tests.paths import ROOT

SHIPPED = definitions.read_deployment_folder(ROOT)
DIAGRAM = PurePosixPath("workflows/handle.bpmn")
FORM = PurePosixPath("forms/note.json")
MAIL = PurePosixPath("workflows/mail/reminder.txt")
SCENARIO = PurePosixPath("workflows/tests/one.yaml")
GOOD_SCENARIO = b'{process: handle, name: x, start: {at: "2026-11-25T10:00+07:00"}, steps: [{wait: 1d}]}'
FILES = {**hotline.FILES, SCENARIO: GOOD_SCENARIO}

BROKEN: dict[str, tuple[PurePosixPath, bytes, str]] = {
    "form that is no JSON": (FORM, b"{", "JSON"),
    "form without components": (FORM, b'{"type": "default", "id": "note"}', "components"),
    "form field that a function is named like": (
        FORM,
        hotline.FILES[FORM].replace(b'"zero"', b'"deadline"'),
        "deadline",
    ),
    "scenario that is no YAML": (SCENARIO, b"[", "YAML"),
    "scenario with an unknown step": (SCENARIO, GOOD_SCENARIO.replace(b"wait", b"sleep"), " 1: "),
    "diagram that is no XML": (DIAGRAM, b"<bpmn", ""),
    "diagram with a task without a role": (
        DIAGRAM,
        hotline.HANDLE.replace(b'name="role"', b'name="rule"', 1),
        "verify",
    ),
    "diagram that calls what no function is": (DIAGRAM, hotline.HANDLE.replace(b"reminder(0.5)", b"open(0)"), "open"),
    "mail with an unknown name": (MAIL, b"Subject\n\n{{ citizen.phone }}", "citizen"),
    "mail that is no text": (MAIL, b"\xff\xfe", ""),
}


def found(problems: list[FileProblem], path: PurePosixPath) -> list[FileProblem]:
    return [problem for problem in problems if problem.file == path]


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_shipped_has_no_problem(language: Language) -> None:
    assert {".bpmn", ".dmn", ".json", ".txt", ".yaml"} == {path.suffix for path in SHIPPED}
    assert problems_in(SHIPPED, language, units=shipped_units()) == []


@pytest.mark.parametrize("path", sorted(path for path in SHIPPED if path.suffix != ".yaml"), ids=str)
def test_a_shipped_file_has_no_problem_of_its_own(path: PurePosixPath) -> None:
    assert problems_in({path: SHIPPED[path]}, alone=True) == []


def test_the_small_process_has_no_problem() -> None:
    assert problems_in(FILES) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_a_problem_of_its_file_with_a_sentence(what: str, language: Language) -> None:
    path, content, named = BROKEN[what]
    assert content != FILES[path]
    problems = found(problems_in({**FILES, path: content}, language), path)
    assert problems
    assert all(problem.message.endswith((".", "…")) and problem.rule for problem in problems)
    assert any(named in f"{problem.element} {problem.message}" for problem in problems)


@pytest.mark.parametrize("what", BROKEN)
def test_sentences_are_in_the_readers_language(what: str) -> None:
    path, content, _ = BROKEN[what]
    sentences = [
        {problem.message for problem in found(problems_in({**FILES, path: content}, language), path)}
        for language in LANGUAGES
    ]
    assert sentences[0] != sentences[1]


def test_all_problems_are_told_at_once_in_the_order_of_the_files() -> None:
    files = {**FILES, FORM: b"{", SCENARIO: b"[", MAIL: b"Subject\n\n{{ citizen }}"}
    problems = problems_in(files)
    assert {FORM, SCENARIO, MAIL} <= {problem.file for problem in problems}
    assert problems == sorted(problems)


def test_a_problem_of_a_scenario_names_the_file_once() -> None:
    (problem,) = problems_in({**FILES, SCENARIO: b"["})
    assert str(problem).count(str(SCENARIO)) == 1
    assert problem.rule == "scenario"


def test_in_a_deployment_what_a_diagram_names_must_be_there() -> None:
    for path, rule in ((FORM, "form-unknown"), (MAIL, "mail-unknown")):
        files = {other: content for other, content in FILES.items() if other != path}
        assert rule in {problem.rule for problem in problems_in(files)}


@pytest.mark.parametrize("what", BROKEN)
def test_a_file_that_is_checked_alone_is_still_checked_itself(what: str) -> None:
    path, content, _ = BROKEN[what]
    assert found(deployment_check.problems_in({path: content}, alone=True), path)


def test_nothing_is_no_problem() -> None:
    assert problems_in({}) == []


def test_a_gateway_without_a_way_for_an_answer_left_blank_names_the_field() -> None:
    note = form_document("amount", "Số tiền", "number")
    branching = [
        node("startEvent", "begin"),
        user_task("work"),
        '<bpmn:exclusiveGateway id="which"/>',
        node("endEvent", "high"),
        node("endEvent", "low"),
    ]

    def said(*conditions: str) -> list[tuple[str, bool]]:
        flows = [f"which > {end} [{text}]" for end, text in zip(("high", "low"), conditions, strict=True)]
        files = {
            PurePosixPath("workflows/handle.bpmn"): diagram("handle", branching, "begin > work > which", *flows),
            PurePosixPath("forms/note.json"): note,
        }
        found = [problem for problem in problems_in(files) if "default" in problem.rule]
        return [(problem.rule, "Số tiền" in problem.message) for problem in found]

    assert said("amount &gt;= 1000", "amount &lt; 1000") == [("default-missing-blank", True)]
    assert said("amount &gt;= 1000", "amount is None") == [("default-missing", False)]


def form_document(key: str, label: str, kind: str) -> bytes:
    component = {"type": kind, "key": key, "label": label, "properties": {"store": "process"}}
    return json.dumps({"type": "default", "id": "note", "components": [component]}).encode()


ROUTING, RECEIVE = PurePosixPath("workflows/routing.dmn"), PurePosixPath("forms/receive.json")
RESOLUTION = PurePosixPath("workflows/resolution.bpmn")
SLIPS: dict[str, tuple[PurePosixPath, bytes, bytes, str]] = {
    "a unit that is none": (ROUTING, b'"75.SGDDT"', b'"75.KHONGCO"', "75.KHONGCO"),
    "a unit by its name": (ROUTING, b'"75.SGDDT"', '"Sở Giáo dục và Đào tạo"'.encode(), "75.SGDDT"),
    "a field of reports mistyped": (ROUTING, b'"education"', b'"enviroment"', '"environment" (Môi trường)'),
    "a field of reports by its caption": (ROUTING, b'"education"', '"Giáo dục"'.encode(), '"education" (Giáo dục)'),
    "a field of reports that no report may have": (
        RECEIVE,
        b'"valuesKey": "report_fields"',
        b'"values": [{"label": "N", "value": "noise", "label_en": "N"}, {"label": "Y", "value": "health"}]',
        "noise",
    ),
    "an answer by its caption": (
        RESOLUTION,
        b'check_decision == "accept"',
        'check_decision == "Chấp nhận"'.encode(),
        '"accept"',
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_one_typo_does_not_stop_intake(slip: str) -> None:
    path, before, after, words = SLIPS[slip]
    assert before in SHIPPED[path]
    (problem,) = problems_in({**SHIPPED, path: SHIPPED[path].replace(before, after, 1)}, units=shipped_units())
    assert problem.file == path
    assert words in problem.message
