"""The sentences on why a case differs, in Vietnamese and English. Called by the command line and by pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.clock import VIETNAM, parse_instant
from engine.simulation.compare import DEADLINE, END, FAILED, MARK, OUTCOME, PATH, RUNG, UNIT, DifferenceReason
from forms.messages import Language

_LANGUAGES: Mapping[Language, int] = {"vi": 0, "en": 1}

SENTENCES: Mapping[str, tuple[str, str]] = {
    "failed": ("dừng ở bước {name}: {message}", "stops at {name}: {message}"),
    "new_step": (
        "đi qua bước mới {name} sau {after_name}{more}",
        "passes the new step {name} after {after_name}{more}",
    ),
    "passes": ("đi thêm qua {name} sau {after_name}{more}", "also passes {name} after {after_name}{more}"),
    "gone_step": (
        "không còn bước {name}, trước đây sau {after_name}{more}",
        "the step {name}, formerly after {after_name}, is gone{more}",
    ),
    "passes_not": (
        "không đi qua {name} như trước đây sau {after_name}{more}",
        "does not pass {name} as it did after {after_name}{more}",
    ),
    "order": ("làm bước {after} trước bước {before}", "does {after} before {before}"),
    "unit": ("bước {name} chuyển từ đơn vị {before} sang {after}", "{name} moves from the unit {before} to {after}"),
    "unit_gained": ("thêm đơn vị xử lý: {units}", "units that also handle it: {units}"),
    "unit_lost": ("đơn vị không còn xử lý: {units}", "units that handle it no more: {units}"),
    "deadline": ("hạn xử lý đổi từ {before} thành {after}", "the deadline moves from {before} to {after}"),
    "rung": ("thông báo nấc {rung}: {before} → {after}", "notices of the rung {rung}: {before} → {after}"),
    "rung_to": (
        "thông báo nấc {rung} gửi tới {after} thay vì {before}",
        "notices of the rung {rung} go to {after} instead of {before}",
    ),
    "overdue": ("trở thành quá hạn", "becomes overdue"),
    "in_time": ("không còn quá hạn", "is overdue no more"),
    "mark": ("ghi nhận {mark}: {before} → {after} lần", "marked {mark}: {before} → {after} times"),
    "finished": ("kết thúc tại {end} lúc {at}, trước đây còn mở", "ends at {end} on {at}, was still open"),
    "left_open": (
        "chưa kết thúc, đang chờ: {waiting}; trước đây kết thúc tại {end} lúc {at}",
        "does not end, waits for: {waiting}; ended at {end} on {at}",
    ),
    "outcome": ("kết thúc tại {after} thay vì {before}", "ends at {after} instead of {before}"),
    "waiting": ("đang chờ {after} thay vì {before}", "waits for {after} instead of {before}"),
    "ended": ("kết thúc lúc {after} thay vì {before}", "ends on {after} instead of {before}"),
    "refused": ("sơ đồ không chờ thông điệp {message} đã đến", "the diagram does not wait for the message {message}"),
    "assumed": ("bước {name} theo giả định ({times} lần)", "{name} by assumption (times: {times})"),
}
KIND_LABELS: Mapping[str, tuple[str, str]] = {
    PATH: ("đường đi", "path"),
    UNIT: ("đơn vị", "unit"),
    DEADLINE: ("thời hạn", "deadline"),
    RUNG: ("thông báo", "notices"),
    MARK: ("ghi nhận", "marks"),
    OUTCOME: ("kết quả", "outcome"),
    END: ("thời điểm kết thúc", "end"),
    FAILED: ("bị dừng", "failed"),
}
_MORE = (" và {more} phần tử khác", " and {more} other elements")
_NOTHING = ("không có", "none")
_INSTANTS = frozenset({"deadline", "ended"})


def describe_reason(reason: DifferenceReason, language: Language = "vi", units: Mapping[str, str] | None = None) -> str:
    """A reason in words; `units` are the names of units by code."""
    index = _LANGUAGES[language]
    arguments = {}
    for key, value in reason.args.items():
        resolved = [(units or {}).get(code, code) for code in value] if isinstance(value, list) else value
        arguments[key] = _format_argument(reason.code, key, resolved, index)
    return SENTENCES[reason.code][index].format(**arguments)


def kind_label(kind_code: str, language: Language = "vi") -> str:
    """A kind of difference in words."""
    return KIND_LABELS[kind_code][_LANGUAGES[language]]


def _format_argument(code: str, key: str, value: Any, index: int) -> str:
    if key == "more":
        return _MORE[index].format(more=value) if value else ""
    if value in (None, "", []):
        return _NOTHING[index]
    if isinstance(value, list):
        return ", ".join(value)
    if key == "at" or (code in _INSTANTS and key in ("before", "after")):
        return f"{parse_instant(value).astimezone(VIETNAM):%H:%M %d/%m/%Y}"
    return str(value)
