"""What an officer may write in a draft: each field has its limits, and what breaks one is said in both languages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from engine.directives.drafting import MAX_DAYS, MAX_LENGTHS, DraftTexts
from engine.errors import Invalid
from engine.translation.wording import say

GOOD = DraftTexts("Đôn đốc giải quyết", "Giải quyết dứt điểm.", 3, "CHÁNH VĂN PHÒNG", "")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("subject", "", "Ghi trích yếu, tối đa 200 ký tự."),
        ("demand", "x" * (MAX_LENGTHS["demand"] + 1), "Ghi yêu cầu đối với đơn vị, tối đa 4.000 ký tự."),
        ("signer_title", " ", "Ghi chức vụ người ký, tối đa 200 ký tự."),
        ("signer_name", "a\x00", "Họ tên người ký tối đa 100 ký tự."),
        ("days", 0, "Hạn báo cáo từ 1 đến 30 ngày làm việc."),
        ("days", MAX_DAYS + 1, "Hạn báo cáo từ 1 đến 30 ngày làm việc."),
    ],
)
def test_a_field_outside_its_limits_is_named(field: str, value: Any, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        DraftTexts(**{**asdict(GOOD), field: value})
    assert (refused.value.field, say(refused.value, "vi")) == (field, sentence)
    assert say(refused.value, "en") not in (sentence, refused.value.rule)
