"""The chase desk: what is overdue, where and whose it is, and what the provincial office does about it at once (R9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from engine.cases import matter_lines
from engine.chase import actions, worklist
from engine.chase.actions import ChaseOrder, ChaseOutcome
from engine.chase.worklist import ChaseFilter
from engine.directives import drafting
from engine.errors import BadInput, Invalid
from engine.process import known_fields
from engine.staff import access, form_receipts
from engine.translation.wording import say
from web.display import filters as shown
from web.display import form_view
from web.http import once
from web.http.parsing import parse_chosen, parse_cursor, parse_digits
from web.http.request import (
    current_desk,
    current_language,
    current_officer,
    current_world,
    request_time,
    requires_permission,
    tx,
)

blueprint = Blueprint("chase", __name__)

WATCH_CHASE, ACT = "watch_chase", "chase"
VIEW_TITLES = {
    worklist.OVERDUE: (lazy_gettext("Quá hạn"), "exclamation-circle"),
    worklist.SOON: (lazy_gettext("Sắp đến hạn"), "hourglass-split"),
}
RUNG_CAPTIONS = {
    "unit": lazy_gettext("Đơn vị đang được nhắc"),
    "chase": lazy_gettext("Chờ Văn phòng quyết định"),
    "directive": lazy_gettext("Đã có văn bản đôn đốc"),
}
ORDER_CAPTIONS = {"longest": lazy_gettext("Quá hạn lâu nhất trước"), "latest": lazy_gettext("Mới quá hạn trước")}
# Caption and consequence of each act.
ACT_CAPTIONS = {
    "remind": (
        lazy_gettext("Nhắc đơn vị"),
        lazy_gettext("Đơn vị đang giữ hồ sơ nhận thư nhắc ngay, mỗi hồ sơ một lần trong ngày."),
    ),
    "extend": (
        lazy_gettext("Gia hạn"),
        lazy_gettext("Hạn mới tính theo ngày làm việc kể từ bây giờ, hoặc kể từ hạn cũ nếu chưa quá hạn."),
    ),
    "transfer": (
        lazy_gettext("Chuyển sở, ngành"),
        lazy_gettext("Đơn vị đang giữ dừng việc; sở, ngành được chọn giải quyết trong thời hạn mới."),
    ),
    "recall": (
        lazy_gettext("Thu hồi về Văn phòng"),
        lazy_gettext("Đơn vị đang giữ dừng việc; Văn phòng quyết định đơn vị giải quyết."),
    ),
    "note": (lazy_gettext("Ghi chú"), lazy_gettext("Nội dung được ghi vào lịch sử hồ sơ; việc đang làm không đổi.")),
}
DONE_CAPTIONS = {
    "remind": lazy_gettext("đã nhắc"),
    "extend": lazy_gettext("đã gia hạn"),
    "transfer": lazy_gettext("đã chuyển"),
    "recall": lazy_gettext("đã thu hồi"),
    "note": lazy_gettext("đã ghi chú"),
}
FILTER_NAMES = ("unit", "field", "rung", "order")


@blueprint.get("/chase")
@requires_permission(WATCH_CHASE)
def show_worklist() -> ResponseReturnValue:
    """Show one list, page by page, with the acts for selected cases, and what has come of the last act."""
    return _render_worklist(parse_chase_filter(request.args), _kept_outcomes(request.args.get("done", "")))


def _kept_outcomes(submission: str) -> dict[str, object]:
    """What an act has come to, case by case; empty when there was none or it was long ago."""
    receipt = form_receipts.find_receipt(tx(), submission) if submission else None
    return {} if receipt is None else form_receipts.receipt_result(receipt)


def _render_worklist(
    filters: ChaseFilter, done: Mapping[str, object] | None = None, fault: str = "", status: int = 200
) -> ResponseReturnValue:
    page = worklist.list_chase_cases(tx(), filters, request_time(), current_world())
    form = request.form
    context = {
        "rows": page.rows,
        "lines": matter_lines.load_lines(tx(), current_desk(), [row.code for row in page.rows]),
        "following": _list_link(filters, after=page.following) if page.following else "",
        "tabs": _view_tabs(filters),
        "outcomes": (done or {}).get("outcomes", ()),
        "act_done": (done or {}).get("act", ""),
        "fault": fault,
        "typed": form,
        "ticked": set(form.getlist("task")) if fault else set(),
    }
    choices = {
        "rungs": RUNG_CAPTIONS,
        "orders": ORDER_CAPTIONS,
        "acts": ACT_CAPTIONS,
        "done": DONE_CAPTIONS,
    }
    return render_template(
        "chase.html",
        wanted=filters,
        query=_filter_query(filters),
        may_act=access.has_permission(current_officer(), ACT),
        units=_unit_choices(),
        departments=form_view.open_departments(),
        most_days=actions.MAX_DAYS,
        **context,
        **choices,
    ), status


def _view_tabs(filters: ChaseFilter) -> list[dict[str, object]]:
    numbers = worklist.count_by_view(tx(), filters, request_time(), current_world())
    return [
        {
            "title": title,
            "icon": icon,
            "count": numbers[view],
            "here": view == filters.view,
            "link": _list_link(filters, view),
        }
        for view, (title, icon) in VIEW_TITLES.items()
    ]


def _unit_choices() -> list[tuple[str, str]]:
    """Available units, indented by depth: districts with their communes, then the others."""
    units = current_world().units
    rows: list[tuple[str, str]] = []

    def add_children(code: str, depth: int) -> None:
        for unit in sorted(form_view.sort_units(units.children(code)), key=lambda unit: unit.kind != "district"):
            if not unit.closed and unit.kind not in ("office", "province"):
                rows.append((unit.code, "– " * depth + unit.name))
                add_children(unit.code, depth + 1)

    for unit in units.units:
        if unit.kind == "province":
            add_children(unit.code, 0)
    return rows


def parse_chase_filter(args: Mapping[str, str]) -> ChaseFilter:
    """Parse the filter in a URL; raises BadInput."""
    chosen = {name: args.get(name, "").strip()[:80] for name in FILTER_NAMES if args.get(name)}
    if chosen.get("field") and not known_fields.is_known(tx(), chosen["field"]):
        raise Invalid("field", "filter-field-unknown")
    after = args.get("after", "")
    return ChaseFilter(args.get("view") or worklist.OVERDUE, **chosen, after=parse_cursor(after) if after else None)


def _filter_query(filters: ChaseFilter, view: str = "") -> str:
    parts = {"view": view or filters.view} | {name: getattr(filters, name) for name in FILTER_NAMES}
    defaults = {"view": worklist.OVERDUE, "order": worklist.ORDERS[0]}
    return urlencode({name: value for name, value in parts.items() if value and defaults.get(name) != value})


def _list_link(filters: ChaseFilter, view: str = "", after: tuple[datetime, int] | None = None) -> str:
    more = urlencode({"after": f"{after[0].isoformat()},{after[1]}"}) if after else ""
    query = "&".join(part for part in (_filter_query(filters, view), more) if part)
    return url_for("chase.show_worklist") + (f"?{query}" if query else "")


@blueprint.post("/chase/acts")
@requires_permission(ACT)
def act_on_cases() -> ResponseReturnValue:
    """Apply one act to the selected cases; the page that follows reports the outcome of each."""
    filters = parse_chase_filter(dict(parse_qsl(request.form.get("query", "")[:500])))
    chosen = list(_chosen_cases())
    if not chosen:
        return _render_worklist(filters, fault=_("Chưa chọn hồ sơ nào."), status=422)
    try:
        outcomes = actions.carry_out_order(tx(), current_desk(), chosen, _submitted_order())
    except BadInput as error:
        return _render_worklist(filters, fault=say(error, current_language()), status=422)
    once.keep_result(act=request.form.get("act", ""), outcomes=[_outcome_facts(outcome) for outcome in outcomes])
    link = _list_link(filters)
    return redirect(f"{link}{'&' if '?' in link else '?'}{urlencode({'done': once.require_submission().key})}")


def _outcome_facts(outcome: ChaseOutcome) -> dict[str, str]:
    """The outcome of one case as the page shows it: why the act was not done, or the new deadline."""
    return {
        "code": outcome.code,
        "why": say(outcome.why, current_language()) if outcome.why else "",
        "due": shown.deadline_text(outcome.due_at) if outcome.due_at else "",
    }


def _chosen_cases() -> Iterator[tuple[int, int]]:
    """Yield the selected cases as (id, version)."""
    return parse_chosen(request.form.getlist("task")[: worklist.PAGE_SIZE], "chosen-case-malformed")


def _submitted_order() -> ChaseOrder:
    form = request.form
    days = form.get("days", "").strip()
    return ChaseOrder(
        form.get("act", ""),
        " ".join(form.get("reason", "").split()),
        parse_digits(days) or 0,
        form.get("department", ""),
    )


@blueprint.post("/chase/directives")
@requires_permission(ACT)
def begin_directive() -> ResponseReturnValue:
    """Draft a directive for the selected cases, or for all overdue cases of the unit shown."""
    filters = parse_chase_filter(dict(parse_qsl(request.form.get("query", "")[:500])))
    chosen = [number for number, _version in _chosen_cases()]
    try:
        if chosen:
            number = drafting.draft_directive(tx(), current_desk(), chosen)
        elif filters.unit and request.form.get("of") == "unit":
            number = drafting.draft_for_unit(tx(), current_desk(), filters.unit)
        else:
            return _render_worklist(filters, fault=_("Chưa chọn hồ sơ nào."), status=422)
    except BadInput as error:
        return _render_worklist(filters, fault=say(error, current_language()), status=422)
    flash(_("Đã soạn dự thảo. Kiểm tra nội dung, xem trước rồi ban hành."), "success")
    return redirect(url_for("directives.show_directive", number=number))
