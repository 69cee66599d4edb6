"""The monitor: the open, overdue and unclaimed backlog, past figures, and the cases behind every number (R9, R10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import clock
from engine.cases import matter_lines
from engine.errors import BadInput, Invalid
from engine.process import spells
from engine.statistics import appendix, backlog, check, lists, monitor, scope
from engine.statistics.backlog import OpenCounts
from engine.statistics.lists import MeasureFilter
from engine.statistics.monitor import MonitorBoard, MonitorRow, MonitorView
from engine.statistics.period import Figures, ReportingPeriod
from engine.statistics.scope import FiguresScope
from engine.translation.wording import say
from web.display import monitor_text
from web.http import error_pages
from web.http.parsing import read_day
from web.http.request import (
    current_desk,
    current_language,
    current_officer,
    current_world,
    request_time,
    requires_permission,
    tx,
)

blueprint = Blueprint("monitor", __name__)

ACT = "monitor"
EARLIEST_YEAR = 2000
PAGE_PARTS = ("now", "tables", "charts")
CHECK_READERS = frozenset({"provincial_office", "leadership", "administrator"})


def list_link(
    measure: str, unit: str = "", field: str = "", first: date | None = None, last: date | None = None
) -> str:
    """URL of the cases behind a number: of a period (`lists.MEASURES`) or, without one, of now (`CURRENT_MEASURES`)."""
    period: dict[str, Any] = {"from": first.isoformat(), "to": last.isoformat()} if first and last else {}
    return url_for("monitor.show_case_list", measure=measure, unit=unit or None, field=field or None, **period)


@blueprint.get("/dashboard")
@requires_permission(ACT)
def show_board() -> ResponseReturnValue:
    """Show the monitor for a unit and a period."""
    fault = ""
    try:
        view = _chosen_view()
    except BadInput as error:
        fault, view = say(error, current_language()), _chosen_view(monitor.last_thirty_days(request_time()))
    context = _board_context(monitor.build_board(tx(), view, request_time()), view)
    choices = monitor.selectable_units(MonitorView(_own_scope(), view.period, current_world()))
    page = render_template("monitor.html", **context, fault=fault, choices=choices, chosen=request.args.get("unit", ""))
    return page, 400 if fault else 200


@blueprint.get("/dashboard/changes")
@requires_permission(ACT)
def show_board_changes() -> ResponseReturnValue:
    """Return the parts of the page whose fingerprints differ from those sent; 204 when all are the same."""
    view = _chosen_view()
    context = _board_context(monitor.build_board(tx(), view, request_time()), view)
    changed = [part for part in PAGE_PARTS if request.args.get(f"seen_{part}", "") != context["signs"][part]]
    if not changed:
        return Response(status=204)
    return render_template("monitor_changes.html", **context, changed=changed)


@blueprint.get("/cases/of")
@requires_permission(ACT)
def show_case_list() -> ResponseReturnValue:
    """List the cases behind a number, page by page."""
    try:
        filters, period = parse_measure_filter()
        page = lists.list_cases(tx(), filters, request_time(), request.args.get("after", "")[:60])
    except BadInput as error:
        return error_pages.render_error(400, say(error, current_language()))
    link_filters: dict[str, Any] = {
        "measure": filters.measure,
        "unit": request.args.get("unit", ""),
        "field": filters.field,
    }
    days: dict[str, Any] = {"first": period.first, "last": period.last} if period else {}
    return render_template(
        "monitor_list.html",
        rows=page.rows,
        lines=matter_lines.load_lines(tx(), current_desk(), [row.code for row in page.rows]),
        number=lists.count_cases(tx(), filters, request_time()),
        title=monitor_text.MEASURE_TITLES[filters.measure],
        said=monitor_text.describe_period(period.first, period.last) if period else "",
        seen=_chosen_scope(),
        asked=link_filters,
        endings=monitor_text.ENDING_CAPTIONS,
        query=list_link(**link_filters, **days).partition("?")[2],
        following=f"{list_link(**link_filters, **days)}&after={page.following}" if page.following else "",
    )


def _own_scope() -> FiguresScope:
    return scope.scope_of(current_officer(), current_world().units)


def _chosen_scope() -> FiguresScope:
    """The unit in the URL, within the officer's own scope; raises NotFound, Forbidden."""
    unit = request.args.get("unit", "")[:80]
    return scope.narrow_scope(_own_scope(), current_world().units, unit) if unit else _own_scope()


def _chosen_view(period: ReportingPeriod | None = None) -> MonitorView:
    chosen = period or _chosen_period() or monitor.last_thirty_days(request_time())
    appendix.require_valid_period(chosen, request_time())
    return MonitorView(_chosen_scope(), chosen, current_world(), current_language())


def _chosen_period() -> ReportingPeriod | None:
    """The period in the URL, None if absent; raises BadInput for an invalid one."""
    first, last = (request.args.get(name, "") for name in ("from", "to"))
    if not first and not last:
        return None
    try:
        period = ReportingPeriod(read_day(first), read_day(last))
    except ValueError as error:
        raise BadInput("period-days-missing") from error
    if period.first.year < EARLIEST_YEAR:
        raise Invalid("from", "period-too-early", earliest=str(EARLIEST_YEAR))
    appendix.require_valid_period(period, request_time())
    return period


def parse_measure_filter() -> tuple[MeasureFilter, ReportingPeriod | None]:
    measure, field = request.args.get("measure", ""), request.args.get("field", "")
    period = _chosen_period()
    lists.require_measure(tx(), measure, field, period=period is not None)
    codes = _chosen_scope().unit_codes(current_world().units)
    since = _unclaimed_since() if measure == lists.UNCLAIMED else None
    return MeasureFilter(measure, codes, field, period, since), period


def _unclaimed_since() -> datetime:
    return backlog.unclaimed_cutoff(current_world().calendar, request_time())


def _board_context(board: MonitorBoard, view: MonitorView) -> dict[str, Any]:
    """Template context of the page."""
    checked = (
        check.latest_comparison(tx()) if CHECK_READERS & {role for _unit, role in current_officer().roles} else None
    )
    sort = request.args.get("sort", "")
    lines, charts = _compared_lines(board, view, sort), monitor_text.build_charts(board)
    signs = {
        "now": monitor_text.content_fingerprint(
            (board.stock, board.untaken, [one.code for one in board.oldest], board.calls, board.contacts)
        ),
        "tables": monitor_text.content_fingerprint((lines, board.fields, board.total, checked)),
        "charts": monitor_text.content_fingerprint(charts),
    }
    period = {"first": view.period.first, "last": view.period.last}
    return {
        "board": board,
        "lines": [line for line in lines if _is_busy(line)],
        "matters": matter_lines.load_lines(tx(), current_desk(), [one.code for one in board.oldest]),
        "idle": [line.name for line in lines if not _is_busy(line)],
        "most": max((line.stock.open for line in lines), default=0),
        "charts": charts,
        "signs": signs,
        "seen": view.scope,
        "unit": view.scope.top[0] if request.args.get("unit") else "",
        "sort": sort,
        "said": monitor_text.describe_period(**period),
        "period": period,
        "checked": checked,
        "built": check.is_built(tx()),
        "rate": monitor_text.format_rate,
        "list_link": list_link,
        "measures": monitor_text.MEASURE_TITLES,
        "narrower": {line.code for line in lines if view.scope.top != (line.code,)},
        "query": {name: request.args[name] for name in ("unit", "from", "to") if request.args.get(name)},
        "shortcuts": _period_shortcuts(),
    }


def _compared_lines(board: MonitorBoard, view: MonitorView, sort: str) -> Sequence[MonitorRow]:
    """The units to compare: the subunits of the selected one, or itself if it has none."""
    deepest = 0 if len(view.scope.top) > 1 else 1
    lines = [line for line in board.units if line.depth == deepest] or list(board.units)
    return sorted(lines, key=monitor_text.SORT_KEYS[sort]) if sort in monitor_text.SORT_KEYS else lines


def _is_busy(line: MonitorRow) -> bool:
    """Whether a unit has any figures to show."""
    return bool(line.untaken) or line.stock != OpenCounts() or line.figures != Figures()


def _period_shortcuts() -> list[tuple[str, str]]:
    """Common periods as (name, URL)."""
    today = spells.day_of(clock.to_utc(request_time()))
    month, year = today.replace(day=1), today.replace(month=1, day=1)
    usual = monitor.last_thirty_days(request_time())
    shortcuts = ((_("30 ngày"), usual.first), (_("Tháng này"), month), (_("Năm nay"), year))
    arguments: dict[str, Any] = {"unit": request.args.get("unit") or None, "to": today.isoformat()}
    return [
        (name, url_for("monitor.show_board", **(arguments | {"from": first.isoformat()}))) for name, first in shortcuts
    ]
