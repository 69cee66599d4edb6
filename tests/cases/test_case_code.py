"""Promises of case codes: what is read out or typed wrongly is refused, what is right is understood in any dress."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.cases import case_code
from engine.errors import BadInput
from engine.translation.wording import say

PROVINCES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2)
CODES = st.builds(case_code.format_code, PROVINCES, st.integers(2000, 2099), st.integers(1, 999_999_999))
DIGITS = "0123456789"


def test_a_code_is_short_and_says_province_and_year() -> None:
    assert case_code.format_code("DN", 2026, 4217) == "DN-26-004217-D"


@given(CODES)
def test_a_code_is_understood_as_it_was_written(code: str) -> None:
    assert case_code.parse_code(code) == code


@given(code=CODES, data=st.data())
def test_every_single_wrong_digit_is_refused(code: str, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([place for place, sign in enumerate(code) if sign in DIGITS]))
    wrong = data.draw(st.sampled_from([digit for digit in DIGITS if digit != code[place]]))
    with pytest.raises(BadInput, match="check letter"):
        case_code.parse_code(code[:place] + wrong + code[place + 1 :])


@given(code=CODES, data=st.data())
def test_every_swap_of_neighbouring_digits_is_refused(code: str, data: st.DataObject) -> None:
    places = [place for place, sign in enumerate(code) if sign in DIGITS]
    index = data.draw(st.integers(0, len(places) - 2))
    first, second = places[index], places[index + 1]
    assume(code[first] != code[second])
    signs = list(code)
    signs[first], signs[second] = signs[second], signs[first]
    with pytest.raises(BadInput, match="check letter"):
        case_code.parse_code("".join(signs))


@given(code=CODES, letter=st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_every_other_check_letter_is_refused(code: str, letter: str) -> None:
    assume(letter != code[-1])
    with pytest.raises(BadInput, match="check letter"):
        case_code.parse_code(code[:-1] + letter)


@given(CODES)
def test_the_check_letter_is_not_one_that_is_heard_as_another_sign(code: str) -> None:
    assert code[-1] not in "IOU"


@pytest.mark.parametrize(
    "typed",
    [
        "dn-26-004217-d",
        "DN26004217D",
        "dn 26 004217 d",
        "  DN-26-004217-D\n",
        "DN - 26 - 004217 - D",
        "Dn-26 004 217-D",
        "DN26-004217D",
    ],
)
def test_a_code_is_understood_however_it_is_typed(typed: str) -> None:
    assert case_code.parse_code(typed) == "DN-26-004217-D"


NO_CODES = (
    *("", "4217", "DN-26-4217-D", "DN-2026-004217-D", "DNN-26-004217-D", "DN-26-004217", "DN-26-004217-DD"),
    *("DN/26/004217/D", "DN-26-004217-D;", "DN-26-00٤217-D", "DN-２６-004217-D", "\x00"),
)


@pytest.mark.parametrize("typed", NO_CODES)
def test_what_is_no_code_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(BadInput, match="it looks like") as caught:
        case_code.parse_code(typed)
    example = str(caught.value).partition("it looks like ")[2].rstrip(".")
    assert case_code.parse_code(example) == example


@pytest.mark.slow
@given(st.text(max_size=20))
def test_whatever_is_typed_is_a_code_or_refused(typed: str) -> None:
    try:
        outcome = case_code.parse_code(typed)
    except BadInput as error:
        outcome = str(error)
    assert outcome.startswith(repr(typed)) or case_code.parse_code(outcome) == outcome


def test_a_refusal_repeats_only_the_beginning_of_what_was_typed_and_nothing_that_turns_a_page() -> None:
    with pytest.raises(BadInput) as caught:
        case_code.parse_code("\u202e" + "x" * 5_000)
    assert "\u202e" not in say(caught.value, "vi")
    assert len(say(caught.value, "vi")) < 150
