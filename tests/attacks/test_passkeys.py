"""A passkey proves its own holder, in the session that was asked, and no copy of it works after it was used."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.staff.factors import FACTOR_LIMIT
from engine.store.models import Person, SignInFactor, WebSession
from tests.attacks.test_identity_provider import lying, try_sign_in
from tests.kit.devices import SoftPasskey, add_passkey, options_in
from tests.kit.identity_provider import location_of
from tests.kit.site import COMMUNE, OPERATOR, PASSWORD, Browser, Site


def passkey(name: bytes = b"credential of the tests") -> SoftPasskey:
    return SoftPasskey("http://localhost", "localhost", credential_id=name)


def with_passkey(site: Site, login: str, name: bytes) -> tuple[Browser, SoftPasskey]:
    """Somebody's browser and passkey."""
    browser, key = site.browser(login), passkey(name)
    add_passkey(browser, key)
    return browser, key


def test_the_providers_word_and_somebody_elses_passkey_open_no_account(site: Site) -> None:
    with lying(site) as provider:
        try_sign_in(site, provider)
        owner = site.browser()
        owner.get(provider.let_in(location_of(owner.get("/sign-in/provider"))))
        own = passkey(b"of Lan")
        add_passkey(owner, own)
        _browser, foreign = with_passkey(site, COMMUNE, b"of somebody else")
        sessions = site.read(select(WebSession.digest))
        thief = site.browser()
        asked = thief.get(provider.let_in(location_of(thief.get("/sign-in/provider"))))
        assert asked.location == "/sign-in/second"
        for _ in range(FACTOR_LIMIT.max_tries):
            options = options_in(thief.get("/sign-in/second").text)
            assert thief.post("/sign-in/second", {"proof_passkey": foreign.get(options)}).status_code == 401
        assert thief.get("/inbox").status_code == 302
        assert site.read(select(WebSession.digest)) == sessions
        options = options_in(thief.get("/sign-in/second").text)
        late = thief.post("/sign-in/second", {"proof_passkey": own.get(options)})
        assert (late.status_code, "quá nhiều lần" in late.text) == (401, True)
        site.later(minutes=16)
        again = site.browser()
        again.get(provider.let_in(location_of(again.get("/sign-in/provider"))))
        options = options_in(again.get("/sign-in/second").text)
        assert again.post("/sign-in/second", {"proof_passkey": own.get(options)}).location == "/inbox"
        assert again.get("/inbox").status_code == 200


def test_a_passkey_of_somebody_else_confirms_nothing(site: Site) -> None:
    site.be_strict()
    owner, _own = with_passkey(site, OPERATOR, b"of the operator")
    _other, foreign = with_passkey(site, COMMUNE, b"of the commune")
    site.later(minutes=11)
    page = owner.get("/confirm").text
    assert owner.post("/confirm", {"proof_passkey": foreign.get(options_in(page))}).status_code == 422


@pytest.mark.parametrize("address", ["/sign-in/passkey", "/sign-in/second", "/confirm"])
def test_the_challenge_of_one_session_is_answered_in_no_other(site: Site, address: str) -> None:
    owner, key = with_passkey(site, OPERATOR, b"of the operator")
    site.later(minutes=11)
    thief = site.browser()
    if address == "/sign-in/second":
        thief.post("/sign-in", {"login": OPERATOR, "password": PASSWORD})
    if address == "/confirm":
        site.be_strict()
        thief = owner
    elsewhere = site.browser()
    caught = key.get(options_in(elsewhere.get("/sign-in").text))  # As if an answer leaked on its way.
    thief.token()
    assert thief.post(address, {"proof_passkey": caught}).status_code in (401, 422)
    if thief is not owner:
        assert thief.get("/inbox").status_code == 302
    assert elsewhere.post("/sign-in/passkey", {"proof_passkey": caught}).location == "/inbox"


def test_a_copy_of_a_passkey_whose_count_goes_back_or_stands_still_is_refused(site: Site) -> None:
    browser, key = with_passkey(site, OPERATOR, b"of the operator")
    browser.post("/sign-out")
    for _ in range(3):
        assert sign_in(site, key).location == "/inbox"
    for count in (-1, 1, 2):  # The copy counts one on with each answer.
        key.count = count
        assert sign_in(site, key).status_code == 401, count
    key.count = 3
    assert sign_in(site, key).location == "/inbox"
    assert site.read(select(SignInFactor.counter))[0].counter == 4


def test_a_passkey_that_counts_nothing_works_again_and_again(site: Site) -> None:
    browser, key = with_passkey(site, OPERATOR, b"of the operator")
    browser.post("/sign-out")
    for _ in range(2):
        key.count = -1
        assert sign_in(site, key).location == "/inbox"
    assert site.read(select(SignInFactor.counter, Person.login).join(Person)) == [(0, OPERATOR)]


def sign_in(site: Site, key: SoftPasskey) -> TestResponse:
    """What signing in with a passkey alone answers, in a browser of its own."""
    browser = site.browser()
    return browser.post("/sign-in/passkey", {"proof_passkey": key.get(options_in(browser.get("/sign-in").text))})
