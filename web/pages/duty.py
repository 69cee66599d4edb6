"""The duty roster: who takes emergencies outside office hours. Heads keep that of their units, the office all."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.errors import BadInput, Forbidden, Invalid, NotFound
from engine.staff import access, duty_roster
from engine.staff.duty_roster import KEEP, ONE_WEEK, SEE, NewShift
from engine.translation.wording import say
from web.http.request import (
    current_language,
    current_officer,
    current_stamp,
    current_world,
    request_time,
    requires_permission,
    tx,
)

blueprint = Blueprint("duty", __name__)


@blueprint.get("/duty")
@requires_permission(SEE)
def show_roster() -> ResponseReturnValue:
    """Show who is on duty for a unit in this week and the next ones, and where nobody is."""
    return _render_roster(request.args.get("unit", "")[:80])


def _render_roster(chosen: str, fault: str = "", status: int = 200) -> ResponseReturnValue:
    world, now = current_world(), request_time()
    kept = duty_roster.kept_units(current_officer(), world)
    seen = _seen_units(kept)
    unit = chosen or next(iter([*kept[:1], *seen]), "")
    if not world.units.knows(unit):
        raise NotFound("unit-unknown", code=unit)
    if unit not in seen:
        raise Forbidden("roles-do-not-allow")
    page = render_template(
        "duty.html",
        unit=unit,
        units=sorted(seen, key=lambda code: world.units.get(code).name),
        keeps=unit in kept,
        weeks=duty_roster.weeks_ahead(now),
        week_length=ONE_WEEK,
        shifts=duty_roster.list_shifts(tx(), unit, now),
        people=duty_roster.list_candidates(tx(), unit) if unit in kept else [],
        gaps=duty_roster.list_gaps(tx(), kept, now),
        on_duty=duty_roster.find_on_duty(tx(), [unit], now).get(unit),
        fault=fault,
    )
    return page, status


def _seen_units(kept: list[str]) -> list[str]:
    """The units whose roster the officer may read: hotline, tier 2 and the office call whoever is on duty anywhere."""
    roles = access.limit_to(current_officer(), SEE).roles
    units = current_world().units
    if any(role != access.HEAD for _unit, role in roles):
        return [unit.code for unit in units.units if not unit.closed]
    return sorted({*kept, *(unit for unit, _role in roles if units.knows(unit))})


@blueprint.post("/duty")
@requires_permission(KEEP)
def submit_shift() -> ResponseReturnValue:
    """Name who is on duty for a unit in one week, or nobody."""
    unit = request.form.get("unit", "")[:80]
    try:
        shift = _sent_shift(unit)
        act = duty_roster.set_duty if shift.person_id else duty_roster.clear_duty
        act(tx(), current_officer(), current_world(), shift, current_stamp())
    except (BadInput, NotFound) as error:
        return _render_roster(unit, say(error, current_language()), 422)
    flash(_("Đã ghi lịch trực."), "success")
    return redirect(url_for("duty.show_roster", unit=unit))


def _sent_shift(unit: str) -> NewShift:
    """The shift in the form; raises Invalid for a week that is none, NotFound for an unknown person."""
    login = request.form.get("person", "")[:80]
    try:
        week = date.fromisoformat(request.form.get("week", ""))
    except ValueError as error:
        raise Invalid("week", "duty-week-unknown") from error
    person_id = access.person_id_of(tx(), login) if login else 0
    return NewShift(unit, week, person_id, request.form.get("phone", "")[:40])
