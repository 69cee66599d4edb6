"""Keys of other systems: an administrator makes one with a fresh proof, sees it once, and revokes it at any time."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.errors import BadInput, NotFound
from engine.staff import api_keys
from engine.staff.api_keys import NewApiKey
from engine.translation.wording import say
from web.http.confirmation import requires_fresh_proof
from web.http.parsing import parse_digits
from web.http.request import current_language, current_stamp, requires_permission, tx
from web.pages.admin import ACT

blueprint = Blueprint("api_keys", __name__)

MOST_TYPED = 200  # Characters of a field that are read.


@blueprint.get("/admin/keys")
@requires_permission(ACT)
def list_api_keys() -> ResponseReturnValue:
    """List the keys, and offer to make one."""
    return _render_api_keys()


def _render_api_keys(fault: str = "", status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "api_keys.html",
        rows=api_keys.list_api_keys(tx()),
        doors={api_keys.OPEN311: _("Open311: gửi và theo dõi phản ánh"), api_keys.REST: _("REST: làm việc thay mặt")},
        usual=api_keys.USUAL_PER_MINUTE,
        typed=request.form,
        fault=fault,
    )
    return page, status


@blueprint.post("/admin/keys")
@requires_permission(ACT)
@requires_fresh_proof
def make_api_key() -> ResponseReturnValue:
    """Make a key and show it, this once."""
    form = request.form
    name, door, login = (form.get(field, "")[:MOST_TYPED].strip() for field in ("name", "door", "login"))
    per_minute, sends_events = parse_digits(form.get("per_minute", "")) or 0, form.get("events") == "yes"
    new = NewApiKey(name, door, per_minute, login, sends_events)
    try:
        text = api_keys.make_api_key(tx(), new, current_stamp())
    except (BadInput, NotFound) as error:
        return _render_api_keys(say(error, current_language()), 422)
    return render_template("api_key_given.html", name=name, key=text)


@blueprint.post("/admin/keys/<int:number>/revoke")
@requires_permission(ACT)
@requires_fresh_proof
def revoke_api_key(number: int) -> ResponseReturnValue:
    """Have a key open nothing from now on."""
    api_keys.revoke_api_key(tx(), number, current_stamp())
    flash(_("Đã thu hồi khóa."), "success")
    return redirect(url_for("api_keys.list_api_keys"))
