"""Promises of folding: Vietnamese is found however its marks are typed."""

from __future__ import annotations

import csv
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text import strip_diacritics, vietnamese_order
from tests.paths import ROOT

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


@pytest.mark.parametrize(
    "written",
    [
        "Đường Đồng Khởi",
        "ĐƯỜNG ĐỒNG KHỞI",
        unicodedata.normalize("NFD", "Đường Đồng Khởi"),
        "Ðường Ɖồng Khởi",
        "ðường\u00a0ɖồng\u2009khởi",
        "Đường\u200b Đồ\u00adng Khởi\u200e",
        "Ｄuong dong khoi",
    ],
)
def test_look_alikes_and_signs_that_nobody_sees_make_no_difference(written: str) -> None:
    assert strip_diacritics(written) == "duong dong khoi"


def test_names_stand_in_the_order_of_the_vietnamese_alphabet() -> None:
    ordered = [
        *[
            "",
            "(không tên)",
            "12 Lê Lợi",
            "An",
            "Ăn",
            "Ấn",
            "Ba",
            "bà",
            "Bả",
            "Bã",
            "Bá",
            "Bạ",
            "Bàu Hàm",
            "Cần",
            "Dầu Giây",
        ],
        *["Đại Phước", "Đồng Nai", "Em", "Êm", "Hóa An", "Hoà Bình", "Hòa Hưng", "Long", "Ngô", "Nguyễn", "Nha Bích"],
        *["Om", "Ôm", "Ơm", "Phú", "Tà Lài", "Tam An", "Trà Cổ", "Um", "Ưm", "Vĩnh Thanh", "Xã", "Y", "Ý", "Дом"],
    ]
    for shuffled in (ordered[::-1], sorted(ordered), sorted(ordered, key=len)):
        assert sorted(shuffled, key=vietnamese_order) == ordered


def test_the_communes_of_both_provinces_stand_in_alphabetical_order() -> None:
    for file in ("provinces/dong_nai_2021/units.csv", "provinces/dong_nai_2025/units.csv"):
        with (ROOT / "engine" / "data" / file).open(encoding="utf-8") as lines:
            names = [row["name_with_type"] for row in csv.DictReader(lines)]
        shown = sorted(names, key=vietnamese_order)
        alphabet = {letter: rank for rank, letter in enumerate(" 0123456789aăâbcdđeêghiklmnoôơpqrstuưvxy")}
        bases = [strip_marks_of_tone(name.lower()) for name in shown]
        ranks = [[alphabet[letter] for letter in name] for name in bases]
        assert ranks == sorted(ranks)
        assert len(shown) == len(names)


def strip_marks_of_tone(name: str) -> str:
    bare = (letter for letter in unicodedata.normalize("NFD", name) if letter not in "\u0300\u0301\u0303\u0309\u0323")
    return unicodedata.normalize("NFC", "".join(bare))
