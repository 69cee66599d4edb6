"""What an officer may begin and has begun: start forms, the list, and for the office the times (R24)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.cases import chosen_files, tasks
from engine.cases.attachments import UnacceptableFile
from engine.cases.chosen_files import FormHolder
from engine.cases.tasks import CompletionFailed, InvalidForm
from engine.errors import BadInput
from engine.matters import lists, offers, starting, times
from engine.matters.lists import MatterFilter
from engine.matters.offers import StartOffer
from engine.staff import form_drafts
from web.display import filters, form_view
from web.display.form_view import FilledForm, blocked_sentence
from web.http.once import TOKEN_FIELD, sent_token
from web.http.parsing import parse_digits
from web.http.request import current_desk, current_officer, current_world, request_time, requires_permission, tx
from web.pages import form_files

blueprint = Blueprint("work", __name__)

ResponseReturnValue = Any
PERIODS = (30, 90, 365)  # Days that the list of times goes back.
UNIT_FIELD = "start_unit"


@blueprint.get("/work")
def show_work() -> ResponseReturnValue:
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
        "work.html",
        offers=offers.list_offers(tx(), current_officer(), current_world().units),
        page=page,
        chosen=chosen,
        names={name: filters.step_caption(name) for name in lists.list_names(tx(), current_officer())},
        following=urlencode({key: value for key, value in query.items() if value}) if page.following else "",
    )


@blueprint.get("/work/times")
@requires_permission("chase")
def show_times() -> ResponseReturnValue:
    """Show how long what was begun has taken, by name and step."""
    days = parse_digits(request.args.get("days", "")) or PERIODS[1]
    chosen = days if days in PERIODS else PERIODS[1]
    rows = times.list_times(tx(), request_time() - timedelta(days=chosen), current_world().calendar)
    return render_template("work_times.html", rows=rows, days=chosen, periods=PERIODS)


@blueprint.get("/work/<process>/<node>")
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
    offer: StartOffer, filled: FilledForm, holder: FormHolder, status: int = 200, **more: Any
) -> ResponseReturnValue:
    filled.files = form_files.chosen_entries(holder)
    page = render_template(
        "start_form.html",
        offer=offer,
        shown=filled,
        unit=filled.values.get(UNIT_FIELD, ""),
        communes=form_view.communes_by_parent(),
        organisations=form_view.open_organisations(),
        hidden_when=form_view.field_attributes,
        multipart=any(item.kind == "file" for item in filled.form.fields),
        token=holder.token,
        **{"saved_at": None, **more},
    )
    return page, status


@blueprint.post("/work/<process>/<node>")
def send_start_form(process: str, node: str) -> ResponseReturnValue:
    """Begin what the form asks for; on any error the input stays on the page, and in the draft."""
    offer = _offer(process, node)
    form = starting.start_form(tx(), offer)
    typed, holder = form_view.submitted_answers(form), form_files.holder_of_form()
    faults = form_files.receive_files(form, holder)
    unit = request.form.get(UNIT_FIELD) or next(iter(offer.roles_by_unit))
    try:
        form_files.require_no_faults(faults)
        files = form_files.files_to_attach(form, holder)
        begun = starting.send_start_form(tx(), current_desk(), (process, node, unit), typed, files)
    except InvalidForm as invalid:
        return _render_again(offer, FilledForm(form, typed, {**invalid.errors, **faults}), holder)
    except UnacceptableFile as error:
        key = next(key for key, item in form.inputs.items() if item.kind == "file")
        return _render_again(offer, FilledForm(form, typed, {key: [error]}), holder)
    except CompletionFailed as failure:
        sentence = blocked_sentence(tasks.report_failed_completion(tx(), failure))
        return _render_again(offer, FilledForm(form, typed, {"_schema": [sentence]}), holder)
    except BadInput as error:
        return _render_again(offer, FilledForm(form, typed, {"_schema": [error]}), holder)
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


@blueprint.put("/work/<process>/<node>/draft")
def save_start_draft(process: str, node: str) -> ResponseReturnValue:
    """Save the input so far as a draft; sent by the page's script."""
    offer = _offer(process, node)
    typed = form_view.submitted_answers(starting.start_form(tx(), offer))
    _save_draft(offer, {**typed, UNIT_FIELD: request.form.get(UNIT_FIELD, "")}, sent_token())
    return "", 204
