"""What expressions of FEEL answer (DMN 1.5, chapter 10)."""

from __future__ import annotations

import pytest

from engine.feel.expression import compile_tests, evaluate, run_code
from engine.feel.temporal_text import parse_date_time
from engine.feel.value_text import literal_text
from engine.feel.values import FeelValue

NOW = parse_date_time("2026-11-30T08:00:00@Asia/Ho_Chi_Minh")
ANSWERS = {
    # Numbers are exact.
    "0.1 + 0.2 = 0.3": "true",
    "1 / 3": "0.3333333333333333333333333333333333",
    "10 ** 2 ** 2": "10000",
    "-3 ** 2": "9",
    ".5 + 1.5e1": "15.5",
    # Three-valued logic.
    "true and null": "null",
    "false and null": "false",
    "true or null": "true",
    "not(null)": "null",
    "null = null": "true",
    "1 = null": "false",
    '1 = "1"': "null",
    "if null then 1 else 2": "2",
    # Texts.
    '"a" + "b"': '"ab"',
    'string length("🐎😀")': "2",
    'substring("Đồng Nai", -3)': '"Nai"',
    'replace("0123456789", "(\\d{3})(\\d{3})(\\d{4})", "($1) $2-$3")': '"(012) 345-6789"',
    'matches("abZ", "[a-z-[bc]]*Z", "i")': "true",
    'split("a;b;;", ";")': '["a", "b", "", ""]',
    'string({a: [1.50, "x"], b: @"P1D"})': '"{a: [1.5, \\"x\\"], b: P1D}"',
    # Dates and times.
    'date("2024-02-29") + duration("P1Y")': "2025-02-28",
    'date and time("2026-03-29T01:30:00@Europe/Paris") + duration("PT1H")': "2026-03-29T03:30:00@Europe/Paris",
    '@"2026-11-30T08:00:00@Asia/Ho_Chi_Minh" = @"2026-11-30T01:00:00Z"': "true",
    '@"2026-11-30" - @"2026-11-01"': "P29D",
    'years and months duration(@"2024-11-30", @"2026-11-29")': "P1Y11M",
    'day of week(@"2026-11-30")': '"Monday"',
    'week of year(@"2021-01-01")': "53",
    '@"2026-11-30".weekday': "1",
    '@"08:00:00+07:00".time offset': "PT7H",
    'date("-0044-03-15") < date("0001-01-01")': "true",
    "now()": "2026-11-30T08:00:00@Asia/Ho_Chi_Minh",
    "today()": "2026-11-30",
    'duration("P1DT2H") * 1.5': "P1DT15H",
    # Lists, contexts, ranges.
    "[1, 2, 3, 4][item > 2]": "[3, 4]",
    "[1, 2, 3][-1]": "3",
    "5[1]": "5",
    "[{a: 1}, {a: 2}].a": "[1, 2]",
    "[{a: 1, b: 2}, {a: 3, b: 4}][a > 1].b": "[4]",
    "{a: 1, b: a + 1}.b": "2",
    "5 in (1, [4..6))": "true",
    "5 in (< 3, > 7)": "false",
    "[1..10).end included": "false",
    "overlaps([1..5], [3..8])": "true",
    "meets([1..5], [5..8])": "true",
    'range("[1..3]") = [1..3]': "true",
    "for i in 0..4 return if i = 0 then 1 else i * partial[-1]": "[1, 1, 2, 6, 24]",
    "for i in [1, 2], j in [i, 10] return i * j": "[1, 10, 4, 20]",
    "some x in [1, 2] satisfies x > 1": "true",
    "every x in [] satisfies false": "true",
    'every x in [true, "a", false] satisfies x': "false",
    'every x in [true, "a"] satisfies x': "null",
    "some x in [null, true] satisfies x": "true",
    'some x in ["a", true] satisfies x': "null",
    'some x in ["a", false] satisfies x': "null",
    "sort([3, 1, 2], function(x, y) x < y)": "[1, 2, 3]",
    'context put({a: {b: 1}}, ["a", "b"], 2)': "{a: {b: 2}}",
    "median([8, 2, 5, 7])": "6",
    "mode([6, 3, 9, 6])": "[6]",
    "distinct values([1, 2, 1.0])": "[1, 2]",
    "(function(x: number) x * 2)(4)": "8",
    'substring(start position: 2, string: "abc")': '"bc"',
    # Types.
    "[1, 2] instance of list<number>": "true",
    "{a: 1} instance of context<a: string>": "false",
    "sum instance of function<list> -> number": "true",
    "null instance of Any": "false",
}


@pytest.mark.parametrize(("text", "answer"), ANSWERS.items())
def test_an_expression_answers(text: str, answer: str) -> None:
    assert literal_text(evaluate(text, now=NOW).value) == answer


# Expressions that have no value, and what the reason speaks of.
NULLS = {
    "1 / 0": "feel-division-by-zero",
    'true + "a"': "feel-operand-types",
    "unknown": "feel-name-unknown",
    "unknown(1)": "feel-name-unknown",
    "{a: 1}.b": "feel-property-unknown",
    "[1, 2][3]": "feel-index-out-of-range",
    'date("2026-02-30")': "feel-literal-invalid",
    '@"nonsense"': "feel-literal-invalid",
    "abs(1, 2)": "feel-argument-count",
    "abs(x: 1)": "feel-argument-name",
    'abs("1")': "feel-argument-type",
    "10 ** 7000": "feel-number-out-of-range",
    "{a: 1, a: 2}": "feel-key-twice",
    'matches("a", "(")': "feel-pattern-invalid",
    "function(x) external {java: {}}": "feel-external-function",
    "for i in null return i": "feel-not-a-list",
    '[1.."a"]': "feel-range-invalid",
    "(function(x: number) x)(true)": "feel-type-mismatch",
    "5(1)": "feel-function-expected",
}


@pytest.mark.parametrize(("text", "rule"), NULLS.items())
def test_an_error_is_null_with_a_reason(text: str, rule: str) -> None:
    answer = evaluate(text)
    assert answer.value is None
    assert rule in [reason.rule for reason in answer.reasons]
    assert "{" not in str(answer.reasons[0]).replace("{java", "")


def test_without_a_clock_there_is_no_now() -> None:
    assert [reason.rule for reason in evaluate("today()").reasons] == ["feel-clock-missing"]


CELLS = [
    ("< 10", "9", True),
    ("[1..5], 8", "8", True),
    ("not(1, 2)", "3", True),
    ("not(1, 2)", "2", False),
    ("null", "null", True),
    ("1", "null", False),
    ("? > 3 and even(?)", "4", True),
    ('starts with(?, "Đ")', '"Đồng Nai"', True),
    ('"a", "b"', '"b"', True),
    ('[@"2026-01-01"..@"2026-12-31"]', '@"2026-11-30"', True),
    ("[1, 2]", "2", True),
    ("contains(?, 1)", "1", None),
]


@pytest.mark.parametrize(("cell", "value", "outcome"), CELLS)
def test_a_cell_tests_a_value(cell: str, value: str, outcome: bool | None) -> None:
    code = compile_tests(cell)
    assert code is not None
    assert (run_code(code, {"?": evaluate(value).value}).value is True) == (outcome is True)


def test_values_from_outside_may_have_any_names() -> None:
    values: dict[str, FeelValue] = {"Phí - lệ phí": evaluate("12").value, "if": None}
    assert literal_text(evaluate("Phí - lệ phí * 2", values).value) == "24"
