"""Tracking keys as people type, paste and mishear them, and codes in what they paste."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cases import case_code, one_time_codes, tracking_key
from engine.errors import BadInput, Invalid
from engine.process.code_format import format_code
from engine.translation.wording import say

CODE = format_code("DN", 2026, 4217)
KEYS = st.text(alphabet=tracking_key.ALPHABET, min_size=8, max_size=8).map(tracking_key.format_key)
PASTED = [
    "{key}",
    "  {key}\n",
    "Khóa tra cứu: {key}.",
    "Mã hồ sơ {code}, khóa tra cứu {key}",
    "{code} {key}",
    "ma ho so {code} khoa {key} xin cam on",
    "“{key}”",
]


@given(KEYS, st.sampled_from(PASTED))
def test_a_key_is_read_from_whatever_stands_around_it(key: str, pattern: str) -> None:
    assert tracking_key.parse_key(pattern.format(key=key, code=CODE)) == key


@given(KEYS)
def test_case_spaces_dashes_and_look_alikes_do_not_matter(key: str) -> None:
    bare = key.replace("-", "")
    looks_like = bare.translate(str.maketrans("0125", "OIZS"))
    for typed in (bare.lower(), " ".join(bare), f"{bare[:4]} – {bare[4:]}", looks_like, bare.replace("1", "l")):
        assert tracking_key.parse_key(typed) == key


@pytest.mark.parametrize("typed", ["", "7KMC", "7KMC-4XTR9", "7KMC-4XTR hay 9999-0000", "xin chào", "7" * 500])
def test_what_is_no_key_is_told_in_one_sentence(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        tracking_key.parse_key(typed)
    assert (refused.value.field, refused.value.rule) == ("key", "tracking-key-malformed")


def test_letters_that_no_key_has_are_named() -> None:
    with pytest.raises(Invalid) as refused:
        tracking_key.parse_key("7kma-4xtu")
    assert say(refused.value, "vi") == "Khóa tra cứu không có chữ A, U; hãy xem lại khóa đã ghi."


def test_what_is_generated_is_read_back() -> None:
    for _ in range(100):
        key = tracking_key.generate_key()
        assert tracking_key.parse_key(key.lower()) == key


@pytest.mark.parametrize(
    "typed", [CODE.lower(), f"Mã hồ sơ của ông/bà: {CODE}.", f"{CODE} 7KMC-4XTR", CODE.replace("-", " ")]
)
def test_a_case_code_is_read_from_whatever_stands_around_it(typed: str) -> None:
    assert case_code.extract_code(typed, "DN") == CODE


@pytest.mark.parametrize("typed", ["", "phản ánh của tôi", f"{CODE[:-1]}A", "4217"])
def test_what_holds_no_case_code_is_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        case_code.extract_code(typed, "DN")


@pytest.mark.parametrize(
    "typed",
    ["482913", " 482 913 ", "482-913", f"482913 là mã xác nhận để xem phản ánh {CODE}, dùng được trong 10 phút."],
)
def test_digits_are_read_from_the_message_that_brought_them(typed: str) -> None:
    assert one_time_codes.parse_digits(typed) == "482913"


@pytest.mark.parametrize("typed", ["", "48291", "4829137", "48291371", "4829137123", "482913 482914", "abcdef", CODE])
def test_what_is_no_code_is_told_in_one_sentence(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        one_time_codes.parse_digits(typed)
    assert say(refused.value, "vi") == "Mã xác nhận gồm sáu hoặc chín chữ số; hãy nhập lại."
