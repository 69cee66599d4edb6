"""The fields that the template of a paper may use, and sample values for testing it.

Pure. A value is a text, a list of texts, or a list of records whose parts are texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TEXT, TEXTS = "text", "texts"
DIRECTIVE, BRIEFING = "directive", "briefing"  # The papers of the office that have templates.
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
SAMPLE_FIGURE: Mapping[str, str] = {
    "index": "1",
    "name": "Tiếp nhận trong kỳ",
    "now": "1.234",
    "before": "1.200",
    "change": "+34 (+2,8%)",
}
BRIEFING_SAMPLE: Mapping[str, Any] = {
    **{
        name: SAMPLE_VALUES[name]
        for name in (
            "superior",
            "issuer_lines",
            "issuer_name",
            "place_and_date",
            "copies",
            "signer_lines",
            "signer_name",
        )
    },
    "number": "05/BC-VP",
    "subject": "Kết quả tiếp nhận, giải quyết phản ánh, kiến nghị qua Tổng đài 1022 tháng 10 năm 2026",
    "recipient": "Ủy ban nhân dân tỉnh Đồng Nai",
    "period": "tháng 10 năm 2026",
    "as_of": "07 giờ 00 ngày 01 tháng 11 năm 2026",
    "situation": ["Tổng đài 1022 tiếp nhận 1.234 phản ánh, kiến nghị.", "Đã giải quyết 1.100 hồ sơ."],
    "figures": [SAMPLE_FIGURE, {**SAMPLE_FIGURE, "index": "2", "name": "Đã giải quyết"}],
    "chase": ["Văn phòng đã nhắc 12 lần, ban hành 02 văn bản đôn đốc."],
    "assessment": ["Tỷ lệ giải quyết đúng hạn tăng so với kỳ trước."],
    "proposals": ["Các đơn vị tập trung giải quyết dứt điểm hồ sơ quá hạn."],
}
"""The same for the office's report; `engine.briefings.document` fills these names."""
SAMPLES: Mapping[str, Mapping[str, Any]] = {DIRECTIVE: SAMPLE_VALUES, BRIEFING: BRIEFING_SAMPLE}


def field_kind(value: Any) -> Any:
    """TEXT, TEXTS or, for a list of records, the names of their parts."""
    if isinstance(value, str):
        return TEXT
    first = value[0]
    return TEXTS if isinstance(first, str) else frozenset(first)


def fields_of(paper: str) -> Mapping[str, Any]:
    """The kind of every field that the template of a paper may use."""
    return {name: field_kind(value) for name, value in SAMPLES[paper].items()}


FIELD_KINDS: Mapping[str, Any] = fields_of(DIRECTIVE)
