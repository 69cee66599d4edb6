"""The boundary of a web request: one transaction, one instant, one officer. For the modules with pages.

Returning commits, raising rolls back; the page is drawn inside. Whoever has not signed in gets no page except those
marked `public`, so that a new page is closed until somebody opens it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, request, session, url_for
from flask_babel import get_locale
from flask_login import UserMixin, current_user
from sqlalchemy import Engine
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.wrappers import Response as AnyResponse

from engine.cases.tasks import Desk
from engine.config.environment import Settings
from engine.mailing.letters import Writing
from engine.mailing.writing import writing_for
from engine.operations.metrics import Meters
from engine.province.snapshot import Worlds
from engine.staff import access, accounts
from engine.staff.access import Officer
from engine.staff.accounts import Account
from engine.store.db import Transaction, transaction
from engine.world.world import World
from forms.messages import Language

View = TypeVar("View", bound=Callable[..., Any])


class SignedIn(UserMixin):
    """An account as Flask-Login keeps it: its id is the session's token."""

    def __init__(self, account: Account, token: str) -> None:
        self.account, self.id = account, token


class Application(Flask):
    """The web application with what its requests share: database, clock, settings and the last snapshot.

    `key` signs; `caught` gives the mails that the demonstration's mailbox received, newest first.
    """

    database: Engine
    clock: Callable[[], datetime]
    settings: Settings
    worlds: Worlds
    demonstration: bool
    key: bytes
    caught: Callable[[], Sequence[Any]]
    meters: Meters

    def writing(self, world: World) -> Writing:
        """How mails are written, for pages that show them."""
        return writing_for(self.settings, self.key, world)

    def dispatch_request(self) -> AnyResponse:
        """Answer within one transaction."""
        g.now = self.clock()
        if getattr(self.view_functions.get(request.endpoint or ""), "without_transaction", False):
            return self.make_response(super().dispatch_request())
        with transaction(self.database) as tx:
            g.tx = tx
            answer = _refuse_strangers() or self.make_response(super().dispatch_request())
        self._touch()
        return answer

    def _touch(self) -> None:
        """Note now and then that the session is in use, apart from the request, so that reading pages only read."""
        account: Account | None = g.get("account")
        if account is not None and g.now - account.touched > accounts.TOUCHED_EVERY:
            with transaction(self.database) as tx:
                accounts.touch(tx, account, g.now)


def app() -> Application:
    """The application that answers this request."""
    return cast("Application", current_app)


def public(view: View) -> View:
    """Marks a page that anybody may open."""
    view.public = True  # type: ignore[attr-defined]
    return view


def without_transaction(view: View) -> View:
    """Marks a page that must answer although the database is away."""
    view.without_transaction = True  # type: ignore[attr-defined]
    return view


def is_public(view: Callable[..., Any] | None) -> bool:
    """Whether a page is open to anybody."""
    return getattr(view, "public", False) is True


def needs(act: str) -> Callable[[View], View]:
    """Marks a page for those whose roles allow an act of `engine.staff.access`."""

    def mark(view: View) -> View:
        view.act = act  # type: ignore[attr-defined]
        return view

    return mark


def _refuse_strangers() -> AnyResponse | None:
    """Find out who asks; what to answer instead of a page that they may not open."""
    endpoint = request.endpoint or ""
    view = current_app.view_functions.get(endpoint)
    if endpoint.endswith("static"):
        return None
    if current_user.is_authenticated:
        g.account = current_user.account
        g.officer = access.officer(tx(), g.account.id, now())
    if view is None or is_public(view):
        return None
    if "account" not in g:
        return current_app.make_response(current_app.login_manager.unauthorized())  # type: ignore[attr-defined]
    if g.account.must_change and not endpoint.startswith("auth."):
        return current_app.redirect(url_for("auth.ask_password"))
    act = getattr(view, "act", "")
    if act:
        access.require(officer(), act)
    return None


def load_account(token: str) -> SignedIn | None:
    """Whose session a cookie names; asked by Flask-Login. Nobody's, where a request fails before its transaction."""
    if "tx" not in g:
        return None
    account = accounts.account_of(tx(), token, now())
    return None if account is None else SignedIn(account, token)


def tx() -> Transaction:
    """This request's transaction."""
    return cast("Transaction", g.tx)


def now() -> datetime:
    """The instant at which this request is answered."""
    return cast("datetime", g.now)


def world() -> World:
    """The world as this request sees it."""
    if "world" not in g:
        g.world = app().worlds.get(tx())
    return cast("World", g.world)


def officer() -> Officer:
    """Who is signed in, with the roles they hold now."""
    return cast("Officer", g.officer)


def language() -> Language:
    """The language of this request."""
    return "en" if str(get_locale()) == "en" else "vi"


def origin() -> str:
    """Where the request comes from, as history keeps it (R13)."""
    return f"web {request.remote_addr or ''}".strip()


def desk() -> Desk:
    """The officer at work in this request."""
    return Desk(officer(), origin(), now(), world(), language())


def typed(form: ImmutableMultiDict[str, str]) -> dict[str, object]:
    """What was sent, by field: one value alone as text, several as a list; the page's own fields left out."""
    own = {"csrf_token", "version", "next"}
    return {key: values[0] if len(values) == 1 else values for key, values in form.lists() if key not in own}


def choose_language() -> str:
    """The language that this visitor chose, or the province's."""
    return str(session.get("language") or app().settings.language)
