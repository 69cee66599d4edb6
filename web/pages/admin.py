"""Administration: system status, people and roles, incidents, and the mailbox."""

from __future__ import annotations

from collections.abc import Collection

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.errors import BadInput, Invalid, NotFound, Stale, StepFailed
from engine.mailing import mailbox
from engine.operations import anchor_export, system_status
from engine.process import incident_places, incidents
from engine.province import stranded_work
from engine.province.stranded_work import AwaitedWork, VacantRole
from engine.staff import account_links, people
from engine.staff.account_links import INVITATION, RESET, RESET_ALL
from engine.staff.people import NewPerson
from engine.translation.wording import say
from engine.world.roles import STAFF_ROLES
from web.display import filters, form_view
from web.http.confirmation import requires_fresh_proof
from web.http.parsing import parse_digits
from web.http.request import (
    address_for_others,
    current_application,
    current_desk,
    current_language,
    current_stamp,
    current_world,
    request_time,
    requires_permission,
    tx,
)

blueprint = Blueprint("admin", __name__)

ACT = "administer"


@blueprint.get("/admin")
@requires_permission(ACT)
def show_admin() -> ResponseReturnValue:
    """Show the system status, with links to the other pages."""
    state, anchor = system_status.load_status(tx(), request_time()), anchor_export.load_newest(tx())
    stranded = sum(unit.tasks for unit in stranded_work.list_stranded(tx()))
    settings = current_application().settings
    vacant = [vacant_text(one) for one in stranded_work.list_vacant_roles(tx())]
    return render_template(
        "admin.html", state=state, stranded=stranded, vacant=vacant, anchor=anchor, settings=settings
    )


@blueprint.get("/admin/people")
@requires_permission(ACT)
def list_people() -> ResponseReturnValue:
    """List people by name, login or unit."""
    return _render_people()


def _render_people(fault: str = "", status: int = 200) -> ResponseReturnValue:
    text, unit = request.values.get("text", "")[:100], request.values.get("unit", "")[:80]
    units = form_view.sort_units(item for item in current_world().units.units if not item.closed)
    context = {
        "rows": people.search_people(tx(), text, unit),
        "text": text,
        "unit": unit,
        "units": units,
        "most": people.MAX_LISTED,
    }
    return render_template("people.html", **context, roles=STAFF_ROLES, fault=fault, typed=request.form), status


@blueprint.post("/admin/people")
@requires_permission(ACT)
@requires_fresh_proof
def add_person() -> ResponseReturnValue:
    """Create an account with a first role; its owner chooses the password behind a link."""
    form = request.form
    login, unit = form.get("login", "").strip().lower(), form.get("unit", "")
    try:
        _require_role(unit, form.get("role", ""))
        post, email = ((unit, form["role"]),), form.get("email", "").strip()
        person_id = people.create_person(
            tx(), NewPerson(login, form.get("name", "").strip(), post, email), current_stamp()
        )
    except BadInput as error:
        return _render_people(say(error, current_language()), 422)
    flash(_("Đã tạo tài khoản %(login)s.", login=login), "success")
    return _hand_link_over(person_id, INVITATION)


def _require_role(unit: str, role: str) -> None:
    if not current_world().units.knows(unit) or role not in STAFF_ROLES:
        raise Invalid("unit", "post-unknown")


@blueprint.post("/admin/people/<int:person>/roles")
@requires_permission(ACT)
@requires_fresh_proof
def change_role(person: int) -> ResponseReturnValue:
    """Grant or revoke a role in a unit."""
    unit, role = request.form.get("unit", ""), request.form.get("role", "")
    _require_role(unit, role)
    if request.form.get("act") == "take":
        people.revoke_role(tx(), person, unit, role, current_stamp())
        _warn_of_left(person, [(unit, role)])
    else:
        people.grant_role(tx(), person, unit, role, current_stamp())
    flash(_("Đã đổi vai trò."), "success")
    return redirect(url_for("admin.list_people", text=request.form.get("text", "")))


def _warn_of_left(person: int, posts: Collection[tuple[str, str]]) -> None:
    """Warn of work that the last holder of these posts leaves behind: open tasks, and what they have begun."""
    for vacant in stranded_work.list_left_vacant(tx(), posts):
        flash(vacant_text(vacant), "warning")
    for awaited in stranded_work.list_awaited(tx(), person, posts):
        flash(_awaited_text(awaited), "warning")


def vacant_text(vacant: VacantRole) -> str:
    """A sentence about a role that nobody holds any more."""
    return ngettext(
        "%(num)s việc đang mở của %(role)s ở %(unit)s không còn ai nhận được: hãy giao vai trò này cho người khác.",
        "%(num)s việc đang mở của %(role)s ở %(unit)s không còn ai nhận được: hãy giao vai trò này cho người khác.",
        vacant.tasks,
        role=filters.role_caption(vacant.role),
        unit=filters.unit_caption(vacant.unit),
    )


def _awaited_text(awaited: AwaitedWork) -> str:
    """A sentence about what a person began, and who gets its steps that were theirs."""
    facts = {"role": filters.role_caption(awaited.role), "unit": filters.unit_caption(awaited.unit)}
    if awaited.heir is None:
        return ngettext(
            "%(num)s việc người này bắt đầu ở %(unit)s chưa xong, các bước sau của họ không ai nhận được: hãy giao "
            "vai trò %(role)s cho người khác.",
            "%(num)s việc người này bắt đầu ở %(unit)s chưa xong, các bước sau của họ không ai nhận được: hãy giao "
            "vai trò %(role)s cho người khác.",
            awaited.begun,
            **facts,
        )
    return ngettext(
        "%(num)s việc người này bắt đầu ở %(unit)s chưa xong, các bước sau của họ sẽ về %(heir)s.",
        "%(num)s việc người này bắt đầu ở %(unit)s chưa xong, các bước sau của họ sẽ về %(heir)s.",
        awaited.begun,
        heir=filters.unit_caption(awaited.heir),
        **facts,
    )


@blueprint.post("/admin/people/<int:person>/active")
@requires_permission(ACT)
@requires_fresh_proof
def change_active(person: int) -> ResponseReturnValue:
    """Deactivate or reactivate an account."""
    if person == current_desk().officer.id:
        flash(_("Không thể khóa tài khoản của chính mình."), "danger")
    else:
        active = request.form.get("active") == "yes"
        people.set_active(tx(), person, current_stamp(), active=active)
        _warn_of_left(person, [] if active else people.posts_of(tx(), person))
        flash(_("Đã đổi trạng thái tài khoản."), "success")
    return redirect(url_for("admin.list_people", text=request.form.get("text", "")))


@blueprint.post("/admin/people/<int:person>/email")
@requires_permission(ACT)
@requires_fresh_proof
def change_email(person: int) -> ResponseReturnValue:
    """Change the mail address for a person's notices."""
    try:
        people.set_email(tx(), person, request.form.get("email", "").strip(), current_stamp())
    except BadInput as error:
        flash(say(error, current_language()), "danger")
    else:
        flash(_("Đã đổi địa chỉ thư điện tử."), "success")
    return redirect(url_for("admin.list_people", text=request.form.get("text", "")))


@blueprint.post("/admin/people/<int:person>/link")
@requires_permission(ACT)
@requires_fresh_proof
def send_account_link(person: int) -> ResponseReturnValue:
    """Give a person a link to choose a new password with, and new factors if theirs are lost."""
    kind = RESET_ALL if request.form.get("factors") == "yes" else RESET
    return _hand_link_over(person, kind)


def _hand_link_over(person: int, kind: str) -> ResponseReturnValue:
    """Mail the link to its owner; where no mail can be sent, show it once, to be handed over."""
    handle = account_links.make_link(tx(), person, kind, current_stamp())
    login, mails_go = people.login_of(tx(), person), current_application().sends_mails
    if mails_go and account_links.mail_link(tx(), person, handle, request_time()):
        flash(_("Đã gửi cho %(login)s liên kết để chọn mật khẩu.", login=login), "success")
        return redirect(url_for("admin.list_people", text=login))
    token = account_links.token_of(current_application().key, handle)
    link = address_for_others("account_links.show_link", token=token)
    return render_template("link_given.html", link=link, login=login, until=request_time() + account_links.LIFETIME)


@blueprint.get("/admin/incidents")
@requires_permission(ACT)
def show_incidents() -> ResponseReturnValue:
    """List incidents: what the program could not do."""
    everything = request.args.get("all") == "yes"
    rows = incidents.list_oldest_first(tx(), everything=everything)
    messages = {row.id: incidents.incident_sentence(row, current_language()) for row in rows}
    places = incident_places.load_places(tx(), rows)
    return render_template("incidents.html", rows=rows, messages=messages, places=places, everything=everything)


@blueprint.post("/admin/incidents/<int:number>/<act>")
@requires_permission(ACT)
def act_on_incident(number: int, act: str) -> ResponseReturnValue:
    """Retry or resolve an incident."""
    who = current_desk().who
    if act == "resolve":
        incidents.resolve_incident(tx(), number, who, request_time())
        return redirect(url_for("admin.show_incidents"))
    if act != "retry":
        raise NotFound
    try:
        incidents.retry_incident(current_application().database, number, who, request_time(), current_world())
    except (StepFailed, Stale):
        flash(_("Vẫn chưa thực hiện được; sự cố được giữ lại."), "danger")
    else:
        flash(_("Đã thực hiện lại."), "success")
    return redirect(url_for("admin.show_incidents"))


@blueprint.get("/admin/mailbox")
@requires_permission(ACT)
def show_mailbox() -> ResponseReturnValue:
    """List mails and their delivery status; in the demonstration, also the received ones."""
    before = request.args.get("before", "")
    mails = mailbox.list_mails(
        tx(), current_application().mail_writing(current_world()), request_time(), parse_digits(before)
    )
    return render_template("mailbox.html", mails=mails, caught=current_application().received_mails())
