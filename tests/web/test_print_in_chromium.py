"""What a browser prints: what the page shows and no more, without what can only be done on a screen, black on white."""

from __future__ import annotations

from io import BytesIO

from playwright.sync_api import Page
from pypdf import PdfReader
from sqlalchemy import select

from engine.store.models import Report
from tests.kit.chromium import Desk
from tests.kit.site import COMMUNE, NEW, OFFICE, PLACE
from tests.web.pages.test_task import received

LIGHT = "rgb(255, 255, 255)"


def printed(page: Page, address: str) -> str:
    """The words of a page on paper."""
    page.goto(address)
    pages = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    return " ".join(" ".join(one.extract_text().split()) for one in pages)


def test_pages_print_what_they_show_with_unit_and_date_in_black_on_white(desk: Desk) -> None:
    case = received(desk.site)
    code, task = desk.site.read(select(Report.code))[0].code, desk.site.task(case, "verify").id
    commune, office = (desk.visit(login, color_scheme="dark") for login in (COMMUNE, OFFICE))
    for page, address, there in (
        (commune, f"/cases/{code}", NEW.phone[-3:]),
        (commune, f"/tasks/{task}", "Việc cần làm"),
        (commune, "/inbox?view=queue", NEW.content),
        (office, f"/cases/{code}", NEW.content),
        (office, f"/appendix?period=2026-11&unit={PLACE}", "Phường Trảng Dài"),
        (office, "/help/case", "Đọc trang hồ sơ"),
    ):
        text = printed(page, address)
        assert text.startswith("Tổng đài 1022 tỉnh Đồng Nai"), text[:80]
        assert "10:00 25/11/2026" in text[:120]
        assert there in text
        masked = [word for word in (NEW.reporter_name, NEW.address, "0912 345 678") if word not in text]
        assert page is commune or len(masked) == 3
        for screen_only in ("Đăng xuất", "Tải danh sách này", "Ghi liên hệ", "Chọn kỳ"):
            assert screen_only not in text, (address, screen_only)
        page.emulate_media(media="print", color_scheme="dark")
        colours = page.evaluate(
            "[document.body, document.querySelector('main h1')].map((one) => getComputedStyle(one))"
            ".map((style) => [style.color, style.backgroundColor])"
        )
        assert colours == [["rgb(0, 0, 0)", LIGHT]] * 2
        assert page.locator("main :is(button, input, select, textarea):visible").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.emulate_media(media="null", color_scheme="dark")
