"""Particulars that a citizen may have corrected: each has its limits, and what breaks one is said in both languages."""

from __future__ import annotations

import pytest

from engine.errors import Invalid
from engine.privacy import requests
from engine.translation.wording import say


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("reporter_name", "", "Ghi họ và tên, tối đa 300 ký tự."),
        ("address", "x" * 301, "Ghi địa chỉ, tối đa 300 ký tự."),
        ("phone", "12", "Số điện thoại có 10 chữ số, ví dụ 0912 345 678."),
        ("email", "a b", "Thư điện tử viết đúng dạng, ví dụ ten@mien.vn."),
        ("email", "x" * 301, "Thư điện tử viết đúng dạng, ví dụ ten@mien.vn."),
    ],
)
def test_a_particular_outside_its_limits_is_named(field: str, value: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        requests._checked_particulars({field: value})
    assert (refused.value.field, say(refused.value, "vi")) == (field, sentence)
    assert say(refused.value, "en") not in (sentence, refused.value.rule)
