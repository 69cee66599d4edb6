"""Decision tables: hit policies, defaults, what is allowed, and the index against asking every cell."""

from __future__ import annotations

import random
from decimal import Decimal
from functools import partial

import pytest

from engine.dmn.program import DmnProgram
from engine.dmn.table_index import ColumnIndex, IndexedRows
from engine.feel.expression import evaluate
from engine.feel.value_text import literal_text
from engine.feel.values import FeelValue
from tests.dmn.draw import data, decision, literal, program, table
from tests.kit.speed import processor_time, tenth_of_a_second

RULES = [("< 10", '"low"'), ("[5..20]", '"mid"'), (">= 5", '"high"'), ("7", '"low"')]
LISTED = '<output><outputValues><text>"high","mid","low"</text></outputValues></output>'
ANSWERS = [
    ("UNIQUE", 1, '"low"', None),
    ("UNIQUE", 7, "null", "dmn-rules-many"),
    ("ANY", 3, '"low"', None),
    ("ANY", 7, "null", "dmn-rules-differ"),
    ("FIRST", 7, '"low"', None),
    ("PRIORITY", 7, '"high"', None),
    ("RULE ORDER", 7, '["low", "mid", "high", "low"]', None),
    ("OUTPUT ORDER", 7, '["high", "mid", "low", "low"]', None),
    ("COLLECT", 21, '["high"]', None),
    ("COLLECT+COUNT", 7, "4", None),
    ("COLLECT+MIN", 7, '"high"', None),
    ("COLLECT+MAX", 7, '"mid"', None),
    ("SOMETHING", 7, "null", "dmn-hit-policy-unknown"),
]


@pytest.mark.parametrize(("policy", "value", "answer", "rule"), ANSWERS)
def test_a_hit_policy_answers(policy: str, value: int, answer: str, rule: str | None) -> None:
    compiled = program(data("x"), decision("d", table(["x"], RULES, policy=policy, outputs=LISTED), needs=["x"]))
    result = compiled.ask("d", {"x": Decimal(value)})
    assert literal_text(result.value) == answer
    assert [reason.rule for reason in result.reasons] == ([rule] if rule else [])


def test_sums_add_what_matches() -> None:
    rules = [("-", "1"), ("> 1", "2.5"), ("> 100", "7")]
    compiled = program(data("x"), decision("d", table(["x"], rules, policy="COLLECT+SUM"), needs=["x"]))
    assert compiled.ask("d", {"x": Decimal(5)}).value == Decimal("3.5")


def test_no_row_is_null_and_a_default_stands_for_it() -> None:
    plain = program(data("x"), decision("d", table(["x"], [("1", "1")]), needs=["x"]))
    assert [reason.rule for reason in plain.ask("d", {"x": Decimal(2)}).reasons] == ["dmn-no-rule"]
    default = "<output><defaultOutputEntry><text>9</text></defaultOutputEntry></output>"
    compiled = program(data("x"), decision("d", table(["x"], [("1", "1")], outputs=default), needs=["x"]))
    assert compiled.ask("d", {"x": Decimal(2)}).value == 9


def test_several_outputs_are_a_context() -> None:
    outputs = '<output name="a b"/><output name="c"/>'
    rules = [("-", "1", "x + 1")]
    compiled = program(data("x"), decision("d", table(["x"], rules, outputs=outputs), needs=["x"]))
    assert literal_text(compiled.ask("d", {"x": Decimal(2)}).value) == "{a b: 1, c: 3}"


def test_an_input_that_the_table_does_not_provide_for_is_said() -> None:
    text = table(["x"], [("-", "1")]).replace(
        "</inputExpression>", "</inputExpression><inputValues><text>1,2</text></inputValues>"
    )
    result = program(data("x"), decision("d", text, needs=["x"])).ask("d", {"x": Decimal(3)})
    assert str(result.reasons[0]) == "The input x is 3, which the table does not provide for."


def test_a_cell_that_is_no_feel_is_a_problem_and_never_matches() -> None:
    compiled = program(data("x"), decision("d", table(["x"], [("1 +", "1"), ("-", "2")]), needs=["x"]))
    assert [(problem.element, problem.text) for problem in compiled.problems] == [("d", "1 +")]
    assert compiled.ask("d", {"x": Decimal(1)}).value == 2


DAYS = [f'"2026-0{month}-{day}"' for month in (2, 3) for day in (10, 28)]


def random_literal(chance: random.Random) -> str:
    """A literal of any kind that has an order."""
    number = str(chance.randint(0, 12))
    day = chance.choice(DAYS)
    texts = [
        number,
        number,
        f"-{number}.5",
        f"@{day}",
        f"date({day})",
        '"a"',
        '"m"',
        'duration("P2D")',
        f"{number} + 1",
    ]
    return chance.choice([*texts, f'date and time({day[:-1]}T10:00:00")'])


def random_cell(chance: random.Random) -> str:
    """A cell of any kind: literals, ranges, conditions, lists, functions, other inputs, negated ones."""
    low, high = random_literal(chance), random_literal(chance)
    low_end, high_end = chance.choice("[("), chance.choice("])")
    simple = [low, f"< {low}", f">= {low}", f"{low_end}{low}..{high}{high_end}", f"!= {low}", f"= {low}", "null"]
    conditions = [
        f"? > {low} and ? <= {high}", f"? = {low} or ? > {high}", f"not(? < {low})", f"? between {low} and {high}",
        f"? in [{low}..{high}]", f"? in ({low}, {high})", f"{low} < ?", f"? != {low}", "? = null", "? = true",
        f"? > {low} and even(?)", f"? < {low} and x > 2", f"not(? < {low} and x > 2)", f"[{low}, {high}]",
        f"x + {low} - x", 'starts with(?, "a")',
        "y", "-", "true", "? + 1 > 3", "count(?) = 1", "string(?) = y", "? instance of number", f"(? > {low}) = true",
    ]  # fmt: skip
    cell = chance.choice(simple if chance.random() < 0.5 else conditions)
    if cell in simple and chance.random() < 0.4:
        cell = f"{cell}, {chance.choice(simple)}"
    return f"not({cell})" if cell != "-" and chance.random() < 0.25 else cell


def random_value(chance: random.Random) -> FeelValue:
    texts = ["null", "true", "false", '"a"', '"ab"', "[4]", "{a: 1}", "[1..5]", 'time("10:00:00")', 'duration("P1Y")']
    text = chance.choice([*texts, random_literal(chance), random_literal(chance), random_literal(chance)])
    return evaluate(text).value


def asks_every_cell(index: ColumnIndex, _: FeelValue) -> IndexedRows:
    return index._everything


@pytest.mark.parametrize("policy", ["UNIQUE", "ANY", "FIRST", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT+SUM"])
@pytest.mark.parametrize("seed", range(3))
def test_the_index_changes_no_answer(seed: int, policy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(f"{seed} {policy}")
    rules = [(random_cell(chance), random_cell(chance), str(number % 4)) for number in range(30)]
    outputs = "<output><outputValues><text>2,1,3,0</text></outputValues></output>"
    text = decision("d", table(["x", "y"], rules, policy=policy, outputs=outputs), needs=["x", "y"])
    questions = [{"x": random_value(chance), "y": random_value(chance)} for _ in range(60)]

    def answers(compiled: DmnProgram) -> list[str]:
        return [literal_text(compiled.ask("d", question).value) for question in questions]

    indexed = answers(program(data("x"), data("y"), text))
    monkeypatch.setattr(ColumnIndex, "rows_for", asks_every_cell)
    assert indexed == answers(program(data("x"), data("y"), text))


def test_between_numbers_that_differ_in_the_last_digit_nothing_is_lost() -> None:
    low, high = "1." + "0" * 19 + "1", "1." + "0" * 19 + "2"
    compiled = program(
        data("x"), decision("d", table(["x"], [(f"> {low} and ? < 0", "9"), (f"({low}..{high})", "1")]), needs=["x"])
    )
    assert compiled.ask("d", {"x": Decimal(low + "5")}).value == 1
    assert compiled.ask("d", {"x": Decimal(low)}).value is None


def test_a_value_of_a_kind_that_no_row_provides_for_is_said() -> None:
    compiled = program(data("x"), decision("d", table(["x"], [("< 5", "1"), ("[5..9]", "2")]), needs=["x"]))
    assert [reason.rule for reason in compiled.ask("d", {"x": "a"}).reasons] == ["feel-operand-types"] * 2 + [
        "dmn-no-rule"
    ]


def numbered(cell: str, policy: str = "UNIQUE") -> tuple[list[tuple[str, str]], str]:
    """A thousand rows of a cell in which # is the number of the row, $ ten times that, and @ a day."""
    days = [f"20{row // 336:02d}-{row // 28 % 12 + 1:02d}-{row % 28 + 1:02d}" for row in range(1000)]
    texts = [cell.replace("#", str(row)).replace("$", str(row * 10)).replace("@", days[row]) for row in range(1000)]
    return [(text, str(row)) for row, text in enumerate(texts)], policy


@pytest.mark.parametrize(
    ("rules", "policy"),
    [
        numbered("? > $ and ? < $ + 9"),
        numbered('date("@")'),
        numbered("? >= # and ? <= # and odd(?)"),
        numbered('#, "k#"', "COLLECT"),
        numbered("not(#)", "COLLECT+SUM"),
    ],
)
def test_a_thousand_rows_of_any_ordered_cells_answer_within_a_millisecond(
    rules: list[tuple[str, str]], policy: str
) -> None:
    compiled = program(data("x"), decision("d", table(["x"], rules, policy=policy), needs=["x"]))
    for value in ["null", "503", '"a"', 'date("2001-05-09")', "true"]:
        question = {"x": evaluate(value).value}
        compiled.ask("d", question)
        asking = min(processor_time(partial(compiled.ask, "d", question)) for _ in range(10))
        assert asking < tenth_of_a_second() / 100


def test_a_table_may_ask_for_any_expression() -> None:
    compiled = program(
        data("x"), decision("d", table(["x.a * 2"], [("4", '"four"')]), needs=["x"]), decision("e", literal("1"))
    )
    assert compiled.ask("d", {"x": {"a": Decimal(2)}}).value == "four"
