"""The analyst's whole way in a real browser: draw, mend, try, run again, compare, deploy, move, and work."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from engine.actor import SYSTEM, ActStamp
from engine.process import definitions
from engine.staff import access, people
from engine.store.db import transaction
from engine.store.models import Instance, ProcessDefinition, Timer
from tests.kit.chromium import DESK, TELEPHONE, Desk, overflow, serious
from tests.kit.sample import part_of_today
from tests.kit.site import COMMUNE, FOCAL, NOW, OFFICE, OPERATOR, PLACE, Site
from tests.web.pages.test_task import RECEIVE, RESOLVE, VERIFY, complete
from web.serve import in_thread

BY = ActStamp(SYSTEM, NOW)

WIDE = {"width": 1700, "height": 1000}
CASES = 10 if "BROWSER_LONG" in os.environ else 4
FORM = {
    "type": "default",
    "id": "approve",
    "components": [
        {"type": "textarea", "key": "approve_note", "label": "Ý kiến duyệt", "validate": {"required": True}}
    ],
}
# The drawing is moved into place when it is opened; what is measured before is somewhere else.
STILL = """path => {
  const at = path.getScreenCTM().e, before = path.dataset.at;
  path.dataset.at = String(at);
  return before === path.dataset.at;
}"""
POINT = """(path, share) => {
  const at = path.getPointAtLength(path.getTotalLength() * share).matrixTransform(path.getScreenCTM());
  return [at.x, at.y];
}"""


@pytest.fixture
def desk(site: Site, chromium: Browser) -> Iterator[Desk]:
    """A served site with an analyst; what went wrong on any page fails the test."""
    with transaction(site.engine) as tx:
        people.grant_role(tx, access.person_id_of(tx, OFFICE), "75.VP", "analyst", BY)
    with in_thread(site.app) as address:
        opened = Desk(site, address, chromium)
        yield opened
        for context in chromium.contexts:
            context.close()
    # The editor's own library talks to itself.
    assert [fault for fault in opened.faults if "is deprecated" not in fault] == []


def drop(page: Page, kind: str, x: float, y: float) -> None:
    """Take a new element from the palette and let it go on the drawing."""
    page.click(f".djs-palette [data-action='create.{kind}']")
    page.mouse.move(x - 25, y - 25)
    page.mouse.move(x, y, steps=8)
    expect(page.locator(".djs-drag-group")).to_be_attached()
    page.mouse.click(x, y)


def saved(page: Page) -> None:
    expect(page.locator("[data-state]")).to_contain_text("Đã lưu lúc")


def draw_approval(page: Page) -> None:
    """A step before the answer, with a form, and a timer of two working hours."""
    form: Any = {"name": "approve.json", "mimeType": "application/json", "buffer": json.dumps(FORM).encode()}
    page.set_input_files("[data-chooser]", [form])
    expect(page.locator("#studio")).to_have_attribute("data-open", "forms/approve.json")
    page.select_option("#studio-file", "workflows/citizen_report.bpmn")
    expect(page.locator("#studio")).to_have_attribute("data-open", "workflows/citizen_report.bpmn")
    flow = page.locator("[data-element-id=work_result_to_answer] > .djs-visual > path")
    expect(flow).to_be_visible()
    page.wait_for_function(STILL, arg=flow.element_handle(), polling=200)
    drop(page, "task", *flow.evaluate(POINT, 0.45))
    page.keyboard.type("Lãnh đạo duyệt")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sửa 2 vấn đề")).to_be_visible()
    panel = page.locator("[data-panel]")
    panel.get_by_label("Vai trò thực hiện", exact=True).select_option("provincial_office")
    panel.get_by_label("Biểu mẫu", exact=True).select_option("approve")
    saved(page)
    box: Any = page.locator(".djs-element.selected").last.bounding_box()  # Its name has given it another id.
    drop(page, "intermediate-event", box["x"] + box["width"] * 0.8, box["y"] + box["height"] - 1)
    page.keyboard.press("Escape")
    page.click(".djs-context-pad [data-action=replace]")
    page.click(".djs-popup [data-id=replace-with-non-interrupting-timer-boundary]")
    panel.get_by_label("Đến giờ", exact=True).select_option(label="Sau một số giờ làm việc")
    panel.get_by_label("Số giờ làm việc", exact=True).fill("2")
    page.click(".djs-context-pad [data-action='append.end-event']")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Chạy kiểm thử")).to_be_visible()


@pytest.mark.usefixtures("few_scenarios")
def test_an_analyst_adds_a_step_and_open_cases_go_through_it(site: Site, desk: Desk) -> None:
    for _number in range(CASES):
        site.file()
    page = desk.visit(OFFICE, WIDE)
    page.goto("/studio")
    page.get_by_label("Bản nháp mới: bạn định thay đổi gì?").fill("Lãnh đạo duyệt trước khi trả lời")
    page.get_by_role("button", name="Tạo bản nháp").click()
    expect(page.locator("#studio")).to_have_attribute("data-open", "workflows/citizen_report.bpmn")
    draw_approval(page)
    page.get_by_role("button", name="Chạy kiểm thử").click()
    expect(page.locator("#studio-step-tests")).to_contain_text("kịch bản không đạt")
    page.locator("#studio-tab-replay").click()
    page.get_by_label("Số hồ sơ gần nhất").fill("1000")
    page.locator("#studio-step-replay").get_by_role("button", name="Chạy lại").click()
    expect(page.locator("#studio-step-replay")).to_contain_text(f"trong {CASES} hồ sơ đi khác trước")
    page.locator("#studio-tab-difference").click()
    expect(page.locator("#studio-step-difference")).to_contain_text("Lãnh đạo duyệt")
    expect(page.locator(".change-badge.change-added").first).to_have_text("thêm")
    page.locator("#studio-tab-versions").click()
    page.get_by_label("Vì sao triển khai?").fill("Lãnh đạo chịu trách nhiệm về câu trả lời.")
    page.get_by_label("Vì sao vẫn triển khai khi kịch bản không đạt?").fill("Kịch bản cũ chưa có bước duyệt.")
    seen = page.get_by_label("Tôi đã xem những gì diễn ra khác trước")
    if seen.count():
        seen.check()
    page.get_by_role("button", name="Triển khai", exact=True).click()
    expect(page.locator("main")).to_contain_text(f"chuyển được ngay: {CASES}")
    page.get_by_role("button", name="Chuyển mọi hồ sơ chuyển được").click()
    expect(page.locator("main")).to_contain_text(f"Đã chuyển {CASES} hồ sơ.")
    with transaction(site.engine) as tx:
        here = select(func.count()).select_from(Instance).join(ProcessDefinition)
        newest = definitions.find_by_key(tx, "citizen_report")
        assert tx.read.execute(here.where(ProcessDefinition.id == newest.id)).scalar_one() == CASES
    _through_the_new_step(site, desk)


def _through_the_new_step(site: Site, desk: Desk) -> None:
    """One of the moved cases is worked on up to the new step, which the office then completes in a browser."""
    case = site.read(select(func.min(Instance.id)))[0][0]
    done: list[tuple[str, str, dict[str, Any]]] = [
        (OPERATOR, "receive", RECEIVE),
        (FOCAL, "assign", {"place": PLACE}),
        (COMMUNE, "verify", VERIFY),
        (COMMUNE, "resolve", RESOLVE),
        (FOCAL, "check", {"check_decision": "accept"}),
    ]
    for login, node, data in done:
        assert complete(site, site.browser(login), case, node, data).status_code == 302, node
    task = site.open_tasks(case)[0]
    assert (task.name, task.role, task.unit_code) == ("Lãnh đạo duyệt", "provincial_office", "75.VP")
    timers = site.read(select(Timer.node, Timer.due).where(Timer.instance_id == case))
    assert [row.due - site.now for row in timers] == [timedelta(hours=3.5)]  # Two working hours, over lunch.
    page = desk.visit(OFFICE, WIDE)
    page.goto(f"/tasks/{task.id}")
    page.get_by_label("Ý kiến duyệt").fill("Đồng ý.")
    page.get_by_role("button", name="Hoàn thành").click()
    page.wait_for_url("**/inbox")
    assert [row.node for row in site.open_tasks(case)] == ["answer"]


def test_no_page_of_the_studio_has_a_serious_barrier(site: Site, desk: Desk) -> None:
    site.file()
    site.browser(OFFICE).post("/studio/drafts", {"title": "Thử"})
    page = desk.visit(OFFICE)
    issues = []
    pages = ("/studio", "/studio/heat", "/studio/versions/1/cases", "/studio/drafts/1/import", "/studio/drafts/1/feel")
    for number, address in enumerate(part_of_today(pages, 2, "BROWSER_LONG")):
        page.goto(address)
        issues += serious(page) if number == 0 else []
        for viewport in (DESK, TELEPHONE):
            page.set_viewport_size(viewport)
            wide = overflow(page)
            assert wide <= 0, f"{address} is {wide} pixels too wide on a screen of {viewport['width']}"
        issues += serious(page)
        page.set_viewport_size(DESK)
    assert issues == []
