"""Finished cases drawn by lot: tier 2 calls their citizens back; the office sets how many are drawn."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.errors import BadInput, Stale
from engine.staff import access
from engine.statistics import callback_rates, callbacks
from engine.statistics.callbacks import CallbackVerdict
from engine.translation.wording import say
from web.display import form_view
from web.http.parsing import parse_digits
from web.http.request import current_desk, current_language, current_officer, requires_permission, tx

blueprint = Blueprint("callbacks", __name__)

ACT, RATES = callbacks.ACT, callback_rates.ACT
_ANSWERS = {"yes": True, "no": False}


@blueprint.get("/callbacks")
@requires_permission(ACT)
def show_callbacks() -> ResponseReturnValue:
    """List the drawn cases to call back, what the calls have said by unit, and the rates."""
    return _render_list()


def _render_list(fault: str = "", status: int = 200) -> ResponseReturnValue:
    desk = current_desk()
    page = render_template(
        "callbacks.html",
        rows=callbacks.list_waiting_callbacks(tx(), desk),
        counts=callbacks.count_verdicts(tx(), desk),
        counted_days=callbacks.COUNTED_DAYS,
        rates=callback_rates.load_callback_rates(tx()),
        may_set=access.has_permission(current_officer(), RATES),
        units=[unit for unit in form_view.sort_units(desk.world.units.units) if not unit.closed],
        fault=fault,
    )
    return page, status


@blueprint.post("/callbacks/<int:number>")
@requires_permission(ACT)
def submit_verdict(number: int) -> ResponseReturnValue:
    """Record what a citizen said, or that nobody answered."""
    reached, satisfied, truthful = (
        _ANSWERS.get(request.form.get(key, "")) for key in ("reached", "satisfied", "truthful")
    )
    try:
        callbacks.record_verdict(tx(), current_desk(), number, CallbackVerdict(reached, satisfied, truthful))
    except (BadInput, Stale) as error:
        return _render_list(say(error, current_language()), 422)
    flash(_("Đã ghi kết quả gọi lại."), "success")
    return redirect(url_for("callbacks.show_callbacks"))


@blueprint.post("/callbacks/rates")
@requires_permission(RATES)
def submit_rate() -> ResponseReturnValue:
    """Set or take away the rate of a unit, or of all units without their own."""
    typed = request.form.get("percent", "").strip()
    read = parse_digits(typed)
    percent = None if not typed else -1 if read is None else read
    try:
        callback_rates.set_callback_rate(tx(), current_desk(), request.form.get("unit", "")[:80], percent)
    except BadInput as error:
        return _render_list(say(error, current_language()), 422)
    flash(_("Đã lưu tỷ lệ gọi lại."), "success")
    return redirect(url_for("callbacks.show_callbacks"))
