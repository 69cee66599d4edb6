"""Values that an analyst types: one that a name cannot have, and a unit that is none, are told with what was meant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.bpmn.lint import ValueDomain
from engine.bpmn.lint.value_domain import ANYTHING, FLAG, LIST, NUMBER, UNIT, nearest_text, one_of
from engine.bpmn.lint.vocabulary import START_DATA
from engine.translation.wording import Caption
from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import TABLE, VOCABULARY, end, flows, gateway, report, script, start, table, user

UNITS = {"75.SYT": Caption("Sở Y tế", "Sở Y tế"), "26068": Caption("Phường Trảng Dài", "Phường Trảng Dài")}
ANSWERS = {
    "approve": Caption("Đồng ý", "Approve"),
    "return": Caption("Trả lại", "Return"),
}
ASKING = replace(
    VOCABULARY,
    names=START_DATA,
    forms={"verify": frozenset({"decision", "many", "count", "agreed", "note", "level", "department"})},
    domains={
        "decision": (one_of(ANSWERS, Caption("Quyết định", "Decision")),),
        "many": (ValueDomain(frozenset({LIST}), ANSWERS),),
        "count": (ValueDomain(frozenset({NUMBER}), {}),),
        "agreed": (ValueDomain(frozenset({FLAG}), {}),),
        "note": (ValueDomain(frozenset({"text"}), None),),
        "level": (ANYTHING,),
        "department": (UNIT,),
    },
    units=UNITS,
    report_values={"field": one_of({"health": Caption("Y tế", "Health"), "order": Caption("Trật tự", "Order")})},
    report_processes=frozenset({"report"}),
)


def asking(condition: str, before: str = "level = 1") -> bytes:
    """A diagram that asks this after a script and a form."""
    paths = f"begin -> compute -> work -> ask; ask -> done; ask -> yes if {condition}"
    parts = (start(), script(before), user(form="verify"), gateway("exclusive", "ask", "ask_done"), end("yes"), end())
    return report(*parts, flows(paths))


@pytest.mark.parametrize(
    ("condition", "rule", "words"),
    [
        ('decision == "Trả lại"', "value-mistyped", ("“Decision” (decision)", '"return" (Return)')),
        ('decision == "aprove"', "value-mistyped", ('"approve" (Approve)',)),
        ('decision != "xyz"', "value-impossible", ('"approve" (Approve), "return" (Return)',)),
        ('decision in ["approve", "retrun"]', "value-mistyped", ('"return"',)),
        ('"approv" in many', "value-mistyped", ('"approve"',)),
        ('decision == ""', "value-empty-text", ("None",)),
        ("decision == 1", "value-impossible", ("1",)),
        ('count > "5"', "value-of-other-kind", ('"5"',)),
        ('agreed == "yes"', "value-of-other-kind", ('"yes"',)),
        ('field == "helth"', "value-mistyped", ('"health" (Health)',)),
        ('department == "75.SYTE"', "value-mistyped", ('"75.SYT" (Sở Y tế)',)),
        ('department == "nowhere"', "value-of-other-kind", ("nowhere",)),
        ('unit_kind(place) == "xa"', "value-impossible", ('"commune"',)),
        ('unit_above("75.SYTT") == place', "unit-mistyped", ("75.SYTT", '"75.SYT" (Sở Y tế)')),
        ("count / 0 > 1", "division-by-zero", ("0",)),
        ('=decision = "Trả lại"', "value-mistyped", ('"return" (Return)',)),
        ('=decision in ("approve", "retrun")', "value-mistyped", ('"return"',)),
        ('=list contains(many, "approv")', "value-mistyped", ('"approve"',)),
        ('=not(field = "helth")', "value-mistyped", ('"health" (Health)',)),
    ],
)
def test_a_comparison_that_can_never_hold_is_told(condition: str, rule: str, words: tuple[str, ...]) -> None:
    (problem,) = draw.problems(asking(condition), ASKING)
    assert problem.rule == rule
    assert problem.element == "ask_yes"
    assert [word for word in words if word not in problem.message] == []


@pytest.mark.parametrize(
    "condition",
    [
        'decision == "approve"',
        "decision == None",
        'decision in ["approve", "return"]',
        '"approve" in many',
        "count > 5",
        "agreed == True",
        'note == "whatever"',
        'level == "anything"',
        'department == "" or department == "75.SYT"',
        'field == "health" and place == "26068"',
        'unit_kind(place) == "commune"',
        'code == "DN-26-1"',
        "count / 2 > 1",
        '=decision = "approve" and count > 5 and list contains(many, "return")',
        '=decision = null or level = "anything"',
    ],
)
def test_a_comparison_that_can_hold_is_none_of_its_business(condition: str) -> None:
    assert draw.problems(asking(condition), ASKING) == []


def test_what_a_script_sets_may_be_asked_for_too() -> None:
    assert draw.problems(asking('decision == "late"', 'decision = "late"'), ASKING) == []
    assert draw.problems(asking('decision == "late"', "decision = level"), ASKING) == []
    (problem,) = draw.problems(asking('decision == "later"', 'decision = "late" if level else "early"'), ASKING)
    assert '"late"' in problem.message


def test_of_one_file_alone_nothing_is_said() -> None:
    assert draw.problems(asking('decision == "nothing like it"'), ASKING.for_one_file()) == []


def sent_by_table(*rows: str) -> draw.Files:
    """A diagram whose task is that of the unit which a table names."""
    work = user(form="verify", unit="level")
    drawn = report(start(), draw.rule_task("routing"), work, end(), flows("begin -> decide -> work -> done"))
    return {draw.REPORT: drawn, TABLE: draw.dmn(table(*rows))}


@pytest.mark.parametrize(
    ("rows", "rule", "cell", "meant"),
    [
        (('"health" | "75.SYT"', '- | "75.STY"'), "unit-mistyped", "r2o", '"75.SYT" (Sở Y tế)'),
        (('"health" | "Sở y tế"', '- | "26068"'), "unit-mistyped", "r1o", '"75.SYT" (Sở Y tế)'),
        (('"health" | "75.SYT"', '- | "nobody"'), "unit-nonexistent", "r2o", "nobody"),
        (('"healht" | "75.SYT"', '- | "26068"'), "value-mistyped", "r1c0", '"health" (Health)'),
        (('? in ("Y tế", "order") | "75.SYT"', '- | "26068"'), "value-mistyped", "r1c0", '"health" (Health)'),
    ],
)
def test_a_table_asks_for_what_there_is_and_sends_to_units_that_exist(
    rows: tuple[str, ...], rule: str, cell: str, meant: str
) -> None:
    assert draw.problems(sent_by_table('"health" | "75.SYT"', '"order" | ""', '- | "26068"'), ASKING) == []
    (problem,) = draw.problems(sent_by_table(*rows), ASKING)
    assert (problem.file, problem.rule, problem.element) == (TABLE, rule, cell)
    assert meant in problem.message


def test_codes_are_not_judged_where_the_units_are_unknown() -> None:
    assert draw.problems(sent_by_table('- | "75.STY"'), replace(ASKING, units=None)) == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('department = "75.STY"', "unit-mistyped"),
        ('field = "helth"', "value-not-to-set"),
        ('department = "75.SYT" if level == 1 else ""', ""),
        ('field = "order"', ""),
        ("field = level", ""),
    ],
)
def test_a_script_sets_reports_and_units_to_what_they_can_be(text: str, rule: str) -> None:
    broken = draw.line(script(text), user(form="verify"))
    assert [problem.rule for problem in draw.problems(broken, ASKING)] == ([rule] if rule else [])


def test_a_task_names_a_unit_that_exists() -> None:
    assert draw.problems(draw.line(user(form="verify", unit='"75.SYT"')), ASKING) == []
    (problem,) = draw.problems(draw.line(user(form="verify", unit='"75.STY"')), ASKING)
    assert (problem.rule, problem.element) == ("unit-mistyped", "work")


def test_what_a_report_is_counts_where_reports_are_handled() -> None:
    """A leave request may call something else a field."""
    own = replace(ASKING, report_processes=frozenset({"other"}), names=START_DATA - {"field"})
    assert draw.problems(asking('field == "helth"', 'field = "helth"'), own) == []


def test_what_was_meant_is_found_by_its_code_and_by_what_people_call_it() -> None:
    assert nearest_text("SO Y TE", UNITS) == "75.SYT"
    assert nearest_text("75.SY", UNITS) == "75.SYT"
    assert nearest_text("Trang Dai", {**UNITS, "": Caption("", "")}) == "26068"
    assert nearest_text("Công an", UNITS) is None


def test_domains_of_several_writers_are_united() -> None:
    few = one_of(ANSWERS).united(one_of({"late": Caption("late", "late")}))
    assert set(few.texts or {}) == {"approve", "return", "late"}
    assert few.united(ANYTHING).allows(5)
    counted = one_of(ANSWERS).united(ValueDomain(frozenset({NUMBER})))
    assert counted.allows(5)
    assert counted.allows("approve")
    assert not counted.allows("late")
    assert UNIT.united(UNIT).is_unit
