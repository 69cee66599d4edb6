"""Conditions beyond one comparison, and the rules across fields and time that a form's author writes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from engine.translation.wording import say
from forms.schema import Form, FormFacts, InvalidAnswers
from tests.forms.test_document import problems_of
from tests.kit.forms_kit import OUTCOME, YES_NO, Component, document, field, form, refused, special

NOW = datetime(2026, 11, 30, 7, 5, 40, tzinfo=UTC)
RECEIVED = NOW - timedelta(days=2)
FACTS = FormFacts(now=NOW, received=RECEIVED, opened=RECEIVED + timedelta(hours=1))


def contacted(refuse: str, **more: str) -> Component:
    rule = {"refuse": refuse, "refuse_vi": "Sai giờ.", "refuse_en": "Wrong time.", **more}
    return field("contact_at", "datetime", subtype="datetime", properties=rule)


def breaks(compiled: Form, values: Mapping[str, object], facts: FormFacts = FACTS) -> bool:
    try:
        compiled.load(values, facts=facts)
    except InvalidAnswers:
        return True
    return False


@pytest.mark.parametrize(
    ("at", "accepted"),
    [
        ("2026-11-28T14:04", False),
        ("2026-11-28T14:05", True),
        ("2026-11-30T14:05", True),
        ("2026-11-30T14:06", False),
        ("2030-06-01T10:00", False),
        ("", True),
    ],
)
def test_a_moment_lies_between_two_facts_to_the_minute(at: str, accepted: bool) -> None:
    compiled = form(contacted("=contact_at < received or contact_at > now"))
    assert breaks(compiled, {"contact_at": at}) is not accepted


@pytest.mark.parametrize(
    ("day", "accepted"), [("2026-11-27", False), ("2026-11-28", True), ("30/11/2026", True), ("2026-12-01", False)]
)
def test_a_day_is_compared_with_the_day_of_a_moment(day: str, accepted: bool) -> None:
    rule = {"refuse": "=day < received or day > now", "refuse_vi": "Sai ngày."}
    compiled = form(field("day", "datetime", subtype="date", properties=rule))
    assert breaks(compiled, {"day": day}) is not accepted


def test_a_rule_is_said_in_its_authors_words_in_both_languages() -> None:
    compiled = form(contacted("=contact_at > now", refuse_2="=contact_at > opened", refuse_2_vi="Sau khi mở việc."))
    late = {"contact_at": "2030-06-01T10:00"}
    assert refused(compiled, late, facts=FACTS) == {"contact_at": ["Sai giờ.", "Sau khi mở việc."]}
    assert refused(compiled, late, "en", facts=FACTS) == {"contact_at": ["Wrong time.", "Sau khi mở việc."]}


def test_nothing_breaks_no_rule_about_order_and_an_unknown_fact_is_nothing() -> None:
    compiled = form(contacted("=contact_at > now or not(contact_at > received)"))
    assert not breaks(compiled, {"contact_at": ""})
    assert not breaks(compiled, {"contact_at": "2030-06-01T10:00"}, FormFacts())


def test_a_rule_joins_several_fields_above_and_below() -> None:
    rule = {"refuse": '=outcome = "yes" and reached = "no" and by != "visit"', "refuse_vi": "Cần đến nơi."}
    means = [{"value": value, "label": value} for value in ("phone", "visit")]
    outcome = {**OUTCOME, "properties": {"store": "process", **rule}}
    compiled = form(outcome, field("reached", "radio", values=YES_NO), field("by", "radio", values=means))
    answers = {"outcome": "yes", "reached": "no", "by": "phone"}
    assert refused(compiled, answers) == {"outcome": ["Cần đến nơi."]}
    for fine in ({"by": "visit"}, {"reached": "yes"}, {"outcome": "no"}):
        assert not breaks(compiled, answers | fine)


def test_a_rule_of_a_hidden_field_and_one_about_an_unreadable_answer_are_not_asked() -> None:
    rule = {"refuse": "=amount > most", "refuse_vi": "Quá nhiều."}
    amount = field("amount", "number", conditional={"hide": '=outcome != "yes"'}, properties=rule)
    compiled = form(OUTCOME, amount, field("most", "number"))
    assert list(refused(compiled, {"outcome": "yes", "amount": 5, "most": 4})) == ["amount"]
    assert not breaks(compiled, {"outcome": "no", "most": 4})
    assert list(refused(compiled, {"outcome": "yes", "amount": 5, "most": "bốn"})) == ["most"]


@pytest.mark.parametrize(
    ("properties", "name", "rule"),
    [
        ({"refuse": "=note = null"}, "refuse_vi", "form-entry-missing"),
        ({"refuse_vi": "Sai."}, "refuse", "form-entry-missing"),
        ({"refuse": "=nobody = 1", "refuse_vi": "Sai."}, "refuse", "form-rule-name"),
        ({"refuse": "=note > now", "refuse_vi": "Sai."}, "refuse", "form-condition-kinds"),
        ({"refuse": "note = null", "refuse_vi": "Sai."}, "refuse", "form-condition"),
        ({"refuse_10": "=note = null"}, "refuse_10", "form-entry-not-understood"),
    ],
)
def test_a_rule_that_could_not_work_is_a_problem(properties: dict[str, str], name: str, rule: str) -> None:
    problems = problems_of(field("note", properties=properties))
    assert [(problem.path, problem.rule) for problem in problems] == [(f"components[0].properties.{name}", rule)]
    assert say(problems[0], "vi") != say(problems[0], "en")


@pytest.mark.parametrize(
    ("hide", "values", "hidden"),
    [
        ("=n >= 1000 and n < 2000", {"n": "1.500"}, True),
        ("=n >= 1000", {"n": ""}, False),
        ("=not(n >= 1000)", {"n": ""}, False),
        ("=not(n >= 1000)", {"n": "5"}, True),
        ("=n = null", {}, True),
        ("=n != null", {"n": 0}, True),
        ('=many = null or list contains(many, "no")', {"many": ["yes"]}, False),
        ('=many = null or list contains(many, "no")', {}, True),
        ('=list contains(many, "no")', {"many": ["yes", "no"]}, True),
        ('=outcome in ("yes")', {"outcome": "yes"}, True),
        ('=outcome in ("yes")', {"outcome": ""}, False),
        ("=(box or n = 5) and not(box and n = 5)", {"box": "on", "n": 5}, False),
        ("=n = m", {"n": "1,5", "m": "1.5"}, True),
        ("=n < m", {"n": "", "m": "1.5"}, False),
    ],
)
def test_conditions_of_several_parts_hide(hide: str, values: dict[str, object], hidden: bool) -> None:
    asked = [field("n", "number"), field("m", "number"), field("box", "checkbox"), OUTCOME]
    many = field("many", "checklist", values=YES_NO)
    compiled = form(*asked, many, special("place", "unit", store="case") | {"conditional": {"hide": hide}})
    assert compiled.hidden_keys(values) == ({"place"} if hidden else set())


def test_rules_do_not_change_what_a_document_without_them_means() -> None:
    assert all(item.rules == () for item in form(OUTCOME).fields)
    assert document(OUTCOME)["type"] == "default"


def test_a_rule_may_ask_what_evidence_the_case_needs() -> None:
    rule = {"refuse": '=evidence = "visit" and visited_at = null', "refuse_vi": "Cần đến nơi."}
    compiled = form(field("visited_at", "datetime", subtype="datetime", properties=rule))
    assert refused(compiled, {}, facts=FormFacts(evidence="visit")) == {"visited_at": ["Cần đến nơi."]}
    assert not breaks(compiled, {"visited_at": "2026-11-30T10:00"}, FormFacts(evidence="visit"))
    for other in ("none", "photo", ""):
        assert not breaks(compiled, {}, FormFacts(evidence=other))


@pytest.mark.parametrize(
    ("refuse", "rule"),
    [
        ('=evidence = "picture"', "form-condition-option"),
        ('=evidence in ("photo", "film")', "form-condition-option"),
        ('=evidence < "photo"', "form-condition-order"),
        ("=evidence = now", "form-condition-kinds"),
    ],
)
def test_evidence_is_compared_with_what_a_table_may_ask(refuse: str, rule: str) -> None:
    assert [problem.rule for problem in problems_of(contacted(refuse))] == [rule]
