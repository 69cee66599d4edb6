"""Signing in by the province's identity provider: who is let in with which roles; a provider that is away or lies."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import select, update
from werkzeug.serving import make_server

from engine.actor import SYSTEM, ActStamp
from engine.config.environment import IdentityProvider
from engine.errors import BadInput
from engine.staff import people
from engine.staff.claim_table import read_claim_table
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import JournalEntry, Person, RoleAssignment, WebSession
from engine.translation.wording import say
from tests.kit.compiled import COMPILED_TEMPLATES
from tests.kit.identity_provider import CLIENT, SECRET, LyingProvider, location_of, running_provider, sign_in_there
from tests.kit.site import PLACE, Site, settings
from tests.kit.waiting import free_port
from web.app import create_app

TABLE = """claim,value,unit,role
groups,1022,75.1022,operator
realm_access.roles,tong-dai,75.1022,operator
unit,*,{value},commune
groups,van-phong,75.VP,provincial_office
"""
LAN = {"preferred_username": "Lan.Tran@tinh.gov.vn", "name": "Trần Thị Lan", "unit": PLACE}
RETURN = "/sign-in/provider/return"
entries, people_rows = table_of(JournalEntry), table_of(Person)


def join(site: Site, issuer: str, table: str = TABLE) -> Site:
    """The same site with an identity provider."""
    roles = site.var / "roles.csv"
    site.var.mkdir(exist_ok=True)
    roles.write_text(table, encoding="utf-8")
    chosen = replace(settings(site.var), oidc=IdentityProvider(issuer, CLIENT, SECRET, roles))
    site.app = create_app(chosen, site.engine, now=lambda: site.now)
    site.app.jinja_env.bytecode_cache = COMPILED_TEMPLATES
    site.app.testing = False
    return site


@contextmanager
def served(application: Any, port: int) -> Iterator[None]:
    """An application at a port of this machine."""
    server = make_server("127.0.0.1", port, application, threaded=True)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def lying(site: Site, **how: Any) -> Iterator[LyingProvider]:
    """A provider of ours, and the site that asks it."""
    port = free_port()
    provider = LyingProvider(f"http://127.0.0.1:{port}", {"sub": "77", **LAN}, **how)
    with served(provider, port):
        join(site, provider.issuer)
        yield provider


def try_sign_in(site: Site, provider: LyingProvider) -> Any:
    """What a browser gets at the end of the way through the provider."""
    browser = site.browser()
    return browser.get(provider.let_in(location_of(browser.get("/sign-in/provider"))))


def roles_of(site: Site, login: str) -> set[tuple[str, str]]:
    """(unit, role) of an account."""
    rows = site.read(select(RoleAssignment.unit_code, RoleAssignment.role).join(Person).where(Person.login == login))
    return {(row.unit_code, row.role) for row in rows}


def refusals(site: Site) -> list[str]:
    """Refused tries in the journal."""
    return [row.detail for row in site.read(select(entries).where(entries.c.act == "sign_in.refuse"))]


@pytest.mark.slow
def test_a_real_provider_lets_staff_in_with_the_roles_of_the_table_and_follows_them(site: Site) -> None:
    with running_provider({"1": LAN, "2": {**LAN, "preferred_username": "ai", "unit": "99999"}}) as issuer:
        join(site, issuer)
        browser = site.browser()
        asked = location_of(browser.get("/sign-in/provider?next=/cases"))
        assert "code_challenge_method=S256" in asked
        back = browser.get(sign_in_there(asked, "1"))
        assert back.headers["Location"] == "/cases"
        assert browser.get("/inbox").status_code == 200
        stranger = site.browser()
        refused = stranger.get(sign_in_there(location_of(stranger.get("/sign-in/provider")), "2"))
        assert (refused.status_code, "chưa được giao vai trò nào" in refused.text) == (403, True)
        assert stranger.get("/inbox").status_code == 302
        there = sign_in_there(location_of(stranger.get("/sign-in/provider")), "1")
    assert roles_of(site, "lan.tran") == {(PLACE, "commune")}
    assert not site.read(select(people_rows).where(people_rows.c.login == "ai"))
    assert refusals(site) == ['{"reason":"not_here"}']
    away = stranger.get(there)  # The provider has gone since.
    assert (away.status_code, "không trả lời" in away.text) == (503, True)
    assert browser.get("/inbox").status_code == 200


def test_roles_come_and_go_with_the_claims_and_those_of_administrators_stay(site: Site) -> None:
    with lying(site) as provider:
        assert try_sign_in(site, provider).headers["Location"] == "/inbox"
        lan = site.read(select(people_rows.c.id).where(people_rows.c.login == "lan.tran"))[0].id
        site.write(people.grant_role, lan, "75.VP", "analyst", ActStamp(SYSTEM, site.now))
        provider.claims |= {"unit": "", "groups": ["1022", "unknown"], "realm_access": {"roles": ["tong-dai"]}}
        try_sign_in(site, provider)
        assert roles_of(site, "lan.tran") == {("75.1022", "operator"), ("75.VP", "analyst")}
        site.write(people.set_active, lan, ActStamp(SYSTEM, site.now), active=False)
        refused = try_sign_in(site, provider)
        assert (refused.status_code, "đã bị khóa" in refused.text) == (403, True)
        site.write(people.set_active, lan, ActStamp(SYSTEM, site.now), active=True)
        site.write(people.revoke_role, lan, "75.VP", "analyst", ActStamp(SYSTEM, site.now))
        provider.claims["groups"] = provider.claims["realm_access"] = None
        refused = try_sign_in(site, provider)
        assert (refused.status_code, "chưa được giao vai trò nào" in refused.text) == (403, True)


def test_nobody_takes_over_an_account_by_choosing_its_login(site: Site) -> None:
    officer = f"canbo.{PLACE}"
    with lying(site) as provider:
        provider.claims["preferred_username"] = officer
        taken = try_sign_in(site, provider)
        assert (taken.status_code, "nối hai tài khoản" in taken.text) == (403, True)
        assert_joined_by_owner(site, provider, officer)


def let_proofs_age(tx: Transaction, now: datetime) -> None:
    """Have everybody proven who they are eleven minutes ago."""
    tx.write().execute(update(WebSession).values(proven_at=now - timedelta(minutes=11)))


def assert_joined_by_owner(site: Site, provider: LyingProvider, officer: str) -> None:
    """The owner joins the two, by a form of their own; then the provider signs them in, until they part the two."""
    owner = site.browser(officer)
    stray = owner.get(provider.let_in(location_of(owner.get("/sign-in/provider?join=1"))))
    assert stray.status_code == 403  # A link from elsewhere signs in, and joins nothing.
    owner.post("/account/provider")
    owner.get(provider.let_in(location_of(owner.get("/sign-in/provider?join=1"))))
    assert "đã nối" in owner.get("/account/provider").text
    assert try_sign_in(site, provider).headers["Location"] == "/inbox"
    assert roles_of(site, officer) == {(PLACE, "commune")}
    site.write(let_proofs_age, site.now)
    owner.post("/account/provider/part")
    assert try_sign_in(site, provider).headers["Location"] == "/inbox"  # Whoever finds the page open is asked first.
    site.keep_proofs_fresh()
    owner.post("/account/provider/part")
    assert roles_of(site, officer) == {(PLACE, "commune")}
    assert try_sign_in(site, provider).status_code == 403


def test_a_way_back_is_gone_once_and_only_in_the_browser_that_was_sent(site: Site) -> None:
    with lying(site) as provider:
        browser = site.browser()
        back = provider.let_in(location_of(browser.get("/sign-in/provider")))
        stolen = site.browser().get(back)
        assert (stolen.status_code, "bắt đầu lại" in stolen.text) == (403, True)
        assert browser.get(back).status_code == 302
        assert browser.get(back).status_code == 403
        assert site.browser().get(f"{RETURN}?error=access_denied").status_code == 403


def change(**claims: object) -> Callable[[dict[str, Any]], object]:
    """What makes these claims of the provider's others."""
    return lambda honest: honest.update(claims)


HOUR = 3600
LIES: dict[str, tuple[dict[str, Any], str]] = {
    "another audience": ({"distort": change(aud="another")}, "không xác nhận"),
    "another issuer in the token": ({"distort": change(iss="https://elsewhere.example")}, "không xác nhận"),
    "a nonce of another visit": ({"distort": change(nonce="n")}, "không xác nhận"),
    "no subject": ({"distort": lambda claims: claims.pop("sub")}, "không xác nhận"),
    "a subject that is longer than any may be": ({"distort": change(sub="s" * 256)}, "không xác nhận"),
    "a subject that is no text": ({"distort": change(sub=["admin"])}, "không xác nhận"),
    "a subject with a line break": ({"distort": change(sub="admin\n")}, "không xác nhận"),
    "a foreign signature": ({"key": RSAKey.generate_key(2048, {"kid": "one"})}, "không xác nhận"),
    "metadata of another issuer": ({"named_issuer": "https://elsewhere.example"}, "không nhận mình"),
    "an hour behind": ({"distort": lambda claims: claims.update(exp=int(time.time()) - HOUR)}, "lệch nhau"),
    "an hour ahead": ({"distort": lambda claims: claims.update(iat=int(time.time()) + HOUR)}, "lệch nhau"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_provider_that_lies_lets_nobody_in_and_throws_nobody_out(site: Site, lie: str) -> None:
    how, sentence = LIES[lie]
    at_work = site.browser(f"canbo.{PLACE}")
    with lying(site, **how) as provider:
        browser = site.browser()
        asked = browser.get("/sign-in/provider")
        answer = browser.get(provider.let_in(location_of(asked))) if asked.status_code == 302 else asked
        assert (answer.status_code, sentence in answer.text) == (403, True), answer.text[-400:]
        assert browser.get("/inbox").status_code == 302
    assert len(site.read(select(WebSession.digest))) == 1
    assert at_work.get("/inbox").status_code == 200


@pytest.mark.parametrize("answer", [b"", b"<html>", b"[]", b'{"issuer": 7}'])
def test_something_else_at_the_address_is_told(site: Site, answer: bytes) -> None:
    port = free_port()

    def say_anything(_environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [("Content-Type", "application/json")])
        return [answer]

    with served(say_anything, port):
        page = join(site, f"http://127.0.0.1:{port}").browser().get("/sign-in/provider")
    assert page.status_code in (403, 503)
    assert "alert-danger" in page.text


def test_whoever_has_no_password_here_proves_anew_who_they_are_at_the_provider(site: Site) -> None:
    with lying(site) as provider:
        browser = site.browser()
        browser.get(provider.let_in(location_of(browser.get("/sign-in/provider"))))
        site.be_strict()
        site.later(minutes=30)
        assert "tài khoản của tỉnh" in browser.get("/confirm").text
        back = provider.let_in(location_of(browser.get("/sign-in/provider?confirm=1")))
        assert browser.get(back).status_code == 403  # It does not say when it asked.
        provider.distort = lambda claims: claims.update(auth_time=claims["iat"] - 3600)
        asked = location_of(browser.get("/sign-in/provider?confirm=1"))
        assert "prompt=login" in asked
        assert browser.get(provider.let_in(asked)).status_code == 403
        provider.distort = lambda claims: claims.update(auth_time=claims["iat"] - 2, sub="somebody else")
        back = provider.let_in(location_of(browser.get("/sign-in/provider?confirm=1")))
        assert browser.get(back).status_code == 403
        assert browser.get("/confirm").status_code == 401
        provider.distort = lambda claims: claims.update(auth_time=claims["iat"] - 2)
        browser.get(provider.let_in(location_of(browser.get("/sign-in/provider?confirm=1"))))
        assert browser.get("/confirm").status_code == 302


def test_two_factors_at_the_provider_are_two_here(site: Site) -> None:
    with lying(site) as provider:
        provider.claims["amr"] = ["pwd", "mfa"]
        try_sign_in(site, provider)
    detail = site.read(select(entries.c.detail).where(entries.c.act == "sign_in.open"))[-1].detail
    assert "verified_external" in detail


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("unit,role\n", "dòng đầu"),
        ("claim,value,unit,role\n", "từ 1 đến"),
        ("claim,value,unit,role\ng,x,75.VP,administrator\n", "dòng 2: vai trò 'administrator'"),
        ("claim,value,unit,role\ng,x,75,leadership\n", "vai trò 'leadership'"),
        ("claim,value,unit,role\ng,*,75.VP,provincial_office\n", "cho mọi người"),
        ("claim,value,unit,role\ng,x,75.VP\n", "đúng bốn ô"),
        ('claim,value,unit,role\n"g,x', "không phải là tệp CSV"),
    ],
)
def test_a_table_that_gives_what_it_must_not_or_cannot_be_read_is_refused(
    tmp_path: Path, table: str, sentence: str
) -> None:
    file = tmp_path / "roles.csv"
    file.write_text(table, encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        read_claim_table(file)
    assert sentence in say(refused.value, "vi")
