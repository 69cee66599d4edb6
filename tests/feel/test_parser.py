"""Where names, ranges and operators begin and end in a text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.feel import parser
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


NUMBERS = ("0", "-1", "007", "1.50", "-0.25", "12345678901234567890123456789012345", "1e3", "1.", ".5")
SIMPLE = [
    *NUMBERS,
    *('"Đồng Nai"', '""', '"a\\n"', '"a" "b"', "- 1", "--1"),
    *(f"{sign} {number}" for sign in ("<", "<=", ">", ">=", "=", "!=") for number in NUMBERS[:4]),
    *(f"{low}{number}..{number}{high}" for low in "[(]" for high in "])[" for number in NUMBERS[:5]),
    *('< "a"', "[ 1 .. 2 ]", "[1..]", "(1)", "[1]", "1, 2", "5..6", ' "a" '),
]


def outcome(parse: Callable[[str], object], text: str) -> str:
    try:
        return str(parse(text))
    except FeelSyntaxError as error:
        return str(error.reason)


@pytest.mark.parametrize("text", SIMPLE)
def test_the_short_way_makes_what_the_grammar_makes(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def both() -> list[str]:
        ways = (lambda text: parse_expression(text, ()), lambda text: parse_unary_tests(text, ()))
        return [outcome(parse, text) for parse in ways]

    short = both()
    monkeypatch.setattr(parser, "simple_expression", lambda _: None)
    monkeypatch.setattr(parser, "simple_tests", lambda _: None)
    assert short == both()


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
