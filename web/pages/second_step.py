"""Signing in with what one holds: the second factor after a password, or a passkey alone."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.actor import Actor, ActStamp, person_key
from engine.errors import Invalid
from engine.journal import acts, journal
from engine.staff import identity, passkeys, rate_limits, sign_in_record
from engine.staff.accounts import ADDRESS_LIMIT, SignInRefusal
from engine.staff.identity import ShownProof
from engine.staff.proofs import proof_of
from engine.translation.wording import say
from web.http import passkey_site
from web.http.admission import HalfAdmission, admit_person, half_admission
from web.http.confirmation import proof_check
from web.http.known_devices import current_place
from web.http.request import (
    current_application,
    current_language,
    public_page,
    request_origin,
    request_time,
    tx,
)
from web.http.targets import safe_target

blueprint = Blueprint("second_step", __name__)


@blueprint.get("/sign-in/second")
@public_page
def show_second_step() -> ResponseReturnValue:
    """Show the form for the second factor."""
    half = half_admission()
    if half is None:
        return redirect(url_for("auth.show_sign_in"))
    return _render_step(half)


@blueprint.post("/sign-in/second")
@public_page
def submit_second_step() -> ResponseReturnValue:
    """Check the second factor and open the session."""
    half = half_admission()
    if half is None:
        return redirect(url_for("auth.show_sign_in"))
    shown = ShownProof(code=request.form.get("proof_code", ""), passkey=request.form.get("proof_passkey", ""))
    by = ActStamp(Actor(person_key(half.person_id), request_origin()), request_time())
    database = current_application().database
    try:
        proof = identity.check_shown(database, tx(), proof_check(half.person_id), shown, by)
    except Invalid as refused:
        return _render_step(half, refused)
    kinds = half.proof
    for kind in proof.words:
        kinds = kinds.with_kind(kind, proof.at)
    return admit_person(half.person_id, kinds, half.after)


def _render_step(half: HalfAdmission, fault: Invalid | None = None) -> ResponseReturnValue:
    options = passkey_site.assertion_options(half.person_id)
    sentence = say(fault, current_language()) if fault else ""
    return render_template("second_step.html", options=options, sentence=sentence), 401 if fault else 200


@blueprint.post("/sign-in/passkey")
@public_page
def open_session_by_passkey() -> ResponseReturnValue:
    """Sign in with a passkey alone; one that has asked for nothing counts as the second factor only."""
    site, after = passkey_site.current_site(), safe_target(request.form.get("next", ""))
    address = rate_limits.address_group(current_place().address)
    until = rate_limits.count_try(tx(), ADDRESS_LIMIT, address, request_time())
    if until is not None:
        return render_template("sign_in.html", next=after, refused=SignInRefusal(until)), 429
    try:
        answer = request.form.get("proof_passkey", "")
        person_id, kind = passkeys.check_passkey(tx(), site, answer, current_application().key, request_time())
    except Invalid as refused:
        stamp = ActStamp(Actor(sign_in_record.VISITOR, request_origin()), request_time())
        journal.record(tx(), stamp, acts.REFUSE_SIGN_IN, "passkey:", reason=refused.rule)
        return _render_sign_in(after, refused)
    rate_limits.refund_try(tx(), ADDRESS_LIMIT, address)
    proof = proof_of(kind, request_time())
    if not proof.has_two_factors:
        return _render_sign_in(after, Invalid("passkey", "passkey-without-pin"))
    return admit_person(person_id, proof, after)


def _render_sign_in(after: str, fault: Invalid) -> ResponseReturnValue:
    sentence = say(fault, current_language())
    options = passkey_site.assertion_options(None)
    return render_template("sign_in.html", next=after, sentence=sentence, options=options), 401
