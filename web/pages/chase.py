"""The chase desk: what is overdue, where and whose it is, and what the provincial office does about it at once (R9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from engine.cases.intake import FIELDS
from engine.chase import actions, worklist
from engine.chase.actions import Order, Outcome
from engine.chase.worklist import Wanted
from engine.directives import drafting
from engine.errors import BadInput
from engine.staff import access
from web.http.parsing import place, whole
from web.http.request import desk, needs, now, officer, tx, world

blueprint = Blueprint("chase", __name__)

Answer = Any
WATCH, ACT = "watch_chase", "chase"
VIEWS = {
    worklist.OVERDUE: (lazy_gettext("Quá hạn"), "exclamation-circle"),
    worklist.SOON: (lazy_gettext("Sắp đến hạn"), "hourglass-split"),
}
RUNGS = {
    "unit": lazy_gettext("Đơn vị đang được nhắc"),
    "chase": lazy_gettext("Chờ Văn phòng quyết định"),
    "directive": lazy_gettext("Đã có văn bản đôn đốc"),
}
ORDERS = {"longest": lazy_gettext("Quá hạn lâu nhất trước"), "latest": lazy_gettext("Mới quá hạn trước")}
# Each act: what it is called and what will happen.
ACTS = {
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
        lazy_gettext("Đơn vị đang giữ dừng việc; Văn phòng quyết định đơn vị xử lý."),
    ),
    "note": (lazy_gettext("Ghi chú"), lazy_gettext("Nội dung được ghi vào lịch sử hồ sơ; việc đang làm không đổi.")),
}
DONE = {
    "remind": lazy_gettext("đã nhắc"),
    "extend": lazy_gettext("đã gia hạn"),
    "transfer": lazy_gettext("đã chuyển"),
    "recall": lazy_gettext("đã thu hồi"),
    "note": lazy_gettext("đã ghi chú"),
}
WHY = {
    actions.CHANGED: lazy_gettext("hồ sơ vừa có thay đổi; xem lại rồi quyết định"),
    actions.HELD: lazy_gettext("đồng nghiệp đang giữ việc đôn đốc của hồ sơ này"),
    actions.NOT_NOW: lazy_gettext("hồ sơ đang ở bước không làm được việc này"),
    actions.REMINDED: lazy_gettext("hôm nay đã nhắc rồi"),
    actions.FAILED: lazy_gettext("quy trình không đi tiếp được với nội dung này; báo quản trị viên"),
}
NARROWING = ("unit", "field", "rung", "order")


@blueprint.get("/chase")
@needs(WATCH)
def show() -> Answer:
    """One list, page by page, with what can be done with the chosen cases."""
    return _page(_wanted(request.args))


def _page(wanted: Wanted, outcomes: Sequence[Outcome] = (), fault: str = "", status: int = 200) -> Answer:
    page = worklist.read(tx(), wanted, now(), world())
    form = request.form
    shown = {
        "rows": page.rows,
        "following": _link(wanted, after=page.following) if page.following else "",
        "tabs": _tabs(wanted),
        "outcomes": outcomes,
        "fault": fault,
        "typed": form,
        "ticked": set(form.getlist("task")) if fault else set(),
    }
    choices = {"rungs": RUNGS, "orders": ORDERS, "acts": ACTS, "done": DONE, "why": WHY}
    return render_template(
        "chase.html",
        wanted=wanted,
        query=_query(wanted),
        may_act=access.may(officer(), ACT),
        units=_units(),
        departments=[unit for unit in world().units.units if unit.kind == "department" and not unit.closed],
        most_days=actions.MOST_DAYS,
        **shown,
        **choices,
    ), status


def _tabs(wanted: Wanted) -> list[dict[str, Any]]:
    numbers = worklist.counts(tx(), wanted, now(), world())
    return [
        {"title": title, "icon": icon, "count": numbers[view], "here": view == wanted.view, "link": _link(wanted, view)}
        for view, (title, icon) in VIEWS.items()
    ]


def _units() -> list[tuple[str, str]]:
    """The units to choose from, each with its depth shown: districts with their communes, then the others."""
    units = world().units
    found: list[tuple[str, str]] = []

    def add(code: str, depth: int) -> None:
        for unit in sorted(units.children(code), key=lambda unit: (unit.kind != "district", unit.name)):
            if not unit.closed and unit.kind not in ("office", "province"):
                found.append((unit.code, "– " * depth + unit.name))
                add(unit.code, depth + 1)

    for unit in units.units:
        if unit.kind == "province":
            add(unit.code, 0)
    return found


def _wanted(args: Mapping[str, str]) -> Wanted:
    """The list that an address asks for; raises BadInput."""
    chosen = {name: args.get(name, "").strip()[:80] for name in NARROWING if args.get(name)}
    if chosen.get("field") and chosen["field"] not in FIELDS:
        raise BadInput("There is no such field.")
    after = args.get("after", "")
    return Wanted(args.get("view") or worklist.OVERDUE, **chosen, after=place(after) if after else None)


def _query(wanted: Wanted, view: str = "") -> str:
    parts = {"view": view or wanted.view} | {name: getattr(wanted, name) for name in NARROWING}
    plain = {"view": worklist.OVERDUE, "order": worklist.ORDERS[0]}
    return urlencode({name: value for name, value in parts.items() if value and plain.get(name) != value})


def _link(wanted: Wanted, view: str = "", after: tuple[datetime, int] | None = None) -> str:
    more = urlencode({"after": f"{after[0].isoformat()},{after[1]}"}) if after else ""
    query = "&".join(part for part in (_query(wanted, view), more) if part)
    return url_for("chase.show") + (f"?{query}" if query else "")


@blueprint.post("/chase/acts")
@needs(ACT)
def act() -> Answer:
    """Do one act with the chosen cases; the page tells what was done with each and what was not."""
    wanted = _wanted(dict(parse_qsl(request.form.get("query", "")[:500])))
    chosen = list(_chosen())
    if not chosen:
        return _page(wanted, fault=_("Chưa chọn hồ sơ nào."), status=422)
    try:
        outcomes = actions.carry_out(tx(), desk(), chosen, _order())
    except BadInput as error:
        return _page(wanted, fault=_fault(str(error)), status=422)
    return _page(wanted, outcomes)


def _chosen() -> Iterator[tuple[int, int]]:
    """The chosen cases as (id, version)."""
    for item in request.form.getlist("task")[: worklist.PAGE]:
        number, _dot, version = item.partition(".")
        if not (number.isdecimal() and version.isdecimal() and len(item) < 20):
            raise BadInput("This is not a case.")
        yield int(number), int(version)


def _order() -> Order:
    form = request.form
    days = form.get("days", "").strip()
    return Order(
        form.get("act", ""),
        " ".join(form.get("reason", "").split()),
        whole(days) or 0,
        form.get("department", ""),
    )


def _fault(message: str) -> str:
    """What is wrong, in the visitor's language; the engine names the field first."""
    sentences: dict[str, str] = {
        "act": _("Chọn việc cần làm."),
        "reason": _("Nêu lý do, từ %(num)s đến %(most)s ký tự.", num=actions.SHORTEST_REASON, most=500),
        "days": _("Số ngày gia hạn từ 1 đến %(num)s.", num=actions.MOST_DAYS),
        "department": _("Chọn sở, ngành trong danh sách."),
        "cases": _("Trong các hồ sơ đã chọn không có hồ sơ quá hạn nào đang ở đơn vị."),
    }
    return sentences.get(message.partition(":")[0], _("Không thực hiện được với nội dung này."))


@blueprint.post("/chase/directives")
@needs(ACT)
def draft() -> Answer:
    """Draft a directive that names the chosen cases, or all overdue ones of the unit that is shown."""
    wanted = _wanted(dict(parse_qsl(request.form.get("query", "")[:500])))
    chosen = [number for number, _version in _chosen()]
    try:
        if chosen:
            number = drafting.draft(tx(), desk(), chosen)
        elif wanted.unit and request.form.get("of") == "unit":
            number = drafting.draft_of_unit(tx(), desk(), wanted.unit)
        else:
            return _page(wanted, fault=_("Chưa chọn hồ sơ nào."), status=422)
    except BadInput as error:
        return _page(wanted, fault=_fault(str(error)), status=422)
    flash(_("Đã soạn dự thảo. Kiểm tra nội dung, xem trước rồi ban hành."), "success")
    return redirect(url_for("directives.show", number=number))
