"""Admission: the one place where somebody who has proved who they are gets a session.

Every way of signing in ends here, whoever checked the proof: the password page, a passkey, an identity provider. Who
has a second factor and has not shown it is asked for it first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import redirect, request, session, url_for
from flask_login import login_user

from engine.actor import Actor, ActStamp
from engine.staff import accounts, external_identities, factors, sign_in_record
from engine.staff.accounts import SessionPlace
from engine.staff.external_identities import ExternalPerson
from engine.staff.proofs import Proof
from web.http.devices import device_words
from web.http.known_devices import current_place, remember_device
from web.http.request import SessionUser, current_application, request_origin, request_time, tx

HALF_WAY = timedelta(minutes=10)  # Between the first and the second factor.
_HALF = "half_proven"


@dataclass(frozen=True, slots=True)
class HalfAdmission:
    """Somebody who has shown one factor and is asked for the second; `after` is where they were going."""

    person_id: int
    proof: Proof
    after: str


def admit_person(person_id: int, proof: Proof, after: str = "") -> Any:
    """Open a session of a person with an open account, or ask for the factor that is missing; returns the response.

    Goes on to `after`, a path of ours, or to the inbox for "". Records the sign-in with the kinds of its proof. What a
    session of somebody else left in this browser is forgotten.
    """
    forget_session()
    if not proof.has_two_factors and factors.has_factor(tx(), person_id):
        session[_HALF] = [person_id, proof.words, proof.at.isoformat(), after]
        return redirect(url_for("second_step.show_second_step"))
    place = current_place()
    here = SessionPlace(place.address, device_words(request.user_agent.string))
    token = accounts.open_session(tx(), person_id, proof, request_time(), here)
    account = accounts.account_of_session(tx(), token, request_time())
    if account is None:  # Closed while they were proving who they are.
        return current_application().login_manager.unauthorized()  # type: ignore[attr-defined]
    is_new = person_id not in place.marks
    sign_in_record.record_sign_in(tx(), person_id, account.digest, request_origin(), proof, new_device=is_new)
    login_user(SessionUser(account, token))
    response = redirect(after or url_for("inbox.show_inbox"))
    remember_device(response, person_id)
    return response


def admit_external_person(one: ExternalPerson, proof: Proof, after: str = "") -> Any:
    """Open a session of somebody for whom an identity provider or a directory vouches; raises Forbidden."""
    stamp = ActStamp(Actor("provider", request_origin()), request_time())
    return admit_person(external_identities.admit_external(tx(), one, stamp), proof, after)


def half_admission() -> HalfAdmission | None:
    """Who has shown one factor in this browser and has not been admitted yet.

    None when that was too long ago, and when the password was changed since: it may be why it was.
    """
    if _HALF not in session:
        return None
    person_id, kinds, at, after = session[_HALF]
    proof = Proof(frozenset(kinds), datetime.fromisoformat(at))
    is_late = request_time() - proof.at > HALF_WAY or accounts.has_new_password(tx(), person_id, proof.at)
    return None if is_late else HalfAdmission(person_id, proof, after)


def forget_session() -> None:
    """Forget everything of this browser's session but the language."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
