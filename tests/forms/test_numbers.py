"""How numbers are written in answers, and how pages write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.schema import InvalidAnswers
from forms.texts import number_text, two_readings
from tests.forms.test_fields import form, is_refused, read


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ("5", 5),
        ("+5.0", 5),
        ("-0", 0),
        ("1,5", 1.5),
        ("1.25", 1.25),
        ("0,125", 0.125),
        ("1.5", 1.5),
        ("1.500", 1500),
        ("-1.500", -1500),
        ("1.500.000", 1_500_000),
        ("1.500,5", 1500.5),
        ("1 500 000", 1_500_000),
        ("1\u00a0500,25", 1500.25),
        ("1,500,000", 1_500_000),
        ("1,500.5", 1500.5),
        ("1500,125", 1500.125),
        ("1000.50", 1000.5),
        ("1.000,50", 1000.5),
        ("1.00", 1),
        ("0.500", 0.5),
        ("0.000001", 0.000001),
        ("1000.0000", 1000),
        (" 1 000 ", 1000),
        ("1,000001", 1.000001),
        (2.5, 2.5),
        (3.0, 3),
        (999_999_999_999_999, 10**15 - 1),
    ],
)
def test_numbers_are_whole_where_they_can_be(answer: object, number: float) -> None:
    result = read(form("number"), answer)
    assert result == number
    assert type(result) is type(number)


@pytest.mark.parametrize(
    "answer",
    [
        *("1,500", "-12,345", "999,000", "1000.000", "-1500.125", "1.000000", "12.345678", "1000000.000", " 1000.000 "),
        *("1000,000", "1,000000", "10000,000"),
    ],
)
def test_a_number_with_two_readings_is_asked_for_again(answer: str) -> None:
    with pytest.raises(InvalidAnswers) as invalid:
        form("number").load({"f": answer})
    assert [problem.rule for problem in invalid.value.errors["f"]] == ["form-answer-number-readings"]


def test_who_is_asked_reads_both_readings() -> None:
    assert [two_readings(text) for text in ("1,500", "1000.000", "-1500.125")] == [
        (1500, 1.5),
        (1_000_000, 1000.0),
        (-1_500_125, -1500.125),
    ]


@given(st.one_of(st.integers(-(10**15), 10**15), st.floats(-(10**9), 10**9).map(lambda number: round(number, 6))))
def test_a_page_shows_a_number_so_that_it_is_read_as_the_same(number: float) -> None:
    assert read(form("number"), number_text(number)) == number


@pytest.mark.parametrize(
    "answer",
    [
        "1e5",
        "NaN",
        "Infinity",
        "1_000",
        "1.00,5",
        "1,00,000",
        "1.000.00",
        "12.34.567",
        "1,000,5",
        "1000.000,5",
        "1000 000",
        "1.000 000",
        "0.100.000",
        "1.500.",
        ",5",
        "1 50",
        "0x10",
        "",
        float("nan"),
        -float("inf"),
    ],
)
def test_what_is_no_plain_number_is_refused(answer: object) -> None:
    assert is_refused(form("number", validate={"required": True}), answer)


@pytest.mark.parametrize(
    ("digits", "kept", "lost"), [(0, "7", "7,5"), (2, "7,25", "7,255"), (None, "0,000001", "0,0000001")]
)
def test_no_decimal_digit_is_dropped_in_silence(digits: int | None, kept: str, lost: str) -> None:
    compiled = form("number") if digits is None else form("number", decimalDigits=digits)
    assert read(compiled, kept) == float(kept.replace(",", "."))
    assert is_refused(compiled, lost)


def test_the_limits_of_a_number_belong_to_it() -> None:
    compiled = form("number", validate={"min": 0.1, "max": 3})
    assert [read(compiled, answer) for answer in ("0.1", 0.1, 3)] == [0.1, 0.1, 3]
    assert is_refused(compiled, "0.09")
    assert is_refused(compiled, "3.01")
