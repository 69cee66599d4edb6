"""The studio around the editors in a real browser: saving, conflicts, problems, files, words."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import Route, expect

from tests.kit.chromium import serious
from tests.kit.foreign_diagrams import foreign
from tests.kit.site import OFFICE
from tests.kit.studio_desk import API, CHECKING, WIDE, Studio, choose, empty_diagram, go_unsaved, saved, shown
from tests.paths import ROOT

STUDIO = ROOT / "web" / "frontend" / "studio" / "words"


MODULES = ROOT / "web" / "frontend" / "node_modules"


SAID = {
    "bpmn-js/lib/features/**/*.js": "bpmn.json",
    "dmn-js-decision-table/lib/**/*.js": "dmn.json",
    "dmn-js-drd/lib/**/*.js": "dmn.json",
    "dmn-js-literal-expression/lib/**/*.js": "dmn.json",
    "dmn-js-boxed-expression/lib/**/*.js": "dmn.json",
    "dmn-js-shared/lib/**/*.js": "dmn.json",
}


UNSEEN = {"Align elements ", "Event based instantiating Gateway", "HELLO {you}"}


def test_what_another_tab_stored_is_never_overwritten_unasked(studio: Studio) -> None:
    path = "workflows/resolution.bpmn"
    page = studio.open(path, "verify")
    theirs = studio.drafts.files[path].replace('name="Xác minh"', 'name="Bản của họ"')
    studio.drafts.write(path, theirs)
    name = page.locator("[data-entry-id=name] textarea")
    name.fill("Bản của tôi")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Trần Thị Bình")
    dialog.get_by_role("button", name="Để sau").click()
    expect(page.locator("[data-state]")).to_contain_text("Chưa lưu")
    expect(name).to_have_value("Bản của tôi")
    assert studio.drafts.files[path] == theirs
    page.get_by_role("button", name="Chọn bản để giữ").click()
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Lấy bản đã lưu").click()
    assert 'name="Bản của tôi"' in download.value.path().read_text(encoding="utf-8")
    expect(page.locator("[data-state]")).to_contain_text("tự lưu")
    go_unsaved(page, path, "verify")
    expect(name).to_have_value("Bản của họ")
    studio.drafts.write(path, theirs)
    name.fill("Bản sau cùng")
    dialog.get_by_role("button", name="Giữ bản của tôi").click()
    saved(page)
    assert 'name="Bản sau cùng"' in studio.drafts.files[path]


def test_a_lost_connection_loses_nothing(studio: Studio) -> None:
    path = "workflows/mail/chase.txt"
    page = studio.open(path)
    page.context.set_offline(True)
    page.get_by_label("Nội dung thư").fill("Nội dung mới")
    expect(page.locator("[data-state]")).to_contain_text("mất kết nối")
    page.context.set_offline(False)
    page.get_by_label("Tiêu đề thư").fill("Tiêu đề mới")
    saved(page)
    assert studio.drafts.files[path] == "Tiêu đề mới\nNội dung mới"
    studio.desk.faults[:] = [fault for fault in studio.desk.faults if "ERR_INTERNET_DISCONNECTED" not in fault]


def test_problems_are_listed_and_marked_where_they_are(studio: Studio) -> None:
    studio.drafts.problems = [
        {"path": "workflows/resolution.bpmn", "element": "verify", "line": 120, "sentence": "Thiếu biểu mẫu."},
        {"path": "forms/verify.json", "element": "components[1].label", "line": 0, "sentence": "Thiếu tên ô."},
        {"path": "workflows/routing.dmn", "element": "routing_local", "line": 50, "sentence": "Dòng thừa."},
        {"path": "workflows/mail/chase.txt", "element": "", "line": 1, "sentence": "Thiếu tiêu đề."},
    ]
    page = studio.open("workflows/citizen_report.bpmn")
    page.get_by_role("button", name="Sửa 4 vấn đề").click()
    shown(page, "verify")
    expect(page.locator(".djs-overlay .problem-badge")).to_have_text("1")
    expect(page.locator(".djs-element.has-problem[data-element-id=verify]")).to_be_attached()
    page.get_by_role("button", name="Thiếu tên ô.").click()
    expect(page.locator(".fjs-element.has-problem[data-id=field_contact_at]")).to_be_visible()
    expect(page.get_by_label("Tên ô", exact=True)).to_have_value("Thời điểm liên hệ")
    page.get_by_role("button", name="Dòng thừa.").click()
    expect(page.locator("td.has-problem").first).to_be_visible()
    page.get_by_role("button", name="Thiếu tiêu đề.").click()
    expect(page.get_by_label("Tiêu đề thư")).to_be_focused()
    studio.drafts.problems = []
    studio.drafts.notes = [
        {"path": "workflows/mail/chase.txt", "element": "", "line": 0, "sentence": "Hai nhánh cùng ghi x."}
    ]
    page.get_by_label("Tiêu đề thư").fill("Tiêu đề")
    expect(page.get_by_role("button", name="Chạy kiểm thử")).to_be_visible()
    expect(page.locator(".problem-hint").first).to_contain_text("Hai nhánh cùng ghi x.")


def test_nothing_moves_under_the_pointer_when_the_check_arrives(studio: Studio) -> None:
    path = "forms/verify.json"
    page = studio.desk.visit(OFFICE, WIDE)
    held: list[Route] = []
    page.route("**/problems", lambda route: held.append(route))  # noqa: PLW0108 - a built-in cannot be a handler.
    page.goto(f"{API}/edit#{path}")
    expect(page.locator("#studio")).to_have_attribute("data-open", path)
    expect(page.locator("[data-problems]")).to_have_text(CHECKING)
    before = page.locator("[data-canvas]").bounding_box()
    held.pop().continue_()
    expect(page.locator("[data-next]")).to_be_visible()
    assert page.locator("[data-canvas]").bounding_box() == before


def test_each_step_leads_to_the_next_and_back_to_the_drawing(studio: Studio) -> None:
    studio.drafts.problems = []
    page = studio.open("workflows/mail/chase.txt")
    for button, step in (("Chạy kiểm thử", "tests"), ("Chạy lại hồ sơ cũ", "replay"), ("Xem khác biệt", "difference")):
        page.get_by_role("button", name=button).click()
        expect(page.locator(f"#studio-step-{step}")).to_contain_text(step)
    expect(page.get_by_role("button", name="Đưa vào chạy")).to_be_visible()
    piece = page.locator("#studio-step-difference")
    piece.get_by_text("Sửa").focus()
    page.keyboard.press("Enter")
    shown(page, "assign")
    piece.get_by_text("Đã đi").hover()
    expect(page.locator(".djs-element.walked[data-element-id=verify]")).to_be_attached()
    piece.get_by_role("button", name="Mở", exact=True).click()
    expect(page.locator("#studio")).to_have_attribute("data-open", "forms/verify.json")
    page.goto(f"{API}/edit#versions")
    page.reload()
    expect(page.locator("#studio-step-versions")).to_contain_text("versions")


def test_the_drawing_itself_gives_hints(studio: Studio) -> None:
    path = "workflows/fresh.bpmn"
    studio.drafts.problems = []
    studio.drafts.write(path, empty_diagram().replace('id="tell" name="tell"', 'id="tell"'))
    page = studio.open(path)
    expect(page.locator("[data-problems]")).to_contain_text("Phần tử chưa có tên")
    expect(page.locator(".problem-badge.problem-hint").first).to_be_visible()


def test_others_on_the_same_file_are_named(studio: Studio) -> None:
    studio.drafts.others = [
        {"who": "Lê Văn Nam", "at": "2026-11-25T09:00:00+07:00", "paths": ["workflows/routing.dmn"]}
    ]
    page = studio.open("workflows/resolution.bpmn")
    expect(page.locator("[data-others]")).to_have_text("Lê Văn Nam đang sửa routing.dmn trong bản nháp khác.")
    choose(page, "workflows/routing.dmn")
    expect(page.locator("[data-others]")).to_contain_text("Lê Văn Nam cũng đang sửa tệp này")


def test_files_are_made_imported_and_deleted(studio: Studio, tmp_path: Path) -> None:
    page = studio.open("workflows/resolution.bpmn")
    for kind, path in (
        ("Sơ đồ", "workflows/moi.bpmn"),
        ("Bảng quyết định", "workflows/moi.dmn"),
        ("Biểu mẫu", "forms/moi.json"),
    ):
        page.get_by_role("button", name="Tệp mới").click()
        page.get_by_label("Loại tệp").select_option(label=kind)
        page.get_by_label("Tên tệp").fill("moi")
        page.get_by_role("button", name="Tạo", exact=True).click()
        expect(page.locator("#studio")).to_have_attribute("data-open", path)
        expect(page.get_by_label("Nội dung tệp")).to_be_hidden()
    brought = tmp_path / "foreign.bpmn"
    brought.write_text(foreign("camunda7"), encoding="utf-8")
    page.set_input_files("[data-chooser]", brought)
    expect(page.locator("#studio")).to_have_attribute("data-open", "workflows/foreign.bpmn")
    assert studio.drafts.files["workflows/foreign.bpmn"] == foreign("camunda7")
    page.get_by_role("button", name="Xóa tệp").click()
    page.get_by_role("dialog").get_by_role("button", name="Xóa tệp").click()
    expect(page.locator("#studio")).to_have_attribute("data-open", "workflows/citizen_report.bpmn")
    assert "workflows/foreign.bpmn" not in studio.drafts.files


def test_what_cannot_be_drawn_is_edited_as_text(studio: Studio) -> None:
    path = "workflows/broken.bpmn"
    studio.drafts.write(path, "<bpmn:definitions>\r\nđang viết dở")
    page = studio.open(path)
    expect(page.locator("[data-note]")).to_contain_text("Không vẽ được tệp này")
    page.get_by_label("Nội dung tệp").fill("một\nhai")
    saved(page)
    assert studio.drafts.files[path] == "một\r\nhai"


def test_a_mail_is_previewed_on_a_real_case(studio: Studio) -> None:
    path = "workflows/mail/chase.txt"
    page = studio.open(path)
    page.get_by_label("Mã hồ sơ").fill("DN-00")
    page.get_by_role("button", name="Xem thử").click()
    expect(page.locator(".studio-mail")).to_have_text("Không có hồ sơ này.")
    page.get_by_label("Mã hồ sơ").fill("DN-26-000460-V")
    page.get_by_role("button", name="Xem thử").click()
    expect(page.locator(".studio-mail")).to_contain_text(f"Thư thử: {len(studio.drafts.files[path])}")
    page.get_by_label("Nội dung thư").fill("")
    page.get_by_role("button", name="tên đơn vị nhận").click()
    saved(page)
    assert studio.drafts.files[path].split("\n")[1] == "{{ unit.name }}"


def test_every_word_of_the_editors_is_in_our_dictionary() -> None:
    for pattern, dictionary in SAID.items():
        known = {plain(word) for word in json.loads((STUDIO / dictionary).read_text(encoding="utf-8"))}
        said = {word for file in MODULES.glob(pattern) for word in words(file.read_text(encoding="utf-8"))}
        assert {word for word in said if plain(word) not in known} <= UNSEEN


def words(program: str) -> list[str]:
    return [word for _quote, word in re.findall(r"""translate\((['"])((?:\\.|[^'"\\])+)\1""", program)]


def plain(word: str) -> str:
    return re.sub(r"[^a-z0-9{}<>]", "", word.lower())


def test_the_studio_has_no_serious_barrier(studio: Studio) -> None:
    page = studio.open("workflows/resolution.bpmn", "verify")
    page.get_by_role("tab", name="Vấn đề").click()
    found = serious(page)
    choose(page, "workflows/mail/chase.txt")
    assert found + serious(page) == []


def test_the_editors_name_their_makers(studio: Studio) -> None:
    page = studio.open("workflows/resolution.bpmn")
    expect(page.locator(".bjs-powered-by")).to_be_visible()
    choose(page, "workflows/routing.dmn")
    expect(page.locator(".bjs-powered-by").first).to_be_visible()
    choose(page, "forms/verify.json")
    expect(page.locator(".fjs-powered-by-link")).to_be_attached()
