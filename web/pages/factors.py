"""Adding and removing one's own second factors: authenticators, passkeys, recovery codes."""

from __future__ import annotations

import segno
from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from engine.errors import Invalid
from engine.staff import authenticators, factors, passkeys, recovery_codes
from engine.staff.authenticators import NewAuthenticator
from engine.staff.passkeys import NewPasskey
from engine.staff.proofs import TOTP, proof_of
from engine.translation.wording import say
from web.http import passkey_site
from web.http.confirmation import lacks_factor, requires_fresh_proof, strengthen
from web.http.devices import device_words
from web.http.request import (
    current_application,
    current_language,
    current_officer,
    current_stamp,
    request_time,
    tx,
)

blueprint = Blueprint("factors", __name__)


@blueprint.get("/account/factors")
def show_choice() -> ResponseReturnValue:
    """Show the ways to prove oneself with two factors, to whoever has to choose one first."""
    return render_template("factor_choice.html", demanded=lacks_factor(), options=_passkey_options())


def _passkey_options() -> str:
    return passkey_site.registration_options(g.account.id, g.account.login)


@blueprint.get("/account/authenticator")
@requires_fresh_proof
def show_authenticator_form() -> ResponseReturnValue:
    """Show a new secret as a picture and as text."""
    return _render_enrolment(authenticators.generate_secret())


def _render_enrolment(secret: str, fault: Invalid | None = None) -> ResponseReturnValue:
    uri = authenticators.provisioning_uri(secret, g.account.login)
    picture = segno.make(uri, error="m").svg_inline(scale=5, border=3, dark="#000", light="#fff", omitsize=True)
    page = render_template(
        "authenticator.html",
        picture=Markup(picture),  # noqa: S704 - Drawn by the library from our own text.
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        enrolment=authenticators.sign_enrolment(current_application().key, g.account.id, secret, request_time()),
        sentence=say(fault, current_language()) if fault else "",
        typed=request.form,
    )
    return page, 422 if fault else 200


@blueprint.post("/account/authenticator")
@requires_fresh_proof
def submit_authenticator() -> ResponseReturnValue:
    """Add the authenticator that shows the code."""
    form, key = request.form, current_application().key
    try:
        secret = authenticators.read_enrolment(key, form.get("enrolment", ""), g.account.id, request_time())
    except Invalid as refused:
        return _render_enrolment(authenticators.generate_secret(), refused)
    new = NewAuthenticator(secret, form.get("code", ""), form.get("name", ""))
    try:
        authenticators.add_authenticator(tx(), g.account.id, new, key, current_stamp())
    except Invalid as refused:
        return _render_enrolment(secret, refused)
    return _finish(TOTP)


@blueprint.post("/account/passkeys")
@requires_fresh_proof
def submit_passkey() -> ResponseReturnValue:
    """Add the passkey that the browser has made."""
    name = request.form.get("name", "").strip() or device_words(request.user_agent.string)
    site, new = passkey_site.current_site(), NewPasskey(request.form.get("answer", ""), name)
    try:
        kind = passkeys.add_passkey(tx(), site, g.account.id, new, current_application().key, current_stamp())
    except Invalid as refused:
        flash(say(refused, current_language()), "danger")
        return redirect(url_for("factors.show_choice"))
    return _finish(kind)


def _finish(kind: str) -> ResponseReturnValue:
    """After the factor was added: the session rests on it too; with the first one, recovery codes are shown."""
    strengthen(tx(), proof_of(kind, request_time()))
    if recovery_codes.count_unused(tx(), g.account.id):
        flash(_("Đã thêm thiết bị xác thực."), "success")
        return redirect(url_for("account.show_account"))
    return _show_new_codes()


def _show_new_codes() -> ResponseReturnValue:
    codes = recovery_codes.issue_codes(tx(), g.account.id, current_stamp())
    return render_template("recovery_codes.html", codes=codes)


@blueprint.post("/account/recovery-codes")
@requires_fresh_proof
def renew_recovery_codes() -> ResponseReturnValue:
    """Make new recovery codes, which replace the earlier ones."""
    if not factors.has_factor(tx(), g.account.id):
        return redirect(url_for("factors.show_choice"))
    return _show_new_codes()


@blueprint.post("/account/factors/<int:number>/remove")
@requires_fresh_proof
def remove_own_factor(number: int) -> ResponseReturnValue:
    """Remove one of one's own factors."""
    needed = current_application().demands_factors and factors.must_have_factor(current_officer())
    try:
        factors.remove_factor(tx(), g.account.id, number, current_stamp(), needed=needed)
    except Invalid as refused:
        flash(say(refused, current_language()), "danger")
    else:
        flash(_("Đã gỡ thiết bị xác thực."), "success")
    return redirect(url_for("account.show_account"))
