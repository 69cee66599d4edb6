"""Administration: how the system stands, people and roles, incidents, and the mails of a demonstration."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.errors import BadInput, NotFound, Stale, StepFailed
from engine.mailing import mailbox
from engine.operations import system_status
from engine.process import incidents
from engine.staff import accounts, people
from engine.staff.accounts import WeakPassword
from engine.staff.people import NewPerson
from engine.world.unit_tree import STAFF_ROLES
from web.http.request import app, desk, needs, now, tx, world

blueprint = Blueprint("admin", __name__)

Answer = Any
ACT = "administer"


@blueprint.get("/admin")
@needs(ACT)
def show() -> Answer:
    """How the system stands, and the way to the other pages."""
    return render_template("admin.html", state=system_status.read(tx(), now()))


@blueprint.get("/admin/people")
@needs(ACT)
def list_people() -> Answer:
    """People by name, login or unit."""
    return _people()


def _people(fault: str = "", status: int = 200) -> Answer:
    text, unit = request.values.get("text", "")[:100], request.values.get("unit", "")[:80]
    units = [item for item in world().units.units if not item.closed]
    shown = {"rows": people.find(tx(), text, unit), "text": text, "unit": unit, "units": units, "most": people.MOST}
    return render_template("people.html", **shown, roles=STAFF_ROLES, fault=fault, typed=request.form), status


@blueprint.post("/admin/people")
@needs(ACT)
def add_person() -> Answer:
    """A new account with a first role and a password that its owner has to change."""
    form = request.form
    login, unit = form.get("login", "").strip().lower(), form.get("unit", "")
    try:
        _require_post(unit, form.get("role", ""))
        accounts.require_strong(login, form.get("password", ""))
        post, email = ((unit, form["role"]),), form.get("email", "").strip()
        people.add(tx(), NewPerson(login, form.get("name", "").strip(), post, email))
        accounts.set_password(tx(), login, form.get("password", ""))
    except WeakPassword:
        fault = _("Mật khẩu đầu tiên cần ít nhất %(num)s ký tự, không chứa tên đăng nhập.", num=accounts.SHORTEST)
        return _people(fault, 422)
    except BadInput:
        fault = _(
            "Tên đăng nhập gồm 3 đến 40 chữ thường, số, dấu chấm và chưa ai dùng; chọn đơn vị, vai trò; "
            "thư điện tử viết đúng dạng."
        )
        return _people(fault, 422)
    flash(_("Đã tạo tài khoản %(login)s.", login=login), "success")
    return redirect(url_for("admin.list_people", text=login))


def _require_post(unit: str, role: str) -> None:
    if not world().units.knows(unit) or role not in STAFF_ROLES:
        raise BadInput("There is no such unit or role.")


@blueprint.post("/admin/people/<int:person>/roles")
@needs(ACT)
def change_role(person: int) -> Answer:
    """Give or take a role in a unit."""
    unit, role = request.form.get("unit", ""), request.form.get("role", "")
    _require_post(unit, role)
    if request.form.get("act") == "take":
        people.take_role(tx(), person, unit, role)
    else:
        people.give_role(tx(), person, unit, role)
    flash(_("Đã đổi vai trò."), "success")
    return redirect(url_for("admin.list_people", text=request.form.get("text", "")))


@blueprint.post("/admin/people/<int:person>/active")
@needs(ACT)
def change_active(person: int) -> Answer:
    """Close an account or open it again."""
    if person == desk().officer.id:
        flash(_("Không thể khóa tài khoản của chính mình."), "danger")
    else:
        people.set_active(tx(), person, active=request.form.get("active") == "yes")
        flash(_("Đã đổi trạng thái tài khoản."), "success")
    return redirect(url_for("admin.list_people", text=request.form.get("text", "")))


@blueprint.post("/admin/people/<int:person>/email")
@needs(ACT)
def set_email(person: int) -> Answer:
    """Where a person's notices go."""
    try:
        people.set_email(tx(), person, request.form.get("email", "").strip())
    except BadInput:
        flash(_("Địa chỉ thư điện tử chưa đúng dạng, ví dụ ten@donvi.gov.vn."), "danger")
    else:
        flash(_("Đã đổi địa chỉ thư điện tử."), "success")
    return redirect(url_for("admin.list_people", text=request.form.get("text", "")))


@blueprint.post("/admin/people/<int:person>/password")
@needs(ACT)
def set_password(person: int) -> Answer:
    """Give a forgotten password anew; its owner has to change it."""
    try:
        accounts.set_password(tx(), people.login_of(tx(), person), request.form.get("password", ""))
    except WeakPassword:
        flash(_("Mật khẩu cần ít nhất %(num)s ký tự, không chứa tên đăng nhập.", num=accounts.SHORTEST), "danger")
    else:
        flash(_("Đã đặt mật khẩu mới; người dùng phải đổi khi đăng nhập."), "success")
    return redirect(url_for("admin.list_people", text=request.form.get("text", "")))


@blueprint.get("/admin/incidents")
@needs(ACT)
def list_incidents() -> Answer:
    """What the program could not do."""
    everything = request.args.get("all") == "yes"
    return render_template("incidents.html", rows=incidents.listed(tx(), everything=everything), everything=everything)


@blueprint.post("/admin/incidents/<int:number>/<act>")
@needs(ACT)
def act_on_incident(number: int, act: str) -> Answer:
    """Try again, or put aside."""
    who = desk().who
    if act == "resolve":
        incidents.resolve(tx(), number, who, now())
        return redirect(url_for("admin.list_incidents"))
    if act != "retry":
        raise NotFound("There is no such act.")
    try:
        incidents.retry(app().database, number, who, now(), world())
    except (StepFailed, Stale):
        flash(_("Vẫn chưa thực hiện được; sự cố được giữ lại."), "danger")
    else:
        flash(_("Đã thực hiện lại."), "success")
    return redirect(url_for("admin.list_incidents"))


@blueprint.get("/admin/mailbox")
@needs(ACT)
def show_mails() -> Answer:
    """The mails that have been made and what became of them; in the demonstration, those that arrived."""
    before = request.args.get("before", "")
    number = int(before) if before.isdecimal() and len(before) < 10 else None
    mails = mailbox.latest(tx(), app().writing(world()), now(), number)
    return render_template("mailbox.html", mails=mails, caught=app().caught())
