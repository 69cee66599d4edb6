"""The page behind the address in each morning's mail: get it no more, or again. Needs no sign-in (RFC 8058)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from engine.mailing import unsubscribe
from web.http.request import current_application, public_page, tx

blueprint = Blueprint("mail_choice", __name__)

ResponseReturnValue = Any


@blueprint.get("/mails/<token>")
@public_page
def show_mail_choice(token: str) -> ResponseReturnValue:
    """What the address is for; opening it changes nothing, because mail programs look at links."""
    person = unsubscribe.person_from_token(current_application().key, token)
    return render_template("mail_choice.html", wanted=unsubscribe.has_daily_mail(tx(), person))


@blueprint.post("/mails/<token>")
@public_page
def submit_mail_choice(token: str) -> ResponseReturnValue:
    """Change it; a mail program that unsubscribes with one click sends a form of its own."""
    person = unsubscribe.person_from_token(current_application().key, token)
    subscribed = request.form.get("wanted") == "yes"
    unsubscribe.set_daily_mail(tx(), person, enabled=subscribed)
    return render_template("mail_choice.html", wanted=subscribed, changed=True)
