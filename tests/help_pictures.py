"""Takes the pictures of the guide anew from a served demonstration: python -m tests.help_pictures http://127.0.0.1:8022."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from io import BytesIO
from itertools import product

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from engine.translation.catalogue import LANGUAGES, Language
from tests.kit.chromium import CHROMIUM
from web.display.help_topics import PICTURES

COLOURS = 64  # Pages have few; a picture takes a third.
WIDTH, HEIGHT = 1200, 760


@dataclass(frozen=True, slots=True)
class PictureOrder:
    """A picture: its file, the role of the demonstration's account, and its page, or the steps one of which to open."""

    name: str
    role: str
    page: str
    steps: tuple[str, ...] = ()


ORDERS = (
    PictureOrder("inbox.png", "Đầu mối xã, phường", "/inbox?view=queue"),
    PictureOrder("task.png", "Đầu mối xã, phường", "", ("Xác minh", "Giải quyết")),
    PictureOrder("intake.png", "Tổng đài viên", "/intake?phone=0912345678"),
    PictureOrder("check.png", "Đầu mối cấp 2", "", ("Kiểm tra kết quả",)),
    PictureOrder("monitor.png", "Văn phòng UBND tỉnh", "/monitor"),
    PictureOrder("chase.png", "Văn phòng UBND tỉnh", "/chase"),
)


def take_pictures(site: str) -> list[str]:
    """Take all pictures in both languages; returns the names of those whose page the demonstration has not."""
    missing = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for order in ORDERS:
            page = _sign_in(browser, site, order.role)
            address = _address(page, order)
            if address is None:
                missing.append(order.name)
                continue
            for language in LANGUAGES:
                _take_picture(page, address, order.name, language)
            page.context.close()
        browser.close()
    return missing


def _sign_in(browser: Browser, site: str, role: str) -> Page:
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, base_url=site, locale="vi-VN", reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto("/")
    page.locator("button.offer", has_text=role).first.click()
    page.wait_for_url("**/inbox")
    return page


def _address(page: Page, order: PictureOrder) -> str | None:
    """The address of the order's page, or of the first task of its steps; None when there is no such task."""
    if not order.steps:
        return order.page
    for step, view in product(order.steps, ("mine", "queue", "overdue")):
        page.goto(f"/inbox?view={view}")
        rows = page.locator("a.row-main").filter(has=page.locator("strong", has_text=step))
        if rows.count():
            return rows.first.get_attribute("href")
    return None


def _take_picture(page: Page, address: str, name: str, language: Language) -> None:
    page.goto(address)
    button = page.locator(f"button[name=language][value={language}]")
    if button.count():
        button.click()
        page.goto(address)
    page.wait_for_load_state("networkidle")
    file = PICTURES / language / name
    file.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(COLOURS).save(file, optimize=True)


if __name__ == "__main__":
    for one in take_pictures(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8022"):
        sys.stdout.write(f"{one}: the demonstration has no such task now\n")
