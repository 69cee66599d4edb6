"""What passkeys need of the request: the site that they are for, and what a browser is asked for."""

from __future__ import annotations

from flask import request, session
from flask_wtf.csrf import generate_csrf

from engine.staff import challenges, factors, passkeys
from engine.staff.passkeys import RelyingSite
from web.http.request import current_application, request_time, tx


def current_site() -> RelyingSite | None:
    """The site: TONGDAI_SITE, or the request's own host where that names none; None where no passkey works.

    A forged Host header gains nothing: browsers use a passkey only on the host that it was made for.
    """
    generate_csrf()  # A session has a mark of its own from the first page on.
    mark = str(session["csrf_token"])
    return passkeys.relying_site(current_application().settings.site, mark) or passkeys.relying_site(
        request.host_url, mark
    )


def assertion_options(person_id: int | None) -> str:
    """What the browser is asked for to use a passkey of this person, or of anybody for None; "" where there is none."""
    site = current_site()
    if site is None or (person_id is not None and not factors.factor_rows(tx(), person_id, factors.PASSKEY)):
        return ""
    challenge = challenges.make_challenge(current_application().key, passkeys.sign_in_purpose(site), request_time())
    return passkeys.assertion_options(tx(), site, person_id, challenge)


def registration_options(person_id: int, login: str) -> str:
    """What the browser is asked for to make a passkey; "" where no passkey works."""
    site = current_site()
    if site is None:
        return ""
    purpose = passkeys.registration_purpose(person_id)
    challenge = challenges.make_challenge(current_application().key, purpose, request_time())
    return passkeys.registration_options(tx(), site, person_id, login, challenge)
