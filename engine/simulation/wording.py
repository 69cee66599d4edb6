"""The sentences that explain why a case differs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.clock import VIETNAM, parse_instant
from engine.simulation.compare import DEADLINE, END, FAILED, MARK, OUTCOME, PATH, RUNG, UNIT, DifferenceReason
from engine.translation.catalogue import N_, Language, translate
from engine.translation.plain_faults import PlainFault
from engine.translation.wording import fact_text

# Why a case differs, by reason code.
SENTENCES: Mapping[str, str] = {
    "failed": N_("dừng ở bước {name}: {message}"),
    "new_step": N_("đi qua bước mới {name} sau {after_name}{more}"),
    "passes": N_("đi thêm qua {name} sau {after_name}{more}"),
    "gone_step": N_("không còn bước {name}, trước đây sau {after_name}{more}"),
    "passes_not": N_("không đi qua {name} như trước đây sau {after_name}{more}"),
    "order": N_("làm bước {after} trước bước {before}"),
    "unit": N_("bước {name} chuyển từ đơn vị {before} sang {after}"),
    "unit_gained": N_("thêm đơn vị giải quyết: {units}"),
    "unit_lost": N_("đơn vị không còn giải quyết: {units}"),
    "deadline": N_("hạn giải quyết đổi từ {before} thành {after}"),
    "rung": N_("thông báo nấc {rung}: {before} → {after}"),
    "rung_to": N_("thông báo nấc {rung} gửi tới {after} thay vì {before}"),
    "overdue": N_("trở thành quá hạn"),
    "in_time": N_("không còn quá hạn"),
    "mark": N_("ghi nhận {mark}: {before} → {after} lần"),
    "finished": N_("kết thúc tại {end} lúc {at}, trước đây còn mở"),
    "left_open": N_("chưa kết thúc, đang chờ: {waiting}; trước đây kết thúc tại {end} lúc {at}"),
    "outcome": N_("kết thúc tại {after} thay vì {before}"),
    "waiting": N_("đang chờ {after} thay vì {before}"),
    "ended": N_("kết thúc lúc {after} thay vì {before}"),
    "refused": N_("sơ đồ không chờ thông điệp {message} đã đến"),
    "assumed": N_("bước {name} theo giả định ({times} lần)"),
}
KIND_LABELS: Mapping[str, str] = {
    PATH: N_("đường đi"),
    UNIT: N_("đơn vị"),
    DEADLINE: N_("thời hạn"),
    RUNG: N_("thông báo"),
    MARK: N_("ghi nhận"),
    OUTCOME: N_("kết quả"),
    END: N_("thời điểm kết thúc"),
    FAILED: N_("bị dừng"),
}
_MORE = N_(" và {more} phần tử khác")
_NOTHING = N_("không có")
_INSTANTS = frozenset({"deadline", "ended"})


def describe_reason(reason: DifferenceReason, language: Language = "vi", units: Mapping[str, str] | None = None) -> str:
    """A reason in words; `units` are the names of units by code."""
    arguments = {}
    for key, value in reason.args.items():
        resolved = [(units or {}).get(code, code) for code in value] if isinstance(value, list) else value
        arguments[key] = _format_argument(reason.code, key, resolved, language)
    return translate(SENTENCES[reason.code], language).format(**arguments)


def kind_label(kind_code: str, language: Language = "vi") -> str:
    """A kind of difference in words."""
    return translate(KIND_LABELS[kind_code], language)


def _format_argument(code: str, key: str, value: Any, language: Language) -> str:
    if key == "more":
        return translate(_MORE, language).format(more=value) if value else ""
    if value in (None, "", []):
        return translate(_NOTHING, language)
    if key == "at" or (code in _INSTANTS and key in ("before", "after")):
        return fact_text(parse_instant(value).astimezone(VIETNAM), language)
    text = fact_text(value, language)
    return text.removesuffix(".") if isinstance(value, PlainFault) else text  # It is embedded in a sentence.
