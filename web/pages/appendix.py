"""The appendix (R10): choice of period and unit, tables with a case list behind each figure, and downloads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, lazy_gettext
from flask_babel import gettext as _

from engine.clock import VIETNAM
from engine.documents import appendix_files, appendix_paper, appendix_period, official
from engine.documents.appendix_paper import COLUMNS, FLAT_UNITS_HEADING, AppendixColumn, is_all_zero
from engine.errors import BadInput
from engine.journal import acts, journal
from engine.statistics import check, scope
from engine.statistics.appendix import MAX_RANKED, MIN_RESOLVED, compile_appendix
from engine.statistics.period import Appendix, Figures, ReportingPeriod
from engine.statistics.scope import FiguresScope
from engine.translation.wording import say
from web.display import filters
from web.display.typefaces import SERIF_FOLDER
from web.http import downloads, error_pages
from web.http.parsing import read_day
from web.http.request import (
    current_language,
    current_officer,
    current_stamp,
    current_world,
    request_time,
    requires_permission,
    tx,
)
from web.pages import monitor

blueprint = Blueprint("appendix", __name__, url_prefix="/appendix")

ACT = "monitor"
YEARS, MONTHS = 6, 24  # How far back the list of periods goes.
SHORTCUT_TITLES = {
    "last_month": lazy_gettext("Tháng trước"),
    "this_month": lazy_gettext("Tháng này"),
    "last_quarter": lazy_gettext("Quý trước"),
    "last_half": lazy_gettext("6 tháng trước"),
    "this_year": lazy_gettext("Năm nay"),
    "last_year": lazy_gettext("Năm trước"),
}
GROUP_CAPTIONS = {
    appendix_paper.TO_RESOLVE: lazy_gettext("Phải giải quyết"),
    appendix_paper.RESOLVED: lazy_gettext("Đã giải quyết"),
    appendix_paper.IN_PROGRESS: lazy_gettext("Đang giải quyết"),
    appendix_paper.SATISFACTION: lazy_gettext("Mức độ hài lòng"),
}
COLUMN_CAPTIONS = {
    "carried_over": lazy_gettext("Kỳ trước chuyển sang"),
    "received": lazy_gettext("Tiếp nhận trong kỳ"),
    "reopened": lazy_gettext("Mở lại"),
    "resolved": lazy_gettext("Tổng số"),
    "on_time": lazy_gettext("Đúng hạn"),
    "late": lazy_gettext("Quá hạn"),
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
PUNCTUAL_COLUMN = next(column for column in COLUMNS if column.key == "punctual")


@dataclass(frozen=True, slots=True)
class AppendixChoice:
    """The requested selection: the key of a period, or two days as typed, and a unit code, "" for all."""

    key: str
    first: str
    last: str
    unit: str

    def query(self, **other: str) -> str:
        """The selection as a URL query, with changes; a period with a key needs no days."""
        days = {} if self.key or "period" in other else {"from": self.first, "to": self.last}
        parts = {"period": self.key, **days, "unit": self.unit} | other
        return urlencode({name: value for name, value in parts.items() if value})


@blueprint.get("")
@requires_permission(ACT)
def show_appendix() -> ResponseReturnValue:
    """Show the tables of a period."""
    own_scope, chosen = scope.scope_of(current_officer(), current_world().units), _requested_choice()
    narrowed = _chosen_scope(own_scope, chosen)
    result, fault = None, ""
    try:
        result = _compute_appendix(narrowed, _chosen_period(chosen))
    except BadInput as error:
        fault = say(error, current_language())
    context = _tables_context(result, own_scope, narrowed) if result is not None else {}
    page = render_template("appendix.html", made=result, fault=fault, **context, **_choice_context(own_scope, chosen))
    return page, 400 if fault else 200


@blueprint.get("/<kind>")
@requires_permission(ACT)
def download_appendix(kind: str) -> ResponseReturnValue:
    """Download the appendix as a file to print, sign or edit; always in Vietnamese, as official documents are."""
    appendix_files.require_kind(kind)
    if not check.is_built(tx()):
        return error_pages.render_error(
            409, _("Số liệu của các hồ sơ cũ đang được tính lần đầu; tải phụ lục sau khi tính xong.")
        )
    units = current_world().units
    own_scope, chosen = scope.scope_of(current_officer(), units), _requested_choice()
    try:
        period = _chosen_period(chosen)
        result = compile_appendix(tx(), _chosen_scope(own_scope, chosen), period, units, request_time(), "vi")
    except BadInput as error:
        return error_pages.render_error(400, say(error, current_language()))
    content = appendix_files.render_file(
        kind, appendix_files.paper_for_scope(result, own_scope, units), request_time(), SERIF_FOLDER
    )
    facts = {"kind": kind, "unit": chosen.unit}
    journal.record(tx(), current_stamp(), acts.EXPORT_APPENDIX, f"period:{period.first}/{period.last}", **facts)
    return downloads.file_response(
        content, appendix_files.MIME_TYPES[kind], appendix_period.download_name(period, kind)
    )


def _requested_choice() -> AppendixChoice:
    """The selection in the URL; by default the previous month."""
    args = {name: request.args.get(name, "").strip()[:80] for name in ("period", "from", "to", "unit")}
    if not (args["period"] or args["from"] or args["to"]):
        args["period"] = appendix_period.suggested_periods(_today())["last_month"]
    return AppendixChoice(args["period"], args["from"], args["to"], args["unit"])


def _choice_context(own_scope: FiguresScope, chosen: AppendixChoice) -> dict[str, object]:
    """Template context: the available choices, and whether the figures are complete."""
    periods = _period_choices()
    return {
        "chosen": chosen,
        "usual": _period_shortcuts(chosen),
        "periods": periods,
        "listed": {key for items in periods.values() for key, _name in items},
        "units": _unit_choices(own_scope),
        "built": check.is_built(tx()),
    }


def _today() -> date:
    return request_time().astimezone(VIETNAM).date()


def _chosen_period(chosen: AppendixChoice) -> ReportingPeriod:
    """The selected days; a period still running ends today. Raises BadInput."""
    if not chosen.key:
        return ReportingPeriod(_parse_day(chosen.first), _parse_day(chosen.last))
    period = appendix_period.parse_period(chosen.key)
    return ReportingPeriod(period.first, min(period.last, max(period.first, _today())))


def _parse_day(text: str) -> date:
    try:
        day = read_day(text)
    except ValueError as error:
        raise BadInput("period-days-invalid") from error
    if not appendix_period.EARLIEST <= day.year <= appendix_period.LATEST:
        raise BadInput("period-days-invalid")
    return day


def _chosen_scope(own_scope: FiguresScope, chosen: AppendixChoice) -> FiguresScope:
    """The selected part of the officer's own scope; raises Forbidden and NotFound."""
    return scope.narrow_scope(own_scope, current_world().units, chosen.unit) if chosen.unit else own_scope


def _compute_appendix(counted_scope: FiguresScope, period: ReportingPeriod) -> Appendix:
    return compile_appendix(tx(), counted_scope, period, current_world().units, request_time(), current_language())


def _period_shortcuts(chosen: AppendixChoice) -> Iterator[dict[str, object]]:
    """Yield the one-click periods."""
    for name, key in appendix_period.suggested_periods(_today()).items():
        link = f"{url_for('appendix.show_appendix')}?{chosen.query(period=key)}"
        yield {"title": SHORTCUT_TITLES[name], "link": link, "here": key == chosen.key}


def _period_choices() -> Mapping[str, list[tuple[str, str]]]:
    """Available periods by kind, newest first: key and caption."""
    today = _today()
    months = [divmod(12 * today.year + today.month - 1 - back, 12) for back in range(MONTHS)]
    years = [today.year - back for back in range(YEARS)]
    quarters = [
        (year, quarter) for year in years for quarter in (4, 3, 2, 1) if date(year, 3 * quarter - 2, 1) <= today
    ]
    halves = [(year, half) for year in years for half in (2, 1) if date(year, 6 * half - 5, 1) <= today]
    return {
        _("Tháng"): [(f"{year}-{month + 1:02d}", f"{month + 1:02d}/{year}") for year, month in months],
        _("Quý"): [(f"{year}-Q{quarter}", _quarter_name(quarter, year)) for year, quarter in quarters],
        _("6 tháng"): [(f"{year}-H{half}", _half_year_name(half, year)) for year, half in halves],
        _("Năm"): [(str(year), str(year)) for year in years],
    }


def _quarter_name(quarter: int, year: int) -> str:
    return _("Quý %(quarter)s năm %(year)s", quarter=appendix_paper.roman_numeral(quarter), year=year)


def _half_year_name(half: int, year: int) -> str:
    return _("6 tháng đầu năm %(year)s", year=year) if half == 1 else _("6 tháng cuối năm %(year)s", year=year)


def _unit_choices(own_scope: FiguresScope) -> list[tuple[str, str, int]]:
    """Available units in tree order: code, name, depth."""
    return [
        (unit.code, unit.name, depth)
        for unit, depth in scope.units_in_order(own_scope, current_world().units)
        if not unit.closed
    ]


def _format_cell(column: AppendixColumn, figures: Figures) -> str:
    """A figure in the visitor's locale."""
    if column.whole is None:
        return filters.number_text(column.part(figures))
    total = column.whole(figures)
    return str(format_decimal(100 * column.part(figures) / total, format="0.0")) if total else official.NO_SHARE


def _tables_context(result: Appendix, own_scope: FiguresScope, narrowed: FiguresScope) -> dict[str, object]:
    """Template context: the tables with their links, and the limits for naming the best and the worst."""
    by_unit, by_field = appendix_paper.build_tables(result)
    narrowed_unit = "" if narrowed is own_scope else narrowed.top[0]
    days: Any = {"first": result.period.first, "last": result.period.last}

    def unit_link(measure: str, code: str) -> str:
        return monitor.list_link(measure, code or narrowed_unit, **days)

    def field_link(measure: str, code: str) -> str:
        return monitor.list_link(measure, narrowed_unit, code, **days)

    return {
        "tables": (
            (_("Theo đơn vị"), _("Đơn vị"), by_unit, unit_link),
            (_("Theo lĩnh vực"), _("Lĩnh vực"), by_field, field_link),
        ),
        "columns": COLUMNS,
        "cell": _format_cell,
        "punctual": PUNCTUAL_COLUMN,
        "groups": GROUP_CAPTIONS,
        "captions": COLUMN_CAPTIONS,
        "alone": FLAT_UNITS_HEADING,
        "empty": is_all_zero(result.total),
        "least": MIN_RESOLVED,
        "most": MAX_RANKED,
        "kinds": (
            ("xlsx", "Excel", "file-earmark-spreadsheet"),
            ("docx", "Word", "file-earmark-word"),
            ("pdf", "PDF", "file-earmark-pdf"),
        ),
    }
