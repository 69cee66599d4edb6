"""The doors through which citizens reach their report: its key, a signed link, or a one-time code to their telephone.

Every miss gets the same words, the same status and the same work, so that nobody learns whether somebody has reported.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from engine.cases import code_search, door_limits, one_time_codes, report_keys, tracking_key, tracking_link
from engine.errors import BadInput, NotFound
from engine.replay import demo_reports
from engine.translation.wording import say
from web.http import once
from web.http.request import current_application, current_language, public_page, request_time, tx
from web.pages import progress

blueprint = Blueprint("following", __name__)

MAX_TYPED = 500  # Characters of a field that are read: a pasted message fits.
MAX_REPEATED = 40  # Characters of it that are shown again.
HANDLE = "one_time_code"


@blueprint.get("/follow")
@public_page
def show_doors() -> ResponseReturnValue:
    """Show the ways to one's report, or the report that this visitor has opened."""
    opened = progress.remembered_report()
    return progress.render_progress(opened) if opened else _render_doors(code=request.args.get("code", ""))


def _render_doors(status: int = 200, code: str = "", **facts: object) -> ResponseReturnValue:
    return render_template("follow.html", code=code[:MAX_REPEATED], **facts), status


@blueprint.post("/follow")
@once.may_repeat
@public_page
def look_up_report() -> ResponseReturnValue:
    """Open a report by its code and key."""
    typed_code, address = _typed("code"), request.remote_addr or ""
    try:
        written, key = code_search.read_code(tx(), typed_code), tracking_key.parse_key(_typed("key"))
    except BadInput as refused:
        return _render_doors(422, typed_code, fault=say(refused, current_language()))
    until = door_limits.flooded_until(tx(), address, request_time())
    code = code_search.settle_code(tx(), written)
    report_id = None if until else _find_by_key(code, key)
    if report_id is not None:
        return progress.remember_report(report_id)
    until = until or door_limits.count_wrong_key(tx(), address, request_time())
    return _render_doors(429 if until else 404, code, until=until, wrong=until is None)


def _typed(name: str) -> str:
    return request.form.get(name, "")[:MAX_TYPED].strip()


def _find_by_key(code: str, key: str) -> int | None:
    """The report with this code and key; the key that all of a demonstration share opens nothing elsewhere."""
    report_id = report_keys.find_by_key(tx(), current_application().key, code, key)
    return report_id if current_application().demonstration or key != demo_reports.KEY else None


@blueprint.get("/follow/<token>")
@public_page
def open_link(token: str) -> ResponseReturnValue:
    """Open a report by the link in a mail or text message."""
    try:
        report_id = tracking_link.report_of_link(tx(), current_application().key, token, request_time())
    except NotFound as refused:
        return _render_doors(404, fault=say(refused, current_language()))
    return progress.remember_report(report_id)


@blueprint.post("/follow/code")
@public_page
def request_code() -> ResponseReturnValue:
    """Ask for a one-time code; what follows is the same whether or not such a report exists and can be reached."""
    typed_code = _typed("code")
    try:
        written, phone = code_search.read_code(tx(), typed_code), one_time_codes.parse_phone(_typed("phone"))
    except BadInput as refused:
        return _render_doors(422, typed_code, code_fault=say(refused, current_language()))
    code = code_search.settle_code(tx(), written)
    turn = door_limits.count_request(tx(), request.remote_addr or "", phone, request_time())
    if turn.until is not None:
        return _render_doors(429, code, code_until=turn.until)
    session[HANDLE] = one_time_codes.request_code(tx(), code, phone, request_time(), is_long=turn.is_long)
    return redirect(url_for("following.show_code_form"))


@blueprint.get("/follow/code")
@public_page
def show_code_form() -> ResponseReturnValue:
    """Show where the code is typed."""
    if HANDLE not in session:
        return redirect(url_for("following.show_doors"))
    return render_template("follow_code.html")


@blueprint.post("/follow/code/enter")
@once.may_repeat
@public_page
def enter_code() -> ResponseReturnValue:
    """Open a report by a one-time code; a wrong one counts."""
    handle = str(session.get(HANDLE, ""))
    try:
        report_id = one_time_codes.redeem_code(
            tx(), current_application().key, handle, _typed("digits"), request_time()
        )
    except BadInput as refused:
        return render_template("follow_code.html", fault=say(refused, current_language())), 422
    session.pop(HANDLE, None)
    return progress.remember_report(report_id)
