"""Promises of folding: Vietnamese is found however its marks are typed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text import strip_diacritics

VIETNAMESE = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ"
PLAIN = "a" * 18 + "e" * 12 + "i" * 6 + "o" * 18 + "u" * 12 + "y" * 6 + "d"
TEXTS = st.text(st.sampled_from(VIETNAMESE + VIETNAMESE.upper() + "bcghklmnpqrstvx ,.0123456789"))


def test_every_letter_of_the_alphabet_loses_its_marks() -> None:
    assert strip_diacritics(VIETNAMESE) == PLAIN
    assert strip_diacritics(VIETNAMESE.upper()) == PLAIN


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Trảng Dài, Đồng Nai", "trang dai, dong nai"),
        ("ĐƯỜNG  ĐÈN\n\thỏng ", "duong den hong"),
        ("Số 12/3B", "so 12/3b"),
        ("", ""),
        (" \n", ""),
    ],
)
def test_text_becomes_what_is_typed_without_marks(text: str, folded: str) -> None:
    assert strip_diacritics(text) == folded


@given(TEXTS)
def test_composed_and_decomposed_letters_are_the_same(text: str) -> None:
    assert strip_diacritics(unicodedata.normalize("NFD", text)) == strip_diacritics(unicodedata.normalize("NFC", text))


@given(TEXTS)
def test_vietnamese_becomes_plain_small_letters(text: str) -> None:
    folded = strip_diacritics(text)
    assert folded.isascii()
    assert folded == folded.lower() == strip_diacritics(folded)


@given(TEXTS, TEXTS)
def test_a_word_of_a_text_is_found_in_it(before: str, word: str) -> None:
    assert strip_diacritics(word) in strip_diacritics(f"{before} {word}")
