"""Real pages in Debian's Chromium: a server in a thread, a browser, and what must never happen on any page."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, ViewportSize, expect

from tests.kit.site import PASSWORD, Site
from tests.paths import ROOT

# The browser without windows does the same for a third less of the processor.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium") or "/usr/bin/chromium"
# Pages of tests are short-lived: optimising their scripts, and a process for pictures, cost more than they give.
FLAGS = ["--no-sandbox", "--disable-gpu", "--in-process-gpu", "--js-flags=--single-threaded --no-opt --no-maglev"]
AXE = ROOT / "web" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
# A last net in milliseconds: what is awaited comes at last, however slow the machine, or not at all.
PATIENCE = 180_000
expect.set_options(timeout=PATIENCE)
DESK: ViewportSize = {"width": 1366, "height": 768}
TELEPHONE: ViewportSize = {"width": 390, "height": 844}
# A refused form is answered with its status, which the browser notes; everything else in the console is a fault.
EXPECTED = "Failed to load resource: the server responded with a status of 4"


@dataclass
class Desk:
    """Browsers of several people at once, and what went wrong on any of their pages."""

    site: Site
    address: str
    browser: Browser
    faults: list[str] = field(default_factory=list)

    def visit(self, login: str = "", viewport: Any = DESK, *, language: str = "vi", **more: Any) -> Page:
        """An empty page of a new visitor, who is signed in when a login is given, as the form would have done it."""
        still: Any = {"locale": "vi-VN", "reduced_motion": "reduce"}  # Nothing is looked at half-way through a change.
        context = self.browser.new_context(viewport=viewport, base_url=self.address, **still, **more)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", self._asked)
        if login:
            signed_in = self.site.browser(login)
            if language != "vi":
                signed_in.post("/language", {"language": language})
            cookies: Any = [
                {"name": name, "value": signed_in.cookie(name), "url": self.address} for name in ("known", "tongdai")
            ]
            context.add_cookies(cookies)
        return page

    def sign_in(self, page: Page, login: str, landing: Any = "**/inbox") -> None:
        """Sign in through the form, in a browser that knows the person."""
        self.site.allow(login)
        page.context.add_cookies([{"name": "known", "value": self.site.known_mark(login), "url": self.address}])
        page.goto("/sign-in")
        page.fill("#login", login)
        page.fill("#password", PASSWORD)
        page.click("main form button")
        page.wait_for_url(landing)
        self.site.keep_proofs_fresh()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(EXPECTED):
            self.faults.append(f"{message.text} {message.location['url']}")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.hostname not in ("127.0.0.1", "localhost"):
            self.faults.append(f"asked {request.url}")


def overflow(page: Page) -> int:
    """By how many pixels a page is wider than its window; a page that is only arriving is waited for."""
    page.wait_for_load_state()
    wide: int = page.locator("html").evaluate("root => root.scrollWidth - root.clientWidth")
    return wide


def serious(page: Page) -> list[str]:
    """The serious and critical issues that axe-core finds on a page (WCAG 2.2 AA), in light and in dark colours."""
    page.wait_for_load_state()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = _violations(page, ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    page.emulate_media(color_scheme="dark")
    found += _violations(page, ["color-contrast"])
    page.emulate_media(color_scheme="light")
    return [
        f"{page.url}: {issue['id']}: {issue['help']}: {node['html'][:160]}"
        for issue in found
        if issue["impact"] in ("serious", "critical")
        for node in issue["nodes"]
    ]


def _violations(page: Page, rules: list[str]) -> list[Any]:
    # Only what is wrong is described: describing the rest, and how to find each element again, takes most of the time.
    run = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations'], selectors: false})"
    found: list[Any] = page.evaluate(run, rules)["violations"]
    return found
