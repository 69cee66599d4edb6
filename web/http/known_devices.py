"""Known devices: a signed mark in each browser that people have signed in with (OWASP, "device cookies").

Wrong passwords from a browser that knows its person count apart from everybody else's, so that a stranger who guesses
cannot lock the owner of an account out. A mark opens nothing: the password is asked for all the same.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response as AnyResponse

from engine.staff.accounts import SignInPlace
from web.http.request import current_application

LIFETIME = timedelta(days=180)
MOST_PEOPLE = 12  # Of one browser, as of a counter with shifts; the earliest is forgotten.
_SALT = "known device"


def current_place() -> SignInPlace:
    """From where this request comes, with the marks that its browser carries."""
    return SignInPlace(request.remote_addr or "", dict(_read_marks()))


def remember_device(response: AnyResponse, person_id: int) -> None:
    """Have this browser remembered as one that the person has signed in with."""
    marks = {person: mark for person, mark in _read_marks() if person != person_id}
    mark = dict(_read_marks()).get(person_id) or secrets.token_urlsafe(12)
    kept = [*marks.items(), (person_id, mark)][-MOST_PEOPLE:]
    response.set_cookie(
        _cookie_name(),
        str(_serializer().dumps(kept)),
        max_age=LIFETIME,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )


def _read_marks() -> list[tuple[int, str]]:
    try:
        pairs = _serializer().loads(request.cookies.get(_cookie_name(), ""))
    except BadSignature:
        return []
    return [(int(person), str(mark)) for person, mark in pairs]


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_application().key, salt=_SALT)


def _cookie_name() -> str:
    return "__Host-known" if current_app.config["SESSION_COOKIE_SECURE"] else "known"
