"""What is set in the panel is what the engine reads."""

from __future__ import annotations

import json
from pathlib import PurePosixPath

from lxml import etree
from playwright.sync_api import Page, expect

from engine.errors import FileProblem
from engine.scenarios import deployment_check
from tests.kit.studio_desk import Studio, empty_diagram, go, go_unsaved, saved

TIMERS: tuple[tuple[str, dict[str, str], str], ...] = (
    ("Sau một số giờ làm việc", {"Số giờ làm việc": "2"}, ">working_hours(2)</bpmn:timeDate>"),
    ("Sau một số ngày làm việc", {"Số ngày làm việc": "5"}, ">working_days(5)</bpmn:timeDate>"),
    ("Sau một số giờ, kể cả ngoài giờ làm việc", {"Số giờ": "1.5"}, ">clock_hours(1.5)</bpmn:timeDate>"),
    ("Khi đã dùng một phần thời hạn", {"Phần trăm thời hạn": "80"}, ">reminder(0.8)</bpmn:timeDate>"),
    ("Đúng lúc hết hạn", {}, ">deadline()</bpmn:timeDate>"),
    ("Khi quá hạn một số ngày làm việc", {"Số ngày làm việc quá hạn": "3"}, ">overdue_by(3)</bpmn:timeDate>"),
    (
        "Khi quá hạn một số giờ, kể cả ngoài giờ làm việc",
        {"Số giờ quá hạn": "24"},
        ">overdue_by_hours(24)</bpmn:timeDate>",
    ),
    (
        "Vào một thời điểm cố định",
        {"Ngày giờ (giờ Việt Nam)": "2026-12-31T17:00"},
        '>"2026-12-31T17:00:00+07:00"</bpmn:timeDate>',
    ),
    (
        "Sau một khoảng thời gian liên tục",
        {"Khoảng thời gian": "45", "Tính bằng": "phút"},
        '>"PT45M"</bpmn:timeDuration>',
    ),
    (
        "Lặp lại theo chu kỳ cố định",
        {"Mỗi lần cách nhau": "2", "Tính bằng": "ngày", "Số lần": "3"},
        '>"R3/P2D"</bpmn:timeCycle>',
    ),
)


OFFERED = (
    *("textfield", "textarea", "number", "datetime", "checkbox", "radio", "select", "checklist", "text", "separator"),
)


WRITTEN = (
    '<spiffworkflow:property name="role" value="commune" />',
    '<spiffworkflow:property name="form" value="verify" />',
    "<spiffworkflow:postScript>turn = 1</spiffworkflow:postScript>",
    ">working_hours(2)</bpmn:timeDate>",
    '<spiffworkflow:property name="missed" value="skip" />',
    '<spiffworkflow:serviceTaskOperator id="notice" resultVariable="_notice">',
    """<spiffworkflow:parameter id="to" type="any" value='["unit_above"]' />""",
    "<spiffworkflow:calledDecisionId>routing</spiffworkflow:calledDecisionId>",
    'calledElement="resolution"',
    'name="withdraw"',
    '<spiffworkflow:property name="form" value="receive" />',
    '<spiffworkflow:property name="start_roles" value="commune unit_head" />',
    '<spiffworkflow:property name="start_units" value="commune" />',
    '<spiffworkflow:property name="matter" value="content" />',
    '<spiffworkflow:property name="code" value="QX" />',
    '<spiffworkflow:property name="unmatched" value="incident" />',
)


def fill_in(page: Page, path: str) -> None:
    """Answer everything that the panel asks about the elements of the empty diagram."""
    panel = page.locator("[data-panel]")

    def fill(label: str, text: str) -> None:
        panel.get_by_label(label, exact=True).fill(text)

    def pick(label: str, name: str) -> None:
        panel.get_by_label(label, exact=True).select_option(label=name)

    pick("Vai trò thực hiện", "Cán bộ xã, phường")
    pick("Biểu mẫu", "verify (nhãn)")
    fill("Chạy sau khi xong", "turn = 1")
    go(page, path, "late")
    pick("Đến giờ", "Sau một số giờ làm việc")
    fill("Số giờ làm việc", "2")
    pick("Nếu đã lỡ giờ vì hệ thống dừng", "Bỏ qua")
    go(page, path, "tell")
    pick("Thao tác của hệ thống", "Gửi thông báo")
    pick("Mẫu thư", "take_up (nhãn)")
    panel.get_by_text("unit_above (nhãn)").click()
    expect(panel.get_by_label("Bậc nhắc việc", exact=True)).to_have_value("take_up")
    go(page, path, "table")
    pick("Tra bảng", "routing (nhãn)")
    go(page, path, "call")
    pick("Chạy quy trình", "resolution (nhãn)")
    go(page, path, "wait")
    pick("Chờ tin nhắn", "withdraw (nhãn)")
    go(page, path, "which_to_tell")
    fill("Đi nhánh này khi", 'outcome == "correct"')
    go(page, path, "which_to_table")
    panel.get_by_text("Nhánh còn lại, khi không nhánh nào khác đúng").click()
    go(page, path, "begin")
    pick("Biểu mẫu", "receive (nhãn)")
    panel.get_by_text("Được bắt đầu: commune (nhãn)").click()
    panel.get_by_text("Được bắt đầu: unit_head (nhãn)").click()
    panel.get_by_text("Chỉ ở đơn vị: commune (nhãn)").click()
    pick("Nội dung hiện trong danh sách", "Nội dung")
    fill("Hai chữ đầu của mã", "QX")
    go(page, path, "work")


def test_what_is_chosen_in_the_panel_is_what_the_engine_reads(studio: Studio) -> None:
    path = "workflows/fresh.bpmn"
    studio.drafts.write(path, empty_diagram())
    assert {one.rule for one in studio.drafts.check()} >= {
        "role-missing",
        "form-missing",
        "timer-empty",
        "operator-missing",
    }
    studio.drafts.problems = []  # What the checker says of each answer is not asked here, only of the last.
    page = studio.open(path, "which")
    page.get_by_text("Không điều kiện nào đúng thì hồ sơ dừng và báo sự cố").click()
    go(page, path, "work")
    fill_in(page, path)
    studio.drafts.problems = None
    page.locator("[data-entry-id=name] textarea").fill("Việc")
    saved(page)
    expect(page.get_by_role("button", name="Chạy kiểm thử")).to_be_visible()
    assert [str(one) for one in studio.drafts.check()] == []
    text = studio.drafts.files[path]
    for written in WRITTEN:
        assert written in text, text


def test_english_texts_stand_beside_the_vietnamese_ones(studio: Studio) -> None:
    path = "workflows/fresh.bpmn"
    studio.drafts.problems = []  # The test asks the checker itself.
    studio.drafts.write(path, empty_diagram())
    page = studio.open(path, "work")
    name, instructions = (
        page.locator("[data-panel]").get_by_label(label, exact=True)
        for label in ("Tên tiếng Anh", "Hướng dẫn tiếng Anh")
    )
    name.fill("Verify it")
    instructions.fill("Call the <citizen>.")
    go(page, path, "which")
    expect(name).to_have_value("")
    expect(instructions).to_have_count(0)
    name.fill("Accepted?")
    go(page, path, "begin")
    text = studio.drafts.files[path]
    for written in ('"name_en" value="Verify it"', '"name_en" value="Accepted?"', "Call the &lt;citizen"):
        assert written in text, text
    assert [one.element for one in alone(studio, path) if one.rule == "english-alone"] == ["work"]
    go(page, path, "work")
    expect(name).to_have_value("Verify it")
    for field in (name, instructions):
        field.fill("")
    go(page, path, "begin")
    assert "Verify it" not in studio.drafts.files[path]
    assert "instructions_en" not in studio.drafts.files[path]


def alone(studio: Studio, path: str) -> list[FileProblem]:
    """What the checker says of one file."""
    return deployment_check.problems_in({PurePosixPath(path): studio.drafts.files[path].encode()})


def test_timers_are_said_in_words(studio: Studio) -> None:
    path = "workflows/fresh.bpmn"
    studio.drafts.problems = []  # The test asks the checker itself.
    studio.drafts.write(path, empty_diagram())
    page = studio.open(path, "late")
    panel = page.locator("[data-panel]")
    kinds = panel.get_by_label("Đến giờ", exact=True)
    for kind, typed, expression in TIMERS:
        kinds.select_option(label=kind)
        for label, text in typed.items():
            field = panel.get_by_label(label, exact=True)
            field.select_option(label=text) if field.evaluate("it => it.tagName") == "SELECT" else field.fill(text)
        go(page, path, "begin")
        assert expression in studio.drafts.files[path]
        assert not [one for one in alone(studio, path) if "timer" in one.rule or "cycle" in one.rule]
        go(page, path, "late")
        expect(kinds.locator("option:checked")).to_have_text(kind)


def test_a_form_is_made_of_what_the_server_reads(studio: Studio) -> None:
    path = "forms/verify.json"
    page = studio.open(path)
    offered = page.locator(".fjs-palette-field").evaluate_all("all => all.map(one => one.dataset.fieldType)")
    assert sorted(offered) == sorted(OFFERED)
    page.locator(".fjs-element[data-id=field_files]").click(position={"x": 5, "y": 5})
    panel = page.locator("[data-panel]")
    panel.get_by_label("Chỉ nhận ảnh").check()
    saved(page)
    assert '"pictures": true' in studio.drafts.files[path]
    panel.get_by_label("Loại nội dung").select_option(label="Số điện thoại")
    panel.get_by_label("Mã dữ liệu").fill("phone_again")
    panel.get_by_label("Bắt buộc").check()
    panel.get_by_label("Câu trả lời của").select_option(label="Kết quả xác minh")
    panel.get_by_label("So sánh").select_option(label="không phải là")
    panel.get_by_label("Giá trị", exact=True).select_option(label="Không liên lạc được")
    page.locator(".fjs-element[data-id=field_outcome]").click(position={"x": 5, "y": 5})
    panel.get_by_role("button", name="Thêm lựa chọn").click()
    panel.get_by_label("Tên của lựa chọn 5").fill("Khác")
    panel.get_by_label("Mã của lựa chọn 5").fill("other")
    page.keyboard.press("Tab")
    saved(page)
    components = {one["id"]: one for one in json.loads(studio.drafts.files[path])["components"]}
    made = components["field_files"]
    assert made["properties"] == {"label_en": "Attachments", "store": "case", "kind": "phone"}, "Nothing of files."
    assert (made["key"], made["validate"]) == ("phone_again", {"required": True})
    assert made["conditional"] == {"hide": '=outcome != "unreachable"'}
    assert components["field_outcome"]["values"][-1] == {"label": "Khác", "value": "other"}


def test_repeats_and_lanes_are_written_as_the_engine_reads_them(studio: Studio) -> None:
    path = "workflows/fresh.bpmn"
    repeated = '<bpmn:multiInstanceLoopCharacteristics id="loop"/></bpmn:userTask>'
    studio.drafts.write(path, empty_diagram().replace("</bpmn:userTask>", repeated))
    studio.drafts.names = [
        {"value": "items", "label": "Các sở được hỏi", "kind": "list", "near": True, "from": [], "values": None},
        {"value": "result", "label": "Ý kiến", "kind": "text", "near": True, "from": ["work"], "values": None},
    ]
    page = studio.open(path, "work")
    panel = page.locator("[data-panel]")
    panel.get_by_label("Với mỗi mục của danh sách", exact=True).select_option(label="Các sở được hỏi (items)")
    panel.get_by_label("Mỗi mục gọi là", exact=True).fill("Một sở")
    panel.get_by_label("Gom kết quả vào danh sách", exact=True).fill("Các ý kiến")
    panel.get_by_label("Mỗi kết quả lấy từ", exact=True).select_option(label="Ý kiến (result)")
    go(page, path, "begin")
    go_unsaved(page, path, "work")
    expect(panel.get_by_label("Mỗi mục gọi là", exact=True)).to_have_value("Một sở")
    loop = etree.fromstring(studio.drafts.files[path].encode()).find(".//{*}multiInstanceLoopCharacteristics")
    assert loop is not None
    said = {etree.QName(part).localname: part.get("id") or part.text for part in loop}
    assert said == {
        "loopDataInputRef": "items",
        "inputDataItem": "mot_so",
        "loopDataOutputRef": "cac_y_kien",
        "outputDataItem": "result",
    }
    go_unsaved(page, "workflows/resolution.bpmn", "lane_commune")
    panel.get_by_label("Vai trò của làn").select_option(label="Tổng đài viên 1022")
    saved(page)
    assert 'id="lane_operator" name="Tổng đài viên 1022"' in studio.drafts.files["workflows/resolution.bpmn"]
