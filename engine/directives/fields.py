"""The fields that a directive's template may use, and sample values for testing it.

Pure. A value is a text, a list of texts, or a list of records whose parts are texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TEXT, TEXTS = "text", "texts"
SAMPLE_CASE: Mapping[str, str] = {
    "index": "1",
    "code": "DN-26-004217-D",
    "field": "Môi trường & hạ tầng",
    "place": "Phường Trảng Dài",
    "unit": "Ủy ban nhân dân phường Trảng Dài",
    "due": "16:30 24/11/2026",
    "days_late": "3",
}
SAMPLE_VALUES: Mapping[str, Any] = {
    "superior": "ỦY BAN NHÂN DÂN\nTỈNH ĐỒNG NAI",
    "issuer_lines": ["VĂN PHÒNG"],
    "issuer_name": "Văn phòng Ủy ban nhân dân tỉnh Đồng Nai",
    "number": "05/VP-TD",
    "place_and_date": "Đồng Nai, ngày 27 tháng 11 năm 2026",
    "subject": "đôn đốc giải quyết phản ánh, kiến nghị quá hạn",
    "recipients": ["Ủy ban nhân dân phường Trảng Dài", "Ủy ban nhân dân phường Tân Biên"],
    "cases": [SAMPLE_CASE, {**SAMPLE_CASE, "index": "2", "code": "DN-26-004218-E", "place": "Phường Tân Biên"}],
    "total": "02",
    "demands": ["Giải quyết dứt điểm các hồ sơ nêu trên.", "Làm rõ trách nhiệm để hồ sơ quá hạn."],
    "answer_by": "17 giờ 00 ngày 02 tháng 12 năm 2026",
    "copies": ["Như trên", "Lưu: VT, TD"],
    "signer_lines": ["CHÁNH VĂN PHÒNG"],
    "signer_name": "Nguyễn Văn An",
}
"""One value for each field; `engine.directives.document` fills the same names."""


def field_kind(value: Any) -> Any:
    """TEXT, TEXTS or, for a list of records, the names of their parts."""
    if isinstance(value, str):
        return TEXT
    first = value[0]
    return TEXTS if isinstance(first, str) else frozenset(first)


FIELD_KINDS: Mapping[str, Any] = {name: field_kind(value) for name, value in SAMPLE_VALUES.items()}
