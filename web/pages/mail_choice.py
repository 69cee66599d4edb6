"""The page behind the address in each morning's mail: get it no more, or again. Needs no sign-in (RFC 8058)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from engine.mailing import unsubscribe
from web.http.request import app, public, tx

blueprint = Blueprint("mail_choice", __name__)

Answer = Any


@blueprint.get("/mails/<token>")
@public
def ask(token: str) -> Answer:
    """What the address is for; opening it changes nothing, because mail programs look at links."""
    person = unsubscribe.person_of(app().key, token)
    return render_template("mail_choice.html", wanted=unsubscribe.wants(tx(), person))


@blueprint.post("/mails/<token>")
@public
def choose(token: str) -> Answer:
    """Change it; a mail program that unsubscribes with one click sends a form of its own."""
    person = unsubscribe.person_of(app().key, token)
    wanted = request.form.get("wanted") == "yes"
    unsubscribe.choose(tx(), person, wanted=wanted)
    return render_template("mail_choice.html", wanted=wanted, changed=True)
