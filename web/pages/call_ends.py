"""Calls that become no report: counted with a reason; complaints and denunciations are directed elsewhere (R1)."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flask import Blueprint, current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.cases import call_log, calls, petitions, tasks
from engine.cases.call_log import CallEnd, CallFigures
from engine.cases.petitions import PetitionPlace
from engine.cases.tasks import InvalidForm
from engine.clock import VIETNAM
from engine.errors import Invalid
from engine.staff import duty_roster, form_drafts
from web.display.filters import CALL_REASON_CAPTIONS, label_of, phone_text
from web.http.request import current_desk, current_language, current_world, request_time, requires_permission, tx

blueprint = Blueprint("call_ends", __name__)

DRAFT_KEY = "intake"
CALL_BEGAN = "call_began"  # The instant at which it rang or the first key was pressed, on the server's clock.
PETITION = "petition"  # The key of the place that takes a complaint or denunciation.


def call_start() -> datetime | None:
    """When the call began by the page that was sent."""
    return call_log.parse_call_start(request.form.get(CALL_BEGAN, "")[:40], request_time())


def call_seconds() -> int | None:
    """The length of the call that the page was sent for."""
    return call_log.measure_call(call_start(), request_time())


def petition_places() -> list[PetitionPlace]:
    """The places that take complaints and denunciations in this province."""
    folder = current_app.settings.var  # type: ignore[attr-defined]
    return petitions.list_petition_places(folder, has_districts=current_world().units.has_districts)


def calls_today() -> CallFigures:
    """The hotline's calls of this day."""
    midnight = datetime.combine(request_time().astimezone(VIETNAM), time(), VIETNAM)
    return call_log.count_calls(tx(), midnight, midnight + timedelta(days=1))


def tell_whom_to_call(instance_id: int) -> None:
    """Say who is on duty where an emergency has gone outside office hours."""
    now, world = request_time(), current_world()
    if world.calendar.is_open(now):
        return
    units = tasks.list_emergency_units(tx(), instance_id)
    for code, person in duty_roster.find_on_duty(tx(), units, now).items():
        facts = {"unit": world.units.get(code).name, "name": person.name, "phone": phone_text(person.phone)}
        flash(_("Ngoài giờ: gọi người trực của %(unit)s: %(name)s %(phone)s.", **facts), "warning")


@blueprint.post("/intake/unfiled")
@requires_permission(calls.PERMISSION)
def end_call() -> ResponseReturnValue:
    """Count a call that became no report, and begin the next."""
    reason = request.form.get("reason", "")
    if reason not in call_log.REASONS:
        raise Invalid("reason", "call-reason-unknown")
    _end_call(CallEnd(reason, call_seconds()))
    flash(_("Đã ghi nhận cuộc gọi: %(reason)s.", reason=label_of(reason, CALL_REASON_CAPTIONS)), "success")
    return redirect(url_for("intake.show_intake"))


def divert_call(typed: dict[str, object]) -> ResponseReturnValue:
    """Direct a complaint or denunciation to where the law has it filed; nothing about the caller or it is kept.

    Raises InvalidForm when no place is named.
    """
    key, note = request.form.get(PETITION, ""), str(typed.get("divert_reason") or "").strip()
    place = next((item for item in petition_places() if item.key == key), None)
    if place is None and not note:
        raise InvalidForm({"divert_reason": [Invalid("divert_reason", "call-petition-place-missing")]})
    if str(typed.get("given_answer") or "").strip():
        raise InvalidForm({"given_answer": [Invalid("given_answer", "call-given-answer-left-over")]})
    kind = place.kind if place else petitions.recognise_petition(f"{typed.get('content') or ''}. {note}")
    kind = kind or petitions.COMPLAINT
    _end_call(CallEnd(kind, call_seconds(), place.key if place else "", "" if place else note))
    where = place.place_in(current_language()) if place else note
    flash(
        _(
            "Đã ghi nhận: %(kind)s, hướng dẫn đến %(place)s. Không lưu thông tin về người gọi và nội dung đã gõ.",
            kind=label_of(kind, CALL_REASON_CAPTIONS),
            place=where,
        ),
        "success",
    )
    return redirect(url_for("intake.show_intake"))


def _end_call(end: CallEnd) -> None:
    call_log.end_without_report(tx(), current_desk(), end)
    form_drafts.delete_values(tx(), g.account.id, DRAFT_KEY)
