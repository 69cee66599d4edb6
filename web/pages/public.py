"""The page on which citizens file a report; it gives them its code and its key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from engine.cases import attachments, calls, intake
from engine.cases.attachments import UnacceptableFile
from engine.cases.intake import FiledReport
from engine.cases.tasks import Desk, InvalidForm
from engine.staff import rate_limits
from engine.staff.access import CITIZEN
from engine.staff.rate_limits import RateLimit
from forms.schema import Form
from web.display import form_view
from web.display.form_view import FilledForm
from web.http.request import current_world, public_page, request_origin, request_time, tx
from web.pages import new_keys

blueprint = Blueprint("public", __name__)

ResponseReturnValue = Any
FILING = RateLimit("reports from an address", 10, timedelta(hours=1))
FILING_BY_NUMBER = RateLimit("reports from a number", 5, timedelta(days=1))
ASKED_FIELDS = ("reporter_name", "phone", "email", "place", "address", "field", "content", "files")
PRESET_VALUES = {"outcome": "handed_over", "urgency": "normal"}
HONEYPOT = "website"  # People do not see this field; bots fill it in.


@blueprint.get("/report")
@public_page
def show_report_form() -> ResponseReturnValue:
    """Show the form to file a report."""
    return _render_report_form(FilledForm(calls.receive_form(tx(), current_world())))


def _render_report_form(filled: FilledForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "report.html",
        shown=filled,
        asked=ASKED_FIELDS,
        trap=HONEYPOT,
        communes=form_view.communes_by_parent(),
        organisations=(),
        hidden_when=lambda _item: (),
    )
    return page, status


@blueprint.post("/report")
@public_page
def submit_report() -> ResponseReturnValue:
    """File the report, with the same checks as at the hotline."""
    form = calls.receive_form(tx(), current_world())
    typed = {key: value for key, value in form_view.submitted_answers(form).items() if key in ASKED_FIELDS}
    if request.form.get(HONEYPOT):
        return redirect(url_for("auth.show_front_page"))
    address = rate_limits.address_group(request.remote_addr or "")
    if rate_limits.count_try(tx(), FILING, address, request_time()) is not None:
        return render_template("too_often.html"), 429
    try:
        filed = _file_report(form, typed)
    except InvalidForm as invalid:
        return _render_report_form(FilledForm(form, typed, invalid.errors), 422)
    except UnacceptableFile as error:
        return _render_report_form(FilledForm(form, typed, {"files": [error]}), 422)
    if filed is None:
        return render_template("too_often.html"), 429
    return render_template("filed.html", code=filed.code, key=new_keys.give_first_key(filed.report_id, CITIZEN))


def _file_report(form: Form, typed: dict[str, object]) -> FiledReport | None:
    """File it; None if the phone number has filed too many. Raises InvalidForm, UnacceptableFile."""
    desk = Desk(CITIZEN, request_origin(), request_time(), current_world())
    new = calls.build_report(tx(), desk, {**typed, **PRESET_VALUES}, "web")
    uploads = [upload for files in form_view.submitted_uploads(form).values() for upload in files]
    for upload in uploads:
        attachments.extension_of(upload)
    attachments.require_few_files(len(uploads))
    if rate_limits.count_try(tx(), FILING_BY_NUMBER, new.phone, request_time()) is not None:
        return None
    filed = intake.file_report(
        tx(), new, calls.report_definition(tx(), current_world()), CITIZEN.who(request_origin()), current_world()
    )
    attachments.add_files(tx(), filed.report_id, uploads, CITIZEN.who(request_origin()).actor, request_time())
    return filed
