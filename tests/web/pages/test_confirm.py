"""A fresh proof before what matters most: asked for, checked, and nothing that was typed is lost."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.actor import Actor, ActStamp
from engine.journal import acts
from engine.staff import people
from engine.staff.factors import FACTOR_LIMIT
from engine.store.columns import table_of
from engine.store.models import JournalEntry, Person, RoleAssignment
from tests.kit.devices import SoftPasskey, add_passkey, add_telephone, options_in
from tests.kit.site import COMMUNE, OFFICE, OPERATOR, PASSWORD, PLACE, Browser, Site
from web.http.confirmation import needs_fresh_proof

ASK_ANEW = {
    *("admin.add_person", "admin.change_active", "admin.change_email", "admin.change_role", "admin.send_account_link"),
    *("briefings.issue_briefing_draft", "directives.issue_directive_draft", "studio.deploy_studio_draft"),
    *("api_keys.make_api_key", "api_keys.revoke_api_key", "webhooks.make_webhook", "webhooks.end_webhook"),
    *("release_rule.change_release_rule", "studio_review.submit_draft_verdict"),
    *("privacy.export_subject_data", "records.export_event_log"),
    *("factors.remove_own_factor", "factors.renew_recovery_codes", "factors.show_authenticator_form"),
    *("factors.submit_authenticator", "factors.submit_passkey"),
    *("provider_sign_in.ask_to_join", "provider_sign_in.part_from_provider"),
}
ROLE = {"unit": "75.1022", "role": "operator", "text": "một dòng\nhai dòng <b>&"}
_KEPT = re.compile(r'<textarea name="([^"]+)" hidden readonly>\n(.*?)</textarea>', re.DOTALL)


def kept_in(page: str) -> dict[str, str]:
    """What the page that asks for a proof sends on."""
    return {name: html.unescape(value) for name, value in _KEPT.findall(page)}


def person_of(site: Site, login: str) -> int:
    return int(site.read(select(Person.id).where(Person.login == login))[0].id)


def is_operator(site: Site, login: str) -> bool:
    held = select(RoleAssignment.role).where(RoleAssignment.person_id == person_of(site, login))
    return "operator" in {row.role for row in site.read(held)}


@pytest.fixture
def admin(site: Site) -> Browser:
    """An administrator without a second factor, whose proof counts as long as it does in production."""
    site.strict = True
    return site.browser(OFFICE)


def test_these_pages_ask_anew(site: Site) -> None:
    assert {name for name, view in site.app.view_functions.items() if needs_fresh_proof(view)} == ASK_ANEW


def test_within_ten_minutes_nobody_is_asked(site: Site, admin: Browser) -> None:
    site.later(minutes=10)
    admin.post(f"/admin/people/{person_of(site, COMMUNE)}/roles", ROLE)
    assert is_operator(site, COMMUNE)


def ask(site: Site, browser: Browser, address: str, data: dict[str, Any]) -> TestResponse:
    """Send a form after the proof has become old; returns the page that asks."""
    site.later(minutes=11)
    answer = browser.post(address, data)
    assert answer.status_code == 401
    assert "Xác nhận lại là bạn" in answer.text
    return answer


def test_a_form_goes_on_with_its_proof_and_loses_nothing(site: Site, admin: Browser) -> None:
    address = f"/admin/people/{person_of(site, COMMUNE)}/roles"
    page = ask(site, admin, address, ROLE).text
    assert not is_operator(site, COMMUNE)
    assert f'action="{address}"' in page
    kept = kept_in(page)
    assert {name: value.replace("\r\n", "\n") for name, value in kept.items()} == ROLE
    wrong = admin.post(address, {**kept, "proof_password": "sai"})
    assert (wrong.status_code, "Mật khẩu hiện tại không đúng." in wrong.text) == (422, True)
    assert kept_in(wrong.text) == kept
    assert not is_operator(site, COMMUNE)
    assert admin.post(address, {**kept, "proof_password": PASSWORD}).status_code == 302
    assert is_operator(site, COMMUNE)
    admin.post(address, {**kept, "act": "take"})  # The proof counts for the next ten minutes.
    assert not is_operator(site, COMMUNE)


def test_a_download_is_gone_on_to_after_the_proof(site: Site, admin: Browser) -> None:
    site.later(minutes=11)
    address = "/records/export?from=2026-11-01&to=2026-11-30"
    page = admin.get(address)
    assert page.status_code == 401
    data = {**kept_in(page.text), "proof_password": PASSWORD}
    assert admin.post("/confirm", data).location == address
    assert admin.get(address).status_code == 200
    assert admin.post("/confirm", {"next": "https://evil.example/", "proof_password": PASSWORD}).location == "/inbox"


def test_who_has_a_device_shows_it_and_no_password(site: Site, admin: Browser) -> None:
    telephone, codes = add_telephone(admin)
    address = f"/admin/people/{person_of(site, COMMUNE)}/roles"
    kept = kept_in(ask(site, admin, address, ROLE).text)
    assert admin.post(address, {**kept, "proof_password": PASSWORD}).status_code == 422
    assert admin.post(address, {**kept, "proof_code": telephone.code(site.now)}).status_code == 302
    ask(site, admin, address, ROLE)
    assert admin.post(address, {**ROLE, "proof_code": codes[0]}).status_code == 302


def test_a_passkey_proves_too(site: Site, admin: Browser) -> None:
    key = SoftPasskey("http://localhost", "localhost")
    add_passkey(admin, key)
    address = f"/admin/people/{person_of(site, COMMUNE)}/roles"
    page = ask(site, admin, address, ROLE).text
    proof = {"proof_passkey": key.get(options_in(page))}
    assert admin.post(address, {**kept_in(page), **proof}).status_code == 302
    ask(site, admin, address, ROLE)
    assert admin.post(address, {**ROLE, **proof}).status_code == 422


def test_whoever_sits_down_at_an_open_session_cannot_try_passwords_out(site: Site, admin: Browser) -> None:
    site.later(minutes=11)
    for _ in range(FACTOR_LIMIT.max_tries):
        assert admin.post("/confirm", {"proof_password": "sai"}).status_code == 422
    answer = admin.post("/confirm", {"proof_password": PASSWORD})
    assert (answer.status_code, "Đã thử quá nhiều lần." in answer.text) == (422, True)
    refused = select(table_of(JournalEntry)).where(table_of(JournalEntry).c.act == acts.REFUSE_SIGN_IN)
    assert len(site.read(refused)) == FACTOR_LIMIT.max_tries


def test_who_may_not_is_not_asked_who_they_are(site: Site) -> None:
    site.strict = True
    browser = site.browser(OPERATOR)
    site.later(minutes=11)
    assert browser.post(f"/admin/people/{person_of(site, COMMUNE)}/roles", ROLE).status_code == 403


def test_a_session_from_before_a_role_was_given_shows_its_second_factor(site: Site) -> None:
    browser = site.browser(COMMUNE)
    other = site.browser(COMMUNE)
    telephone, _codes = add_telephone(other)
    site.be_strict()
    by = ActStamp(Actor("person:1", "test"), site.now)
    site.write(people.grant_role, person_of(site, COMMUNE), PLACE, "analyst", by)
    assert browser.get("/studio").location.startswith("/confirm")
    site.later(minutes=1)
    assert browser.post("/confirm", {"next": "/studio", "proof_code": telephone.code(site.now)}).location == "/studio"
    assert browser.get("/studio").status_code == 200
