"""Decision tables: hit policies, defaults, what is allowed, and the index against asking every cell."""

from __future__ import annotations

import random
import statistics
from decimal import Decimal
from functools import partial

import pytest

from engine.dmn.program import DmnProgram
from engine.dmn.table_index import ColumnIndex
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


def random_cell(chance: random.Random) -> str:
    """A cell over numbers, or sometimes over something else."""
    low = chance.randint(0, 12)
    simple = [
        f"{low}",
        f"< {low}",
        f">= {low}",
        f"[{low}..{low + chance.randint(0, 5)})",
        f"({low}..{low + 3}]",
        f"!= {low}",
    ]
    conditions = [
        f"? > {low} and even(?)",
        f"? >= {low} and {low + 5} > ? and ? in (1, [3..9], > 11)",
        f"? < {low} or ? = {low + 2} or ? between {low + 3} and {low + 4}",
        f'? > {low} and (? < "a" or ? < {low + 6})',
        f"(? < {low} or odd(?)) and ? != 3",
        f"not(? < {low})",
        f"? > {low} and x > 2",
    ]
    parts = [*simple, *conditions, "-", '"a"', "null", f"x + {low} - x", 'not("a")', f"[{low}..{low})"]
    cell = chance.choice(parts)
    if cell in simple and chance.random() < 0.4:
        cell = f"{cell}, {chance.choice(simple)}"
    return f"not({cell})" if cell.split(",")[0] in simple and chance.random() < 0.3 else cell


@pytest.mark.parametrize("seed", range(6))
def test_the_index_changes_no_answer(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    rules = [(random_cell(chance), random_cell(chance), str(number)) for number in range(30)]
    text = decision("d", table(["x", "y"], rules, policy="RULE ORDER"), needs=["x", "y"])
    values: list[FeelValue] = [*(Decimal(number) / 2 for number in range(0, 30, 3)), "a", None, True, [Decimal(4)]]
    questions = [{"x": chance.choice(values), "y": chance.choice(values)} for _ in range(60)]

    def answers(compiled: DmnProgram) -> list[str]:
        return [literal_text(compiled.ask("d", question).value) for question in questions]

    indexed = answers(program(data("x"), data("y"), text))
    monkeypatch.setattr(ColumnIndex, "candidates", lambda index, *_: (index._all, index._all))
    assert indexed == answers(program(data("x"), data("y"), text))


@pytest.mark.parametrize(
    "cell", ["[{low}..{high}]", "? >= {low} and ? <= {high}", "? between {low} and {high}", "? > {low} and odd(?)"]
)
def test_a_thousand_rows_answer_within_a_millisecond(cell: str) -> None:
    cells = [cell.format(low=row * 10, high=row * 10 + 9) for row in range(1000)]
    rules = [(text, f'"k{row}"', str(row)) for row, text in enumerate(cells)]
    compiled = program(data("x"), data("y"), decision("d", table(["x", "y"], rules), needs=["x", "y"]))

    def ask(row: int) -> None:
        assert compiled.ask("d", {"x": Decimal(row * 10 + 3), "y": f"k{row}"}).value == row

    asking = statistics.median(processor_time(partial(ask, row)) for row in range(0, 1000, 20))
    assert asking < tenth_of_a_second() / 100


def test_nothing_over_a_thousand_dates_and_a_thousand_results_are_answered_within_a_millisecond() -> None:
    days = [f'< date("{2001 + row // 300}-{1 + row % 12:02}-{1 + row % 28:02}")' for row in range(1000)]
    rules = [*((day, "1") for day in days), (">= 0", "2")]
    compiled = program(data("x"), decision("d", table(["x"], rules, policy="COLLECT+COUNT"), needs=["x"]))
    many = program(data("x"), decision("d", table(["x"], [(">= 0", "1")] * 1000, policy="COLLECT"), needs=["x"]))
    whole = compiled.ask("d", {"x": None})

    def ask() -> None:
        assert compiled.ask("d", {"x": None}) == whole
        assert many.ask("d", {"x": Decimal(1)}).value == [Decimal(1)] * 1000

    asking = statistics.median(processor_time(ask) for _ in range(20))
    assert asking < tenth_of_a_second() / 100


def test_a_table_may_ask_for_any_expression() -> None:
    compiled = program(
        data("x"), decision("d", table(["x.a * 2"], [("4", '"four"')]), needs=["x"]), decision("e", literal("1"))
    )
    assert compiled.ask("d", {"x": {"a": Decimal(2)}}).value == "four"
