"""Asks for a fresh proof before what matters most, without losing what was typed (ASVS 4.0.3, 3.7.1).

A page marked `requires_fresh_proof` is not run for a session whose last proof is older than ten minutes: a page asks
for one, and carries the form with it, so that proof and form arrive together where the form was meant to go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.actor import person_key
from engine.errors import Invalid
from engine.journal import acts, journal
from engine.staff import accounts, external_identities, factors, identity
from engine.staff.identity import ProofCheck, ShownProof
from engine.staff.proofs import Proof
from engine.store.db import Transaction, transaction
from engine.translation.wording import say
from web.http import once, passkey_site
from web.http.known_devices import current_place
from web.http.request import (
    PROOF_FIELDS,
    current_application,
    current_language,
    current_officer,
    current_stamp,
    request_time,
    tx,
)

View = TypeVar("View", bound=Callable[..., Any])

# What somebody may open who has yet to show a second factor, or to get one: their own account, and the way out.
WITHOUT_FACTOR = frozenset({"auth", "account", "factors", "confirm", "provider_sign_in"})


def requires_fresh_proof(view: View) -> View:
    """Mark a page that asks for a proof not older than `identity.FRESH`."""
    view.fresh_proof = True  # type: ignore[attr-defined]
    return view


def needs_fresh_proof(view: Callable[..., Any] | None) -> bool:
    """Whether a page is marked so."""
    return getattr(view, "fresh_proof", False) is True


def guard_page(view: Callable[..., Any]) -> AnyResponse | None:
    """The response to send instead of a page: to whoever lacks a second factor, or has to prove themselves anew."""
    if request.blueprint not in WITHOUT_FACTOR and lacks_factor():
        has_one = factors.has_factor(tx(), g.account.id)
        target = "confirm.show_confirmation" if has_one else "factors.show_choice"
        return redirect(url_for(target, next=_address() if request.method == "GET" else ""))
    if not needs_fresh_proof(view) or is_fresh():
        return None
    fault = prove_from_form() if request.form.keys() & PROOF_FIELDS else None
    if is_fresh():
        return None
    return current_application().make_response(render_confirmation(_address(), fault=fault))


def lacks_factor() -> bool:
    """Whether the officer's roles ask for two factors and the session rests on one."""
    demanded = current_application().demands_factors and factors.must_have_factor(current_officer())
    return demanded and not g.account.proof.has_two_factors


def is_fresh() -> bool:
    """Whether the session's proof is fresh enough for what matters most, with the second factor if they have one."""
    skipped_one = lacks_factor() and factors.has_factor(tx(), g.account.id)
    return bool(g.account.has_proven_since(request_time() - identity.FRESH)) and not skipped_one


def prove_from_form() -> Invalid | None:
    """Check the proof in the submitted form and have the session rest on it; returns what is wrong with it.

    In a transaction of its own: the try counts whatever becomes of the act, and the act may take its time.
    """
    form, database = request.form, current_application().database
    shown = ShownProof(form.get("proof_password", ""), form.get("proof_code", ""), form.get("proof_passkey", ""))
    with transaction(database) as own:
        try:
            proof = identity.check_shown(database, own, proof_check(g.account.id), shown, current_stamp())
        except Invalid as refused:
            return refused
        strengthen(own, proof)
        journal.record(own, current_stamp(), acts.CONFIRM_IDENTITY, person_key(g.account.id), proof=proof.words)
    return None


def strengthen(transaction_of_act: Transaction, proof: Proof) -> None:
    """Have this session rest on a new proof too, from this request on."""
    accounts.strengthen_session(transaction_of_act, g.account, proof)
    g.account = accounts.with_proof(g.account, proof)


def proof_check(person_id: int) -> ProofCheck:
    """How a person proves themselves in this request."""
    mark = current_place().marks.get(person_id, "")
    return ProofCheck(person_id, mark, current_application().key, passkey_site.current_site())


def render_confirmation(action: str, *, after: str = "", fault: Invalid | None = None) -> tuple[str, int]:
    """The page that asks for a proof; what was typed goes on to `action` with it, or the visitor to `after`."""
    own_fields = PROOF_FIELDS | {"csrf_token", once.TOKEN_FIELD}
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in own_fields]
    page = render_template(
        "confirm.html",
        action=action if request.method == "POST" else url_for("confirm.submit_confirmation"),
        kept=kept if request.method == "POST" else [("next", after or action)],
        token=once.sent_token(),
        asks_provider=_is_joined(),
        has_factor=factors.has_factor(tx(), g.account.id),
        options=passkey_site.assertion_options(g.account.id),
        sentence=say(fault, current_language()) if fault else "",
        files=bool(request.files),
        minutes=int(identity.FRESH.total_seconds() // 60),
    )
    return page, 422 if fault else 401


def _is_joined() -> bool:
    """Whether the province's identity provider can prove who this officer is."""
    provider = current_application().provider
    return provider is not None and external_identities.is_joined(tx(), g.account.id, provider.issuer)


def _address() -> str:
    return request.full_path.rstrip("?")
