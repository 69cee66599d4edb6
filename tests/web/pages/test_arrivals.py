"""New work appears without a reload: what a list asks every few seconds, what it costs, and what it shows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from playwright.sync_api import expect
from sqlalchemy import event

from engine.staff import accounts
from tests.kit.chromium import Desk, serious
from tests.kit.site import FOCAL, OPERATOR, Site

NEWS = "/inbox/arrivals?view=queue"


def test_a_list_is_told_what_has_come_and_nothing_while_it_is_the_same(site: Site) -> None:
    site.file()
    browser = site.browser(OPERATOR)
    first = browser.get(NEWS)
    assert len(first.get_json()["listed"]) == 1
    assert first.get_json()["pressing"] == []
    etag = first.headers["ETag"]
    same = browser.get(NEWS, headers={"If-None-Match": etag})
    assert (same.status_code, same.data) == (304, b"")
    task = site.open_tasks(site.file(urgency="emergency").instance_id)[0].id
    changed = browser.get(NEWS, headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.get_json()["listed"][0] == task
    assert changed.get_json()["pressing"] == [task]
    mine = browser.get("/inbox/arrivals?view=mine")
    assert mine.json == {"listed": [], "pressing": [task]}  # What is pressing in the queue is told on every list.
    assert site.browser(FOCAL).get(NEWS).json == {"listed": [], "pressing": []}


def test_asking_is_one_statement_beside_those_that_every_page_needs(site: Site) -> None:
    browser, statements = site.browser(OPERATOR), []

    def count(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        statements.append(statement)

    browser.get(NEWS)
    event.listen(site.engine, "before_cursor_execute", count)
    browser.get(NEWS)
    assert len([one for one in statements if "FROM task" in one]) == 1
    assert not any(one.startswith(("INSERT", "UPDATE")) for one in statements)


def test_a_page_left_open_does_not_keep_its_reader_signed_in(site: Site) -> None:
    browser, step = site.browser(OPERATOR), accounts.IDLE_TIMEOUT / 2 + timedelta(minutes=1)
    for expected in (200, 302):
        site.now += step
        assert browser.get(NEWS).status_code == expected


def test_new_work_is_announced_on_the_page_and_in_its_title(desk: Desk) -> None:
    page = desk.visit(OPERATOR)
    with page.expect_response("**/inbox/arrivals*"):
        page.goto("/inbox?view=queue")
    title = page.title()
    for _turn in range(2):
        desk.site.file()
    with page.expect_response("**/inbox/arrivals*"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("link", name="Có 2 việc mới")).to_be_visible()
    expect(page).to_have_title(f"(2) {title}")
    assert serious(page) == []
    button = page.get_by_role("button", name="Báo tiếng khi có việc mới")
    button.click()
    expect(page.get_by_role("button", name="Ngừng báo việc mới")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name="Có 2 việc mới").click()
    expect(page).to_have_title(title)
    expect(page.locator("[data-row]")).to_have_count(2)
    desk.site.now += accounts.IDLE_TIMEOUT + timedelta(minutes=1)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_role("link", name="Phiên làm việc đã hết").click()
    expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    assert desk.faults == []
