"""Templates stand on the drawing whole: with forms, timers and mails, and nothing left to mend."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.kit.studio_desk import Studio, go_unsaved, saved

PATH = "workflows/resolution.bpmn"
BUTTONS = {
    "Thêm bước có biểu mẫu và nhắc việc": 1,
    "Thêm bước lãnh đạo đơn vị duyệt": 1,
    "Thêm bước sở, ngành cho ý kiến": 1,
    "Thêm bước chờ người dân bổ sung": 1,
    "Thêm thang nhắc việc: sắp đến hạn, đến hạn, quá hạn": 3,
}
MADE = ("viec_moi", "lanh_dao_don_vi_duyet", "so_nganh_cho_y_kien", "cho_nguoi_dan_bo_sung", "sap_den_han")


def put(page: Page, label: str) -> None:
    panel = page.locator("[data-panel]")
    button = panel.get_by_role("button", name=label)
    if not button.is_visible():
        panel.get_by_text("Mẫu có sẵn").click()
    button.click()


def test_each_template_leaves_nothing_to_mend(studio: Studio) -> None:
    drafts = studio.drafts
    before = {(one.rule, one.element) for one in drafts.check()}
    page = studio.open(PATH, "resolve")
    for label in BUTTONS:
        put(page, label)
        expect(page.locator(".djs-element.selected[data-element-id=resolve]")).to_have_count(0)
        for element in ("verify", "resolve"):
            go_unsaved(page, PATH, element)
    saved(page)
    text = drafts.files[PATH]
    for name in MADE:
        assert f'id="{name}"' in text, name
    assert "forms/duyet_ket_qua.json" in drafts.files
    assert 'duyet_ket_qua_decision = "redo"' in text.replace("&#34;", '"').replace("&quot;", '"')
    assert [str(one) for one in drafts.check() if (one.rule, one.element) not in before] == []
