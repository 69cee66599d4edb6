"""The screen of a call in progress: the caller's report on the left, what the hotline knows on the right (R1, R2)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.actor import person_key
from engine.answers import library, usage
from engine.cases import call_log, callers, calls, chosen_files, expected_time, petitions, tasks
from engine.cases.attachments import UnacceptableFile
from engine.cases.calls import Call
from engine.cases.chosen_files import FormHolder
from engine.cases.intake import CHANNELS
from engine.cases.tasks import CompletionFailed, InvalidForm
from engine.errors import BadInput, Invalid, NotFound
from engine.privacy.disclosures import CALL
from engine.staff import form_drafts, form_receipts
from engine.translation.wording import say
from forms.schema import Form
from web.display import form_view
from web.display.form_view import FilledForm
from web.http import disclosure_log, once
from web.http.request import (
    current_desk,
    current_language,
    current_officer,
    current_world,
    request_time,
    requires_permission,
    tx,
)
from web.pages import address_search, call_ends, conversations, form_files, new_keys
from web.pages.call_ends import CALL_BEGAN, DRAFT_KEY, PETITION
from web.pages.conversations import CONVERSATION

blueprint = Blueprint("intake", __name__)

DEFAULTS = {"urgency": "normal"}
MOST_SENT = 100  # Characters of a number that a telephone system sends.
SLIP = "slip"  # Code and key of the report just filed, shown once: to read out and to print.
GIVEN_FROM = "given_from"  # The standard answer that was used, as "key.version".
RINGS = "rings"  # The telephone system has just opened the page; the page keeps the draft at once.
# What the page sends that no form document has.
BESIDE_THE_FORM = ("channel", GIVEN_FROM, CALL_BEGAN, PETITION, CONVERSATION)


@blueprint.get("/intake")
@requires_permission(calls.PERMISSION)
def show_intake() -> ResponseReturnValue:
    """Show an empty form, the draft, or a form prefilled by a telephone system with ?phone=: the call rings now."""
    draft = form_drafts.load_values(tx(), g.account.id, DRAFT_KEY)
    values: dict[str, Any] = {**DEFAULTS, **(draft.values if draft else {})}
    saved_at = draft.saved_at if draft else None
    phone = request.args.get("phone", "").strip()[:MOST_SENT]
    if phone:
        ringing = {**DEFAULTS, "phone": phone, CALL_BEGAN: request_time().isoformat(), RINGS: True}
        values = ringing if values.get("phone") != phone else values
    holder = form_files.holder_of_form(form_files.token_of_draft(values))
    filled = FilledForm(calls.receive_form(tx(), current_world()), values)
    return _render_intake(filled, holder, saved_at=saved_at, answered=bool(phone))


def _render_intake(filled: FilledForm, holder: FormHolder, status: int = 200, **more: Any) -> ResponseReturnValue:
    filled.files = form_files.chosen_entries(holder)
    began = call_log.parse_call_start(str(filled.values.get(CALL_BEGAN) or ""), request_time())
    page = render_template(
        "intake.html",
        shown=filled,
        channel=filled.values.get("channel", "phone"),
        channels=CHANNELS,
        communes=form_view.communes_by_parent(),
        organisations=(),
        hidden_when=lambda _item: (),
        token=holder.token,
        **{"saved_at": None, "answered": True, **more},
        **_shown_slip(),
        call_began=began,
        page_made_at=request_time(),
        address_offers=more.get("offers"),
        ringing=filled.values.get(RINGS, False),
        reasons=call_log.REASONS,
        today=call_ends.calls_today(),
        petition=filled.values.get(PETITION, ""),
        **_side_context(filled.values),
    )
    return page, status


def _side_context(values: Any) -> dict[str, Any]:
    """What the hotline knows about the input so far: caller, similar cases, standard answers."""
    text, place = str(values.get("content") or ""), str(values.get("place") or "")
    caller, alike = (
        callers.look_up_phone(tx(), str(values.get("phone") or "")),
        callers.list_similar_cases(tx(), place, text, request_time()),
    )
    disclosure_log.record_disclosure(CALL, {row.id for row in (*caller.reports, *alike)})
    conversation = str(values.get(CONVERSATION) or "")
    written = conversations.conversation_beside(conversation) if conversation else []
    return {
        CONVERSATION: conversation if written else "",
        "written": written,
        "caller": caller,
        "alike": alike,
        "standard": library.suggest_answers(tx(), text, str(values.get("field") or "")),
        "typed_text": text,
        "petition_kind": petitions.recognise_petition(text),
        "places": call_ends.petition_places(),
        **_given_answer(str(values.get(GIVEN_FROM) or "")),
    }


def _given_answer(reference: str) -> dict[str, Any]:
    """The standard answer that was used, in that version: it stays readable even if revised or retired."""
    row = usage.resolve_reference(tx(), reference)
    newest = library.load_answer(tx(), row.key) if row is not None else None
    return {"given": row, "newest": newest, GIVEN_FROM: reference if row is not None else ""}


@blueprint.post("/intake/beside")
@once.may_repeat
@requires_permission(calls.PERMISSION)
def refresh_side() -> ResponseReturnValue:
    """Refresh the right side while the operator types."""
    return render_template("intake_beside.html", **_side_context(request.form))


def _show_slip_again(receipt: Any) -> ResponseReturnValue:
    """Answer the call that is sent again with the slip of the report that it has filed."""
    result = form_receipts.receipt_result(receipt)
    if "code" in result:
        session[SLIP] = [result["code"], new_keys.key_of_receipt(receipt), result["report"]]
        flash(_("Hồ sơ %(code)s đã được ghi nhận trước đó; không ghi thêm hồ sơ.", code=result["code"]), "info")
    return redirect(receipt.location)


def _offer_addresses() -> ResponseReturnValue:
    """Show the form with the house numbers that were looked for, or with the one that was taken."""
    form, holder = calls.receive_form(tx(), current_world()), form_files.holder_of_form()
    faults = form_files.receive_files(form, holder)
    values, offers = address_search.answer_search(_typed_values(form))
    _keep_draft(values, holder.token)
    return _render_intake(FilledForm(form, {**values, **_beside_the_form()}, dict(faults)), holder, offers=offers)


@blueprint.post("/intake")
@once.answers_repeats(_show_slip_again)
@requires_permission(calls.PERMISSION)
@address_search.answers_searches(_offer_addresses)
def submit_call() -> ResponseReturnValue:
    """Register the call and hand it over or answer it; join it to an open case; or direct a petition elsewhere."""
    form = calls.receive_form(tx(), current_world())
    typed, holder = _typed_values(form), form_files.holder_of_form()
    outcome, faults = request.form.get("outcome", ""), form_files.receive_files(form, holder)
    if outcome == "draft" and not faults:
        _keep_draft(typed, holder.token)
        flash(_("Đã lưu nháp cuộc gọi."), "success")
        return redirect(url_for("intake.show_intake"))
    try:
        if outcome == "diverted":
            diverted = call_ends.divert_call(typed)
            chosen_files.drop_chosen_files(tx(), holder)
            return diverted
        call = Call(
            _chosen_channel(),
            {**typed, "outcome": outcome},
            form_files.files_to_attach(form, holder),
            call_ends.call_seconds(),
        )
        form_files.require_no_faults(faults)
        return _take_call(call, holder)
    except InvalidForm as invalid:
        return _render_again(form, typed, invalid.errors, holder)
    except UnacceptableFile as error:
        return _render_again(form, typed, {"files": [error]}, holder)
    except CompletionFailed as failure:
        failure.instance_id = None  # The case that it was about is not stored.
        sentence = form_view.blocked_sentence(tasks.report_failed_completion(tx(), failure))
        return _render_again(form, typed, {"_schema": [sentence]}, holder)


def _take_call(call: Call, holder: FormHolder) -> ResponseReturnValue:
    """Register the call, or join it to an open case."""
    outcome = str(call.values["outcome"])
    if outcome.startswith("join:"):
        return _join_call(call, outcome.partition(":")[2], holder)
    with tx().write().begin_nested():
        filed = calls.register_call(tx(), current_desk(), call)
    if outcome == "answered":
        given = str(call.values.get("given_answer") or "")
        usage.record_use(tx(), current_desk(), filed.instance_id, _given_reference(), given)
    _forget_draft(holder)
    flash(_("Đã ghi nhận hồ sơ %(code)s. Đọc mã và khóa tra cứu cho người gọi.", code=filed.code), "success")
    _keep_slip(filed.report_id, filed.code)
    call_ends.tell_whom_to_call(filed.instance_id)
    return redirect(url_for("intake.show_intake"))


def _keep_slip(report_id: int, code: str) -> None:
    """Give the new report its key, and keep both for the page that follows."""
    conversations.close_completed(request.form.get(CONVERSATION, ""), report_id)
    session[SLIP] = [code, new_keys.give_first_key(report_id, current_officer()), report_id]
    new_keys.keep_key_result(report_id, code)


def _shown_slip() -> dict[str, Any]:
    """The slip of the call before, with what its caller is told of what follows; shown once."""
    slip = session.pop(SLIP, None)
    if slip is None:
        return {"slip": None}
    due = expected_time.expected_deadline(tx(), slip[2], current_world(), request_time())
    return {"slip": slip, "slip_due": due, "slip_told": new_keys.is_told_of_stages(slip[2])}


def _typed_values(form: Form) -> dict[str, object]:
    values = form_view.submitted_answers(form)
    values.pop("outcome", None)
    return {key: value for key, value in values.items() if key in form.inputs}


def _given_reference() -> str:
    return request.form.get(GIVEN_FROM, "")[:40]


def _keep_draft(typed: dict[str, object], token: str) -> None:
    """Save the input as a draft, with what the page knows beside the form and the token of its files."""
    values = {**typed, **_beside_the_form(), once.TOKEN_FIELD: token}
    form_drafts.save_values(tx(), g.account.id, DRAFT_KEY, values, request_time())


def _forget_draft(holder: FormHolder) -> None:
    chosen_files.drop_chosen_files(tx(), holder)
    form_drafts.delete_values(tx(), g.account.id, DRAFT_KEY)


def _beside_the_form() -> dict[str, object]:
    sent = {key: request.form.get(key, "")[:40] for key in BESIDE_THE_FORM}
    return {key: value for key, value in sent.items() if value}


def _chosen_channel() -> str:
    channel = request.form.get("channel", "phone")
    if channel not in CHANNELS:
        raise Invalid("channel", "channel-unknown")
    return channel


def _join_call(call: Call, code: str, holder: FormHolder) -> ResponseReturnValue:
    try:
        report_id, own_code = calls.join_case(tx(), current_desk(), call, code)
    except Invalid as refused:
        _keep_draft({key: value for key, value in call.values.items() if key != "outcome"}, holder.token)
        flash(say(refused, current_language()), "danger")
        return redirect(url_for("intake.show_intake"))
    except NotFound:
        _keep_draft({key: value for key, value in call.values.items() if key != "outcome"}, holder.token)
        flash(_("Hồ sơ %(code)s vừa kết thúc; hãy ghi nhận phản ánh mới.", code=code), "warning")
        return redirect(url_for("intake.show_intake"))
    _forget_draft(holder)
    flash(_("Đã gộp vào hồ sơ %(code)s. Mã riêng của người gọi: %(own)s.", code=code, own=own_code), "success")
    _keep_slip(report_id, own_code)
    return redirect(url_for("intake.show_intake"))


def _render_again(form: Form, typed: dict[str, object], errors: Any, holder: FormHolder) -> ResponseReturnValue:
    _keep_draft(typed, holder.token)
    return _render_intake(FilledForm(form, {**typed, **_beside_the_form()}, errors), holder, 422)


@blueprint.put("/intake/draft")
@requires_permission(calls.PERMISSION)
def save_call_draft() -> ResponseReturnValue:
    """Save the input so far as a draft."""
    _keep_draft(_typed_values(calls.receive_form(tx(), current_world())), once.sent_token())
    return "", 204


@blueprint.post("/intake/draft/drop")
@requires_permission(calls.PERMISSION)
def drop_call_draft() -> ResponseReturnValue:
    """Discard the draft and start a new call."""
    form_drafts.delete_values(tx(), g.account.id, DRAFT_KEY)
    return redirect(url_for("intake.show_intake"))


@blueprint.post("/intake/question")
@requires_permission(calls.PERMISSION)
def submit_question() -> ResponseReturnValue:
    """Add a question that no standard answer fits to the department's list (R2)."""
    try:
        library.add_open_question(
            tx(),
            request.form.get("field", ""),
            request.form.get("content", ""),
            person_key(g.account.id),
            request_time(),
        )
    except BadInput:
        return f'<p class="fault" role="status">{_("Chọn lĩnh vực và ghi nội dung trước.")}</p>'
    return f'<p class="hint" role="status">{_("Đã ghi để cơ quan chuyên môn soạn trả lời.")}</p>'
