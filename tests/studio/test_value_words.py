"""Promises on values in words: an analyst reads them as pages write them, in both languages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.studio.value_words import value_words


@pytest.mark.parametrize(
    ("value", "vietnamese", "english"),
    [
        (True, "đúng", "true"),
        (False, "sai", "false"),
        (None, "không có giá trị", "no value"),
        (1, "1", "1"),
        (1234.5, "1.234,5", "1,234.5"),
        (Decimal("0.25"), "0,25", "0.25"),
        ("Đúng", '"Đúng"', '"Đúng"'),
        ("2026-12-01T01:00:00+00:00", "08:00 01/12/2026", "08:00 01/12/2026"),
        ("2026 là năm của tỉnh", '"2026 là năm của tỉnh"', '"2026 là năm của tỉnh"'),
        ([1.5, "a", True], '[1,5; "a"; đúng]', '[1.5; "a"; true]'),
        ({"level": 2, "flag": None}, "level = 2; flag = không có giá trị", "level = 2; flag = no value"),
    ],
)
def test_each_kind_of_value_is_said_in_both_languages(value: Any, vietnamese: str, english: str) -> None:
    assert (value_words(value, "vi"), value_words(value, "en")) == (vietnamese, english)
