"""Signing in with an account of the province's identity provider, and joining one's own account with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.actor import person_key
from engine.errors import EngineError, Forbidden, Invalid, Overloaded
from engine.journal import acts, journal
from engine.staff import external_identities, proofs, sign_in_record
from engine.staff.external_identities import ExternalPerson
from engine.staff.sign_in_record import SignInTry
from engine.store.db import transaction
from engine.translation.wording import say
from web.http.admission import admit_external_person
from web.http.confirmation import requires_fresh_proof, strengthen
from web.http.identity_provider import (
    ProviderAway,
    ProviderClient,
    ProviderRefused,
    has_asked_just_now,
    has_asked_twice,
)
from web.http.request import (
    address_for_others,
    current_application,
    current_language,
    current_stamp,
    identify_visitor,
    public_page,
    request_origin,
    request_time,
    request_transaction,
    tx,
    without_transaction,
)
from web.http.targets import safe_target

blueprint = Blueprint("provider_sign_in", __name__)

_UNUSABLE = re.compile(r"[^a-z0-9.-]+")
_ASKED = "provider_asked"  # What the visitor wants of the provider: (why, where to go afterwards).
_SIGN_IN, _JOIN, _CONFIRM = "sign_in", "join", "confirm"
_TO_JOIN = [_JOIN, ""]


@blueprint.get("/sign-in/provider")
@public_page
@without_transaction
def ask_provider() -> ResponseReturnValue:
    """Send the visitor to the provider: to sign in, with `confirm` to prove anew who they are, or with `join` to join
    the account for which they asked that.
    """
    anew = "confirm" in request.args
    if anew:
        session[_ASKED] = [_CONFIRM, ""]
    elif "join" not in request.args or session.get(_ASKED) != _TO_JOIN:
        session[_ASKED] = [_SIGN_IN, request.args.get("next", "")]
    try:
        return _provider().begin_sign_in(address_for_others("provider_sign_in.come_back"), anew=anew)
    except EngineError as error:
        return _refusal_page(error)


@blueprint.get("/sign-in/provider/return")
@public_page
@without_transaction
def come_back() -> ResponseReturnValue:
    """Let in, or join, whoever comes back from the provider; what it says is asked for before a transaction is open."""
    why, after = session.pop(_ASKED, [_SIGN_IN, ""])
    try:
        one, proof = _ask_who(anew=why == _CONFIRM)
        with request_transaction(current_application().database):
            if why == _CONFIRM:
                return _confirm(one, proof)
            return _join(one) if why == _JOIN else admit_external_person(one, proof, safe_target(after))
    except EngineError as error:
        _record_refusal(error)
        return _refusal_page(error)


def _ask_who(*, anew: bool) -> tuple[ExternalPerson, proofs.Proof]:
    provider = _provider()
    claims = provider.finish_sign_in()
    if anew and not has_asked_just_now(claims):
        raise ProviderRefused("provider-not-asked-anew")
    kind = proofs.VERIFIED_EXTERNAL if has_asked_twice(claims) else proofs.EXTERNAL
    return _describe_person(provider, claims), proofs.proof_of(kind, request_time())


def _describe_person(provider: ProviderClient, claims: Mapping[str, Any]) -> ExternalPerson:
    """The person of these claims; a login that cannot be one here loses the signs that are in the way."""
    login = _UNUSABLE.sub("-", _text_claim(claims, "preferred_username").partition("@")[0].lower()).strip("-.")[:40]
    email = _text_claim(claims, "email") if claims.get("email_verified") is True else ""
    name = _text_claim(claims, "name") or login
    return ExternalPerson(provider.issuer, claims["sub"], login, name[:100], email, provider.table.list_posts(claims))


def _text_claim(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value.strip() if isinstance(value, str) else ""


def _confirm(one: ExternalPerson, proof: proofs.Proof) -> ResponseReturnValue:
    """Have the session rest on the provider's word too, if it is about the officer who is signed in."""
    identify_visitor()
    if "account" not in g or external_identities.joined_person(tx(), one) != g.account.id:
        raise Forbidden("external-somebody-else")
    strengthen(tx(), proof)
    journal.record(tx(), current_stamp(), acts.CONFIRM_IDENTITY, person_key(g.account.id), proof=proof.words)
    flash(_("Đã xác nhận. Quay lại trang đang làm và bấm “Xác nhận và tiếp tục”."), "success")
    return redirect(url_for("provider_sign_in.show_own_provider"))


def _join(one: ExternalPerson) -> ResponseReturnValue:
    identify_visitor()
    if "account" not in g:
        raise Forbidden("external-join-signed-out")
    external_identities.join_external(tx(), g.account.id, one, current_stamp())
    return redirect(url_for("provider_sign_in.show_own_provider"))


@blueprint.get("/account/provider")
def show_own_provider() -> ResponseReturnValue:
    """Show whether one's account is joined with one of the provider."""
    joined = external_identities.is_joined(tx(), g.account.id, _provider().issuer)
    return render_template("own_provider.html", joined=joined, asked=session.get(_ASKED) == _TO_JOIN)


@blueprint.post("/account/provider")
@requires_fresh_proof
def ask_to_join() -> ResponseReturnValue:
    """Note that the officer wants to join their account; a link then leads to the provider.

    A form must not: browsers stop one that is redirected to another site (our policy says form-action 'self'). And a
    link alone must not begin it: another site could send an officer there, signed in at the provider as somebody else.
    """
    _provider()
    session[_ASKED] = _TO_JOIN
    return redirect(url_for("provider_sign_in.show_own_provider"))


@blueprint.post("/account/provider/part")
@requires_fresh_proof
def part_from_provider() -> ResponseReturnValue:
    """Part one's account from the one of the provider."""
    external_identities.part_external(tx(), g.account.id, _provider().issuer, current_stamp())
    return redirect(url_for("provider_sign_in.show_own_provider"))


def _provider() -> ProviderClient:
    provider = current_application().provider
    if provider is None:
        abort(404)
    return provider


def _record_refusal(error: EngineError) -> None:
    """Record that a person for whom the provider vouched was not let in, or that its word could not be believed."""
    if not isinstance(error, Forbidden | ProviderRefused) or error.rule == "provider-begin-again":
        return
    application = current_application()
    reason = sign_in_record.NOT_HERE if isinstance(error, Forbidden) else sign_in_record.PROVIDER
    attempt = SignInTry("", None, request_origin(), request_time())
    with transaction(application.database) as boundary:
        sign_in_record.record_refusal(boundary, attempt, reason, application.key)


def _refusal_page(error: EngineError) -> ResponseReturnValue:
    status = 503 if isinstance(error, ProviderAway | Overloaded) else 409 if isinstance(error, Invalid) else 403
    return render_template("provider_refused.html", fault=say(error, current_language())), status
