"""A draft is played on its drawing in a browser; a step is copied into another diagram with the keyboard."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from engine.actor import SYSTEM, ActStamp
from engine.staff import access, people
from engine.store.db import transaction
from tests.kit.chromium import Desk
from tests.kit.site import NOW, OFFICE, Site
from tests.kit.studio_desk import WIDE, Studio, choose, saved
from web.serve import in_thread

BY = ActStamp(SYSTEM, NOW)
HANDLED = "workflows/tests/citizen_report_handled_in_time.yaml"
RESOLUTION, LEAVE = "workflows/resolution.bpmn", "workflows/leave_request.bpmn"


def test_a_scenario_is_played_on_otherwise_and_kept_with_one_click(site: Site, chromium: Browser) -> None:
    with transaction(site.engine) as tx:
        people.grant_role(tx, access.person_id_of(tx, OFFICE), "75.VP", "analyst", BY)
    with in_thread(site.app) as address:
        desk = Desk(site, address, chromium)
        page = desk.visit(OFFICE, WIDE)
        page.set_default_timeout(40_000)
        page.goto("/studio")
        page.get_by_label("Bản nháp mới: bạn định thay đổi gì?").fill("Chơi thử")
        page.get_by_role("button", name="Tạo bản nháp").click()
        expect(page.locator("#studio")).to_have_attribute("data-open", "workflows/citizen_report.bpmn")
        page.get_by_role("tab", name="Chơi thử").click()
        page.select_option("#play-path", HANDLED)
        page.get_by_role("button", name="Chơi thử theo kịch bản").click()
        status = page.locator("[data-play-status]")
        for done in (1, 2, 3):
            page.get_by_role("button", name="Bước tiếp theo").click()
            expect(status).to_contain_text(f"Đã làm {done} việc.")
        expect(page.locator("[data-play-open]")).to_have_attribute("data-play-open", "resolve")
        expect(page.locator("#studio")).to_have_attribute("data-open", RESOLUTION)
        expect(page.locator("[data-element-id=resolve].play-open")).to_be_attached()
        page.get_by_role("button", name="Lùi một bước").click()
        page.locator("[data-play-task=verify] button").first.click()
        for answer in ("Gọi điện thoại", "Có", "Nghi là thông tin ảo"):
            page.locator("#play-form").get_by_label(answer, exact=True).check()
        page.get_by_role("button", name="Hoàn thành").click()
        expect(status).to_contain_text("Đã làm 3 việc.")
        page.get_by_text("Cho đồng hồ chạy").click()
        before = status.inner_text()
        page.get_by_role("button", name="Đến giờ hẹn kế tiếp").click()
        expect(status).not_to_have_text(before)
        page.get_by_label("Kịch bản chứng tỏ điều gì").fill("Xác minh thấy sai")
        page.get_by_role("button", name="Ghi thành kịch bản").click()
        expect(page.locator("[data-play-kept]")).to_contain_text("chạy lại thấy đạt")
        for context in chromium.contexts:
            context.close()
    assert desk.faults == []


def test_a_step_is_copied_with_the_keyboard_from_one_diagram_into_another(studio: Studio) -> None:
    studio.drafts.problems = []
    page = studio.open(RESOLUTION, "resolve")
    page.locator(".djs-container > svg").focus()
    page.keyboard.press("Control+c")
    choose(page, LEAVE)
    count = studio.drafts.files[LEAVE].count("<bpmn:userTask ")
    drawing = page.locator(".djs-container > svg")
    drawing.hover(position={"x": 600, "y": 330})
    drawing.focus()
    page.keyboard.press("Control+v")
    drawing.hover(position={"x": 620, "y": 340})
    drawing.click(position={"x": 620, "y": 340})
    saved(page)
    assert studio.drafts.files[LEAVE].count("<bpmn:userTask ") == count + 1
