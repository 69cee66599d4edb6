"""The screen of a call in progress: what the caller tells at the left, what the hotline knows at the right (R1, R2)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine import answers, callers, calls, drafts
from engine.attachments import Unacceptable
from engine.calls import Call
from engine.errors import BadInput, NotFound, StepFailed
from engine.intake import CHANNELS
from engine.tasks import InvalidForm
from forms.schema import Form
from web import form_page
from web.form_page import Shown
from web.request import desk, needs, now, tx, world

blueprint = Blueprint("intake", __name__)

Answer = Any
DRAFT = "intake"
DEFAULTS = {"urgency": "normal"}


@blueprint.get("/intake")
@needs(calls.ACT)
def show() -> Answer:
    """An empty form, the draft, or one filled by a telephone system with ?phone=."""
    draft = drafts.find(tx(), g.account.id, DRAFT)
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
        communes=form_page.communes(),
        organisations=(),
        hidden_when=lambda _item: (),
        **_beside(shown.values),
    )
    return page, status


def _beside(values: Any) -> dict[str, Any]:
    """What the hotline knows about what has been typed so far."""
    text, place = str(values.get("content") or ""), str(values.get("place") or "")
    return {
        "caller": callers.known(tx(), str(values.get("phone") or "")),
        "alike": callers.similar(tx(), place, text, now()),
        "standard": answers.find(tx(), text, str(values.get("field") or "")),
        "typed_text": text,
    }


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
        drafts.save(tx(), g.account.id, DRAFT, typed, now())
        flash(_("Đã lưu nháp cuộc gọi."), "success")
        return redirect(url_for("intake.show"))
    try:
        call = Call(_channel(), {**typed, "outcome": outcome}, form_page.uploads(receive))
        if outcome.startswith("join:"):
            return _join(call, outcome.partition(":")[2])
        filed = calls.take(tx(), desk(), call)
    except InvalidForm as invalid:
        return _again(receive, typed, invalid.errors)
    except Unacceptable as error:
        return _again(receive, typed, {"files": [form_page.refusal(error)]})
    except StepFailed:
        return _again(receive, typed, {"_schema": [_("Quy trình không đi tiếp được với nội dung này.")]})
    drafts.drop(tx(), g.account.id, DRAFT)
    flash(_("Đã ghi nhận hồ sơ %(code)s. Đọc mã này cho người gọi.", code=filed.code), "success")
    return redirect(url_for("intake.show"))


def _typed(receive: Form) -> dict[str, object]:
    values = form_page.answers(receive)
    values.pop("outcome", None)
    return {key: value for key, value in values.items() if key in receive.inputs}


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
    drafts.drop(tx(), g.account.id, DRAFT)
    flash(_("Đã nối với hồ sơ %(code)s. Mã riêng của người gọi: %(own)s.", code=code, own=own), "success")
    return redirect(url_for("intake.show"))


def _again(receive: Form, typed: dict[str, object], errors: Any) -> Answer:
    drafts.save(tx(), g.account.id, DRAFT, typed, now())
    return _page(Shown(receive, typed, errors), 422)


@blueprint.put("/intake/draft")
@needs(calls.ACT)
def save_draft() -> Answer:
    """Keep what has been typed so far."""
    drafts.save(tx(), g.account.id, DRAFT, _typed(calls.form(tx(), world())), now())
    return "", 204


@blueprint.post("/intake/draft/drop")
@needs(calls.ACT)
def drop_draft() -> Answer:
    """Begin a new call."""
    drafts.drop(tx(), g.account.id, DRAFT)
    return redirect(url_for("intake.show"))


@blueprint.post("/intake/question")
@needs(calls.ACT)
def ask() -> Answer:
    """List what was asked and no standard answer fits, for the department (R2)."""
    try:
        answers.ask(
            tx(), request.form.get("field", ""), request.form.get("content", ""), f"person:{g.account.id}", now()
        )
    except BadInput:
        return f'<p class="fault" role="status">{_("Chọn lĩnh vực và ghi nội dung trước.")}</p>'
    return f'<p class="hint" role="status">{_("Đã ghi để cơ quan chuyên môn soạn trả lời.")}</p>'
