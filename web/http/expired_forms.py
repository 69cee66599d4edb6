"""A form whose session has ended while it was filled in: nothing is lost, and nothing of another site is taken.

Whoever has to sign in does so and comes back to the form, where the browser fills in what was typed (`typed.js`); the
page to sign in keeps it for browsers without scripts.
Everybody else gets what they have sent again, with a fresh token and a button. A form that another site sent gets
neither: it is told by the origin that browsers state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import current_app, g, render_template, request
from flask_login import current_user

from web.http import once
from web.http.request import PROOF_FIELDS, current_application, is_public, request_transaction
from web.http.targets import split_address

View = TypeVar("View", bound=Callable[..., Any])


def shows_again(show: Callable[[], Any]) -> Callable[[View], View]:
    """Mark a page that can show its form again with everything that was sent, files included."""

    def mark_view(view: View) -> View:
        view.show_again = show  # type: ignore[attr-defined]
        return view

    return mark_view


def answer_expired_form() -> Any | None:
    """The answer to a form without a valid token; None for what is no form of this program."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method != "POST" or view is None or not _is_own_form() or holds_secrets():
        return None
    application = current_application()
    g.now = application.clock()
    with request_transaction(application.database):
        if current_user.is_authenticated:
            g.account = current_user.account
        elif not is_public(view):
            return application.login_manager.unauthorized()  # type: ignore[attr-defined]
        show = getattr(view, "show_again", None)
        return show() if show is not None else _render_kept_form()


def _is_own_form() -> bool:
    """Whether the browser says that a page of this program sent the form, and not a script."""
    sender = request.headers.get("Origin") or request.referrer or ""
    return split_address(sender).netloc == request.host and "X-CSRFToken" not in request.headers


def holds_secrets() -> bool:
    """Whether the form has a password, which no page repeats; a proof beside other fields is left out by itself."""
    names = request.form.keys() - PROOF_FIELDS
    return any("password" in name for name in names) or request.path in ("/password", "/sign-in")


def _render_kept_form() -> tuple[str, int]:
    return render_template("form_expired.html", kept=keep_form()), 400


@dataclass(frozen=True, slots=True)
class KeptForm:
    """What was sent, to be sent again to `action`: everything but secrets, proofs and files."""

    action: str
    token: str
    fields: tuple[tuple[str, str], ...]
    had_files: bool


def keep_form() -> KeptForm:
    """What this request has sent."""
    own = {"csrf_token", once.TOKEN_FIELD, *PROOF_FIELDS}
    fields = tuple((name, value) for name, value in request.form.items(multi=True) if name not in own)
    files = any(file.filename for file in request.files.values())
    return KeptForm(request.full_path.rstrip("?"), once.sent_token(), fields, files)
