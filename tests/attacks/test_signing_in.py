"""Ways past the sign-in, and ways to keep its owner out (review A10, A12; ASVS 4.0.3, V2 and V3)."""

from __future__ import annotations

import re
from threading import Event, Semaphore, Thread

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.journal import acts
from engine.staff import passwords
from engine.staff.accounts import ADDRESS_LIMIT, DEVICE_LIMIT, LOGIN_LIMIT
from engine.staff.factors import FACTOR_LIMIT
from engine.staff.passwords import turns
from engine.store.columns import table_of
from engine.store.models import JournalEntry, Person
from tests.kit.devices import add_telephone
from tests.kit.site import COMMUNE, OFFICE, OPERATOR, PASSWORD, Browser, Site

LINK = re.compile(r"/account-link/[\w.-]+")


def try_password(browser: Browser, password: str, address: str = "203.0.113.9", login: str = OPERATOR) -> TestResponse:
    """Try to sign in from an address."""
    data = {"login": login, "password": password}
    return browser.post("/sign-in", data, environ_overrides={"REMOTE_ADDR": address})


def test_a_stranger_who_guesses_does_not_lock_the_owner_out(site: Site) -> None:
    owner, stranger = site.browser(OPERATOR), site.browser()
    owner.post("/sign-out")
    for _ in range(LOGIN_LIMIT.max_tries + 3):
        answer = try_password(stranger, "sai")
    assert answer.status_code == 429
    assert try_password(stranger, PASSWORD).status_code == 429
    assert try_password(owner, PASSWORD).status_code == 302


def test_a_stranger_at_the_same_address_does_not_lock_the_owner_out(site: Site) -> None:
    owner, stranger = site.browser(OPERATOR), site.browser()
    owner.post("/sign-out")
    for number in range(ADDRESS_LIMIT.max_tries + 1):
        try_password(stranger, "sai", login=f"ai.do.{number}")
    assert try_password(stranger, PASSWORD).status_code == 429
    assert try_password(owner, PASSWORD).status_code == 302


def test_a_known_device_has_few_tries_too(site: Site) -> None:
    owner = site.browser(OPERATOR)
    owner.post("/sign-out")
    for _ in range(DEVICE_LIMIT.max_tries):
        assert try_password(owner, "sai").status_code == 401
    assert try_password(owner, PASSWORD).status_code == 429
    assert try_password(site.browser(), PASSWORD).status_code == 302


def test_the_mark_of_one_person_or_a_forged_one_helps_nobody_else(site: Site) -> None:
    colleague = site.browser(COMMUNE)
    colleague.post("/sign-out")
    site.allow(OPERATOR)
    forger = site.browser()
    forger.client.set_cookie("known", "W1sxLCJ4Il1d.AAAAAAAAAAAAAAAAAAAAAAAAAAA")
    for browser in (colleague, forger):
        for _ in range(LOGIN_LIMIT.max_tries):
            try_password(browser, "sai")
        assert try_password(browser, PASSWORD).status_code == 429


def test_the_addresses_of_one_customer_count_together(site: Site) -> None:
    stranger = site.browser()
    for number in range(ADDRESS_LIMIT.max_tries):
        try_password(stranger, "sai", f"2001:db8:1:2::{number:x}", login=f"ai.do.{number}")
    assert try_password(stranger, "sai", "2001:db8:1:2:ffff::1", login="ai.do").status_code == 429
    assert try_password(stranger, "sai", "2001:db8:1:3::1", login="ai.do").status_code == 401


def test_passkeys_cannot_be_tried_without_end(site: Site) -> None:
    stranger = site.browser()
    token = stranger.token()
    for number in range(ADDRESS_LIMIT.max_tries + 1):
        data = {"csrf_token": token, "proof_passkey": "{}"}
        answer = stranger.client.post("/sign-in/passkey", data=data)
        assert answer.status_code == (401 if number < ADDRESS_LIMIT.max_tries else 429)
    refused = table_of(JournalEntry).c.act == acts.REFUSE_SIGN_IN
    assert len(site.read(select(JournalEntry.seq).where(refused))) == ADDRESS_LIMIT.max_tries


def test_who_sits_down_at_an_open_session_cannot_guess_its_password_without_end(site: Site) -> None:
    thief = site.browser(OPERATOR)
    new = "một câu khác hẳn 2027"
    for _ in range(FACTOR_LIMIT.max_tries):
        assert thief.post("/password", {"old": "sai", "new": new, "again": new}).status_code == 422
    assert thief.post("/password", {"old": PASSWORD, "new": new, "again": new}).status_code == 422
    refused = table_of(JournalEntry).c.act == acts.REFUSE_SIGN_IN
    assert len(site.read(select(JournalEntry.seq).where(refused))) == FACTOR_LIMIT.max_tries
    site.later(minutes=16)
    assert thief.post("/password", {"old": PASSWORD, "new": new, "again": new}).status_code == 302


def test_half_a_sign_in_ends_with_the_password_that_it_rests_on(site: Site) -> None:
    owner, thief = site.browser(OPERATOR), site.browser()
    telephone, _codes = add_telephone(owner)
    site.later(minutes=1)
    assert try_password(thief, PASSWORD).location == "/sign-in/second"
    site.later(minutes=1)
    new = "một câu khác hẳn 2027"
    assert owner.post("/password", {"old": PASSWORD, "new": new, "again": new}).status_code == 302
    answer = thief.post("/sign-in/second", {"proof_code": telephone.code(site.now)})
    assert (answer.location, thief.get("/inbox").status_code) == ("/sign-in", 302)


def test_what_was_opened_before_an_account_was_closed_stays_shut_when_it_is_opened_again(site: Site) -> None:
    left, admin = site.browser(OPERATOR), site.browser(OFFICE)
    person = site.read(select(Person.id).where(Person.login == OPERATOR))[0].id
    link = LINK.search(admin.post(f"/admin/people/{person}/link").text)
    assert link is not None
    for active in ("no", "yes"):
        admin.post(f"/admin/people/{person}/active", {"active": active})
    assert left.get("/inbox").location.startswith("/sign-in")
    assert site.browser().get(link[0]).status_code == 404


def test_a_full_queue_loses_nothing_that_was_typed_beside_a_proof(site: Site) -> None:
    site.strict = True
    admin = site.browser(OFFICE)
    site.later(minutes=11)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turns, "_places", _Full())
        data = {"login": "moi.den", "name": "Trần Mới", "proof_password": PASSWORD}
        answer = admin.post("/admin/people", data)
    assert answer.status_code == 503
    assert "Trần Mới" in answer.text
    assert PASSWORD not in answer.text


def test_a_full_queue_refuses_at_once_and_counts_nothing(site: Site) -> None:
    site.allow(OPERATOR)
    browser = site.browser()
    token = browser.token()
    with turns.take_turn(), pytest.MonkeyPatch.context() as patch:
        for _ in range(LOGIN_LIMIT.max_tries + 1):
            patch.setattr(turns, "are_taken", lambda: True)
            answer = browser.client.post("/sign-in", data={"csrf_token": token, "login": OPERATOR, "password": "x"})
            assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (503, True)
            assert '<section lang="en">' in answer.text
    assert try_password(browser, PASSWORD).status_code == 302


def test_a_try_that_came_a_moment_too_late_for_the_queue_is_not_counted(site: Site) -> None:
    site.allow(OPERATOR)
    browser = site.browser()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turns, "_places", _Full())
        patch.setattr(turns, "are_taken", lambda: False)
        for _ in range(LOGIN_LIMIT.max_tries + 1):
            assert try_password(browser, "sai").status_code == 503
    assert try_password(browser, PASSWORD).status_code == 302


class _Full:
    """A queue without a place."""

    def acquire(self, *, blocking: bool) -> bool:
        """No place."""
        return blocking


@pytest.mark.parametrize("address", ["/confirm", "/password"])
def test_of_many_proofs_at_once_only_so_many_are_looked_at(
    site: Site, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    thief = site.browser(OPERATOR)
    site.later(minutes=11)
    token, cookie = thief.token(), thief.client.get_cookie("tongdai")
    assert cookie is not None
    settled, everybody_is_there, looked = Semaphore(0), Event(), []

    def look(_hash: str | None, password: str) -> bool:
        looked.append(password)
        settled.release()
        everybody_is_there.wait(60)
        return False

    def guess(number: int) -> None:
        client = site.app.test_client()
        client.set_cookie("tongdai", cookie.value)
        new = "một câu khác hẳn 2027"
        data = {"csrf_token": token, "proof_password": f"{number}", "old": f"{number}", "new": new, "again": new}
        assert client.post(address, data=data).status_code == 422
        settled.release()

    monkeypatch.setattr(passwords, "matches_hash", look)
    guesses = [Thread(target=guess, args=(number,)) for number in range(FACTOR_LIMIT.max_tries + 2)]
    for one in guesses:
        one.start()
    for _ in guesses:  # Each is looked at or refused before the first one gets its answer.
        assert settled.acquire(timeout=60)
    everybody_is_there.set()
    for one in guesses:
        one.join()
    assert len(looked) == FACTOR_LIMIT.max_tries
