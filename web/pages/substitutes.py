"""Substitutes during absences: heads arrange them for their units, administrators for all (R12)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.clock import VIETNAM
from engine.errors import BadInput, Forbidden, NotFound
from engine.journal import acts, journal
from engine.staff import access, people, substitutes
from engine.staff.access import HEAD
from engine.translation.wording import say
from web.http.request import current_language, current_officer, current_stamp, request_time, requires_permission, tx

blueprint = Blueprint("substitutes", __name__)

ResponseReturnValue = Any
ACT = "stand_in"


def _managed_units() -> set[str] | None:
    """Units for whose people the officer may arrange substitutes; None for all."""
    if access.has_permission(current_officer(), "administer"):
        return None
    return {unit for unit, role in current_officer().roles if role == HEAD}


@blueprint.get("/substitutes")
@requires_permission(ACT)
def show_substitutes() -> ResponseReturnValue:
    """List absences that have not ended, with a form for a new one."""
    return _render_substitutes()


def _render_substitutes(fault: str = "", status: int = 200) -> ResponseReturnValue:
    units = _managed_units()
    managed_people = (
        people.search_people(tx())
        if units is None
        else [one for unit in sorted(units) for one in people.search_people(tx(), unit=unit)]
    )
    rows = substitutes.list_absences(tx(), request_time(), units)
    return render_template(
        "substitutes.html", rows=rows, people=managed_people, fault=fault, typed=request.form
    ), status


@blueprint.post("/substitutes")
@requires_permission(ACT)
def arrange_substitute() -> ResponseReturnValue:
    """Arrange a substitute."""
    form = request.form
    try:
        absent_id, substitute_id = (
            access.person_id_of(tx(), form.get(name, "").partition(" ")[0]) for name in ("person", "substitute")
        )
        first, last = (date.fromisoformat(form.get(name, "")) for name in ("first", "last"))
        _require_managed(absent_id)
        starts = datetime.combine(first, time(), VIETNAM)
        substitutes.add_absence(
            tx(), absent_id, substitute_id, starts, datetime.combine(last + timedelta(days=1), time(), VIETNAM)
        )
        facts = {"substitute": f"person:{substitute_id}", "first": f"{first}", "last": f"{last}"}
        journal.record(tx(), current_stamp(), acts.ARRANGE_SUBSTITUTE, f"person:{absent_id}", **facts)
    except BadInput as error:
        return _render_substitutes(say(error, current_language()), 422)
    except (NotFound, ValueError):
        return _render_substitutes(
            _("Chọn hai người khác nhau trong danh sách và khoảng ngày hợp lệ, tối đa một năm."), 422
        )
    flash(_("Đã ghi người làm thay."), "success")
    return redirect(url_for("substitutes.show_substitutes"))


def _require_managed(person_id: int) -> None:
    units = _managed_units()
    if units is None:
        return
    held = {unit for unit, _role in access.load_officer(tx(), person_id, request_time()).roles}
    if not held & units:
        raise Forbidden("person-of-another-unit")


@blueprint.post("/substitutes/<int:number>/remove")
@requires_permission(ACT)
def end_substitution(number: int) -> ResponseReturnValue:
    """End a substitution now."""
    substitutes.end_absence(tx(), number, _managed_units())
    journal.record(tx(), current_stamp(), acts.END_SUBSTITUTION, f"absence:{number}")
    return redirect(url_for("substitutes.show_substitutes"))
