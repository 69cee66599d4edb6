"""Gaps and overlaps of tables: what is said is true, what is true is said, the rest is called undecided."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal

import pytest

from engine.dmn.program import DmnProgram
from engine.dmn.reading import read_model
from engine.dmn.table_check import check_tables
from engine.feel.expression import evaluate
from engine.feel.values import FeelValue
from tests.dmn.draw import data, decision, model, program, table

Rules = Sequence[Sequence[str]]


def findings(inputs: Sequence[str], rules: Rules, *, policy: str = "UNIQUE", types: Sequence[str] = ()) -> list[str]:
    text = table(inputs, rules, policy=policy)
    for name, kind in zip(inputs, types, strict=False):
        text = text.replace(f"<inputExpression><text>{name}<", f'<inputExpression typeRef="{kind}"><text>{name}<')
    parts = [data("x"), data("y"), decision("d", text, needs=["x", "y"])]
    return [str(finding) for _, finding in check_tables(read_model(model(*parts)))]


def test_rows_that_match_the_same_are_told_with_an_example() -> None:
    rules = [('[@"2026-01-01"..@"2026-06-01"]', "1"), ('>= @"2026-06-01"', "2"), ('< @"2026-01-01"', "3")]
    assert findings(["x"], rules) == ["Rows 1 and 2 both match x = 2026-06-01."]


def test_days_leave_no_gap_between_them() -> None:
    rules = [('<= @"2026-04-30"', "1"), ('>= @"2026-05-01"', "2")]
    assert findings(["x"], rules) == []
    assert findings(["x"], [(cell.replace("@", ""), output) for cell, output in rules]) == [
        'No row matches x = "2026-04-30…".'
    ]


def test_texts_before_and_after_a_text_are_all_texts() -> None:
    assert findings(["x"], [('< "2026-05-01"', "1"), ('>= "2026-05-01"', "2")], policy="FIRST") == []


def test_a_gap_is_told_over_combinations() -> None:
    rules = [("< 5", "true", "1"), ("< 5", "false", "2"), (">= 5", "true", "3"), ("> 5", "false", "4")]
    assert findings(["x", "y"], rules) == ["No row matches x = 5, y = false."]


def test_what_a_type_allows_bounds_the_gap() -> None:
    allowed = '<allowedValues><text>"A","B"</text></allowedValues>'
    grade = f'<itemDefinition name="grade"><typeRef>string</typeRef>{allowed}</itemDefinition>'
    text = table(["x"], [('"A"', "1"), ('"B"', "2")])
    typed = text.replace("<inputExpression>", '<inputExpression typeRef="grade">')
    assert list(check_tables(read_model(model(grade, data("x"), decision("d", typed))))) == []
    assert findings(["x"], [('"A"', "1"), ('"B"', "2")]) == ['No row matches x = "".']


def test_two_columns_of_one_expression_are_one() -> None:
    assert findings(["x", "x"], [("> 1", "< 5", "1"), ("<= 1", "-", "2"), ("-", ">= 5", "3")]) == []


@pytest.mark.parametrize("cell", ["? > 3 and even(?)", "y", "before(?, 3)", "1 +", "!= 3"])
def test_what_needs_evaluation_is_undecided(cell: str) -> None:
    said = findings(["x"], [(cell, "1"), ("< 5", "2")])
    assert said == [
        "Whether rows 1 and 2 can match the same is not decided.",
        "Whether every input has a row is not decided.",
    ]
    assert findings(["x", "y"], [(cell, "1", "1"), ("-", "2", "2"), ("-", "not(1, 2)", "3")]) == [
        "Whether every input has a row is not decided."
    ]


def test_each_hit_policy_is_asked_what_matters_to_it() -> None:
    rules = [("< 5", "1"), ("< 3", "2"), (">= 5", "3"), ("[4..2]", "4")]
    never = "Row 4 matches nothing at all."
    assert findings(["x"], rules) == [never, "Rows 1 and 2 both match x = 1."]
    assert findings(["x"], rules, policy="FIRST") == [
        never,
        "Row 2 is never asked: rows before it match whatever it matches.",
    ]
    assert findings(["x"], rules, policy="ANY") == [never, "Rows 1 and 2 both match x = 1 and do not say the same."]
    assert findings(["x"], rules[:2], policy="COLLECT") == []
    assert findings(["x"], [("-", "1"), ("-", "1")], policy="ANY") == []


def test_a_cell_of_another_type_matches_nothing_of_the_column() -> None:
    assert findings(["x"], [('"a"', "1"), ("-", "2")], types=["number"]) == ["Row 1 matches nothing at all."]


def random_cells(chance: random.Random, kind: str) -> str:
    points = {"number": "{}", "date": '@"2026-01-{:02}"', "string": '"{:02}"'}[kind]
    low, high = (points.format(number) for number in sorted(chance.sample(range(1, 10), 2)))
    cells = [
        low,
        f"< {low}",
        f"<= {low}",
        f">= {high}",
        f"[{low}..{high})",
        f"({low}..{high}]",
        "-",
        f"{low}, > {high}",
    ]
    cell = chance.choice(cells)
    return f"not({cell})" if cell != "-" and chance.random() < 0.2 else cell


SAMPLES: dict[str, list[FeelValue]] = {
    "number": [Decimal(number) / 2 for number in range(22)],
    "date": [evaluate(f'@"2026-01-{day:02}"').value for day in range(1, 12)],
    "string": [f"{number:02}{rest}" for number in range(11) for rest in ("", "…")],
}


@pytest.mark.parametrize("seed", range(8))
def test_what_is_said_is_what_happens(seed: int) -> None:
    chance = random.Random(seed)
    kinds = [chance.choice(list(SAMPLES)), chance.choice(list(SAMPLES))]
    rules = [(*(random_cells(chance, kind) for kind in kinds), str(row)) for row in range(1, 5)]
    said = findings(["x", "y"], rules, types=kinds)
    compiled = program(
        data("x"), data("y"), decision("d", table(["x", "y"], rules, policy="COLLECT"), needs=["x", "y"])
    )
    seen = [hits(compiled, left, right) for left in SAMPLES[kinds[0]] for right in SAMPLES[kinds[1]]]
    pairs = {(one, other) for rows in seen for one in rows for other in rows if one < other}
    assert {tuple(map(int, text.split()[1:4:2])) for text in said if "both" in text} == pairs
    assert any(text.startswith("No row") for text in said) == ([] in seen)


def hits(compiled: DmnProgram, left: FeelValue, right: FeelValue) -> list[int]:
    value = compiled.ask("d", {"x": left, "y": right}).value
    return [int(row) for row in value if isinstance(row, Decimal)] if isinstance(value, list) else []


def test_a_table_that_explodes_is_left_undecided() -> None:
    chance = random.Random(1)
    names = [f"x{number}" for number in range(12)]
    rules = [[*(chance.choice(['"a"', '"b"', "-", 'not("a")']) for _ in names), "1"] for _ in range(600)]
    said = findings(names, rules, policy="FIRST")
    assert said[-1] == "Whether every input has a row is not decided."
    assert "are ever asked is not decided" in said[-2]


def test_a_large_table_is_checked_or_left_undecided() -> None:
    rules = [(f"[{row * 10}..{row * 10 + 9}]", "-", str(row)) for row in range(1600)]
    assert findings(["x", "y"], rules)[0] == "Whether rows 1 and 1600 can match the same is not decided."
