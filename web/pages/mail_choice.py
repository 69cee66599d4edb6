"""The page behind the link in each morning's mail: unsubscribe or resubscribe. Needs no sign-in (RFC 8058)."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine.mailing import unsubscribe
from web.http.request import current_application, public_page, request_origin, request_time, tx

blueprint = Blueprint("mail_choice", __name__)


@blueprint.get("/mails/<token>")
@public_page
def show_mail_choice(token: str) -> ResponseReturnValue:
    """Show the choice; opening it changes nothing, because mail clients prefetch links."""
    person = unsubscribe.person_from_token(current_application().key, token)
    return render_template("mail_choice.html", wanted=unsubscribe.has_daily_mail(tx(), person))


@blueprint.post("/mails/<token>")
@public_page
def submit_mail_choice(token: str) -> ResponseReturnValue:
    """Change the subscription; a mail client's one-click unsubscribe posts its own form."""
    person = unsubscribe.person_from_token(current_application().key, token)
    subscribed = request.form.get("wanted") == "yes"
    unsubscribe.set_daily_mail(tx(), person, request_origin(), request_time(), enabled=subscribed)
    return render_template("mail_choice.html", wanted=subscribed, changed=True)
