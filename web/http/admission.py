"""Admission: the one place where somebody who has proved who they are gets a session.

Every way of signing in ends here, whoever checked the proof: the password page, a passkey, an identity provider.
"""

from __future__ import annotations

from typing import Any

from flask import redirect, session, url_for
from flask_login import login_user

from engine.staff import accounts, sign_in_record
from engine.staff.proofs import Proof
from web.http.known_devices import remember_device
from web.http.request import SessionUser, current_application, request_origin, request_time, tx


def admit_person(person_id: int, proof: Proof, after: str = "") -> Any:
    """Open a session of a person with an open account; returns the response: on to `after`, a path of ours, or "".

    Records the sign-in with the kinds of its proof. What a session of somebody else left in this browser is forgotten.
    """
    token = accounts.open_session(tx(), person_id, proof, request_time())
    account = accounts.account_of_session(tx(), token, request_time())
    if account is None:  # Closed while they were proving who they are.
        return current_application().login_manager.unauthorized()  # type: ignore[attr-defined]
    sign_in_record.record_sign_in(tx(), person_id, request_origin(), proof)
    _clear_session()
    login_user(SessionUser(account, token))
    response = redirect(after or url_for("inbox.show_inbox"))
    remember_device(response, person_id)
    return response


def _clear_session() -> None:
    """Forget everything of this browser's session but the language."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
