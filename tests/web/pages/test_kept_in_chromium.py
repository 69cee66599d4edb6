"""What is typed and chosen in a real browser stays: five large pictures of a telephone, a reload, an ended session."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import select

from engine.store.columns import table_of
from engine.store.models import Attachment, Report, StoredFile
from tests.kit.chromium import TELEPHONE, Desk, serious
from tests.kit.site import COMMUNE, PASSWORD, PLACE, Site
from tests.web.pages.test_task import received

TYPED = "Ổ gà lớn trước trường học, đã có người ngã."


def large_picture() -> bytes:
    """A picture of about seven megabytes, as a telephone makes them."""
    noise = Image.frombytes("RGB", (2400, 1800), os.urandom(2400 * 1800 * 3))
    buffer = BytesIO()
    noise.save(buffer, "JPEG", quality=92, subsampling=0)
    assert 6_000_000 < len(buffer.getvalue()) < 10_000_000
    return buffer.getvalue()


def fill_in(page: Page, phone: str) -> None:
    page.fill("#reporter_name", "Lê Văn Ổi")
    page.fill("#phone", phone)
    page.fill("#place", "trang dai bien")
    page.keyboard.press("Enter")
    page.fill("#address", "5 Lê Lợi")
    page.select_option("#field", "infrastructure")
    page.fill("#content", TYPED)


@pytest.mark.slow
def test_five_large_pictures_go_up_from_a_telephone_and_one_report_is_filed(
    site: Site, desk: Desk, tmp_path: Path
) -> None:
    page = desk.visit(viewport=TELEPHONE, has_touch=True, is_mobile=True)
    page.goto("/report")
    expect(page.locator(".camera")).to_be_visible()
    fill_in(page, "12")
    content = large_picture()
    names = [f"ảnh ổ gà {number}.jpg" for number in range(5)]
    for name in names:
        (tmp_path / name).write_bytes(content)
    page.set_input_files("#files", [tmp_path / name for name in names])
    kept = page.locator("[data-chosen] li[data-number]")
    expect(kept).to_have_count(5)
    page.reload()
    expect(page.locator("[data-typed-note]")).to_be_visible()
    expect(kept).to_have_count(5)
    expect(page.locator("#content")).to_have_value(TYPED)
    expect(page.locator("#place")).to_have_value("Phường Trảng Dài, Thành phố Biên Hòa")
    page.get_by_role("button", name="Gửi phản ánh", exact=True).click()
    expect(page.locator(".summary")).to_be_visible()
    expect(kept).to_have_count(5)
    kept.last.get_by_role("button", name="Bỏ tệp này").click()
    expect(kept).to_have_count(4)
    assert serious(page) == []
    page.fill("#phone", "0987654321")
    page.get_by_role("button", name="Gửi phản ánh", exact=True).click()
    expect(page.locator("[data-code]")).to_be_visible()
    code, key = page.locator("[data-code]").inner_text(), page.locator("[data-key]").inner_text()
    page.reload()
    assert (page.locator("[data-code]").inner_text(), page.locator("[data-key]").inner_text()) == (code, key)
    assert [row.code for row in site.read(select(Report.code))] == [code]
    assert sorted(row.name for row in site.read(select(table_of(Attachment)))) == names[:4]
    sizes = [Image.open(BytesIO(row.content)).size for row in site.read(select(table_of(StoredFile)))]
    assert sorted(set(sizes)) == [(320, 240), (2048, 1536)]
    page.goto("/report")
    expect(page.locator("#content")).to_have_value("")


@pytest.mark.slow
def test_an_ended_session_leads_to_sign_in_and_back_to_what_the_person_had_typed(site: Site, desk: Desk) -> None:
    task = site.task(received(site), "verify")
    page = desk.visit(COMMUNE)
    page.goto(f"/tasks/{task.id}")
    page.locator("#task-form label.choice", has_text="Gọi điện thoại").first.click()
    page.fill("#findings", TYPED)
    page.context.clear_cookies()
    page.get_by_role("button", name="Hoàn thành").click()
    expect(page.locator(".alert-warning")).to_contain_text("Phiên làm việc đã hết")
    page.fill("#login", COMMUNE)
    page.fill("#password", PASSWORD)
    page.click("main form button")
    expect(page.locator("#task-form [data-typed-note]")).to_be_visible()
    expect(page.locator("#findings")).to_have_value(TYPED)
    expect(page.locator("#task-form label.choice", has_text="Gọi điện thoại").first.locator("input")).to_be_checked()

    page.context.clear_cookies()
    other = f"lanhdao.{PLACE}"
    site.allow(other)
    page.goto(f"/sign-in?next=/tasks/{task.id}")
    page.fill("#login", other)
    page.fill("#password", PASSWORD)
    page.click("main form button")
    expect(page.locator("#task-form")).to_be_visible()
    assert page.locator("#findings").input_value() == ""
    assert page.evaluate("Object.values(sessionStorage).join()").find(TYPED) == -1
