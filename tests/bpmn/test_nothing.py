"""Nothing is a value: what conditions and decision tables make of answers that were left blank or never given."""

from __future__ import annotations

from typing import Any

import pytest

from engine.bpmn.actions import Complete, Start
from engine.bpmn.parser import Process, parse_processes
from engine.bpmn.scripts import ExpressionLanguage
from engine.bpmn.step import advance, process_data_of
from engine.errors import ScriptError, StepFailed
from tests.bpmn.lint import draw
from tests.kit.hotline import DATA, NOW, WORLD, diagram, node, user_task

LANGUAGE = ExpressionLanguage({})


@pytest.mark.parametrize("data", [{"amount": None}, {}])
@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("amount >= 1000", False),
        ("amount < 1000", False),
        ("1000 > amount", False),
        ("0 <= amount < 1000", False),
        ("5 < 6 <= amount", False),
        ("amount == 1000", False),
        ("amount != 1000", True),
        ("amount is None", True),
        ("amount == None", True),
        ("amount == False", False),
        ("amount == 0", False),
        ("amount in (1, 2)", False),
        ("amount not in (1, 2)", True),
        ("1 in amount", False),
        ("1 not in amount", True),
        ("amount > 5 or amount is None", True),
        ("amount is not None and amount > 5", False),
        ("amount", None),
    ],
)
def test_nothing_is_neither_more_nor_less_than_anything(condition: str, holds: object, data: dict[str, Any]) -> None:
    assert LANGUAGE.evaluate(condition, data) is holds


@pytest.mark.parametrize(
    ("condition", "amount", "holds"),
    [
        ("0 <= amount < 1000", 5, True),
        ("0 <= amount < 1000", 1000, False),
        ("amount in (1, 2)", 2, True),
        ("amount >= 0", 0, True),
        ("amount < True", 0, True),
        ('amount < "b"', "a", True),
        ('"a" in amount', "abc", True),
        ('amount["x"] >= 3', {"x": 3}, True),
    ],
)
def test_comparisons_of_values_mean_what_they_meant(condition: str, amount: object, holds: bool) -> None:
    assert LANGUAGE.evaluate(condition, {"amount": amount}) is holds


def test_a_script_compares_nothing_alike_and_computes_nothing_with_it() -> None:
    data: dict[str, Any] = {"amount": None}
    LANGUAGE.execute('level = "high" if amount >= 1000 else "low"', data)
    assert data["level"] == "low"
    for text in ("amount + 1 > 5", "amount * 2", "-amount"):
        with pytest.raises(ScriptError):
            LANGUAGE.evaluate(text, {"amount": None})
    with pytest.raises(ScriptError, match="the name 'amount' has no value here"):
        LANGUAGE.evaluate("amount + 1", {})


# --- Decision tables -----------------------------------------------------------------------------------------------

AGES = ["< 16 | 'child'", ">= 16 | 'adult'", "? is None | 'unknown'"]
DAY = ['< "2026-09-01" | 1', '>= "2026-05-01" | 2', "- | 3"]


def decided(rows: list[str], policy: str, name: str, value: object) -> dict[str, Any]:
    """The data of a case that asked a table twice: first about what its third row is for, then about `value`."""
    process = deciding(rows, policy, name)
    first = advance(process, None, Start({**DATA, name: value}), NOW, WORLD)
    return process_data_of(process, first.state)


def deciding(rows: list[str], policy: str, name: str) -> Process:
    called = "<spiffworkflow:calledDecisionId>routing</spiffworkflow:calledDecisionId>"
    inner = f"<bpmn:extensionElements>{called}</bpmn:extensionElements>"
    rule = f'<bpmn:businessRuleTask id="rule" name="rule">{inner}</bpmn:businessRuleTask>'
    gateway = '<bpmn:exclusiveGateway id="again" default="again_done"/>'
    nodes = [node("startEvent", "begin"), rule, user_task("work"), gateway, node("endEvent", "done")]
    drawn = diagram("handle", nodes, "begin > rule > work > again > done", "again > rule [not finished]")
    table = draw.dmn(draw.table(*rows, inputs=((name, "string"),), policy=policy))
    return parse_processes({"handle.bpmn": drawn, "routing.dmn": table})["handle"]


@pytest.mark.parametrize("rows", [AGES, AGES[::-1], [AGES[1], AGES[2], AGES[0]]])
@pytest.mark.parametrize(("age", "group"), [(None, "unknown"), (10, "child"), (16, "adult")])
def test_the_order_of_rows_carries_no_meaning(rows: list[str], age: object, group: str) -> None:
    assert decided(rows, "UNIQUE", "age", age)["level"] == group


def test_several_matching_rows_of_a_unique_table_stop_the_step_and_are_named() -> None:
    with pytest.raises(StepFailed) as caught:
        decided(DAY, "UNIQUE", "day", "2026-06-01")
    assert (caught.value.rule, caught.value.node, caught.value.facts["rows"]) == (
        "table-rows-match",
        "rule",
        ["1", "2", "3"],
    )
    assert decided(DAY, "FIRST", "day", "2026-06-01")["level"] == 1


def test_a_decision_replaces_the_earlier_one_even_by_nothing() -> None:
    process = deciding(AGES[:2], "FIRST", "age")
    first = advance(process, None, Start({**DATA, "age": 10, "finished": False}), NOW, WORLD)
    assert process_data_of(process, first.state)["level"] == "child"
    again = Complete(first.opened_tasks[0].task_id, {"age": None})
    assert process_data_of(process, advance(process, first.state, again, NOW, WORLD).state)["level"] is None


def test_a_collected_list_replaces_the_earlier_one() -> None:
    process = deciding(['"a" | "x"', '"b" | "y"'], "COLLECT", "kind")
    first = advance(process, None, Start({**DATA, "kind": "a", "finished": False}), NOW, WORLD)
    again = Complete(first.opened_tasks[0].task_id, {"kind": "b"})
    second = advance(process, first.state, again, NOW, WORLD)
    assert process_data_of(process, second.state)["level"] == ["y"]
    none = Complete(second.opened_tasks[0].task_id, {"kind": "c"})
    assert process_data_of(process, advance(process, second.state, none, NOW, WORLD).state)["level"] == []
