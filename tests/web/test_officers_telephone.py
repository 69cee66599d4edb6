"""An officer with a telephone: what it is about and the call stand in the first screen, everything can be tapped."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.kit.chromium import DESK, TELEPHONE, Desk, overflow
from tests.kit.site import COMMUNE, FOCAL, Site
from tests.web.pages.test_task import RESOLVE, VERIFY, complete, received

RETURN = {"check_decision": "return", "return_reason": "Ảnh chưa rõ, làm lại."}
SMALL = """() => [...document.querySelectorAll("main a, main button, main input, main select, main summary")]
  .map((one) => [one, (one.closest("label, .older, .explained") ?? one).getBoundingClientRect()])
  .filter(([one, box]) => box.width && box.height < 43.5 && one.type !== "hidden"
    && one.type !== "radio" && !one.closest("[data-large]"))
  .map(([one]) => one.outerHTML.slice(0, 120))"""


def returned(site: Site) -> Any:
    """A case whose result is to be redone; its open task."""
    case = received(site)
    commune = site.browser(COMMUNE)
    complete(site, commune, case, "verify", VERIFY)
    complete(site, commune, case, "resolve", RESOLVE)
    complete(site, site.browser(FOCAL), case, "check", RETURN)
    return site.task(case, "resolve")


def bottom(page: Page, selector: str) -> float:
    """Where an element ends, in pixels from the top of the page."""
    box = page.locator(selector).first.bounding_box()
    assert box is not None, selector
    return box["y"] + box["height"]


def test_the_first_screen_says_what_who_and_why_and_the_form_has_now(desk: Desk) -> None:
    task = returned(desk.site)
    phone = desk.visit(COMMUNE, TELEPHONE)
    phone.goto("/inbox")
    lists = phone.locator(".rail a:visible")
    assert all(lists.nth(index).bounding_box()["y"] < 300 for index in range(lists.count()))  # type: ignore[index]
    assert overflow(phone) <= 0
    phone.goto(f"/tasks/{task.id}")
    for part in (".brief-text", ".brief-who .call", ".brief-word", ".why"):
        assert bottom(phone, part) < TELEPHONE["height"], part
    expect(phone.locator(".brief-who .call")).to_have_attribute("href", "tel:0912345678")
    expect(phone.locator(".case-head .tag-urgent")).to_contain_text("Trả lại lần 1")
    assert bottom(phone, ".brief") < bottom(phone, ".thread") < bottom(phone, "#task-form")
    assert phone.evaluate(SMALL) == []
    assert overflow(phone) <= 0
    phone.get_by_role("button", name="Bây giờ").first.click()
    expect(phone.locator("#solved_at")).to_have_value("25/11/2026 10:00")
    phone.locator("#tab-diagram").click()
    phone.get_by_role("button", name="Xem lớn").click()
    expect(phone.locator("dialog[data-large] .djs-container")).to_be_visible()
    phone.get_by_role("button", name="Đóng").click()
    expect(phone.locator("#side-diagram .djs-container")).to_be_visible()
    expect(phone.locator("[data-diagram-name] option").nth(1)).not_to_have_text("resolution")
    phone.set_viewport_size(DESK)
    phone.goto(f"/tasks/{task.id}")
    assert bottom(phone, ".brief") < 400
    assert phone.locator("#task-form").bounding_box()["y"] < DESK["height"]  # type: ignore[index]
