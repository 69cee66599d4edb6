"""Absences and substitutes: one's own, those one stands in for, and those of the units one heads (R12)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.actor import person_key
from engine.clock import VIETNAM
from engine.errors import BadInput, NotFound
from engine.journal import acts, journal
from engine.staff import access, people, substitutes
from engine.staff.substitutes import NewAbsence
from engine.text import vietnamese_order
from engine.translation.wording import say
from engine.world.roles import NEVER_LENT
from web.display import form_view
from web.http.parsing import read_day
from web.http.request import (
    current_desk,
    current_language,
    current_officer,
    current_stamp,
    current_world,
    request_time,
    tx,
)

blueprint = Blueprint("substitutes", __name__)


@blueprint.get("/substitutes")
def show_substitutes() -> ResponseReturnValue:
    """List absences that have not ended, with a form for a new one; whoever is to stand in has now read of it."""
    page = _render_substitutes()
    substitutes.mark_seen(tx(), current_officer().id, request_time())
    return page


def _render_substitutes(fault: str = "", status: int = 200) -> ResponseReturnValue:
    officer, now = current_officer(), request_time()
    page = render_template(
        "substitutes.html",
        own=substitutes.list_absences_of(tx(), officer.id, now),
        covered=substitutes.list_absences_covered_by(tx(), officer.id, now),
        managed=substitutes.list_absences_managed_by(tx(), officer, now),
        fault=fault,
        typed=request.form,
        **_choices(),
    )
    return page, status


def _choices() -> dict[str, object]:
    """What the form offers: whose absence, from which unit, and who may stand in, as login -> name."""
    officer = current_officer()
    administers, headed = access.has_permission(officer, "administer"), substitutes.headed_units(officer)
    members = [one for one in people.search_people(tx()) if one.active] if administers else _members(headed)
    units = {unit for unit, role in officer.own_roles if role not in NEVER_LENT} | headed
    return {
        "arranges_others": administers or bool(headed),
        "administers": administers,
        "units": [unit.code for unit in form_view.sort_units(current_world().units.units) if not unit.closed]
        if administers
        else sorted(units),
        "members": _names_by_login(members),
        "colleagues": _names_by_login(members if administers else _members(units)),
    }


def _members(units: set[str]) -> list[Any]:
    members = [one for unit in sorted(units) for one in people.search_people(tx(), unit=unit)]
    return [one for one in members if one.active]


def _names_by_login(rows: list[Any]) -> Mapping[str, str]:
    return {row.login: row.name for row in sorted(rows, key=lambda row: vietnamese_order(row.name))}


@blueprint.post("/substitutes")
def arrange_substitute() -> ResponseReturnValue:
    """Arrange a substitute for oneself or, as a head or administrator, for somebody else."""
    try:
        absence = _sent_absence()
        number = substitutes.arrange_absence(tx(), current_officer(), absence, current_desk().who, request_time())
    except BadInput as error:
        return _render_substitutes(say(error, current_language()), 422)
    except NotFound:
        return _render_substitutes(_("Chọn hai người khác nhau trong danh sách."), 422)
    except ValueError:
        return _render_substitutes(
            _("Ngày đầu và ngày cuối viết là ngày/tháng/năm với năm đủ bốn chữ số, ví dụ 24/11/2026."), 422
        )
    lent = substitutes.find_absence(tx(), number)
    facts: dict[str, object] = {"substitute": person_key(absence.substitute_id), "absence": str(number)}
    facts |= {name: read_day(request.form[name]).isoformat() for name in ("first", "last")}
    facts["roles"] = [[lent.unit_code, role] for role in lent.roles.split()]
    journal.record(tx(), current_stamp(), acts.ARRANGE_SUBSTITUTE, person_key(absence.person_id), **facts)
    flash(_("Đã ghi người xử lý thay và báo cho họ; họ có thể từ chối."), "success")
    return redirect(url_for("substitutes.show_substitutes"))


def _sent_absence() -> NewAbsence:
    """The absence in the form, by days; raises NotFound for unknown people, ValueError for days that are none."""
    form = request.form
    logins = [form.get(name, "").partition(" ")[0] for name in ("person", "substitute")]
    person_id = access.person_id_of(tx(), logins[0]) if logins[0] else current_officer().id
    first, last = (read_day(form.get(name, "")) for name in ("first", "last"))
    return NewAbsence(
        person_id,
        access.person_id_of(tx(), logins[1]),
        form.get("unit", "").partition(" ")[0],
        datetime.combine(first, time(), VIETNAM),
        datetime.combine(last + timedelta(days=1), time(), VIETNAM),
    )


@blueprint.post("/substitutes/<int:number>/decline")
def decline_substitution(number: int) -> ResponseReturnValue:
    """Decline to stand in."""
    substitutes.decline_absence(tx(), current_officer(), number, current_desk().who, request_time())
    journal.record(tx(), current_stamp(), acts.DECLINE_SUBSTITUTION, f"absence:{number}")
    flash(_("Đã từ chối xử lý thay; người vắng mặt và người sắp xếp được báo."), "success")
    return redirect(url_for("substitutes.show_substitutes"))


@blueprint.post("/substitutes/<int:number>/remove")
def end_substitution(number: int) -> ResponseReturnValue:
    """End a substitution now."""
    substitutes.end_absence(tx(), current_officer(), number, current_desk().who, request_time())
    journal.record(tx(), current_stamp(), acts.END_SUBSTITUTION, f"absence:{number}")
    flash(_("Đã kết thúc lượt xử lý thay."), "success")
    return redirect(url_for("substitutes.show_substitutes"))
