"""New work appears without a reload: what a list asks every few seconds, what it costs, and what it shows."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from playwright.sync_api import Page, expect
from sqlalchemy import event

from engine.staff import accounts
from tests.kit.chromium import Desk, serious
from tests.kit.site import FOCAL, OPERATOR, Site

NEWS = "/inbox/arrivals?view=queue"
NOTE_CHANNEL = (
    "document.addEventListener('channel', (event) => { document.documentElement.dataset.heard = event.detail })"
)


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


def test_new_work_appears_at_once_in_its_place_and_in_the_title(desk: Desk) -> None:
    """Over the channel: what asks by itself while the channel is open does so after more than the test's patience."""
    desk.site.file()
    page = desk.visit(OPERATOR)
    page.context.add_init_script(NOTE_CHANNEL)
    page.goto("/inbox?view=queue")
    expect(page.locator("html[data-heard]")).to_have_count(1)
    streams: list[str] = []
    page.context.on("request", lambda asked: streams.append(asked.url) if asked.url.endswith("/live") else None)
    other = page.context.new_page()
    other.goto("/inbox?view=queue")
    expect(other.locator("html[data-heard]")).to_have_count(1)
    page.bring_to_front()
    title, rows = page.title(), page.locator("[data-row]")
    expect(rows).to_have_count(1)
    desk.site.file()
    expect(page.locator(".row-new")).to_have_count(1)
    desk.site.file(urgency="emergency")
    expect(page.locator(".row-new")).to_have_count(2)
    expect(rows.first).to_have_class(re.compile(r"\brow-new\b"))  # What is urgent stands first.
    expect(rows.first).to_contain_text("Khẩn cấp")
    expect(page).to_have_title(f"(2) {title}")
    expect(other).to_have_title(f"(2) {title}")  # Another page of the same browser hears it over the same connection.
    assert streams == []
    other.close()
    page.locator("[data-all]").check()
    page.get_by_role("link", name="Có 2 việc mới").focus()
    rows.first.hover()
    desk.site.file()
    expect(page).to_have_title(f"(3) {title}")
    expect(rows).to_have_count(3)  # Nothing moves under the reader's hand.
    page.mouse.move(0, 0)
    expect(rows).to_have_count(4)
    expect(page.locator("input[name=task]:checked")).to_have_count(3)
    assert serious(page) == []
    check_notices_and_end(desk, page, title)


def check_notices_and_end(desk: Desk, page: Page, title: str) -> None:
    """Notices are switched on; the link renews the list; a session that has ended is said."""
    page.get_by_role("button", name="Báo tiếng khi có việc mới").click()
    expect(page.get_by_role("button", name="Ngừng báo việc mới")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name="Có 3 việc mới").click()
    expect(page).to_have_title(title)
    desk.site.now += accounts.IDLE_TIMEOUT + timedelta(minutes=1)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_role("link", name="Phiên làm việc đã hết").click()
    expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()


def test_without_the_channel_a_list_asks_by_itself_and_an_empty_one_fills(desk: Desk) -> None:
    page = desk.visit(OPERATOR)
    page.context.route("**/live", lambda route: route.fulfill(status=204))
    fail_once(page, "**/inbox/arrivals?view=queue*", 204)  # Nothing that a list is told by is asked again.
    fail_once(page, "**/inbox/rows*", 304)
    with page.expect_response("**/inbox/arrivals*"):
        page.goto("/inbox?view=queue")
    desk.site.file()
    with page.expect_response("**/inbox/rows*"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("[data-row]")).to_have_count(1)


def fail_once(page: Page, address: str, status: int) -> None:
    """Have the first request to an address answered by nothing of use, and by nothing that the console tells of."""
    left = [status]
    page.context.route(address, lambda route: route.fulfill(status=left.pop()) if left else route.continue_())
