"""One's own account: second factors, recovery codes, and where one is signed in."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.push import subscriptions
from engine.staff import factors, own_sessions, recovery_codes
from web.http.request import current_officer, current_stamp, request_time, tx

blueprint = Blueprint("account", __name__)


@blueprint.get("/account")
def show_account() -> ResponseReturnValue:
    """Show one's factors and open sessions."""
    held = factors.list_factors(tx(), g.account.id)
    return render_template(
        "account.html",
        factors=held,
        demanded=factors.must_have_factor(current_officer()),
        codes_left=recovery_codes.count_unused(tx(), g.account.id),
        sessions=own_sessions.list_sessions(tx(), g.account, request_time()),
        is_told=subscriptions.is_subscribed(tx(), g.account),
    )


@blueprint.post("/account/sessions/end")
def end_other_sessions() -> ResponseReturnValue:
    """End one other session, or all of them."""
    handle = request.form.get("session", "")
    if handle:
        own_sessions.end_one(tx(), g.account, handle, current_stamp())
        flash(_("Phiên đã kết thúc."), "success")
    else:
        count = own_sessions.end_others(tx(), g.account, current_stamp())
        flash(ngettext("Đã kết thúc %(num)s phiên khác.", "Đã kết thúc %(num)s phiên khác.", count), "success")
    return redirect(url_for("account.show_account"))
