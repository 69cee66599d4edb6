"""One walk in a real browser: three overdue cases, one extended, two in a directive that the unit answers (R9)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from engine.mailing import batching, letters, notices
from engine.mailing.recipients import MAIL
from engine.process import timers
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import Mail, Person
from tests.kit.chromium import TELEPHONE, Desk, serious
from tests.kit.site import NEW, OFFICE, Site
from tests.web.pages.test_task import received
from web.serve import in_thread

HEAD = f"lanhdao.{NEW.place}"


@pytest.fixture
def desk(site: Site, chromium: Browser) -> Iterator[Desk]:
    """A served site; what went wrong on any page fails the test."""
    with in_thread(site.app) as address:
        opened = Desk(site, address, chromium)
        yield opened
        for context in chromium.contexts:
            context.close()
    assert opened.faults == []


def mail_of(site: Site, login: str, about: str) -> str:
    """The text of the mail that a person got about something."""
    notices.resolve_recipients(site.engine, site.now, site.world(), {MAIL})
    batching.batch_notices(site.engine, site.now, 100)
    person = site.read(select(Person.id).where(Person.login == login))[0].id
    wanted = select(table_of(Mail)).where(Mail.recipient == f"person:{person}").order_by(Mail.id.desc())
    with transaction(site.engine) as tx:
        for mail in tx.read.execute(wanted).all():
            letter = letters.compose_mail(tx, mail, site.app.mail_writing(site.world()), site.now)
            if about in letter.subject:
                return letter.text
    raise AssertionError(f"{login} got no mail about {about}.")


def late(site: Site, cases: int) -> None:
    """Cases of one commune whose Đôn đốc is open."""
    for _number in range(cases):
        received(site)
    site.later(days=2, hours=1)
    timers.fire_until(site.engine, site.now, site.world())


@pytest.mark.slow
def test_three_overdue_cases_become_an_extension_and_a_directive(desk: Desk) -> None:
    late(desk.site, 3)
    office = desk.visit(OFFICE)
    office.goto("/inbox")
    office.get_by_role("link", name="Đôn đốc", exact=True).click()
    expect(office.locator("[data-row]")).to_have_count(3)
    extend_first(office)
    issue_about_the_others(office)
    answer_by_mail(desk)
    office.goto("/inbox?view=queue")
    office.locator("[data-row] a", has_text="01/VP-TD").click()
    office.get_by_label("Chấp nhận báo cáo").check()
    office.get_by_role("button", name="Ghi quyết định").click()
    expect(office.locator(".unit-states")).to_contain_text("đã chấp nhận báo cáo")
    assert serious(office) == []


def extend_first(office: Page) -> None:
    office.locator("input[name=task]").first.check()
    office.get_by_label("Việc cần làm").select_option(label="Gia hạn")
    office.get_by_label("Số ngày làm việc").fill("5")
    office.get_by_label("Lý do, dùng chung").fill("Đơn vị đang chờ vật tư")
    office.get_by_role("button", name="Thực hiện").click()
    expect(office.locator("#outcome-title")).to_contain_text("1 hồ sơ đã gia hạn, 0 hồ sơ chưa làm được")
    expect(office.locator("[data-row]")).to_have_count(2)
    assert serious(office) == []


def issue_about_the_others(office: Page) -> None:
    office.get_by_label("Chọn cả trang").check()
    office.get_by_role("button", name="Soạn văn bản đôn đốc").click()
    office.get_by_label("Họ tên người ký").fill("Nguyễn Văn An")
    office.get_by_role("button", name="Lưu dự thảo").click()
    expect(office.get_by_role("button", name="Ban hành")).to_be_visible()
    assert serious(office) == []
    office.get_by_role("button", name="Ban hành").click()
    office.get_by_role("button", name="Ban hành và gửi").click()
    expect(office.locator("h1")).to_have_text("Văn bản số 01/VP-TD")


def answer_by_mail(desk: Desk) -> None:
    """The head of the unit follows the link of the mail on a telephone, signs in and answers."""
    text = mail_of(desk.site, HEAD, "01/VP-TD")
    link = re.search(r"https?://\S+", text)
    assert link is not None
    assert NEW.reporter_name not in text
    head = desk.visit(HEAD, TELEPHONE)
    head.goto(urlsplit(link.group()).path)
    head.get_by_label("Việc đã làm, kết quả").fill("Đã làm việc với trạm y tế, trạm mở cửa đúng giờ.")
    head.get_by_label("Thời điểm giải quyết xong").fill("2026-11-30")
    assert serious(head) == []
    head.get_by_role("button", name="Gửi báo cáo").click()
    expect(head.locator(".unit-states")).to_contain_text("đã báo cáo, chờ xem xét")
