"""The inbox: lists of work with filters, and what is done with several tasks at once (R12)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from engine.cases import inbox, tasks
from engine.cases.inbox import Wanted
from engine.cases.intake import FIELDS
from engine.errors import BadInput, EngineError, Forbidden, NotFound, Stale
from engine.privacy.disclosures import LIST
from engine.staff import access, saved_filters
from engine.store.db import Transaction
from web.http import disclosure_log
from web.http.parsing import place
from web.http.request import desk, now, officer, tx

blueprint = Blueprint("inbox", __name__)

Answer = Any
TITLES = {
    inbox.MINE: lazy_gettext("Việc của tôi"),
    inbox.QUEUE: lazy_gettext("Hàng chờ đơn vị"),
    inbox.STANDING_IN: lazy_gettext("Đang làm thay"),
    inbox.DELEGATED: lazy_gettext("Đã nhờ đồng nghiệp"),
    inbox.SOON: lazy_gettext("Sắp đến hạn"),
    inbox.OVERDUE: lazy_gettext("Quá hạn"),
}
ICONS = {
    inbox.MINE: "person-check",
    inbox.QUEUE: "people",
    inbox.STANDING_IN: "person-up",
    inbox.DELEGATED: "person-lines-fill",
    inbox.SOON: "hourglass-split",
    inbox.OVERDUE: "exclamation-circle",
}
GIVING = {"hand_over": tasks.hand_over, "delegate": tasks.delegate}
NARROWING = ("field", "unit", "stage", "text")
MOST_AT_ONCE = inbox.PAGE


@blueprint.get("/inbox")
def show() -> Answer:
    """One list, page by page, with the numbers of all."""
    wanted = _wanted(request.args)
    saved = saved_filters.of(tx(), g.account.id)
    page = inbox.read(tx(), officer(), wanted, now())
    disclosure_log.note(LIST, [row.report_id for row in page.rows if row.report_id])
    return render_template(
        "inbox.html",
        wanted=wanted,
        rows=page.rows,
        following=_link(wanted, after=page.following) if page.following else "",
        rail=_rail(wanted, saved),
        stages=inbox.stages(tx(), officer()),
        units=sorted({unit for unit, _role in officer().roles}),
        title=TITLES[wanted.view],
        query=_query(wanted),
        stands_in_for=officer().stands_in_for,
    )


def _wanted(args: Mapping[str, str]) -> Wanted:
    """The list that an address asks for; raises BadInput."""
    after = args.get("after", "")
    narrowing = {name: args.get(name, "").strip()[:100] for name in NARROWING}
    if narrowing["field"] and narrowing["field"] not in FIELDS:
        raise BadInput("There is no such field.")
    return Wanted(args.get("view", inbox.MINE), **narrowing, after=place(after) if after else None)


def _query(wanted: Wanted) -> str:
    """A list as the query of its address, without the page."""
    parts = {"view": wanted.view} | {name: getattr(wanted, name) for name in NARROWING}
    return urlencode({name: value for name, value in parts.items() if value})


def _link(wanted: Wanted, after: tuple[datetime, int] | None = None) -> str:
    more = f"&{urlencode({'after': f'{after[0].isoformat()},{after[1]}'})}" if after else ""
    return f"{url_for('inbox.show')}?{_query(wanted)}{more}"


def _rail(wanted: Wanted, saved: Mapping[int, tuple[str, str]]) -> list[dict[str, Any]]:
    """The lists at the side, each with its number."""
    lists = {view: Wanted(view) for view in inbox.VIEWS if view != inbox.STANDING_IN or officer().stands_in_for}
    own = {f"saved{number}": _wanted(dict(parse_qsl(query))) for number, (_name, query) in saved.items()}
    numbers = inbox.counts(tx(), officer(), {**lists, **own}, now())
    current = _query(wanted)
    rail = [
        {"title": TITLES[view], "icon": ICONS[view], "link": _link(item), "count": numbers[view], "view": view}
        for view, item in lists.items()
    ]
    rail += [
        {"title": name, "icon": "bookmark", "link": _link(own[f"saved{n}"]), "count": numbers[f"saved{n}"], "saved": n}
        for n, (name, _q) in saved.items()
    ]
    for item in rail:
        item["here"] = item["link"].partition("?")[2] == current
    return [item for item in rail if item.get("view") != inbox.DELEGATED or item["count"] or item["here"]]


@blueprint.post("/inbox/lists")
def save_list() -> Answer:
    """Keep the list that is shown under a name."""
    wanted = _wanted(dict(parse_qsl(request.form.get("query", "")[:500])))
    try:
        saved_filters.save(tx(), g.account.id, request.form.get("name", ""), _query(wanted))
    except BadInput:
        flash(_("Tên danh sách có từ 1 đến %(num)s ký tự, tối đa %(most)s danh sách.", num=40, most=20), "danger")
    return redirect(_link(wanted))


@blueprint.post("/inbox/lists/<int:number>/remove")
def remove_list(number: int) -> Answer:
    """Forget a kept list."""
    saved_filters.remove(tx(), g.account.id, number)
    return redirect(url_for("inbox.show"))


@blueprint.post("/inbox/acts")
def act() -> Answer:
    """Claim, release, hand over or delegate the chosen tasks; what could not be done is told, the rest is done."""
    chosen = list(_chosen())
    if not chosen:
        flash(_("Chưa chọn việc nào."), "warning")
        return _back()
    done, refused = _each(_act(), chosen)
    if done:
        flash(ngettext("Đã thực hiện với %(num)s việc.", "Đã thực hiện với %(num)s việc.", done), "success")
    if refused:
        flash(
            ngettext(
                "%(num)s việc không làm được: người khác đã nhận trước hoặc việc thuộc đơn vị khác.",
                "%(num)s việc không làm được: người khác đã nhận trước hoặc việc thuộc đơn vị khác.",
                refused,
            ),
            "warning",
        )
    return _back()


def _chosen() -> Iterator[tuple[int, int]]:
    """The chosen tasks as (id, version)."""
    for item in request.form.getlist("task")[:MOST_AT_ONCE]:
        number, _dot, version = item.partition(".")
        if not (number.isdecimal() and version.isdecimal() and len(item) < 20):
            raise BadInput("This is not a task.")
        yield int(number), int(version)


def _act() -> Callable[[Transaction, int, int], None]:
    """What is to be done with each."""
    name = request.form.get("act", "")
    if name == "claim":
        return lambda transaction, task, version: tasks.claim(transaction, desk(), task, version)
    if name == "release":
        return lambda transaction, task, version: tasks.release(transaction, desk(), task, version)
    if name in GIVING:
        person = access.by_login(tx(), request.form.get("colleague", "").partition(" ")[0])
        return lambda transaction, task, version: GIVING[name](transaction, desk(), task, version, person)
    raise BadInput("There is no such act.")


def _each(act: Callable[[Transaction, int, int], None], chosen: list[tuple[int, int]]) -> tuple[int, int]:
    """How many were done and how many refused; a refused one has changed nothing."""
    done = refused = 0
    for task, version in chosen:
        try:
            act(tx(), task, version)
        except (Stale, Forbidden, NotFound):
            refused += 1
        else:
            done += 1
    return done, refused


def _back() -> Answer:
    try:
        return redirect(_link(_wanted(dict(parse_qsl(request.form.get("query", "")[:500])))))
    except EngineError:
        return redirect(url_for("inbox.show"))


@blueprint.get("/colleagues")
def colleagues() -> Answer:
    """Who can be handed tasks of the officer's units, for a picker."""
    return render_template("colleagues.html", people=access.colleagues(tx(), officer()))
