"""Takes the pictures of the guide anew: `python -m tests.help_pictures` serves a new demonstration for it and ends it.

With an address, http://127.0.0.1:8022 for example, the demonstration that is served there is taken instead.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from engine.translation.catalogue import LANGUAGES, Language
from tests.kit.chromium import CHROMIUM
from tests.kit.waiting import free_port
from web.display.help_topics import PICTURES

COLOURS = 64  # Pages have few; a picture takes a third.
WIDTH, HEIGHT = 1200, 760
SERVED_WITHIN = 600.0  # Seconds until a new demonstration has been made and answers, however slow the machine.
SERVE = "from web.cli import main; main()"


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
    PictureOrder("monitor.png", "Văn phòng UBND tỉnh", "/dashboard"),
    PictureOrder("chase.png", "Văn phòng UBND tỉnh", "/chase"),
)


@contextmanager
def serve_demonstration() -> Iterator[str]:
    """A demonstration of its own in a folder of its own, gone afterwards; yields its address. Raises RuntimeError."""
    with TemporaryDirectory(prefix="hotline-pictures-") as folder:
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        settings = {"TONGDAI_VAR": folder, "TONGDAI_PORT": str(port), "TONGDAI_SITE": address, "PYTHONUTF8": "1"}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TONGDAI_")}
        server = subprocess.Popen([sys.executable, "-c", SERVE, "demo", "--serve"], env=kept | settings)
        try:
            _wait_for_answer(server, address)
            yield address
        finally:
            server.terminate()
            server.wait()


def _wait_for_answer(server: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + SERVED_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urlopen(address, timeout=10).close()
        except (URLError, OSError):
            time.sleep(0.5)
        else:
            return
    raise RuntimeError("the demonstration does not answer")


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
        page.wait_for_function("language => document.documentElement?.lang === language", arg=language)
        page.goto(address)
    page.wait_for_load_state("networkidle")
    file = PICTURES / language / name
    file.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(COLOURS).save(file, optimize=True)


def main(arguments: list[str]) -> None:
    """Take the pictures from the address given, or from a demonstration of its own."""
    if arguments:
        missing = take_pictures(arguments[0])
    else:
        with serve_demonstration() as site:
            missing = take_pictures(site)
    for one in missing:
        sys.stdout.write(f"{one}: the demonstration has no such task now\n")


if __name__ == "__main__":
    main(sys.argv[1:])
