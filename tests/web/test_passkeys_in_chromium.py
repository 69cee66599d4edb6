"""Passkeys in a real browser with the authenticator that its developers' tools simulate; how the pages look in it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from engine.store.models import Person
from tests.kit.chromium import DESK, TELEPHONE, Desk, overflow, serious
from tests.kit.site import COMMUNE, OFFICE, Site
from web.serve import in_thread

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def strict_desk(site: Site, chromium: Browser) -> Desk:
    """A served site that asks for second factors, under a name: browsers keep no passkeys for numbers."""
    site.be_strict()
    return Desk(site, "", chromium)


def check_look(page: Page) -> list[str]:
    """The barriers on a page, which has to fit a telephone and a desk."""
    for viewport in (TELEPHONE, DESK):
        page.set_viewport_size(viewport)
        wide = overflow(page)
        assert wide <= 0, f"{page.url} is {wide} pixels too wide on a screen of {viewport['width']}"
    return serious(page)


def test_a_passkey_is_made_signs_in_and_confirms(strict_desk: Desk) -> None:
    desk, site = strict_desk, strict_desk.site
    with in_thread(site.app) as address:
        desk.address = address.replace("127.0.0.1", "localhost")
        page = desk.visit()
        desk.sign_in(page, OFFICE, re.compile("/account/factors"))
        tools = page.context.new_cdp_session(page)
        tools.send("WebAuthn.enable")
        tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        issues = check_look(page)
        page.goto("/account/authenticator")
        expect(page.locator(".qr svg")).to_be_visible()
        issues += check_look(page)
        page.goto("/account/factors")
        page.get_by_role("button", name="Thêm khóa truy cập của máy này").click()
        expect(page.locator(".recovery-codes li")).to_have_count(10)
        issues += check_look(page)
        page.get_by_role("link", name="Tôi đã lưu các mã").click()
        page.wait_for_url("**/account")
        issues += check_look(page)
        page.get_by_role("button", name="Đăng xuất").click()
        expect(page.locator("a.door[href='/sign-in']")).to_be_visible()
        page.goto("/sign-in?next=/admin/people?text=canbo")
        issues += check_look(page)
        page.get_by_role("button", name="Đăng nhập bằng khóa truy cập").click()
        page.wait_for_url(re.compile(r"^[^?]*/admin/people"))
        site.now += timedelta(minutes=11)
        number = site.read(select(Person.id).where(Person.login == COMMUNE))[0].id
        page.goto(f"/admin/people?text={COMMUNE}")
        page.locator("summary", has_text=COMMUNE).click()
        page.get_by_role("textbox", name="Thư điện tử").last.fill("moi@dongnai.example")
        page.locator(f'form[action="/admin/people/{number}/email"] button').click()
        expect(page.get_by_role("heading", name="Xác nhận lại là bạn")).to_be_visible()
        issues += check_look(page)
        page.get_by_role("button", name="Dùng khóa truy cập").click()
        expect(page.locator(".alert-success")).to_contain_text("Đã đổi địa chỉ thư điện tử.")
        page.context.close()
    assert site.read(select(Person.email).where(Person.id == number))[0].email == "moi@dongnai.example"
    assert issues == desk.faults == []
