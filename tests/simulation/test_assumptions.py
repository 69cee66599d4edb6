"""What is assumed where the past says nothing: drawn up from history, told, edited as a table, drawn by a seed."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import pytest
from marshmallow import Schema
from sqlalchemy import Engine, func, select

from engine.errors import BadInput
from engine.simulation import answers, assumptions, simulation
from engine.simulation.answers import AnswerContext
from engine.simulation.assumptions import (
    Assumption,
    WeightedAnswer,
    apply_changes,
    median_and_p90,
    parse_changes,
    sample_task,
    to_yaml_text,
)
from engine.simulation.simulation import SimulationRequest
from engine.store.db import transaction
from engine.store.models import Task
from forms.fields import FormField
from forms.schema import Form, compile_form, parse_form
from tests.kit.hotline import NOW
from tests.simulation import drafts
from tests.simulation.drafts import CHASE_CAP, simulated

PLAIN = Assumption(
    "approve", "Duyệt", "commune", (WeightedAnswer(1, {"outcome": "yes"}), WeightedAnswer(3, {"outcome": "no"}))
)
TABLE = {"approve": PLAIN}


def form(*fields: dict[str, Any]) -> Form:
    document = {"type": "default", "id": "sample", "components": list(fields)}
    return compile_form(parse_form(json.dumps(document).encode()))


def field(kind: str, key: str, *values: str, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"type": kind, "key": key, "label": key, "properties": {"store": "process"}}
    if values:
        found["values"] = [{"label": value, "value": value} for value in values]
    return {**found, "validate": {"required": True}, **more}


# Drawn up


@pytest.mark.slow
def test_every_user_task_of_the_draft_is_told_of(three_level: Engine) -> None:
    result = simulated(three_level, drafts.with_approval(), 20)
    rows = {row["node"]: row for row in result["assumptions"]}
    assert set(rows) >= {"receive", "assign", "verify", "resolve", "check", "approve", "chase", "feedback"}
    assert rows["verify"]["source"] == "history"
    assert rows["approve"]["source"] == "role"
    assert all(row["source"] == "default" or row["seen"] > 0 for row in rows.values())


def test_hours_and_shares_are_those_of_history(three_level: Engine) -> None:
    table = simulation.preview_assumptions(
        three_level, SimulationRequest(drafts.with_approval(), drafts.ALL), CHASE_CAP
    )
    verify = table["verify"]
    with transaction(three_level) as tx:
        counts = dict(
            tx.read.execute(select(Task.state, func.count()).where(Task.node == "verify").group_by(Task.state)).all()
        )
    assert verify.seen == counts["done"]
    assert verify.done == counts["done"] / (counts["done"] + counts["gone"])
    assert 0 < verify.hours[0] < verify.hours[1]
    assert 0.5 < verify.claimed < 1
    given = {answer.values["outcome"]: answer.weight for answer in verify.answers}
    assert sum(given.values()) == counts["done"]
    assert max(given, key=lambda outcome: given[outcome]) == "correct"
    assert table["assign"].answers == (WeightedAnswer(table["assign"].seen, {"place": answers.CASE_PLACEHOLDER}),)


def test_a_step_and_a_role_without_a_past_have_a_plain_default(site: Any) -> None:
    site.file()
    row = next(row for row in simulated(site.engine, drafts.with_approval())["assumptions"] if row["node"] == "approve")
    assert (row["source"], row["seen"], row["hours"], row["done"]) == ("default", 0, {"median": 4.0, "p90": 8.0}, 1.0)


# The table


def test_what_is_written_out_and_given_back_changes_nothing() -> None:
    assert apply_changes(TABLE, parse_changes(to_yaml_text(TABLE))) == TABLE


def test_an_edit_is_told_as_one_and_leaves_the_rest() -> None:
    changes = parse_changes("steps: {approve: {hours: {median: 1, p90: 2}, done: 0.5}}")
    found = apply_changes(TABLE, changes)["approve"]
    assert (found.hours, found.done, found.source, found.answers) == ((1.0, 2.0), 0.5, "edited", PLAIN.answers)


@pytest.mark.slow
def test_an_edited_table_decides_what_is_assumed(three_level: Engine) -> None:
    changes = parse_changes("""
        steps:
          approve:
            hours: {median: 1, p90: 1}
            done: 1
            answers: [{weight: 1, values: {check_decision: accept}}]
    """)
    result = simulated(three_level, drafts.with_approval(), 40, changes=changes)
    row = next(row for row in result["assumptions"] if row["node"] == "approve")
    assert (row["source"], row["hours"]) == ("edited", {"median": 1.0, "p90": 1.0})
    assert row["used"] > 5
    never = simulated(three_level, drafts.with_approval(), 40, changes=parse_changes("steps: {approve: {done: 0}}"))
    stuck = [change for change in never["differences"] if "approve" in change["after"]["waiting"]]
    assert len(stuck) > 5


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "steps: this has to be a table"),
        ("[", "this is not YAML"),
        ("steps: [1]", "steps: this has to be a table"),
        ("steps: {approve: 3}", "approve: this has to be a table"),
        ("steps: {approve: {minutes: 3}}", "approve: minutes is unknown"),
        ("steps: {approve: {hours: 3}}", "approve: hours needs median and p90"),
        ("steps: {approve: {hours: {median: 3, p90: 2}}}", "p90 lies below the median"),
        ("steps: {approve: {hours: {median: -1, p90: 2}}}", "-1 is no number from 0 to 2000"),
        ("steps: {approve: {hours: {median: 1, p90: .nan}}}", ".nan is no number"),
        ("steps: {approve: {done: 2}}", "approve: done: 2 is no number from 0 to 1"),
        ("steps: {approve: {claimed: true}}", "true is no number"),
        ("steps: {approve: {answers: []}}", "answers has to be a list with an answer"),
        ("steps: {approve: {answers: [1]}}", "each needs a weight and values"),
        ("steps: {approve: {answers: [{weight: 0, values: {}}]}}", "one weight at least"),
        ("steps: {elsewhere: {done: 1}}", "the draft has no user task elsewhere"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_the_entry_at_fault(text: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        apply_changes(TABLE, parse_changes(text))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("{check_decision: maybe}", "approve: answers: the form takes no check_decision maybe"),
        ("{elsewhere: 1}", "approve: answers: the form takes no elsewhere 1"),
        ("{return_reason: x}", "the form takes no return_reason x"),
        ("{elsewhere: $case}", "the form takes no elsewhere"),
    ],
)
def test_an_answer_that_the_form_does_not_take_is_refused(three_level: Engine, answer: str, reason: str) -> None:
    changes = parse_changes(f"steps: {{approve: {{answers: [{{weight: 1, values: {answer}}}]}}}}")
    with pytest.raises(BadInput, match=reason):
        simulated(three_level, drafts.with_approval(), 5, changes=changes)


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("steps: 1", "utf-8")
    (tmp_path / "b.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadInput, match=r"a\.yaml: steps"):
        assumptions.read_changes(tmp_path / "a.yaml")
    with pytest.raises(BadInput, match=r"b\.yaml: this is not UTF-8"):
        assumptions.read_changes(tmp_path / "b.yaml")


# Chance


def test_draws_are_spread_as_the_table_says() -> None:
    wanted = Assumption("x", "x", "commune", PLAIN.answers, hours=(4.0, 10.0), done=0.8, claimed=0.3)
    drawn = [sample_task(wanted, Random(number)) for number in range(2000)]
    hours = sorted(item.hours for item in drawn)
    assert median(hours) == pytest.approx(4.0, rel=0.1)
    assert hours[1800] == pytest.approx(10.0, rel=0.15)
    assert sum(item.done for item in drawn) == pytest.approx(1600, rel=0.05)
    assert sum(item.claimed for item in drawn) == pytest.approx(600, rel=0.15)
    assert sum(item.values["outcome"] == "no" for item in drawn) == pytest.approx(1500, rel=0.05)
    assert drawn == [sample_task(wanted, Random(number)) for number in range(2000)]


def test_hours_without_a_spread_are_always_the_same() -> None:
    assert {sample_task(Assumption("x", "x", "", PLAIN.answers, hours=(3, 3)), Random(n)).hours for n in range(50)} == {
        3.0
    }


@pytest.mark.parametrize(
    ("hours", "expected"), [([5.0], (5.0, 5.0)), ([2.0, 1.0], (1.0, 2.0)), (list(range(101)), (50, 90))]
)
def test_quantiles(hours: list[float], expected: tuple[float, float]) -> None:
    assert median_and_p90(hours) == expected


# Answers to forms without a past


def test_a_form_is_answered_once_for_each_choice_with_what_that_choice_asks_for() -> None:
    sample = form(
        field("radio", "decision", "extend", "transfer"),
        field("number", "days", conditional={"hide": '=decision != "extend"'}),
        field("textfield", "remark", properties={"store": "case"}),
        field("checkbox", "sure"),
    )
    assert answers.candidate_values(sample) == [
        {"decision": "extend", "days": answers.CASE_PLACEHOLDER, "sure": True},
        {"decision": "transfer", "sure": True},
    ]
    assert answers.candidate_values(form(field("textfield", "remark", properties={"store": "case"}))) == [{}]
    assert answers.candidate_values(None) == [{}]


@pytest.mark.parametrize(
    ("kind", "known", "expected"),
    [
        ("commune", {"place": "26068"}, "26068"),
        ("commune", {"place": "26068", "wanted": "26002"}, "26002"),
        ("unit", {}, "731"),
        ("number", {}, 1),
        ("date", {}, "2026-11-25"),
        ("time", {}, "10:00"),
        ("datetime", {}, NOW.isoformat()),
        ("textfield", {}, "-"),
    ],
)
def test_the_value_of_the_case_stands_where_the_table_says_so(kind: str, known: Any, expected: object) -> None:
    around = AnswerContext(lambda: known, "731", NOW)
    given, wanted = {"wanted": answers.CASE_PLACEHOLDER, "other": 3}, FormField("wanted", kind)
    sample = Form("sample", (wanted,), {"wanted": wanted}, Schema())
    assert answers.resolve_placeholders(sample, given, around) == {"wanted": expected, "other": 3}
