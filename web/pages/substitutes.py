"""Who stands in for whom: heads for the people of their units, administrators for all (R12)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.clock import VIETNAM
from engine.errors import BadInput, Forbidden, NotFound
from engine.staff import access, people, substitutes
from engine.staff.access import HEAD
from web.http.request import needs, now, officer, tx

blueprint = Blueprint("substitutes", __name__)

Answer = Any
ACT = "stand_in"


def _units() -> set[str] | None:
    """The units whose people the officer may arrange; None for all."""
    if access.may(officer(), "administer"):
        return None
    return {unit for unit, role in officer().roles if role == HEAD}


@blueprint.get("/substitutes")
@needs(ACT)
def show() -> Answer:
    """The absences that have not ended, and a form for another one."""
    return _page()


def _page(fault: str = "", status: int = 200) -> Answer:
    units = _units()
    mine = (
        people.find(tx()) if units is None else [one for unit in sorted(units) for one in people.find(tx(), unit=unit)]
    )
    rows = substitutes.listed(tx(), now(), units)
    return render_template("substitutes.html", rows=rows, people=mine, fault=fault, typed=request.form), status


@blueprint.post("/substitutes")
@needs(ACT)
def add() -> Answer:
    """Arrange one."""
    form = request.form
    try:
        away, other = (access.by_login(tx(), form.get(name, "").partition(" ")[0]) for name in ("person", "substitute"))
        first, last = (date.fromisoformat(form.get(name, "")) for name in ("first", "last"))
        _require_mine(away)
        starts = datetime.combine(first, time(), VIETNAM)
        substitutes.add(tx(), away, other, starts, datetime.combine(last + timedelta(days=1), time(), VIETNAM))
    except (NotFound, ValueError, BadInput):
        return _page(_("Chọn hai người khác nhau trong danh sách và khoảng ngày hợp lệ, tối đa một năm."), 422)
    flash(_("Đã ghi người làm thay."), "success")
    return redirect(url_for("substitutes.show"))


def _require_mine(person: int) -> None:
    units = _units()
    if units is None:
        return
    held = {unit for unit, _role in access.officer(tx(), person, now()).roles}
    if not held & units:
        raise Forbidden("The person belongs to another unit.")


@blueprint.post("/substitutes/<int:number>/remove")
@needs(ACT)
def remove(number: int) -> Answer:
    """End one now."""
    substitutes.remove(tx(), number, _units())
    return redirect(url_for("substitutes.show"))
