"""The inbox: task lists with filters, and bulk actions (R12)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from engine.cases import arrivals, inbox, returns, unit_load
from engine.cases.inbox import LAST_RANK, InboxFilter, InboxPage, ListPosition
from engine.errors import BadInput, EngineError, Invalid
from engine.matters import offers
from engine.privacy.disclosures import LIST
from engine.process import known_fields
from engine.staff import access, saved_filters, substitutes
from engine.translation.wording import say
from web.http import disclosure_log
from web.http.parsing import parse_chosen, parse_cursor, parse_digits
from web.http.request import (
    active_deployment,
    ask_by_itself,
    current_desk,
    current_language,
    current_officer,
    current_world,
    request_time,
    tx,
)
from web.pages import bulk_acts

blueprint = Blueprint("inbox", __name__)

LIST_TITLES = {
    inbox.MINE: lazy_gettext("Việc của tôi"),
    inbox.QUEUE: lazy_gettext("Hàng chờ đơn vị"),
    inbox.STANDING_IN: lazy_gettext("Đang xử lý thay"),
    inbox.DELEGATED: lazy_gettext("Đã nhờ đồng nghiệp"),
    inbox.SOON: lazy_gettext("Sắp đến hạn"),
    inbox.OVERDUE: lazy_gettext("Quá hạn"),
}
LIST_ICONS = {
    inbox.MINE: "person-check",
    inbox.QUEUE: "people",
    inbox.STANDING_IN: "person-up",
    inbox.DELEGATED: "person-lines-fill",
    inbox.SOON: "hourglass-split",
    inbox.OVERDUE: "exclamation-circle",
}
ORDER_CAPTIONS = {
    inbox.BY_URGENCY: lazy_gettext("Khẩn trước, rồi theo hạn"),
    inbox.BY_DEADLINE: lazy_gettext("Theo hạn"),
    inbox.BY_RECEIPT: lazy_gettext("Mới tiếp nhận trước"),
}
FILTER_NAMES = ("field", "unit", "stage", "text")
MOST_AT_ONCE = inbox.PAGE_SIZE
MOST_OFFERED = 5  # Start forms beside the lists; the page of all of them follows.


@blueprint.get("/inbox")
def show_inbox() -> ResponseReturnValue:
    """Show one list, page by page, with the counts of all lists."""
    return _render_inbox(parse_inbox_filter(request.args))


@blueprint.get("/inbox/rows")
def show_rows() -> ResponseReturnValue:
    """The first rows of a list, which a page asks for by itself when something has come (live.js)."""
    ask_by_itself()
    filters = parse_inbox_filter({**request.args, "after": ""})
    page = inbox.list_tasks(tx(), current_officer(), filters, request_time())
    return render_template("inbox_rows.html", **_shown_rows(filters, page))


def _shown_rows(filters: InboxFilter, page: InboxPage) -> dict[str, object]:
    """What the rows of a list are rendered from; notes that their citizens' data is shown."""
    disclosure_log.record_disclosure(LIST, [row.report_id for row in page.rows if row.report_id])
    return {
        "wanted": filters,
        "rows": page.rows,
        "returned": returns.load_returns(tx(), [(row.instance_id, row.engine_id, row.node) for row in page.rows]),
        "stands_in_for": current_officer().stands_in_for,
        "ticked": set(request.form.getlist("task")),
    }


def _render_inbox(filters: InboxFilter, fault: Invalid | None = None) -> str:
    saved = saved_filters.list_filters(tx(), g.account.id)
    page = inbox.list_tasks(tx(), current_officer(), filters, request_time())
    return render_template(
        "inbox.html",
        **_shown_rows(filters, page),
        following=_list_link(filters, after=page.following) if page.following else "",
        rail=_side_lists(filters, saved),
        stages=inbox.list_stages(active_deployment(), current_officer(), current_language()),
        units=sorted({unit for unit, _role in current_officer().roles}),
        loads=unit_load.list_unit_loads(tx(), current_officer(), request_time()) if filters.view == inbox.QUEUE else (),
        orders=ORDER_CAPTIONS,
        title=LIST_TITLES[filters.view],
        query=_filter_query(filters),
        list_address=_list_link(filters),
        place=_list_link(filters, filters.after).partition("?")[2],
        fault=say(fault, current_language()) if fault else "",
        typed=request.form.get("colleague", ""),
        offers=offers.list_offers(tx(), current_officer(), current_world().units)[:MOST_OFFERED],
        asked_to_stand_in=substitutes.list_unseen(tx(), g.account.id, request_time()),
    )


def parse_inbox_filter(args: Mapping[str, str]) -> InboxFilter:
    """Parse the filter in a URL; raises BadInput."""
    after = args.get("after", "")
    narrowing = {name: args.get(name, "").strip()[:100] for name in FILTER_NAMES}
    if narrowing["field"] and not known_fields.is_known(tx(), narrowing["field"]):
        raise Invalid("field", "filter-field-unknown")
    narrowing["order"] = args.get("order") or inbox.BY_URGENCY
    home, end = current_world().province.letters, _parse_position(after) if after else None
    return InboxFilter(args.get("view", inbox.MINE), **narrowing, home=home, after=end)


def _parse_position(text: str) -> ListPosition:
    """Parse where a page ended: the rank, the deadline, the task; a link from before ranks has no rank."""
    rank, _colon, rest = text.partition(":") if text[1:2] == ":" else (str(LAST_RANK), "", text)
    number = parse_digits(rank)
    if number is None or number > LAST_RANK:
        raise BadInput("page-end-malformed")
    return ListPosition(number, *parse_cursor(rest))


def _filter_query(filters: InboxFilter) -> str:
    """A filter as a URL query, without the page."""
    parts = {"view": filters.view} | {name: getattr(filters, name) for name in FILTER_NAMES}
    if filters.order != inbox.BY_URGENCY:
        parts["order"] = filters.order
    return urlencode({name: value for name, value in parts.items() if value})


def _list_link(filters: InboxFilter, after: ListPosition | None = None) -> str:
    more = f"&{urlencode({'after': f'{after.rank}:{after.at.isoformat()},{after.id}'})}" if after else ""
    return f"{url_for('inbox.show_inbox')}?{_filter_query(filters)}{more}"


def _side_lists(filters: InboxFilter, saved: Mapping[int, tuple[str, str]]) -> list[dict[str, object]]:
    """The lists in the sidebar, each with its count."""
    lists = {
        view: InboxFilter(view) for view in inbox.VIEWS if view != inbox.STANDING_IN or current_officer().stands_in_for
    }
    own = {f"saved{number}": parse_inbox_filter(dict(parse_qsl(query))) for number, (_name, query) in saved.items()}
    numbers = inbox.count_by_list(tx(), current_officer(), {**lists, **own}, request_time())
    current = _filter_query(filters)
    rail = [
        {
            "title": LIST_TITLES[view],
            "icon": LIST_ICONS[view],
            "link": _list_link(item),
            "count": numbers[view],
            "view": view,
        }
        for view, item in lists.items()
    ]
    rail += [
        {
            "title": name,
            "icon": "bookmark",
            "link": _list_link(own[f"saved{n}"]),
            "count": numbers[f"saved{n}"],
            "saved": n,
        }
        for n, (name, _q) in saved.items()
    ]
    for item in rail:
        item["here"] = item["link"].partition("?")[2] == current
    return [item for item in rail if item.get("view") != inbox.DELEGATED or item["count"] or item["here"]]


@blueprint.post("/inbox/lists")
def save_list() -> ResponseReturnValue:
    """Save the current filter under a name."""
    filters = parse_inbox_filter(dict(parse_qsl(request.form.get("query", "")[:500])))
    try:
        saved_filters.save_filter(tx(), g.account.id, request.form.get("name", ""), _filter_query(filters))
    except BadInput as error:
        flash(say(error, current_language()), "danger")
    return redirect(_list_link(filters))


@blueprint.post("/inbox/lists/<int:number>/remove")
def remove_list(number: int) -> ResponseReturnValue:
    """Delete a saved filter."""
    saved_filters.delete_filter(tx(), g.account.id, number)
    return redirect(url_for("inbox.show_inbox"))


@blueprint.post("/inbox/acts")
def act_on_tasks() -> ResponseReturnValue:
    """Claim, release, hand over or delegate the selected tasks; says how many, and why the others were refused.

    What cannot be done to any task leads to the same list with the fault beside the box and the ticks kept.
    """
    chosen = list(parse_chosen(request.form.getlist("task")[:MOST_AT_ONCE]))
    if not chosen:
        flash(_("Chưa chọn việc nào."), "warning")
        return _redirect_back()
    try:
        act = bulk_acts.parse_act(tx(), current_officer(), request.form)
    except Invalid as error:
        return _render_inbox(_sent_filter(), fault=error), 422
    bulk_acts.flash_outcome(act, act.apply(tx(), current_desk(), chosen))
    return _redirect_back()


def _redirect_back() -> ResponseReturnValue:
    filters = _sent_filter()
    return redirect(_list_link(filters, filters.after))


def _sent_filter() -> InboxFilter:
    """The list that a form was sent from; the first one when its address cannot be read."""
    try:
        return parse_inbox_filter(dict(parse_qsl(request.form.get("query", "")[:500])))
    except EngineError:
        return InboxFilter()


@blueprint.get("/inbox/arrivals")
def show_arrivals() -> ResponseReturnValue:
    """The newest tasks of a list and what is pressing in the queue, as ids; 304 while they are the same (live.js)."""
    ask_by_itself()
    news = arrivals.list_arrivals(
        tx(), current_officer(), parse_inbox_filter({**request.args, "after": ""}), request_time()
    )
    response = jsonify(listed=news.listed, pressing=news.pressing)
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:16])
    return response.make_conditional(request)


@blueprint.get("/colleagues")
def show_colleagues() -> ResponseReturnValue:
    """List the colleagues who can be handed tasks of the officer's units, for a picker."""
    return render_template("colleagues.html", people=access.list_colleagues(tx(), current_officer()))
