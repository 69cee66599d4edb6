"""The journal's page: what was done outside cases, in words and both languages, filtered, page by page, on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser as Chromium

from engine.actor import Actor, ActStamp
from engine.journal import acts, journal
from engine.records import journal_log
from engine.store.db import transaction
from tests.kit.chromium import TELEPHONE, Desk, overflow, serious
from tests.kit.site import COMMUNE, NOW, OFFICE, OPERATOR, PLACE, Browser, Site
from tests.web.test_what_is_recorded import id_of
from web.serve import in_thread

HERE = Actor("administrator", "cli")


def administer(site: Site) -> Browser:
    """Do a few things as an administrator; returns the browser."""
    browser, person = site.browser(OFFICE), id_of(site, COMMUNE)
    browser.post(f"/admin/people/{person}/roles", {"unit": "75.1022", "role": "operator"})
    browser.post(f"/admin/people/{person}/email", {"email": "khac@example.org"})
    day = {"day": "2026-12-24", "kind": "closed", "name": "Nghỉ bù", "source": ""}
    browser.post("/admin/calendar/days", day)
    site.allow(OPERATOR)
    site.browser().post("/sign-in", {"login": OPERATOR, "password": "sai"})
    return browser


def rows_of(browser: Browser, query: str = "") -> str:
    """The rows of the page."""
    response = browser.get(f"/records/journal?{query}")
    assert response.status_code == 200, query
    return response.text.partition("record-rows")[2].partition("</ol>")[0]


def test_every_act_is_worded_with_what_it_was_done_to_and_what_changed(site: Site) -> None:
    browser = administer(site)
    rows = rows_of(browser)
    for words in (
        "Giao vai trò: ",
        "vai trò: Tổng đài viên; đơn vị: ",
        f"thư điện tử: {COMMUNE}@dongnai.example → khac@example.org",
        "Sửa lịch một ngày: 24/12/2026",
        "loại: (trống) → nghỉ; tên: (trống) → Nghỉ bù",
        "Đăng nhập không được: ",
        "lý do: sai mật khẩu",
        "Khách chưa đăng nhập",
        "127.0.0.1",
    ):
        assert words in rows, words
    browser.post("/language", {"language": "en"})
    rows = rows_of(browser)
    for words in ("Give a role: ", "role: Operator", "kind: (empty) → closed", "reason: wrong password"):
        assert words in rows, words


def test_acts_are_found_by_group_act_person_origin_and_time(site: Site) -> None:
    browser = administer(site)
    with transaction(site.engine) as tx:
        journal.record(tx, ActStamp(HERE, NOW), acts.BACK_UP, "database:", file="backup.zip", rows=1000)
    for query, there, away in (
        ("chain=account", "Giao vai trò", "Sửa lịch"),
        (f"act={acts.CHANGE_EMAIL}", "khac@example.org", "Giao vai trò"),
        (f"login={COMMUNE}", "Giao vai trò", "Sửa lịch"),
        (f"login={OFFICE}", "Sửa lịch", "sai mật khẩu"),
        ("origin=cli", "backup.zip", "Giao vai trò"),
        ("from=2026-11-25&to=2026-11-25", "Giao vai trò", "không có"),
    ):
        rows = rows_of(browser, query)
        assert there in rows, query
        assert away not in rows, query
    assert "Không có việc nào khớp" in browser.get("/records/journal?to=2026-11-24").text


@pytest.mark.parametrize("query", ["login=nobody", "from=yesterday", "from=2026-12-02&to=2026-12-01", "after=x"])
def test_a_filter_that_means_nothing_is_said_in_a_sentence(site: Site, query: str) -> None:
    response = site.browser(OFFICE).get(f"/records/journal?{query}")
    assert response.status_code == 422
    assert 'role="alert"' in response.text


def test_pages_follow_each_other_without_gap_or_repetition(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_log, "PAGE_SIZE", 4)
    with transaction(site.engine) as tx:
        for number in range(10):
            journal.record(tx, ActStamp(HERE, NOW), acts.BACK_UP, "database:", file=f"tệp-{number}-", rows=1)
    browser, address, seen = site.browser(OFFICE), "/records/journal?chain=export", list[str]()
    while address:
        page = browser.get(address).text
        seen += [f"tệp-{number}-" for number in range(9, -1, -1) if f"tệp-{number}-" in page]
        address = _following(page)
    assert seen == [f"tệp-{number}-" for number in range(9, -1, -1)]


def _following(page: str) -> str:
    """The address of the next page; empty on the last one."""
    before, found, _after = page.partition('" rel="next"')
    return before.rpartition('href="')[2].replace("&amp;", "&") if found else ""


@pytest.mark.parametrize("login", [OPERATOR, COMMUNE, f"lanhdao.{PLACE}"])
def test_the_journal_is_for_those_who_read_the_records(site: Site, login: str) -> None:
    assert site.browser(login).get("/records/journal").status_code == 403


@pytest.mark.slow
def test_the_journal_is_readable_on_a_phone(site: Site, chromium: Chromium) -> None:
    administer(site)
    with in_thread(site.app) as address:
        desk = Desk(site, address, chromium)
        page = desk.visit(OFFICE, TELEPHONE)
        page.goto("/records/journal")
        assert overflow(page) <= 0
        faults = serious(page)
        for context in chromium.contexts:
            context.close()
    assert faults == []
    assert desk.faults == []
