"""A session that has ended while a form was filled in costs nobody what they had typed, and lets no other site act."""

from __future__ import annotations

import html
import re
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from engine.store.columns import table_of
from engine.store.models import Contact
from tests.kit.pictures import PNG
from tests.kit.site import COMMUNE, Site
from tests.web.pages.test_task import VERIFY, received

OWN = {"Origin": "http://localhost"}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
NOTE = 'Bà Mận hẹn chiều mai; "gọi sau 15 giờ" <b>'


def sent_without_token(site: Site, address: str, data: dict[str, Any], login: str = "", **headers: str) -> Any:
    browser = site.browser(login)
    return browser, browser.client.post(address, data=data, headers=headers, buffered=True)


def test_an_officer_whose_page_is_too_old_sends_the_same_again_with_one_button(site: Site) -> None:
    task = site.task(received(site), "verify")
    contact = {"means": "phone", "reached": "no", "note": NOTE}
    browser, answer = sent_without_token(site, f"/tasks/{task.id}/contacts", contact, COMMUNE, **OWN)
    assert answer.status_code == 400
    assert "Phiên làm việc đã hết hoặc đã đổi" in answer.text
    again = answer.text.partition("<main")[2]
    fields = {name: html.unescape(value) for name, value in HIDDEN.findall(again)}
    assert {name: fields[name] for name in contact} == contact
    assert browser.client.post(f"/tasks/{task.id}/contacts", data=fields, buffered=True).status_code == 302
    assert site.read(select(table_of(Contact)))[-1].note == NOTE


def test_an_officer_who_has_to_sign_in_comes_back_to_the_form(site: Site) -> None:
    task = site.task(received(site), "verify")
    headers = {**OWN, "Referer": f"http://localhost/tasks/{task.id}"}
    _browser, answer = sent_without_token(site, f"/tasks/{task.id}", {**VERIFY, "version": "1"}, **headers)
    assert answer.status_code == 401
    assert f'name="next" value="/tasks/{task.id}"' in answer.text
    with_scripts, without = answer.text.split("<noscript>")
    assert (VERIFY["findings"] in with_scripts, VERIFY["findings"] in without) == (False, True)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null", "Referer": "http://localhost/"},
        {"Referer": "https://evil.example/localhost"},
        {"Origin": "http://localhost.evil.example"},
    ],
)
def test_what_another_site_sends_gets_no_button(site: Site, headers: dict[str, str]) -> None:
    task = site.task(received(site), "verify")
    contact = {"means": "phone", "reached": "no", "note": NOTE}
    for address in (f"/tasks/{task.id}/contacts", "/report"):
        _browser, answer = sent_without_token(site, address, contact, COMMUNE, **headers)
        assert answer.status_code == 400
        assert "Bà Mận hẹn" not in answer.text


def test_no_password_is_repeated(site: Site) -> None:
    data = {"login": COMMUNE, "old": "một câu rất riêng", "new": "một câu khác hẳn", "password": "một câu rất riêng"}
    for address in ("/password", "/sign-in"):
        _browser, answer = sent_without_token(site, address, data, COMMUNE, **OWN)
        assert answer.status_code == 400
        assert "một câu" not in answer.text


def test_files_that_no_page_can_keep_are_named_as_lost(site: Site) -> None:
    task = site.task(received(site), "verify")
    files = {**VERIFY, "version": "1", "files": [(BytesIO(PNG), "a.png")]}
    empty = {**VERIFY, "version": "1", "files": [(BytesIO(b""), "")]}
    for data, lost in ((files, True), (empty, False)):
        _browser, answer = sent_without_token(site, f"/tasks/{task.id}", data, COMMUNE, **OWN)
        assert ("chọn lại tệp sau khi gửi" in answer.text) == lost
