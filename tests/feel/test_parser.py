"""Where names, ranges and operators begin and end in a text."""

from __future__ import annotations

import pytest

from engine.feel.parser import parse_expression, parse_unary_tests
from engine.feel.reasons import FeelSyntaxError

NAMES = {"date and time", "Phí dịch vụ", "Số ngày - đã nghỉ", "a", "b", "x"}
# Texts that mean the same although they are written differently.
ALIKE = [
    ("a + b * x", "a + (b * x)"),
    ("-a ** b", "(-a) ** b"),
    ("a or b and x", "a or (b and x)"),
    ("not(a) = b", "(not(a)) = b"),
    ("a between b and x and a", "(a between b and x) and a"),
    ("]1..5[", "(1..5)"),
    ("a in ]1..5[ and b", "(a in (1..5)) and b"),
    ("[1..x[1]]", "[1..(x[1])]"),
    ("Phí   dịch vụ", "Phí dịch vụ"),
    ("Số ngày-đã nghỉ+1", "(Số ngày - đã nghỉ) + 1"),
    ("{tổng - giảm: a, y: tổng - giảm}", "{tổng-giảm: (a), y: (tổng - giảm)}"),
    ("for phần tử in a return phần tử + 1", "for phần  tử in a return (phần tử) + 1"),
    ("if a then b else x + 1", "if a then b else (x + 1)"),
    ("a /* nothing */ + // nothing\n b", "a + b"),
    ("date and time(x)", "(date and time)(x)"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_a_text_means_what_its_brackets_would_say(one: str, other: str) -> None:
    left, right = (parse_expression(text, NAMES) for text in (one, other))
    assert str(left).replace(" - ", "-") == str(right).replace(" - ", "-")


BROKEN = [
    "",
    "1 +",
    "(1",
    "1)",
    "if a then b",
    "{a 1}",
    "[1,",
    '"open',
    "a b c +",
    "x ..",
    "for in a return 1",
    "@",
    "1 2",
]


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_no_expression_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(FeelSyntaxError) as error:
        parse_expression(text, NAMES)
    assert str(error.value.reason)[-1] == "."


def test_a_mixed_call_is_refused() -> None:
    with pytest.raises(FeelSyntaxError, match="feel-syntax-mixed"):
        parse_expression("f(a, b: 1)", NAMES)


def test_not_negates_a_cell_only_as_a_whole() -> None:
    assert str(parse_unary_tests("not(1, 2)", NAMES)).count("is_negated=True") == 1
    assert str(parse_unary_tests("not(a) or b, 2", NAMES)).count("is_negated=False") == 1
    assert parse_unary_tests(" - ", NAMES) is None
