"""Promises of case codes: what is read out or typed wrongly is refused, what is right is understood in any dress."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.cases import case_code
from engine.errors import BadInput
from engine.process.code_format import format_code
from engine.translation.wording import say

PROVINCES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2)
CODES = st.builds(format_code, PROVINCES, st.integers(2000, 2099), st.integers(1, 999_999_999))
DIGITS = "0123456789"


def test_a_code_is_short_and_says_province_and_year() -> None:
    assert format_code("DN", 2026, 4217) == "DN-26-004217-D"


@given(CODES)
def test_a_code_is_understood_as_it_was_written(code: str) -> None:
    assert case_code.parse_code(code, "DN") == code


@given(code=CODES, data=st.data())
def test_every_single_wrong_digit_is_refused(code: str, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([place for place, sign in enumerate(code) if sign in DIGITS]))
    wrong = data.draw(st.sampled_from([digit for digit in DIGITS if digit != code[place]]))
    with pytest.raises(BadInput, match="check letter"):
        case_code.parse_code(code[:place] + wrong + code[place + 1 :], "DN")


@given(code=CODES, data=st.data())
def test_every_swap_of_neighbouring_digits_is_refused(code: str, data: st.DataObject) -> None:
    places = [place for place, sign in enumerate(code) if sign in DIGITS]
    index = data.draw(st.integers(0, len(places) - 2))
    first, second = places[index], places[index + 1]
    assume(code[first] != code[second])
    signs = list(code)
    signs[first], signs[second] = signs[second], signs[first]
    with pytest.raises(BadInput, match="check letter"):
        case_code.parse_code("".join(signs), "DN")


@given(code=CODES, letter=st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_every_other_check_letter_is_refused(code: str, letter: str) -> None:
    assume(letter != code[-1])
    with pytest.raises(BadInput, match="check letter"):
        case_code.parse_code(code[:-1] + letter, "DN")


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
        "DN-26-004217",
        "26-004217-D",
        "26 004 217",
        "dn 26–004217–d",
        "ĐN‑26‑004217‑D",
        "\u202aDN-26-004217-D\u202c",
        "DN\u00a026\u00a0004217\u00a0D",
        "ＤＮ－２６－００４２１７－Ｄ",
        "DN-26-00٤217-D",
        "DN-26-OO4217-D",
        "DN-2026-004217-D",
        "DN-26-4217-D",
        "DN.26.004217.D",
        "Mã hồ sơ: DN-26-004217-D.",
        "DN-26-004217-D;",
    ],
)
def test_a_code_is_understood_however_it_is_typed(typed: str) -> None:
    assert case_code.parse_code(typed, "DN") == "DN-26-004217-D"


def test_a_keyboard_that_makes_a_vietnamese_letter_of_the_check_letter_is_understood() -> None:
    number = next(number for number in range(1, 99) if format_code("DN", 2026, number).endswith("W"))
    code = format_code("DN", 2026, number)
    assert case_code.parse_code(f"{code[:-1]}ư", "DN") == code


@pytest.mark.parametrize("typed", ["4217", "004217", "#4217", "số 004 217", "4217-D", "DN4217"])
def test_a_part_of_a_code_means_that_number_in_any_year(typed: str) -> None:
    read = case_code.read_typed(typed, "DN")
    assert "DN-26-004217-D" in read.codes
    assert not read.whole
    assert read.certain is typed.startswith("DN")
    assert {code[6:12] for code in read.codes} == {"004217"}
    assert all(code.endswith("D") for code in read.codes) is typed.endswith("D")


NO_CODES = (
    *("", "4217", "DNN-26-004217-D", "DN-26-004217-DD", "BP-26-4217-D", "ap 12", "0912345678", "12/3B"),
    *("DN/26/4217D", "DN-26-0042170000-D", "\x00"),
)


@pytest.mark.parametrize("typed", NO_CODES)
def test_what_is_no_code_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(BadInput, match="it looks like") as caught:
        case_code.parse_code(typed, "DN")
    example = str(caught.value).partition("it looks like ")[2].rstrip(".")
    assert case_code.parse_code(example, "DN") == example


@pytest.mark.slow
@given(st.text(max_size=20))
def test_whatever_is_typed_is_a_code_or_refused(typed: str) -> None:
    try:
        outcome = case_code.parse_code(typed, "DN")
    except BadInput as error:
        outcome = str(error)
    assert outcome.startswith(repr(typed)) or case_code.parse_code(outcome, "DN") == outcome


def test_a_refusal_repeats_only_the_beginning_of_what_was_typed_and_nothing_that_turns_a_page() -> None:
    with pytest.raises(BadInput) as caught:
        case_code.parse_code("\u202e" + "x" * 5_000, "DN")
    assert "\u202e" not in say(caught.value, "vi")
    assert len(say(caught.value, "vi")) < 150
