"""The monitor: what is at work, overdue, not taken up; how it went; and the cases behind every number (R9, R10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from engine import clock
from engine.errors import BadInput
from engine.process import spells
from engine.statistics import appendix, backlog, check, lists, monitor, scope
from engine.statistics.appendix import BadPeriod
from engine.statistics.backlog import Stock
from engine.statistics.lists import Wanted
from engine.statistics.monitor import Board, Line, View
from engine.statistics.period import Figures, Period
from engine.statistics.scope import Scope
from web.display import monitor_text
from web.http import error_pages
from web.http.request import language, needs, now, officer, tx, world

blueprint = Blueprint("monitor", __name__)

Answer = Any
ACT = "monitor"
PARTS = ("now", "tables", "charts")
CHECKED_FOR = frozenset({"provincial_office", "leadership", "administrator"})


class _Refused(BadInput):
    """What was asked for in the address cannot be shown; the sentence is for the page."""


def list_link(
    measure: str, unit: str = "", field: str = "", first: date | None = None, last: date | None = None
) -> str:
    """The address of the cases behind a number: of a period, or of now when none is given (see `lists.MEASURES`)."""
    period: dict[str, Any] = {"from": first.isoformat(), "to": last.isoformat()} if first and last else {}
    return url_for("monitor.listed", measure=measure, unit=unit or None, field=field or None, **period)


@blueprint.get("/dashboard")
@needs(ACT)
def show() -> Answer:
    """The monitor for a unit and a period."""
    fault = ""
    try:
        view = _view()
    except BadPeriod as refused:
        fault, view = str(monitor_text.REFUSED[refused.why]), _view(monitor.usual(now()))
    except _Refused as refused:
        fault, view = str(refused), _view(monitor.usual(now()))
    facts = _facts(monitor.board(tx(), view, now()), view)
    choices = monitor.choices(View(_own(), view.period, world()))
    page = render_template("monitor.html", **facts, fault=fault, choices=choices, chosen=request.args.get("unit", ""))
    return page, 400 if fault else 200


@blueprint.get("/dashboard/changes")
@needs(ACT)
def changes() -> Answer:
    """The parts of the page that show something else than those whose signs are sent; nothing when all are the same."""
    try:
        view = _view()
    except (BadPeriod, _Refused) as refused:
        raise BadInput(str(refused)) from refused
    facts = _facts(monitor.board(tx(), view, now()), view)
    changed = [part for part in PARTS if request.args.get(f"seen_{part}", "") != facts["signs"][part]]
    if not changed:
        return Response(status=204)
    return render_template("monitor_changes.html", **facts, changed=changed)


@blueprint.get("/cases/of")
@needs(ACT)
def listed() -> Answer:
    """The cases behind a number, page by page."""
    try:
        wanted, period = _wanted()
    except BadPeriod as refused:
        return error_pages.page(400, str(monitor_text.REFUSED[refused.why]))
    except _Refused as refused:
        return error_pages.page(400, str(refused))
    try:
        page = lists.listed(tx(), wanted, now(), request.args.get("after", "")[:60])
    except BadInput:
        return error_pages.page(400, _("Trang danh sách này không có; hãy mở lại từ đầu danh sách."))
    asked: dict[str, Any] = {"measure": wanted.measure, "unit": request.args.get("unit", ""), "field": wanted.field}
    days: dict[str, Any] = {"first": period.first, "last": period.last} if period else {}
    return render_template(
        "monitor_list.html",
        rows=page.rows,
        number=lists.count(tx(), wanted, now()),
        title=monitor_text.MEASURES[wanted.measure],
        said=monitor_text.period_words(period.first, period.last) if period else "",
        seen=_seen(),
        asked=asked,
        endings=monitor_text.ENDINGS,
        following=f"{list_link(**asked, **days)}&after={page.following}" if page.following else "",
    )


def _own() -> Scope:
    return scope.scope_of(officer(), world().units)


def _seen() -> Scope:
    """What the address asks for within one's own scope; raises NotFound, Forbidden."""
    unit = request.args.get("unit", "")[:80]
    return scope.narrow(_own(), world().units, unit) if unit else _own()


def _view(period: Period | None = None) -> View:
    found = period or _period() or monitor.usual(now())
    appendix.require(found, now())
    return View(_seen(), found, world(), language())


def _period() -> Period | None:
    """The period that the address names, None for none; raises _Refused, and BadPeriod for an impossible one."""
    first, last = (request.args.get(name, "") for name in ("from", "to"))
    if not first and not last:
        return None
    try:
        period = Period(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError as error:
        raise _Refused(_("Kỳ báo cáo cần cả ngày đầu và ngày cuối.")) from error
    if period.first.year < 2000:
        raise _Refused(_("Kỳ báo cáo bắt đầu sớm nhất năm 2000."))
    appendix.require(period, now())
    return period


def _wanted() -> tuple[Wanted, Period | None]:
    measure, field = request.args.get("measure", ""), request.args.get("field", "")
    period = _period()
    try:
        lists.require(measure, field, period=period is not None)
    except BadInput as error:
        raise _Refused(_("Không có số liệu hoặc lĩnh vực này.")) from error
    codes = _seen().codes(world().units)
    since = _since() if measure == lists.UNTAKEN else None
    return Wanted(measure, codes, field, period, since), period


def _since() -> datetime:
    return backlog.untaken_since(world().calendar, now())


def _facts(board: Board, view: View) -> dict[str, Any]:
    """What the templates of the page show."""
    checked = check.last(tx()) if CHECKED_FOR & {role for _unit, role in officer().roles} else None
    sort = request.args.get("sort", "")
    lines, charts = _lines(board, view, sort), monitor_text.charts(board)
    signs = {
        "now": monitor_text.sign((board.stock, board.untaken, [one.code for one in board.oldest])),
        "tables": monitor_text.sign((lines, board.fields, board.total, checked)),
        "charts": monitor_text.sign(charts),
    }
    period = {"first": view.period.first, "last": view.period.last}
    return {
        "board": board,
        "lines": [line for line in lines if _busy(line)],
        "idle": [line.name for line in lines if not _busy(line)],
        "most": max((line.stock.open for line in lines), default=0),
        "charts": charts,
        "signs": signs,
        "seen": view.seen,
        "unit": view.seen.top[0] if request.args.get("unit") else "",
        "sort": sort,
        "said": monitor_text.period_words(**period),
        "period": period,
        "checked": checked,
        "built": check.built(tx()),
        "rate": monitor_text.rate,
        "list_link": list_link,
        "measures": monitor_text.MEASURES,
        "narrower": {line.code for line in lines if view.seen.top != (line.code,)},
        "query": {name: request.args[name] for name in ("unit", "from", "to") if request.args.get(name)},
        "shortcuts": _shortcuts(),
    }


def _lines(board: Board, view: View, sort: str) -> Sequence[Line]:
    """The units that are compared: the parts of the chosen one, or itself where it has none."""
    deepest = 0 if len(view.seen.top) > 1 else 1
    lines = [line for line in board.units if line.depth == deepest] or list(board.units)
    return sorted(lines, key=monitor_text.SORTS[sort]) if sort in monitor_text.SORTS else lines


def _busy(line: Line) -> bool:
    """Whether there is anything to say of a unit."""
    return bool(line.untaken) or line.stock != Stock() or line.figures != Figures()


def _shortcuts() -> list[tuple[str, str]]:
    """Usual periods, as (name, address)."""
    today = spells.day_of(clock.aware(now()))
    month, year = today.replace(day=1), today.replace(month=1, day=1)
    usual = monitor.usual(now())
    named = ((_("30 ngày"), usual.first), (_("Tháng này"), month), (_("Năm nay"), year))
    own: dict[str, Any] = {"unit": request.args.get("unit") or None, "to": today.isoformat()}
    return [(name, url_for("monitor.show", **(own | {"from": first.isoformat()}))) for name, first in named]
