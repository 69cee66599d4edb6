"""The appendix (R10): a period and a unit chosen, the tables with a list behind each number, and the files of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import format_decimal, lazy_gettext
from flask_babel import gettext as _

from engine.clock import VIETNAM
from engine.documents import appendix_files, appendix_paper, appendix_period, official
from engine.documents.appendix_paper import ALONE, COLUMNS, Column, is_empty
from engine.errors import BadInput
from engine.statistics import check, scope
from engine.statistics.appendix import LEAST_RESOLVED, MOST_NAMED, BadPeriod, appendix
from engine.statistics.period import Appendix, Figures, Period
from engine.statistics.scope import Scope
from web.display import filters, monitor_text
from web.display.typefaces import SERIF
from web.http import error_pages
from web.http.request import language, needs, now, officer, tx, world
from web.pages import monitor

blueprint = Blueprint("appendix", __name__, url_prefix="/appendix")

Answer = Any
ACT = "monitor"
YEARS, MONTHS = 6, 24  # How far back the list of periods goes.
USUAL = {
    "last_month": lazy_gettext("Tháng trước"),
    "this_month": lazy_gettext("Tháng này"),
    "last_quarter": lazy_gettext("Quý trước"),
    "last_half": lazy_gettext("6 tháng trước"),
    "this_year": lazy_gettext("Năm nay"),
    "last_year": lazy_gettext("Năm trước"),
}
GROUPS = {
    appendix_paper.DUE: lazy_gettext("Phải giải quyết"),
    appendix_paper.DONE: lazy_gettext("Đã giải quyết"),
    appendix_paper.AT_WORK: lazy_gettext("Đang giải quyết"),
    appendix_paper.ANSWERS: lazy_gettext("Mức độ hài lòng"),
}
CAPTIONS = {
    "carried_over": lazy_gettext("Kỳ trước chuyển sang"),
    "received": lazy_gettext("Tiếp nhận trong kỳ"),
    "reopened": lazy_gettext("Mở lại"),
    "resolved": lazy_gettext("Tổng số"),
    "on_time": lazy_gettext("Đúng hạn"),
    "late": lazy_gettext("Trễ hạn"),
    "punctual": lazy_gettext("Tỷ lệ đúng hạn (%)"),
    "false": lazy_gettext("Thông tin ảo"),
    "ended_otherwise": lazy_gettext("Kết thúc khác"),
    "in_progress": lazy_gettext("Tổng số"),
    "overdue": lazy_gettext("Trong đó quá hạn"),
    "transferred": lazy_gettext("Chuyển đơn vị khác"),
    "satisfied": lazy_gettext("Hài lòng"),
    "dissatisfied": lazy_gettext("Không hài lòng"),
    "satisfaction": lazy_gettext("Tỷ lệ hài lòng (%)"),
}
PUNCTUAL = next(column for column in COLUMNS if column.key == "punctual")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody wants to see: the key of a period, or two days as typed, and a unit's code, "" for all."""

    key: str
    first: str
    last: str
    unit: str

    def query(self, **other: str) -> str:
        """The same as the query of an address, with changes; a period with a key needs no days."""
        days = {} if self.key or "period" in other else {"from": self.first, "to": self.last}
        parts = {"period": self.key, **days, "unit": self.unit} | other
        return urlencode({name: value for name, value in parts.items() if value})


@blueprint.get("")
@needs(ACT)
def show() -> Answer:
    """The tables of a period."""
    seen, chosen = scope.scope_of(officer(), world().units), _chosen()
    narrowed = _narrowed(seen, chosen)
    made, fault = None, ""
    try:
        made = _made(narrowed, _period(chosen))
    except BadPeriod as error:
        fault = str(monitor_text.REFUSED[error.why])
    except BadInput:
        fault = _("Kỳ chưa đúng; chọn trong danh sách hoặc nhập đủ hai ngày.")
    shown = _tables(made, seen, narrowed) if made is not None else {}
    page = render_template("appendix.html", made=made, fault=fault, **shown, **_choice(seen, chosen))
    return page, 400 if fault else 200


@blueprint.get("/<kind>")
@needs(ACT)
def download(kind: str) -> Answer:
    """The appendix as a file to print, sign or go on working with; always in Vietnamese, as official papers are."""
    appendix_files.require(kind)
    if not check.built(tx()):
        return error_pages.page(
            409, _("Số liệu của các hồ sơ cũ đang được tính lần đầu; tải phụ lục sau khi tính xong.")
        )
    units = world().units
    seen, chosen = scope.scope_of(officer(), units), _chosen()
    try:
        period = _period(chosen)
        made = appendix(tx(), _narrowed(seen, chosen), period, units, now(), "vi")
    except BadPeriod as error:
        return error_pages.page(400, str(monitor_text.REFUSED[error.why]))
    except BadInput:
        return error_pages.page(400, _("Kỳ chưa đúng; chọn trong danh sách hoặc nhập đủ hai ngày."))
    content = appendix_files.written(kind, appendix_files.paper_of(made, seen, units), now(), SERIF)
    answer = Response(content, mimetype=appendix_files.KINDS[kind])
    answer.headers.set("Content-Disposition", "attachment", filename=appendix_period.file_name(period, kind))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _chosen() -> Chosen:
    """What the address asks for; without anything, the month before this one."""
    found = {name: request.args.get(name, "").strip()[:80] for name in ("period", "from", "to", "unit")}
    if not (found["period"] or found["from"] or found["to"]):
        found["period"] = appendix_period.usual(_today())["last_month"]
    return Chosen(found["period"], found["from"], found["to"], found["unit"])


def _choice(seen: Scope, chosen: Chosen) -> dict[str, Any]:
    """What can be chosen, and whether the figures are complete."""
    periods = _periods()
    return {
        "chosen": chosen,
        "usual": _usual(chosen),
        "periods": periods,
        "listed": {key for items in periods.values() for key, _name in items},
        "units": _units(seen),
        "built": check.built(tx()),
    }


def _today() -> date:
    return now().astimezone(VIETNAM).date()


def _period(chosen: Chosen) -> Period:
    """The days that are meant; a period that has begun and not ended yet ends today. Raises BadInput."""
    if not chosen.key:
        return Period(_day(chosen.first), _day(chosen.last))
    period = appendix_period.named(chosen.key)
    return Period(period.first, min(period.last, max(period.first, _today())))


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("This is not a day.") from error
    if not appendix_period.EARLIEST <= day.year <= appendix_period.LATEST:
        raise BadInput("This day is out of range.")
    return day


def _narrowed(seen: Scope, chosen: Chosen) -> Scope:
    """What is to be shown of what somebody sees; raises Forbidden and NotFound."""
    return scope.narrow(seen, world().units, chosen.unit) if chosen.unit else seen


def _made(seen: Scope, period: Period) -> Appendix:
    return appendix(tx(), seen, period, world().units, now(), language())


def _usual(chosen: Chosen) -> Iterator[dict[str, Any]]:
    """The periods of one click."""
    for name, key in appendix_period.usual(_today()).items():
        link = f"{url_for('appendix.show')}?{chosen.query(period=key)}"
        yield {"title": USUAL[name], "link": link, "here": key == chosen.key}


def _periods() -> Mapping[str, list[tuple[str, str]]]:
    """The periods to choose from, newest first, by their kind: the key and how it is called."""
    today = _today()
    months = [divmod(12 * today.year + today.month - 1 - back, 12) for back in range(MONTHS)]
    years = [today.year - back for back in range(YEARS)]
    quarters = [
        (year, quarter) for year in years for quarter in (4, 3, 2, 1) if date(year, 3 * quarter - 2, 1) <= today
    ]
    halves = [(year, half) for year in years for half in (2, 1) if date(year, 6 * half - 5, 1) <= today]
    return {
        _("Tháng"): [(f"{year}-{month + 1:02d}", f"{month + 1:02d}/{year}") for year, month in months],
        _("Quý"): [(f"{year}-Q{quarter}", _quarter(quarter, year)) for year, quarter in quarters],
        _("6 tháng"): [(f"{year}-H{half}", _half(half, year)) for year, half in halves],
        _("Năm"): [(str(year), str(year)) for year in years],
    }


def _quarter(quarter: int, year: int) -> str:
    return _("Quý %(quarter)s năm %(year)s", quarter=appendix_paper.roman(quarter), year=year)


def _half(half: int, year: int) -> str:
    return _("6 tháng đầu năm %(year)s", year=year) if half == 1 else _("6 tháng cuối năm %(year)s", year=year)


def _units(seen: Scope) -> list[tuple[str, str, int]]:
    """The units that can be chosen, in the order of the tree: code, name, depth."""
    return [(unit.code, unit.name, depth) for unit, depth in scope.ordered(seen, world().units) if not unit.closed]


def _cell(column: Column, figures: Figures) -> str:
    """A figure in the visitor's spelling."""
    if column.whole is None:
        return filters.number(column.part(figures))
    whole = column.whole(figures)
    return str(format_decimal(100 * column.part(figures) / whole, format="0.0")) if whole else official.NO_SHARE


def _tables(made: Appendix, seen: Scope, narrowed: Scope) -> dict[str, Any]:
    """The tables with their links, and the sentences about the best and the worst."""
    by_unit, by_field = appendix_paper.tables(made)
    whole = "" if narrowed is seen else narrowed.top[0]
    days: Any = {"first": made.period.first, "last": made.period.last}

    def of_units(measure: str, code: str) -> str:
        return monitor.list_link(measure, code or whole, **days)

    def of_fields(measure: str, code: str) -> str:
        return monitor.list_link(measure, whole, code, **days)

    return {
        "tables": (
            (_("Theo đơn vị"), _("Đơn vị"), by_unit, of_units),
            (_("Theo lĩnh vực"), _("Lĩnh vực"), by_field, of_fields),
        ),
        "columns": COLUMNS,
        "cell": _cell,
        "punctual": PUNCTUAL,
        "groups": GROUPS,
        "captions": CAPTIONS,
        "alone": ALONE,
        "empty": is_empty(made.total),
        "least": LEAST_RESOLVED,
        "most": MOST_NAMED,
        "kinds": (
            ("xlsx", "Excel", "file-earmark-spreadsheet"),
            ("docx", "Word", "file-earmark-word"),
            ("pdf", "PDF", "file-earmark-pdf"),
        ),
    }
