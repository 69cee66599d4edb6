"""The lifecycle by hand in a real browser, as each actor; no fault in the console, no request to elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, select

from engine.process import timers
from engine.province.profile import find_profile
from engine.replay import demo
from engine.store.models import Report, StandardAnswer
from tests.kit import site as site_helper
from tests.kit.chromium import DESK, TELEPHONE, Desk, overflow, serious
from tests.kit.sample import part_of_today
from tests.kit.site import COMMUNE, FOCAL, NEW, OFFICE, OPERATOR, POLICE, Site
from tests.web.pages.test_joined_reports import code_of
from tests.web.pages.test_public import answered
from tests.web.pages.test_task import VERIFY, complete, received
from web.serve import in_thread

EDUCATION = "canbo.75.sgddt"


def call(page: Page, *, content: str = NEW.content) -> str:
    """Take a call with the keyboard alone, from the first field to the last key; returns the case's code."""
    page.goto("/intake")
    expect(page.locator("#phone")).to_be_focused()
    keys = page.keyboard
    keys.type("0912345678")
    keys.press("Tab")
    keys.press("Tab")
    keys.type(NEW.reporter_name)
    keys.press("Tab")
    keys.type("trang dai bien")
    expect(page.locator("#place-list [role=option]").first).to_contain_text("Phường Trảng Dài")
    keys.press("Enter")
    keys.press("Tab")
    keys.type(NEW.address)
    keys.press("Tab")
    keys.type("Y")
    keys.press("Tab")
    keys.press("Tab")
    keys.type(content)
    keys.press("Control+Enter")
    told = page.locator(".alert-success")
    expect(told).to_contain_text("Đã ghi nhận hồ sơ")
    code = told.inner_text().split("hồ sơ ")[1].split(".")[0]
    assert code.startswith("DN-26-")
    return code


def open_task(page: Page, code: str, name: str) -> None:
    """Find the case and open its task."""
    page.goto(f"/cases/{code}")
    page.locator(".stage", has_text=name).get_by_role("link", name="Mở việc").click()
    expect(page.locator("h1")).to_have_text(name)
    page.wait_for_load_state()


def done(page: Page) -> None:
    """Press the largest button; the inbox says that it is done."""
    page.get_by_role("button", name="Hoàn thành").click()
    expect(page.locator(".alert-success")).to_contain_text("Đã hoàn thành")


def pick(page: Page, *labels: str) -> None:
    """Choose radio buttons of the form by their labels."""
    for label in labels:
        page.locator("#task-form label.choice", has_text=label).first.click()


def assign(page: Page, code: str) -> None:
    open_task(page, code, "Phân công")
    done(page)


def verify(page: Page, code: str, outcome: str) -> None:
    open_task(page, code, "Xác minh")
    refused = page.locator("[data-field=contact_at] [data-refused]")
    page.fill("#contact_at", "2030-06-01T10:00")
    expect(refused).to_have_text("Thời điểm liên hệ không thể ở tương lai.")
    page.fill("#contact_at", "2026-11-25T10:00")
    expect(refused).to_have_text("")
    pick(page, "Gọi điện thoại", "Có", outcome)
    page.fill("#findings", "Đã gọi và đến xem.")
    done(page)


def resolve(page: Page, code: str) -> None:
    open_task(page, code, "Giải quyết")
    page.fill("#measures", "Đã nhắc trạm y tế.")
    page.fill("#solution", "Trạm mở cửa đúng giờ.")
    page.fill("#solved_at", "2026-11-25T10:00")
    done(page)


def answer(page: Page, code: str) -> None:
    open_task(page, code, "Trả lời người dân")
    pick(page, "Gọi điện thoại", "Có")
    page.fill("#answered_at", "2026-11-25T10:00")
    page.fill("#answer_text", "Trạm đã mở cửa đúng giờ.")
    done(page)


def follow(page: Page, code: str, key: str) -> None:
    page.goto("/follow")
    page.fill("#code", code)
    page.fill("#key", key)
    page.get_by_role("button", name="Xem").click()
    expect(page.locator(".code")).to_have_text(code)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_from_the_call_to_a_satisfied_citizen_on_postgresql(
    engine_db: Engine, chromium: Browser, tmp_path: Path
) -> None:
    """Each actor at their own browser, from signing in; the other ways below begin where they leave this one."""
    demo.set_up_province(engine_db, "three_level", site_helper.deployment(), site_helper.NOW)
    site = Site(engine_db, tmp_path)
    with in_thread(site.app) as address:
        desk = Desk(site, address, chromium)
        operator, focal, commune = desk.visit(), desk.visit(FOCAL), desk.visit(COMMUNE, TELEPHONE)
        desk.sign_in(operator, OPERATOR)
        code, key = call(operator), operator.locator(".slip [data-key]").inner_text()
        assign(focal, code)
        verify(commune, code, "Đúng như phản ánh")
        resolve(commune, code)
        open_task(focal, code, "Kiểm tra kết quả")
        pick(focal, "Chấp nhận")
        done(focal)
        answer(operator, code)
        be_satisfied(desk.visit(viewport=TELEPHONE), code, key)
        for context in chromium.contexts:
            context.close()
    assert desk.faults == []
    assert [row.code for row in site.read(select(Report.code))] == [code]


def be_satisfied(citizen: Page, code: str, key: str) -> None:
    follow(citizen, code, key)
    expect(citizen.locator("h1")).to_have_text("Phản ánh đã được trả lời")
    expect(citizen.locator("main")).to_contain_text("Trạm đã mở cửa đúng giờ.")
    citizen.locator("label.choice", has_text="Hài lòng").first.click()
    expect(citizen.locator("#dissatisfied_reason")).to_be_hidden()
    citizen.select_option("#rating", "5")
    citizen.get_by_role("button", name="Gửi ý kiến").click()
    expect(citizen.locator("h1")).to_have_text("Phản ánh đã kết thúc")


def test_a_dissatisfied_citizen_brings_it_back_one_level_up(desk: Desk) -> None:
    _instance_id, code = answered(desk.site)
    citizen = desk.visit(viewport=TELEPHONE)
    follow(citizen, code, desk.site.key(code))
    citizen.locator("label.choice", has_text="Chưa hài lòng").click()
    citizen.get_by_role("button", name="Gửi ý kiến").click()
    expect(citizen.locator(".summary a")).to_have_text("Vì sao chưa hài lòng: Vui lòng điền mục này.")
    assert serious(citizen) == []
    citizen.fill("#dissatisfied_reason", "Trạm vẫn đóng cửa.")
    expect(citizen.locator("#dissatisfied_reason-fault")).to_have_count(0)
    citizen.get_by_role("button", name="Gửi ý kiến").click()
    expect(citizen.locator("h1")).to_have_text("Phản ánh đang được giải quyết")
    focal = desk.visit(FOCAL)
    open_task(focal, code, "Trực tiếp giải quyết")
    expect(focal.get_by_text("Trạm vẫn đóng cửa.")).to_have_count(2)  # Why it is here, and in the thread.


def test_a_false_report_goes_to_the_police_and_back(desk: Desk) -> None:
    code, commune = code_of(desk.site, received(desk.site)), desk.visit(COMMUNE)
    verify(commune, code, "Nghi là thông tin ảo")
    focal = desk.visit(FOCAL)
    open_task(focal, code, "Xem xét")
    focal.fill("#suspicion_grounds", "Số nhà không có.")
    focal.fill("#review_opinion", "Đề nghị xác minh.")
    done(focal)
    police = desk.visit(POLICE)
    open_task(police, code, "Xác minh của Công an")
    pick(police, "Bác bỏ")
    police.fill("#investigation", "Có việc như phản ánh.")
    done(police)
    resolve(commune, code)


def test_what_is_outside_the_authority_goes_through_the_office_to_a_department_and_back(desk: Desk) -> None:
    case = received(desk.site)
    complete(desk.site, desk.site.browser(COMMUNE), case, "verify", VERIFY | {"outcome": "outside"})
    code, focal, office = code_of(desk.site, case), desk.visit(FOCAL), desk.visit(OFFICE)
    open_task(focal, code, "Đề nghị chuyển")
    focal.fill("input#proposed_department", "giao duc")
    focal.keyboard.press("Enter")
    focal.fill("#transfer_reason", "Thuộc thẩm quyền của Sở.")
    done(focal)
    open_task(office, code, "Điều phối")
    pick(office, "Giao sở, ngành giải quyết")
    office.fill("input#department", "so giao duc")
    office.keyboard.press("Enter")
    office.fill("#coordinate_reason", "Thuộc lĩnh vực giáo dục.")
    done(office)
    department = desk.visit(EDUCATION)
    open_task(department, code, "Sở, ngành giải quyết")
    pick(department, "Không thuộc thẩm quyền của đơn vị")
    department.fill("#not_ours_reason", "Thuộc địa phương.")
    done(department)
    open_task(office, code, "Điều phối")
    pick(office, "Trả về địa phương")
    office.fill("#coordinate_reason", "Thuộc thẩm quyền của phường.")
    done(office)
    assign(focal, code)


def test_an_overdue_case_is_chased(desk: Desk) -> None:
    code = code_of(desk.site, received(desk.site))
    desk.site.later(days=8)
    timers.fire_until(desk.site.engine, desk.site.now, desk.site.world())
    commune, office = desk.visit(COMMUNE), desk.visit(OFFICE)
    commune.goto("/inbox?view=overdue")
    expect(commune.locator(".row-late")).to_contain_text(code)
    expect(commune.locator(".row-late .left-late")).to_contain_text("Quá hạn")
    open_task(office, code, "Đôn đốc")
    pick(office, "Gia hạn")
    office.fill("#extend_days", "3")
    office.fill("#chase_reason", "Đang chờ vật tư.")
    done(office)
    commune.goto("/inbox?view=queue")
    expect(commune.locator("[data-row]", has_text=code)).to_contain_text("Còn")


def test_what_was_typed_survives_a_reload(desk: Desk) -> None:
    operator = desk.visit(OPERATOR)
    operator.goto("/intake")
    operator.fill("#content", "Đang gõ dở thì mất điện")
    expect(operator.locator("[data-draft-state]")).to_contain_text("Đã lưu nháp lúc")
    operator.reload()
    expect(operator.locator("#content")).to_have_value("Đang gõ dở thì mất điện")


def test_the_caller_and_the_duplicate_show_while_typing_and_a_standard_answer_is_taken_over(desk: Desk) -> None:
    first = desk.site.file().code
    operator = desk.visit(OPERATOR)
    operator.goto("/intake?phone=0912345678")
    beside = operator.locator("#beside")
    expect(beside).to_contain_text(first)
    operator.get_by_role("button", name="Điền họ tên, địa chỉ lần trước").click()
    expect(operator.locator("#reporter_name")).to_have_value(NEW.reporter_name)
    with operator.expect_response("**/intake/beside"):
        operator.fill("#content", "tram y te lam viec gio nao")
    beside.get_by_text("Trạm y tế làm việc giờ nào?").click()
    beside.get_by_role("button", name="Dùng câu này").first.click()
    expect(operator.locator("#given_answer")).to_have_value(opening_hours())
    operator.select_option("#field", "health")
    operator.get_by_role("button", name="Đã trả lời, kết thúc").click()
    expect(operator.locator(".alert-success")).to_contain_text("Đã ghi nhận hồ sơ")


def opening_hours() -> str:
    """The standard answer that the demonstration's data holds for the question above."""
    answers = demo.standard_answers(find_profile("dong_nai_2021"))
    return next(new.answer for new in answers if new.question == "Trạm y tế làm việc giờ nào?")


def test_lists_are_worked_with_the_keyboard_and_several_at_once(desk: Desk) -> None:
    for _ in range(3):
        desk.site.file()
    operator = desk.visit(OPERATOR)
    operator.goto("/inbox?view=queue")
    operator.keyboard.press("?")
    expect(operator.locator("#shortcuts")).to_be_visible()
    operator.keyboard.press("Escape")
    for key in ("j", "x", "j", "x"):
        operator.keyboard.press(key)
    operator.get_by_role("button", name="Nhận việc", exact=True).click()
    expect(operator.locator(".alert-success")).to_contain_text("Đã nhận 2 việc.")
    operator.wait_for_load_state()
    operator.keyboard.press("g")
    operator.keyboard.press("i")
    expect(operator.locator("h1")).to_have_text("Việc của tôi")
    operator.wait_for_load_state()
    expect(operator.locator("[data-row]")).to_have_count(2)
    operator.keyboard.press("j")
    operator.keyboard.press("Enter")
    expect(operator.locator("h1")).to_have_text("Tiếp nhận")


def test_a_wide_screen_shows_the_case_beside_the_list(desk: Desk) -> None:
    desk.site.file(content="Trạm y tế đóng cửa.")
    desk.site.file(content="Đường ngập nước.", field="infrastructure")
    operator = desk.visit(OPERATOR, {"width": 1700, "height": 900})
    operator.goto("/inbox?view=queue")
    preview = operator.locator("[data-preview]")
    rows = operator.locator("[data-row] .row-text")
    for number in range(2):
        operator.keyboard.press("j")
        expect(preview.locator(".told")).to_have_text(rows.nth(number).inner_text())
    assert serious(operator) == []
    preview.get_by_role("link", name="Mở việc").click()
    expect(operator.locator("h1")).to_have_text("Tiếp nhận")
    narrow = desk.visit(OPERATOR)
    narrow.goto("/inbox?view=queue")
    narrow.keyboard.press("j")
    expect(narrow.locator("[data-preview]")).to_be_hidden()


def test_the_diagram_shows_the_way_walked_and_the_place_reached(desk: Desk) -> None:
    code, commune = code_of(desk.site, received(desk.site)), desk.visit(COMMUNE)
    open_task(commune, code, "Xác minh")
    commune.get_by_role("tab", name="Sơ đồ").click()
    expect(commune.locator(".waiting[data-element-id=verify]")).to_be_visible()
    expect(commune.locator(".walked[data-element-id=assign]")).to_be_visible()


def test_pages_work_without_script_too(desk: Desk) -> None:
    filed = desk.site.file()
    operator = desk.visit(OPERATOR, java_script_enabled=False)
    task = desk.site.task(filed.instance_id, "receive")
    operator.goto(f"/tasks/{task.id}")
    operator.locator("#task-form label.choice", has_text="Chuyển đơn vị giải quyết").click()
    operator.get_by_role("button", name="Hoàn thành").click()
    expect(operator.locator(".alert-success")).to_contain_text("Đã hoàn thành")


def test_no_page_has_a_serious_barrier(desk: Desk) -> None:
    """On a telephone, which shows what a desk does, and at a desk; `make browser` looks at every page."""
    site = desk.site
    filed, _urgent = site.file(), site.file(urgency="urgent")
    task = site.task(filed.instance_id, "receive")
    site.browser(OFFICE).post("/substitutes", {"substitute": COMMUNE, "first": "2026-11-25", "last": "2026-11-30"})
    officers = {
        OPERATOR: (
            "/inbox",
            "/inbox?view=queue",
            "/intake?phone=0912345678",
            f"/tasks/{task.id}",
            "/cases?text=tram",
            *("/duty", "/briefings"),
        ),
        OFFICE: (
            *("/admin", "/admin/people?unit=731", "/admin/units", "/admin/calendar", "/admin/incidents"),
            *("/admin/mailbox", "/answers", "/answers/new", "/substitutes", f"/cases/{filed.code}", "/password"),
            f"/cases/{filed.code}/corrections/reroute",
        ),
        "": ("/", "/sign-in", "/report", "/follow", "/nowhere", "/help?q=khóa", "/help/check"),
    }
    issues = []
    for login, addresses in officers.items():
        page = desk.visit(login)
        for number, address in enumerate(part_of_today(addresses, 3, "BROWSER_LONG")):
            page.goto(address)
            issues += serious(page) if number == 0 else []
            for viewport in (DESK, TELEPHONE):
                page.set_viewport_size(viewport)
                wide = overflow(page)
                assert wide <= 0, f"{address} is {wide} pixels too wide on a screen of {viewport['width']}"
            issues += serious(page)
            page.set_viewport_size(DESK)
    assert issues == []


def test_what_answers_a_form_has_no_serious_barrier_either(desk: Desk) -> None:
    site = desk.site
    instance_id = received(site)
    code = site.read(select(Report.code))[0].code
    key = site.read(select(StandardAnswer.key).where(StandardAnswer.owner_code == "75.SYT"))[0].key
    operator, office, commune = (desk.visit(login, TELEPHONE) for login in (OPERATOR, OFFICE, COMMUNE))
    issues = []
    operator.goto("/intake")
    operator.keyboard.press("Control+Enter")
    expect(operator.locator(".summary")).to_be_focused()
    issues += serious(operator)
    task = site.task(instance_id, "verify")
    commune.goto(f"/tasks/{task.id}")
    for tab in part_of_today(("Liên hệ", "Tệp", "Lịch sử", "Sơ đồ"), 2, "BROWSER_LONG"):
        commune.get_by_role("tab", name=tab).click()
        issues += serious(commune)
    commune.get_by_role("button", name="Hoàn thành").click()
    expect(commune.locator(".summary")).to_be_visible()
    issues += serious(commune)
    site.browser(f"lanhdao.{NEW.place}").post(f"/tasks/{task.id}/claim", {"version": "1"})
    commune.get_by_role("button", name="Hoàn thành").click()
    expect(commune.locator("h1")).to_be_visible()
    issues += serious(commune)
    pages = (*(f"/cases/{code}/corrections/{act}" for act in ("split", "merge", "recall")), f"/answers/{key}")
    for address in part_of_today(pages, 2, "BROWSER_LONG"):
        office.goto(address)
        issues += serious(office)
    citizen = desk.visit(viewport=TELEPHONE)
    follow(citizen, code, site.key(code))
    issues += serious(citizen)
    citizen.goto("/report")
    citizen.get_by_role("button", name="Gửi phản ánh").click()
    expect(citizen.locator(".summary")).to_be_visible()
    issues += serious(citizen)
    assert issues == []
