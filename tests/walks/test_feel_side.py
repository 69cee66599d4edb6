"""What the oracle reads in FEEL, written from DMN, is what the engine reads: values of every kind, and absent ones."""

from __future__ import annotations

from typing import Any

import pytest

from engine.bpmn.feel_language import FeelLanguage
from engine.bpmn.feel_marks import TEST
from engine.errors import ScriptError
from tests.walks.oracle.feel import constants_in_feel, evaluate_feel, holds_feel, lists_in_feel, names_in_feel

VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, 25, 1.5, "a", "red", [], ["red"], ["red", "yellow"], [1, None],
    {"value": 30}, [{"value": 1}],
)  # fmt: skip
TEXTS = (
    "=x = y", "=x != y", "=x < y", "=x >= 1.5", "=x + y", "=x - y", "=x / y", "=-x * 2", "=x ** 2",
    "=x and y", "=x or not(y)", "=not(x)", "=modulo(x, -2)", "=append(x, y)", "=[x, y] = [y, x]",
    '={value: x, "more than one": value + 1}', "=x.value < 25", '=x.value = "red"', "=(x)",
    '=some risk in x satisfies risk = "red"', '=every risk in x satisfies risk = "yellow"', "=for i in x return i = y",
    "=if x then 1 else if y != null then y else []", '= Vacation Approval = "Đồng\\u0020ý"',
)  # fmt: skip


def engine_value(text: str, data: dict[str, Any]) -> Any:
    """The engine's value; null where it refuses to give null for one."""
    try:
        return FeelLanguage({}, {}).evaluate(text, data)
    except ScriptError:
        return None


@pytest.mark.parametrize("text", TEXTS)
def test_the_oracle_and_the_engine_give_a_text_one_value(text: str) -> None:
    for x in VALUES:
        for y in VALUES:
            data = {"x": x, "y": y, "Vacation Approval": "Đồng ý"}
            assert repr(evaluate_feel(text, data)) == repr(engine_value(text, data)), data
            assert holds_feel(text, data) is FeelLanguage({}, {}).evaluate(TEST + text.removeprefix("="), data), data


def test_the_names_and_constants_of_a_text_are_those_that_data_gives() -> None:
    text = '=some risk in risk levels satisfies risk = "red" and amount.value < 25 or applicant = null'
    assert sorted(names_in_feel(text)) == [("amount", "value"), ("applicant", ""), ("risk levels", "")]
    assert (lists_in_feel(text), constants_in_feel(text)) == ({"risk levels"}, ["red", 25, None])


@pytest.mark.parametrize("text", ["=x in [1..5]", "=date(x)", "=x[1]", "=x +", "=x y: 1", '="a', "=function(x) x"])
def test_what_the_oracle_does_not_read_it_says(text: str) -> None:
    with pytest.raises(AssertionError, match="the oracle"):
        evaluate_feel(text, {"x": 1})
