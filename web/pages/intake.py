"""The screen of a call in progress: what the caller tells at the left, what the hotline knows at the right (R1, R2)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.answers import library, usage
from engine.cases import callers, calls
from engine.cases.attachments import Unacceptable
from engine.cases.calls import Call
from engine.cases.intake import CHANNELS
from engine.cases.tasks import InvalidForm
from engine.errors import BadInput, NotFound, StepFailed
from engine.privacy.disclosures import CALL
from engine.staff import form_drafts
from forms.schema import Form
from web.display import form_view
from web.display.form_view import Shown
from web.http import disclosure_log
from web.http.request import desk, needs, now, tx, world

blueprint = Blueprint("intake", __name__)

Answer = Any
DRAFT = "intake"
DEFAULTS = {"urgency": "normal"}
GIVEN_FROM = "given_from"  # Which standard answer was taken over, as "key.version".


@blueprint.get("/intake")
@needs(calls.ACT)
def show() -> Answer:
    """An empty form, the draft, or one filled by a telephone system with ?phone=."""
    draft = form_drafts.find(tx(), g.account.id, DRAFT)
    values: dict[str, Any] = {**DEFAULTS, **(draft.values if draft else {})}
    phone = request.args.get("phone", "").strip()[:20]
    if phone:
        values = {**DEFAULTS, "phone": phone} if values.get("phone") != phone else values
    return _page(Shown(calls.form(tx(), world()), values))


def _page(shown: Shown, status: int = 200) -> Answer:
    page = render_template(
        "intake.html",
        shown=shown,
        channel=shown.values.get("channel", "phone"),
        channels=CHANNELS,
        communes=form_view.communes(),
        organisations=(),
        hidden_when=lambda _item: (),
        **_beside(shown.values),
    )
    return page, status


def _beside(values: Any) -> dict[str, Any]:
    """What the hotline knows about what has been typed so far."""
    text, place = str(values.get("content") or ""), str(values.get("place") or "")
    caller, alike = callers.known(tx(), str(values.get("phone") or "")), callers.similar(tx(), place, text, now())
    disclosure_log.note(CALL, {row.id for row in (*caller.reports, *alike)})
    return {
        "caller": caller,
        "alike": alike,
        "standard": library.find(tx(), text, str(values.get("field") or "")),
        "typed_text": text,
        **_given(str(values.get(GIVEN_FROM) or "")),
    }


def _given(reference: str) -> dict[str, Any]:
    """The standard answer that was taken over, in the version that was: it stays readable whatever became of it."""
    row = usage.find(tx(), reference)
    newest = library.latest(tx(), row.key) if row is not None else None
    return {"given": row, "newest": newest, GIVEN_FROM: reference if row is not None else ""}


@blueprint.post("/intake/beside")
@needs(calls.ACT)
def beside() -> Answer:
    """The right side anew, while the operator types."""
    return render_template("intake_beside.html", **_beside(request.form))


@blueprint.post("/intake")
@needs(calls.ACT)
def take() -> Answer:
    """File the call and hand it over, answer it, or divert it; or join it to an open case."""
    receive = calls.form(tx(), world())
    typed = _typed(receive)
    outcome = request.form.get("outcome", "")
    if outcome == "draft":
        _keep(typed)
        flash(_("Đã lưu nháp cuộc gọi."), "success")
        return redirect(url_for("intake.show"))
    try:
        call = Call(_channel(), {**typed, "outcome": outcome}, form_view.uploads(receive))
        if outcome.startswith("join:"):
            return _join(call, outcome.partition(":")[2])
        filed = calls.take(tx(), desk(), call)
    except InvalidForm as invalid:
        return _again(receive, typed, invalid.errors)
    except Unacceptable as error:
        return _again(receive, typed, {"files": [form_view.refusal(error)]})
    except StepFailed:
        return _again(receive, typed, {"_schema": [_("Quy trình không đi tiếp được với nội dung này.")]})
    if outcome == "answered":
        usage.note(tx(), desk(), filed.instance_id, _reference(), str(typed.get("given_answer") or ""))
    form_drafts.drop(tx(), g.account.id, DRAFT)
    flash(_("Đã ghi nhận hồ sơ %(code)s. Đọc mã này cho người gọi.", code=filed.code), "success")
    return redirect(url_for("intake.show"))


def _typed(receive: Form) -> dict[str, object]:
    values = form_view.answers(receive)
    values.pop("outcome", None)
    return {key: value for key, value in values.items() if key in receive.inputs}


def _reference() -> str:
    return request.form.get(GIVEN_FROM, "")[:40]


def _keep(typed: dict[str, object]) -> None:
    """Keep what was typed, with the standard answer that it was taken from."""
    form_drafts.save(tx(), g.account.id, DRAFT, {**typed, GIVEN_FROM: _reference()}, now())


def _channel() -> str:
    channel = request.form.get("channel", "phone")
    if channel not in CHANNELS:
        raise BadInput("There is no such channel.")
    return channel


def _join(call: Call, code: str) -> Answer:
    try:
        own = calls.join(tx(), desk(), call, code)
    except NotFound:
        flash(_("Hồ sơ %(code)s vừa kết thúc; hãy ghi nhận phản ánh mới.", code=code), "warning")
        return redirect(url_for("intake.show"))
    form_drafts.drop(tx(), g.account.id, DRAFT)
    flash(_("Đã nối với hồ sơ %(code)s. Mã riêng của người gọi: %(own)s.", code=code, own=own), "success")
    return redirect(url_for("intake.show"))


def _again(receive: Form, typed: dict[str, object], errors: Any) -> Answer:
    _keep(typed)
    return _page(Shown(receive, {**typed, GIVEN_FROM: _reference()}, errors), 422)


@blueprint.put("/intake/draft")
@needs(calls.ACT)
def save_draft() -> Answer:
    """Keep what has been typed so far."""
    _keep(_typed(calls.form(tx(), world())))
    return "", 204


@blueprint.post("/intake/draft/drop")
@needs(calls.ACT)
def drop_draft() -> Answer:
    """Begin a new call."""
    form_drafts.drop(tx(), g.account.id, DRAFT)
    return redirect(url_for("intake.show"))


@blueprint.post("/intake/question")
@needs(calls.ACT)
def ask() -> Answer:
    """List what was asked and no standard answer fits, for the department (R2)."""
    try:
        library.ask(
            tx(), request.form.get("field", ""), request.form.get("content", ""), f"person:{g.account.id}", now()
        )
    except BadInput:
        return f'<p class="fault" role="status">{_("Chọn lĩnh vực và ghi nội dung trước.")}</p>'
    return f'<p class="hint" role="status">{_("Đã ghi để cơ quan chuyên môn soạn trả lời.")}</p>'
