"""The boundary of a web request: one transaction, one instant, one officer.

Returning commits, raising rolls back; the page is rendered inside. Without signing in, a visitor gets only the pages
marked `public_page`, so a new page is closed by default.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from typing import Any, NoReturn, TypeVar, cast

from flask import Flask, Request, Response, current_app, g, render_template, request, session, url_for
from flask_babel import get_locale
from flask_login import UserMixin, current_user
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import NotFound as UnknownAddress
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as AnyResponse

from engine.actor import ActStamp, person_key
from engine.cases.tasks import Desk
from engine.config.environment import Settings
from engine.errors import EngineError
from engine.mailing.letters import MailContext
from engine.mailing.writing import build_mail_context
from engine.operations.metrics import Meters
from engine.process import definitions
from engine.process.definitions import CompiledDeployment
from engine.province.snapshot import WorldCache
from engine.province.tile_file import TileFile
from engine.staff import access, accounts, passwords
from engine.staff.access import Officer
from engine.staff.accounts import Account
from engine.staff.ldap_directory import LdapDirectory
from engine.store.db import Transaction, transaction
from engine.translation.catalogue import Language
from engine.world.world import World
from web.http import once
from web.http.event_channel import EventChannel
from web.http.identity_provider import ProviderClient
from web.http.plain_pages import render_plain_page

HASHING_PATHS = frozenset({"/sign-in", "/password", "/confirm"})  # They check a password, which is costly.
PROOF_FIELDS = frozenset({"proof_password", "proof_code", "proof_passkey"})  # A fresh proof beside any other form.
AWAY_SECONDS = 10  # After which asking again is worth the while: a database restarts, a queue has gone down.

View = TypeVar("View", bound=Callable[..., Any])
ErrorWriter = Callable[[int, str], Response]  # Of a status and a sentence.


class SessionUser(UserMixin):
    """An account for Flask-Login; its id is the session token."""

    def __init__(self, account: Account, token: str) -> None:
        self.account, self.id = account, token


class Application(Flask):
    """The web application with the state its requests share: database, clock, settings and the last snapshot.

    `key` signs; `received_mails` returns the mails in the demonstration's mailbox, newest first; `demands_factors` says
    whether some roles have to prove two factors; `guard` may send something else instead of a page that is allowed;
    `provider` and `directory` are the identity provider and the LDAP directory, if there are any; `channel` tells open
    pages what has come, while a server runs that keeps connections; `tiles` are what the province draws under its maps;
    `error_writers` write errors at addresses with a prefix, where programs and not people read them.
    """

    database: Engine
    clock: Callable[[], datetime]
    settings: Settings
    worlds: WorldCache
    demonstration: bool
    key: bytes
    received_mails: Callable[[], Sequence[Any]]
    meters: Meters
    demands_factors: bool
    guard: Callable[[Callable[..., Any]], AnyResponse | None]
    provider: ProviderClient | None
    directory: LdapDirectory | None
    channel: EventChannel | None
    tiles: TileFile | None
    error_writers: dict[str, ErrorWriter]

    def redirect(self, location: str, code: int = 302) -> AnyResponse:
        """A redirect whose own text, for browsers that do not follow it, is in the visitor's language."""
        response = super().redirect(location, code)
        response.set_data(render_template("redirect.html", address=location))
        return response

    def raise_routing_exception(self, request: Request) -> NoReturn:
        """An address that Werkzeug would mend by a redirect, such as one with two slashes, does not exist."""
        if isinstance(request.routing_exception, RequestRedirect):
            raise UnknownAddress
        super().raise_routing_exception(request)

    def wsgi_app(self, environ: Any, start_response: Any) -> Any:
        """Answer a request; one with a password is refused at once while too many wait to have theirs checked."""
        path = environ.get("PATH_INFO", "")
        if environ.get("REQUEST_METHOD") == "POST" and path in HASHING_PATHS and passwords.turns.are_taken():
            return refuse_for_now()(environ, start_response)
        return super().wsgi_app(environ, start_response)

    @property
    def sends_mails(self) -> bool:
        """Whether mails leave this installation; in the demonstration they reach its own mailbox."""
        return self.settings.smtp is not None or self.demonstration

    def mail_writing(self, world: World) -> MailContext:
        """Context for writing mails, for pages that show them: without what opens a citizen's report."""
        return replace(build_mail_context(self.settings, self.key, world), secret=None)

    def dispatch_request(self) -> AnyResponse:
        """Handle the request within one transaction."""
        g.now = self.clock()
        if _needs_no_transaction(request.endpoint or ""):
            return self.make_response(super().dispatch_request())
        response = self._act_once()
        self._touch_session()
        return response

    def _act_once(self) -> AnyResponse:
        """Handle the request in its transaction, or answer as before what has been submitted before."""
        visitor = deepcopy(dict(session)) if request.method == "POST" else {}
        try:
            with request_transaction(self.database):
                refusal = _refuse_access()
                receipt = None if refusal is not None else once.begin_submission(_sender())
                if receipt is not None:
                    return self.make_response(once.answer_repeat(receipt))
                response = refusal or self.make_response(super().dispatch_request())
                once.record_submission(response)
                return response
        except (once.AlreadySent, EngineError):
            with request_transaction(self.database):
                receipt = once.find_receipt()
                if receipt is None:
                    raise
                g.pop("looks", None)
                session.clear()
                session.update(visitor)
                return self.make_response(once.answer_repeat(receipt))

    def _touch_session(self) -> None:
        """Record now and then that the session is in use, in its own transaction, so that pages stay read-only.

        What a page asks by itself, while nobody may be sitting before it, is no use (`ask_by_itself`).

        The request has been committed: that this fails must not tell the visitor that nothing was saved.
        """
        account: Account | None = g.get("account")
        if g.get("by_itself", False):
            return
        if account is not None and g.now - account.last_seen_at > accounts.TOUCH_INTERVAL:
            with suppress(DBAPIError), transaction(self.database) as tx:
                accounts.touch_session(tx, account, g.now)


def address_for_others(endpoint: str, **values: Any) -> str:
    """The whole address of a page, to be opened elsewhere: by whoever gets a link, or by another system.

    TONGDAI_SITE says where the pages are, never the Host header, which whoever asks writes as they like.
    """
    return current_application().settings.site + url_for(endpoint, **values)


@contextmanager
def request_transaction(database: Engine) -> Iterator[None]:
    """The transaction of a request. Once it has ended, `tx` has nothing to give.

    Who read through it, as a page that tells of an error might, would hold a connection that nobody gives back.
    """
    with transaction(database) as tx:
        g.tx = tx
        try:
            yield
        finally:
            del g.tx


def _sender() -> str:
    """Who submits a form, as part of what identifies it."""
    account: Account | None = g.get("account")
    return person_key(account.id) if account is not None else ""


def refuse_for_now() -> AnyResponse:
    """The answer of a server that has too much to do, made without anything that costs."""
    headers = {"Retry-After": str(AWAY_SECONDS), "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
    return AnyResponse(render_plain_page(503), 503, headers, "text/html; charset=utf-8")


def _needs_no_transaction(endpoint: str) -> bool:
    """Whether the request can be answered without the database: files, and pages marked so."""
    view = current_app.view_functions.get(endpoint)
    return endpoint.endswith("static") or getattr(view, "without_transaction", False) is True


def current_application() -> Application:
    """The application that handles this request."""
    return cast("Application", current_app)


def public_page(view: View) -> View:
    """Mark a page that anybody may open."""
    view.public = True  # type: ignore[attr-defined]
    return view


def without_transaction(view: View) -> View:
    """Mark a page that must respond even when the database is down."""
    view.without_transaction = True  # type: ignore[attr-defined]
    return view


def ask_by_itself() -> None:
    """Say that this request was sent by a page without its reader: it keeps no session open."""
    g.by_itself = True


def is_public(view: Callable[..., Any] | None) -> bool:
    """Whether a page is open to anybody."""
    return getattr(view, "public", False) is True


def requires_permission(act: str) -> Callable[[View], View]:
    """Mark a page as requiring an act of `engine.staff.access.PERMISSIONS`."""

    def mark_view(view: View) -> View:
        view.act = act  # type: ignore[attr-defined]
        return view

    return mark_view


def _refuse_access() -> AnyResponse | None:
    """Identify the visitor; returns the response to send instead of a page that they may not open."""
    endpoint = request.endpoint or ""
    view = current_app.view_functions.get(endpoint)
    identify_visitor()
    if view is None or is_public(view):
        return None
    if "account" not in g:
        return current_app.make_response(current_app.login_manager.unauthorized())  # type: ignore[attr-defined]
    if g.account.must_change and not endpoint.startswith("auth."):
        return current_app.redirect(url_for("auth.show_password_form"))
    act = getattr(view, "act", "")
    if act:
        access.require_permission(current_officer(), act)
    return current_application().guard(view)


def identify_visitor() -> None:
    """Load whoever is signed in, within this request's transaction."""
    if current_user.is_authenticated:
        g.account = current_user.account
        g.officer = access.load_signed_in(tx(), g.account.id, request_time())


def load_session_user(token: str) -> SessionUser | None:
    """Load the session's user for Flask-Login; None when a request fails before its transaction."""
    if "tx" not in g:
        return None
    account = accounts.account_of_session(tx(), token, request_time())
    return None if account is None else SessionUser(account, token)


def tx() -> Transaction:
    """This request's transaction."""
    return cast("Transaction", g.tx)


def request_time() -> datetime:
    """The instant at which this request is handled."""
    return cast("datetime", g.now)


def current_world() -> World:
    """The world as this request sees it."""
    if "world" not in g:
        g.world = current_application().worlds.get(tx())
    return cast("World", g.world)


def active_deployment() -> CompiledDeployment:
    """The deployment that new cases follow, as this request sees it; raises NotFound when there is none."""
    if "deployment" not in g:
        g.deployment = definitions.load_active_deployment(tx())
    return cast("CompiledDeployment", g.deployment)


def current_officer() -> Officer:
    """The signed-in officer, with the roles they hold now."""
    return cast("Officer", g.officer)


def current_language() -> Language:
    """The language of this request."""
    return "en" if str(get_locale()) == "en" else "vi"


def request_origin() -> str:
    """Origin of the request, as recorded in the history (R13)."""
    return f"web {request.remote_addr or ''}".strip()


def current_stamp() -> ActStamp:
    """Who acts in this request, from where and when, as the journal records it."""
    return ActStamp(current_officer().who(request_origin()), request_time())


def current_desk() -> Desk:
    """The officer at work in this request."""
    return Desk(current_officer(), request_origin(), request_time(), current_world())


def submitted_values(form: ImmutableMultiDict[str, str]) -> dict[str, object]:
    """Submitted values by field: a single value as text, several as a list; the page's own fields are left out."""
    page_fields = {"csrf_token", "version", "next", once.TOKEN_FIELD, *PROOF_FIELDS}
    return {key: values[0] if len(values) == 1 else values for key, values in form.lists() if key not in page_fields}


def preferred_language() -> str:
    """The language this visitor chose, or the province's default."""
    return str(session.get("language") or current_application().settings.language)
