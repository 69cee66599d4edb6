"""A web application on a staffed province, and browsers' requests to it without a browser. For tests of pages."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import g, session
from flask.json.tag import TaggedJSONSerializer
from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer
from sqlalchemy import Engine, select, update
from werkzeug.test import EnvironBuilder, TestResponse

from engine.actor import SYSTEM, Actor, ActStamp
from engine.cases import intake, report_keys
from engine.cases.intake import FiledReport
from engine.config import environment
from engine.config.environment import Settings
from engine.process import definitions
from engine.province.snapshot import WorldCache
from engine.staff import account_seals, passwords
from engine.staff.proofs import PASSWORD as PASSWORD_PROOF
from engine.staff.proofs import proof_of
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Person, Report, Task, WebSession
from engine.world.world import World
from tests.kit import hotline
from tests.kit.compiled import COMPILED_TEMPLATES
from tests.kit.page_text import PageClient
from tests.paths import ROOT
from web.app import create_app
from web.http.admission import admit_person
from web.http.request import Application, request_transaction

NOW = hotline.NOW
CHASE_CAP = 10
FOREVER = NOW + timedelta(days=36_500)
PASSWORD = "một câu dễ nhớ 2026"
PLACE = "25993"  # Trảng Dài, in Biên Hòa.
OPERATOR, FOCAL, COMMUNE = "canbo.75.1022", "canbo.731", f"canbo.{PLACE}"
OFFICE, POLICE, DEPARTMENT = "canbo.75.vp", "canbo.731.ca", "canbo.75.syt"
NEW = replace(
    hotline.NEW,
    place=PLACE,
    reporter_name="Trần Thị Mận",
    phone="0912345678",
    address="12 đường Hoa Sen, khu phố 3",
    email="",
)


@dataclass
class Site:
    """The application, its database, what it knows of the world, and its clock, which only the test turns."""

    engine: Engine
    var: Path
    worlds: WorldCache = field(default_factory=lambda: WorldCache(CHASE_CAP))
    now: datetime = NOW
    passwords: set[str] = field(default_factory=set)
    # Tests of other things have officers whose proof stays fresh and whose roles ask for no second factor.
    strict: bool = False

    def __post_init__(self) -> None:
        self.app: Application = create_app(settings(self.var), self.engine, now=lambda: self.now)
        self.app.worlds, self.app.demands_factors = self.worlds, self.strict
        self.app.jinja_env.bytecode_cache = COMPILED_TEMPLATES
        self.app.test_client_class = PageClient
        self.app.testing = False  # Errors become pages, as they do for users.

    def browser(self, login: str = "") -> Browser:
        """A new visitor, signed in when a login is given, as the form would have done it."""
        browser = Browser(self, self.app.test_client())
        if login:
            browser.be_admitted(login)
        return browser

    def allow(self, login: str) -> None:
        """Give an account the tests' password, once."""
        if login not in self.passwords:
            self.write(give_password, login, self.now)
            self.passwords.add(login)

    def world(self) -> World:
        """The world as it is now."""
        with transaction(self.engine) as tx:
            return self.app.worlds.get(tx)

    def file(self, **other: Any) -> FiledReport:
        """File a report as the hotline would."""
        new = replace(NEW, **{"received_at": self.now, **other})
        with transaction(self.engine) as tx:
            definition = definitions.find_by_key(tx, "citizen_report")
            return intake.file_report(tx, new, definition, Actor("person:1", "test"), self.app.worlds.get(tx))

    def key(self, code: str) -> str:
        """A new tracking key of a report, as its citizen got it."""
        report_id = self.read(select(Report.id).where(Report.code == code))[0].id
        return str(self.write(report_keys.issue_key, self.app.key, report_id, "citizen", self.now))

    def open_tasks(self, instance_id: int) -> list[Any]:
        """The open tasks of a case."""
        return self.read(select(table_of(Task)).where(Task.instance_id == instance_id, Task.state == "open"))

    def task(self, instance_id: int, node: str) -> Any:
        """The open task of a case at a node."""
        with transaction(self.engine) as tx:
            wanted = select(Task.__table__).where(
                Task.instance_id == instance_id, Task.node == node, Task.state == "open"
            )
            return tx.read.execute(wanted).one()

    def read(self, statement: Any) -> list[Any]:
        """What a statement finds."""
        with transaction(self.engine) as tx:
            return list(tx.read.execute(statement).all())

    def write(self, act: Any, *arguments: Any, **more: Any) -> Any:
        """Call a use case in a boundary of its own."""
        with transaction(self.engine) as tx:
            return act(tx, *arguments, **more)

    def known_mark(self, login: str) -> str:
        """The cookie of a browser that knows a person."""
        return str(URLSafeSerializer(self.app.key, salt="known device").dumps([(self.person(login), "the kit")]))

    def person(self, login: str) -> int:
        """The number of whoever has a login."""
        return int(self.read(select(Person.id).where(Person.login == login))[0].id)

    def keep_proofs_fresh(self) -> None:
        """Have the proofs of all sessions count as fresh for ever, unless the site is strict."""
        if not self.strict:
            self.write(keep_fresh)

    def be_strict(self) -> None:
        """Ask for second factors and fresh proofs, as in production."""
        self.strict = self.app.demands_factors = True

    def later(self, **amount: float) -> None:
        """Turn the clock."""
        self.now += timedelta(**amount)


@dataclass
class Browser:
    """What one visitor does; forms carry the token of the page before."""

    site: Site
    client: FlaskClient

    def get(self, address: str, **more: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(address, buffered=True, **more)

    def follow(self, code: str, key: str = "") -> TestResponse:
        """Open a report as its citizen, with its key."""
        return self.post("/follow", {"code": code, "key": key or self.site.key(code)})

    def token(self) -> str:
        """The token that forms of this visitor carry, signed as a page signs it."""
        kept = decode_cookie(self.cookie("tongdai")).get("csrf_token")
        if kept is None:
            kept = secrets.token_hex()
            with self.client.session_transaction() as session:
                session["csrf_token"] = kept
        return str(URLSafeTimedSerializer(self.site.app.key, salt="wtf-csrf-token").dumps(kept))

    def cookie(self, name: str) -> str:
        """The value of a cookie, empty where there is none."""
        cookie = self.client.get_cookie(name)
        return cookie.value if cookie is not None else ""

    def post(self, address: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """Send a form."""
        answer = self.client.post(address, data={"csrf_token": self.token(), **(data or {})}, buffered=True, **more)
        answer.request.environ["wsgi.input"].close()  # A large form is a temporary file.
        return answer

    def be_admitted(self, login: str) -> None:
        """Get the session that signing in would give, without the form and what it checks: half of what that takes."""
        app, address = self.site.app, "/sign-in"
        self._come_known(login)
        environ = EnvironBuilder(path=address, method="POST", environ_base=self.client.environ_base).get_environ()
        self.client._add_cookies_to_wsgi(environ)
        with app.request_context(environ), request_transaction(self.site.engine):
            g.now = self.site.now
            answer = admit_person(self.site.person(login), proof_of(PASSWORD_PROOF, g.now))
            app.session_interface.save_session(app, session, answer)
        self.client._update_cookies_from_response("localhost", address, answer.headers.getlist("Set-Cookie"))
        self.site.keep_proofs_fresh()

    def _come_known(self, login: str) -> None:
        """Be a browser that knows the person, whose account has the tests' password."""
        self.site.allow(login)
        self.client.set_cookie("known", self.site.known_mark(login))

    def sign_in(self, login: str, password: str = PASSWORD) -> TestResponse:
        """Sign in with a browser that knows the person."""
        self._come_known(login)
        answer = self.post("/sign-in", {"login": login, "password": password})
        self.site.keep_proofs_fresh()
        return answer


def keep_fresh(tx: Transaction) -> None:
    """Have the proofs of all sessions count as fresh for ever."""
    tx.write().execute(update(WebSession).values(proven_at=FOREVER))


def give_password(tx: Transaction, login: str, now: datetime) -> None:
    """Give an account the tests' password, hashed once."""
    values = {"password_hash": password_hash(), "password_changed_at": now}
    changed = update(Person).where(Person.login == login).values(values).returning(Person.id)
    account_seals.adopt_accounts(tx, ActStamp(SYSTEM, now), [tx.write().execute(changed).scalar_one()])


@cache
def password_hash() -> str:
    """The tests' password as accounts keep it."""
    return passwords.hash_password(PASSWORD)


def decode_cookie(value: str) -> dict[str, Any]:
    """What a session's cookie holds."""
    if not value:
        return {}
    kept: dict[str, Any] = URLSafeTimedSerializer("any", serializer=TaggedJSONSerializer()).loads_unsafe(value)[1] or {}
    return kept


@cache
def deployment() -> Any:
    """The files of this repository as a deployment."""
    return definitions.read_deployment_folder(ROOT)


def settings(var: Path) -> Settings:
    """The settings of a site."""
    return environment.load_settings({"TONGDAI_VAR": str(var)})
