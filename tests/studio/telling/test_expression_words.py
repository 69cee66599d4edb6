"""Expressions of diagrams in words; what has none stays as it is written."""

from __future__ import annotations

import pytest

from engine.process import definitions
from engine.shipped import ROOT
from engine.studio.telling.expression_words import ExpressionWords
from engine.studio.telling.name_book import read_name_book
from engine.translation.catalogue import Language
from engine.translation.wording import Caption

FILES = definitions.read_deployment_folder(ROOT)
UNITS = {"75.SGDDT": Caption("Sở Giáo dục và Đào tạo", "Sở Giáo dục và Đào tạo")}


def _words(language: Language = "vi") -> ExpressionWords:
    return ExpressionWords(read_name_book(FILES, language, UNITS))


@pytest.fixture(scope="module")
def words() -> ExpressionWords:
    return _words()


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ('leave_decision == "granted"', "Quyết định là “Đồng ý cho nghỉ”"),
        ('field == "health" and urgency != "normal"', "Lĩnh vực là “Y tế” và Mức độ không phải “Bình thường”"),
        ("not place or hours > 8", "Địa bàn của hồ sơ là để trống hoặc Số giờ lớn hơn 8"),
        ('field in ["health", "education"]', "Lĩnh vực là một trong “Y tế”, “Giáo dục”"),
        ("unit_above(place) == place", "đơn vị cấp trên của Địa bàn của hồ sơ là Địa bàn của hồ sơ"),
        ("[x for x in y]", "“[x for x in y]”"),
        ("=some field > 3", "“some field > 3”"),
        ("this is no expression", "“this is no expression”"),
    ],
)
def test_conditions_are_told_in_words(words: ExpressionWords, source: str, sentence: str) -> None:
    assert words.condition(source) == sentence


def test_lengths_of_time_units_and_recipients_are_told_in_words(words: ExpressionWords) -> None:
    both = 'working_hours(take_up_hours) if clock == "working" else clock_hours(2)'
    told = "“Giờ nhận việc” giờ làm việc nếu Cách tính giờ là “giờ làm việc”, nếu không thì 2 giờ liên tục (24/7)"
    assert words.duration("working_hours(4)") == "4 giờ làm việc"
    assert words.duration(both) == told
    assert words.unit('"75.SGDDT"') == "Sở Giáo dục và Đào tạo"
    assert words.recipients('["unit", "unit_above", place]') == [
        "Đơn vị đang giữ việc",
        "Đơn vị cấp trên",
        "Địa bàn của hồ sơ",
    ]


def test_the_same_in_english() -> None:
    english = _words("en")
    assert english.condition('leave_decision == "granted"') == "Decision is “Grant the leave”"
    assert english.duration("working_hours(4)") == "4 working hours"
