"""Operators give a citizen who has lost the tracking key a new one, after checking who calls (R14)."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from engine.cases import calls, code_search, dossier, report_keys
from engine.cases.dossier import Dossier
from engine.cases.report_keys import KeptReport
from engine.errors import Forbidden, Invalid
from engine.privacy.disclosures import CALL
from engine.staff import form_receipts
from engine.translation.wording import say
from web.display.history_text import KEY_CHECK_CAPTIONS
from web.http import disclosure_log, once
from web.http.request import (
    current_application,
    current_desk,
    current_language,
    requires_permission,
    tx,
)
from web.pages import new_keys

blueprint = Blueprint("tracking_key", __name__)

GIVEN = "given_key"  # What was submitted to give the newest key, so that its page can be reloaded.


@blueprint.get("/cases/<code>/key")
@requires_permission(calls.PERMISSION)
def show_key_form(code: str) -> ResponseReturnValue:
    """Ask how the caller was checked, beside what they have to know."""
    case, kept = _load_kept(code)
    return _render_form(case, kept) if case.personal else _send_to_case(case)


def _load_kept(code: str) -> tuple[Dossier, KeptReport]:
    """The report and the dossier of its case, which is another report's for somebody who joined it."""
    kept = report_keys.load_kept_report(tx(), code_search.resolve_code(tx(), code))
    return dossier.load_case(tx(), current_desk(), kept.instance_id), kept


def _send_to_case(case: Dossier) -> ResponseReturnValue:
    """Send an operator who cannot check the caller, as the particulars are masked, to where a reason opens them."""
    flash(say(Forbidden("key-needs-particulars"), current_language()), "warning")
    return redirect(url_for("case.show_case", code=case.report.code))


def _render_form(case: Dossier, kept: KeptReport, fault: str = "", status: int = 200) -> ResponseReturnValue:
    disclosure_log.record_disclosure(CALL, [kept.report.id])
    page = render_template("key_form.html", case=case, report=kept.report, checks=KEY_CHECK_CAPTIONS, fault=fault)
    return page, status


@blueprint.post("/cases/<code>/key")
@requires_permission(calls.PERMISSION)
def submit_key_form(code: str) -> ResponseReturnValue:
    """Replace the key; the page that follows shows the new one."""
    case, kept = _load_kept(code)
    if not case.personal:
        return _send_to_case(case)
    secret, checked = current_application().key, request.form.get("checked", "")
    try:
        report_keys.give_key_again(tx(), secret, current_desk(), kept, new_keys.new_key(), checked)
    except Invalid as refused:
        return _render_form(case, kept, say(refused, current_language()), 422)
    new_keys.queue_receipt(kept.report.id)
    new_keys.keep_key_result(kept.report.id, kept.report.code)
    session[GIVEN] = once.require_submission().key
    return redirect(url_for("tracking_key.show_given_key", code=code))


@blueprint.get("/cases/<code>/key/given")
@requires_permission(calls.PERMISSION)
def show_given_key(code: str) -> ResponseReturnValue:
    """Show the operator the key that they have just given; a reload shows it again, for a while."""
    case, kept = _load_kept(code)
    receipt = form_receipts.find_receipt(tx(), str(session.get(GIVEN, "")))
    result = form_receipts.receipt_result(receipt) if receipt is not None else {}
    key = new_keys.key_of_receipt(receipt) if result.get("report") == kept.report.id else ""
    if not key:
        return redirect(url_for("case.show_case", code=case.report.code))
    disclosure_log.record_disclosure(CALL, [kept.report.id])
    return render_template("key_given.html", case=case, code=kept.report.code, key=key)
