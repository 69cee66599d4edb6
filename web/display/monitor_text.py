"""Texts of the monitor: captions of its figures, data of its charts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from engine.statistics.monitor import MonitorBoard, MonitorRow, TrendPoint
from engine.text import vietnamese_order
from web.display.filters import percent_text

# Titles of the case lists behind the figures, of a period or of now.
MEASURE_TITLES: Mapping[str, object] = {
    "open": lazy_gettext("Đang giải quyết"),
    "due_today": lazy_gettext("Đến hạn hôm nay"),
    "overdue": lazy_gettext("Quá hạn"),
    "untaken": lazy_gettext("Chưa nhận việc"),
    "carried_over": lazy_gettext("Kỳ trước chuyển sang"),
    "received": lazy_gettext("Tiếp nhận trong kỳ"),
    "reopened": lazy_gettext("Mở lại trong kỳ"),
    "resolved": lazy_gettext("Đã giải quyết"),
    "on_time": lazy_gettext("Giải quyết đúng hạn"),
    "late": lazy_gettext("Giải quyết quá hạn"),
    "false": lazy_gettext("Thông tin ảo"),
    "ended_otherwise": lazy_gettext("Kết thúc khác (rút, gộp, hướng dẫn nơi khác)"),
    "in_progress": lazy_gettext("Đang giải quyết cuối kỳ"),
    "transferred": lazy_gettext("Chuyển sở, ngành"),
    "satisfied": lazy_gettext("Người dân hài lòng"),
    "dissatisfied": lazy_gettext("Người dân chưa hài lòng"),
}
ENDING_CAPTIONS: Mapping[str, object] = {
    "on_time": lazy_gettext("Giải quyết đúng hạn"),
    "late": lazy_gettext("Giải quyết quá hạn"),
    "false_report": lazy_gettext("Thông tin ảo"),
    "otherwise": lazy_gettext("Kết thúc khác"),
}
SORT_KEYS: Mapping[str, Callable[[MonitorRow], Any]] = {
    "open": lambda line: -line.stock.open,
    "overdue": lambda line: -line.stock.overdue,
    "untaken": lambda line: -line.untaken,
    "received": lambda line: -line.figures.received,
    "resolved": lambda line: -line.figures.resolved,
    "rate": lambda line: (line.figures.resolved == 0, _success_ratio(line.figures.on_time, line.figures.late) or 0.0),
    "name": lambda line: vietnamese_order(line.name),
}


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """One series of a chart; `tone` names its colour, None marks a missing value."""

    name: str
    tone: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart that shows the same as the table behind it; `kind` is "bar", "stacked" or "line"."""

    key: str
    title: str
    kind: str
    head: str
    labels: Sequence[str]
    series: Sequence[ChartSeries]
    unit: str = ""

    @property
    def data(self) -> str:
        """Data for the browser to draw, as JSON."""
        series = [{"name": one.name, "tone": one.tone, "values": list(one.values)} for one in self.series]
        return json.dumps({"kind": self.kind, "labels": list(self.labels), "series": series, "unit": self.unit})


def build_charts(board: MonitorBoard) -> list[Chart]:
    """Build the charts of a board."""
    months, days = [f"{one.first:%m/%Y}" for one in board.months], [f"{one.first:%d/%m}" for one in board.days]
    hours = [f"{hour} h" for hour in range(24)]
    punctuality = ChartSeries(
        _("Tỷ lệ đúng hạn"), "accent", [_success_percent(one.on_time, one.late) for one in board.months]
    )
    satisfaction = [_success_percent(one.satisfied, one.dissatisfied) for one in board.months]
    satisfied_series = ChartSeries(_("Tỷ lệ hài lòng"), "done", satisfaction)
    received = ChartSeries(_("Đã tiếp nhận"), "accent", [one.received for one in board.days])
    resolved = ChartSeries(_("Đã giải quyết"), "done", [one.on_time + one.late for one in board.days])
    calls = ChartSeries(_("Đã tiếp nhận"), "accent", list(board.hours))
    return [
        Chart(
            "rate",
            _("Tỷ lệ đúng hạn và hài lòng, 12 tháng"),
            "line",
            _("Tháng"),
            months,
            [punctuality, satisfied_series],
            "%",
        ),
        Chart("ended", _("Đã giải quyết, 12 tháng"), "stacked", _("Tháng"), months, _resolved_series(board.months)),
        Chart("days", _("Tiếp nhận và giải quyết, 30 ngày"), "line", _("Ngày"), days, [received, resolved]),
        Chart("hours", _("Tiếp nhận theo giờ trong ngày, 30 ngày"), "bar", _("Giờ"), hours, [calls]),
    ]


def _resolved_series(points: Sequence[TrendPoint]) -> list[ChartSeries]:
    return [
        ChartSeries(_("Đúng hạn"), "done", [one.on_time for one in points]),
        ChartSeries(_("Quá hạn"), "late", [one.late for one in points]),
    ]


def _success_ratio(good: int, bad: int) -> float | None:
    return good / (good + bad) if good + bad else None


def _success_percent(good: int, bad: int) -> float | None:
    ratio = _success_ratio(good, bad)
    return None if ratio is None else round(100 * ratio, 1)


def format_rate(good: int, bad: int) -> str:
    """A rate as text: 87,5 %; a dash when the total is zero."""
    return percent_text(_success_ratio(good, bad))


def content_fingerprint(value: object) -> str:
    """A short fingerprint of a part of the page, to detect changes."""
    return hashlib.sha256(repr(value).encode()).hexdigest()[:12]


def describe_period(first: date, last: date) -> str:
    """A period in words."""
    if first == last:
        return _("ngày %(day)s", day=f"{first:%d/%m/%Y}")
    return _("từ %(first)s đến hết %(last)s", first=f"{first:%d/%m/%Y}", last=f"{last:%d/%m/%Y}")
