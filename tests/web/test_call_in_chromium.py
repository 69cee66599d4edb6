"""A call by keyboard in a real browser: each key does what its block does, and nothing covers the field in focus."""

from __future__ import annotations

from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy import select, update

from engine.store.models import Person, Report, UnfiledCall
from tests.kit.chromium import Desk
from tests.kit.site import NEW, OPERATOR
from tests.web.test_in_chromium import opening_hours

SMALL_DESK: ViewportSize = {"width": 1366, "height": 650}
SMALL_PHONE: ViewportSize = {"width": 390, "height": 664}
# Gives every field the focus in turn; how much of it lies under the bar of acts or outside of the window, in pixels.
WALK = """async () => {
  const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const bar = document.querySelector(".bottom"), covered = {};
  for (const field of document.querySelectorAll("#intake :is(input, select, textarea, button, summary)")) {
    field.focus();
    if (document.activeElement !== field) continue;
    await painted();
    const at = field.getBoundingClientRect(), edge = bar.getBoundingClientRect();
    const sticks = getComputedStyle(bar).position === "sticky" && !bar.contains(field);
    const crosses = sticks && at.right > edge.left && at.left < edge.right;
    const under = crosses ? Math.min(at.bottom, edge.bottom) - Math.max(at.top, edge.top) : 0;
    covered[field.name || field.textContent] = Math.max(0, under, at.bottom - innerHeight, -at.top);
  }
  return covered;
}"""


def test_nothing_covers_the_field_in_focus(desk: Desk) -> None:
    operator = desk.visit(OPERATOR)
    for viewport, faulty in ((SMALL_DESK, False), (SMALL_DESK, True), (SMALL_PHONE, True)):
        operator.set_viewport_size(viewport)
        operator.goto("/intake")
        if faulty:
            operator.keyboard.press("Control+Enter")
            expect(operator.locator(".summary")).to_be_focused()
        operator.evaluate("() => document.querySelectorAll('details.more').forEach((one) => { one.open = true })")
        covered: dict[str, int] = operator.evaluate(WALK)
        assert {"phone", "reporter_name", "content", "given_answer", "divert_reason", "petition"} <= covered.keys()
        assert {name: number for name, number in covered.items() if number > 0} == {}, (viewport, faulty)
    operator.locator(".ends summary").click()
    menu = operator.locator(".ends-list").bounding_box()
    assert menu is not None
    assert 0 <= menu["x"] <= SMALL_PHONE["width"] - menu["width"]


# In how many lines the header and the menu stand, and what of them lies outside of the window.
LINES = """() => {
  const lines = (kind) => new Set([...document.querySelectorAll(kind)].filter((one) => one.offsetWidth)
    .map((one) => Math.round((one.getBoundingClientRect().top + one.getBoundingClientRect().bottom) / 8))).size;
  const menu = ".top-nav > :is(a, button)", side = ".top-side > *";
  const ends = [...document.querySelectorAll(`${menu}, ${side}`)].map((one) => one.getBoundingClientRect().right);
  const beyond = Math.max(...ends) > innerWidth;
  return { menu: lines(menu), header: lines(`.brand, ${menu}, ${side}`), beyond };
}"""


def test_the_menu_stands_in_one_line_whatever_the_language_and_the_name(desk: Desk) -> None:
    long_name = update(Person).where(Person.login == OPERATOR).values(name="Nguyễn Phước Hoàng Khánh Phương Uyên")
    desk.site.write(lambda tx: tx.write().execute(long_name))
    operator = desk.visit(OPERATOR)
    operator.goto("/inbox")
    for _language in range(2):
        for width, height, lines in ((1366, 650, 1), (1280, 650, 1), (1024, 650, 1), (390, 664, 2), (360, 640, 2)):
            operator.set_viewport_size({"width": width, "height": height})
            stands = operator.evaluate(LINES)
            assert stands == {"menu": 1, "header": lines, "beyond": False}, (_language, width)
        operator.click("button[name=language]")
        operator.wait_for_load_state()
    operator.click(".top-more")
    expect(operator.locator("#top-more .narrow-door")).to_be_visible()


def take_an_answer(operator: Page) -> None:
    """Fill the form and take a standard answer with its number; it rings, so that the draft is kept at once."""
    operator.goto("/intake?phone=0912345678")
    expect(operator.locator("[data-draft-state]")).to_contain_text("Đã lưu nháp")
    operator.fill("#reporter_name", NEW.reporter_name)
    operator.fill("#address", NEW.address)
    operator.locator("select[name=place]").evaluate("(select, place) => { select.value = place }", NEW.place)
    operator.select_option("#field", "health")
    with operator.expect_response("**/intake/beside"):
        operator.fill("#content", "tram y te lam viec gio nao")
    expect(operator.locator("#beside")).to_contain_text("Trạm y tế làm việc giờ nào?")
    offered = operator.locator("#beside li:has([data-use]) [data-text]").all_text_contents()
    operator.keyboard.press(f"Alt+{offered.index(opening_hours()) + 1}")


def direct_a_denunciation(operator: Page) -> None:
    """Type one, choose the first place that is named, and press the same key."""
    operator.fill("#content", "toi to cao can bo xa")
    panel = operator.locator(".petition")
    expect(panel).to_contain_text("Đây có thể là tố cáo")
    panel.get_by_role("button", name="Chọn nơi này").first.click()
    expect(operator.locator("#petition")).to_be_focused()
    expect(operator.locator("[data-guidance-shown]")).to_contain_text("nơi tiếp công dân")
    operator.keyboard.press("Control+Enter")


def test_each_key_does_what_its_block_does(desk: Desk) -> None:
    operator, told = desk.visit(OPERATOR), ".alert-success"
    take_an_answer(operator)
    expect(operator.locator("#given_answer")).to_be_focused()
    expect(operator.locator("#given_answer")).to_have_value(opening_hours())
    expect(operator.locator("[data-answer] kbd")).to_be_visible()
    expect(operator.locator("[data-main] kbd")).to_be_hidden()
    desk.site.later(seconds=75)
    operator.keyboard.press("Control+Enter")
    expect(operator.locator(told)).to_contain_text("Đã ghi nhận hồ sơ")
    assert desk.site.open_tasks(1) == []  # Answered, not handed over.
    direct_a_denunciation(operator)
    expect(operator.locator(told)).to_contain_text("Không lưu thông tin về người gọi")
    operator.locator(".ends summary").click()
    operator.get_by_role("button", name="Không có tiếng").click()
    expect(operator.locator(told)).to_contain_text("không có tiếng")
    assert desk.site.read(select(Report.call_seconds)) == [(75,)]
    assert desk.site.read(select(UnfiledCall.reason).order_by(UnfiledCall.id)) == [("denunciation",), ("silent",)]
