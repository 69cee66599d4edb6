"""What an officer may begin and has begun: start forms, the list, and for the office the times (R24)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.cases import chosen_files
from engine.cases.chosen_files import FormHolder
from engine.matters import lists, offers, starting, times
from engine.matters.lists import MatterFilter
from engine.matters.offers import StartOffer
from engine.staff import form_drafts
from web.display import filters, form_view
from web.display.form_view import FilledForm
from web.http.once import TOKEN_FIELD, sent_token
from web.http.parsing import parse_digits
from web.http.request import current_desk, current_officer, current_world, request_time, requires_permission, tx
from web.pages import form_files, form_pages

blueprint = Blueprint("begin", __name__)

PERIODS = (30, 90, 365)  # Days that the list of times goes back.
UNIT_FIELD = "start_unit"


@blueprint.get("/begin")
def show_offers() -> ResponseReturnValue:
    """Show what the officer may begin, and what was begun as far as they may see it."""
    chosen = MatterFilter(
        request.args.get("name", "")[:200],
        request.args.get("state", "") if request.args.get("state") in lists.STATES else "",
        request.args.get("text", "").strip()[:100],
        parse_digits(request.args.get("before", "")),
    )
    page = lists.list_matters(tx(), current_officer(), chosen)
    query = {"name": chosen.name, "state": chosen.state, "text": chosen.text, "before": page.following or ""}
    return render_template(
        "begin.html",
        offers=offers.list_offers(tx(), current_officer(), current_world().units),
        page=page,
        chosen=chosen,
        names={name: filters.step_caption(name) for name in lists.list_names(tx(), current_officer())},
        following=urlencode({key: value for key, value in query.items() if value}) if page.following else "",
    )


@blueprint.get("/begin/times")
@requires_permission("chase")
def show_times() -> ResponseReturnValue:
    """Show how long what was begun has taken, by name and step."""
    days = parse_digits(request.args.get("days", "")) or PERIODS[1]
    chosen = days if days in PERIODS else PERIODS[1]
    rows = times.list_times(tx(), request_time() - timedelta(days=chosen), current_world().calendar)
    return render_template("begin_times.html", rows=rows, days=chosen, periods=PERIODS)


@blueprint.get("/begin/<process>/<node>")
def show_start_form(process: str, node: str) -> ResponseReturnValue:
    """Show a start form, filled from the draft."""
    offer = _offer(process, node)
    form = starting.start_form(tx(), offer)
    draft = form_drafts.load_values(tx(), g.account.id, _draft_key(offer))
    filled = FilledForm(form, draft.values if draft else {})
    holder = form_files.holder_of_form(form_files.token_of_draft(filled.values))
    return _render_start(offer, filled, holder, saved_at=draft.saved_at if draft else None)


def _offer(process: str, node: str) -> StartOffer:
    return offers.find_offer(tx(), current_officer(), current_world().units, process, node)


def _draft_key(offer: StartOffer) -> str:
    return f"start:{offer.process}:{offer.event.node}"[:80]


def _render_start(
    offer: StartOffer, filled: FilledForm, holder: FormHolder, status: int = 200, **more: object
) -> ResponseReturnValue:
    page = render_template(
        "start_form.html",
        offer=offer,
        unit=filled.values.get(UNIT_FIELD, ""),
        **form_pages.form_context(filled, holder),
        **{"saved_at": None, **more},
    )
    return page, status


@blueprint.post("/begin/<process>/<node>")
def send_start_form(process: str, node: str) -> ResponseReturnValue:
    """Begin what the form asks for; on any error the input stays on the page, and in the draft."""
    offer = _offer(process, node)
    form = starting.start_form(tx(), offer)
    typed, holder = form_view.submitted_answers(form), form_files.holder_of_form()
    faults = form_files.receive_files(form, holder)
    unit = request.form.get(UNIT_FIELD) or next(iter(offer.roles_by_unit))
    try:
        if faults:
            starting.check_start_form(form, current_desk(), typed)
        form_files.require_no_faults(faults)
        files = form_files.files_to_attach(form, holder)
        begun = starting.send_start_form(tx(), current_desk(), (process, node, unit), typed, files)
    except form_pages.REFUSALS as refused:
        shown = form_pages.faults_of(refused, form, faults)
        return _render_again(offer, FilledForm(form, typed, shown), holder)
    chosen_files.drop_chosen_files(tx(), holder)
    form_drafts.delete_values(tx(), g.account.id, _draft_key(offer))
    flash(
        _("Đã bắt đầu “%(name)s”, mã %(code)s.", name=filters.step_caption(offer.event.name), code=begun.code),
        "success",
    )
    return redirect(url_for("matter.show_matter", code=begun.code))


def _render_again(offer: StartOffer, filled: FilledForm, holder: FormHolder) -> ResponseReturnValue:
    filled.values = {**filled.values, UNIT_FIELD: request.form.get(UNIT_FIELD, "")}
    _save_draft(offer, filled.values, holder.token)
    return _render_start(offer, filled, holder, status=422)


def _save_draft(offer: StartOffer, typed: Mapping[str, object], token: str) -> None:
    form_drafts.save_values(tx(), g.account.id, _draft_key(offer), {**typed, TOKEN_FIELD: token}, request_time())


@blueprint.put("/begin/<process>/<node>/draft")
def save_start_draft(process: str, node: str) -> ResponseReturnValue:
    """Save the input so far as a draft; sent by the page's script."""
    offer = _offer(process, node)
    typed = form_view.submitted_answers(starting.start_form(tx(), offer))
    _save_draft(offer, {**typed, UNIT_FIELD: request.form.get(UNIT_FIELD, "")}, sent_token())
    return "", 204
