"""Conditions are built of rows in the panel, written in FEEL, and kept as text where they say more."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from playwright.sync_api import Page, expect

from engine.bpmn.feel_marks import TEST
from engine.bpmn.scripts import ExpressionLanguage
from engine.process import definitions
from engine.shipped import ROOT
from engine.studio.condition_names import list_condition_names
from tests.kit.site import COMMUNE, Site
from tests.kit.studio_desk import Studio, empty_diagram, go_unsaved, saved
from tests.web.studio.test_studio import Studio as Analyst

PATH, FLOW = "workflows/fresh.bpmn", "which_to_tell"
NAMES = [
    {"value": "outcome", "label": "Kết quả", "kind": "text", "near": True,
     "values": [{"value": "yes", "label": "Đạt"}, {"value": "no", "label": "Chưa đạt"}]},
    {"value": "days", "label": "days", "kind": "number", "near": True, "values": None},
]  # fmt: skip


@pytest.fixture
def page(studio: Studio) -> Page:
    """The flow behind a choice, chosen."""
    studio.drafts.problems, studio.drafts.names = [], NAMES
    studio.drafts.write(PATH, empty_diagram())
    page = studio.open(PATH)
    go_unsaved(page, PATH, FLOW)
    return page


def condition(studio: Studio, page: Page) -> str:
    saved(page)
    text = studio.drafts.files[PATH]
    start = text.index("<bpmn:conditionExpression")
    return text[start : text.index("</bpmn:conditionExpression>", start)].replace("&#34;", '"').replace("&quot;", '"')


def test_rows_are_chosen_with_the_keyboard_and_written_in_feel(studio: Studio, page: Page) -> None:
    page.get_by_role("button", name="Thêm dòng").focus()
    page.keyboard.press("Enter")
    values = page.get_by_label("Giá trị, dòng 1")
    expect(values.locator("option")).to_have_text(["— chưa chọn —", "Đạt", "Chưa đạt"])
    values.focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Thêm dòng", exact=True).click()
    page.get_by_label("Tên, dòng 2").select_option("days")
    page.get_by_label("So sánh, dòng 2").select_option("<=")
    page.get_by_label("Giá trị, dòng 2").fill("3")
    page.get_by_label("Ghép các dòng").select_option("or")
    text = page.locator("[data-panel]").get_by_label("Đi nhánh này khi", exact=True)
    expect(text).to_have_value('outcome = "no" or days <= 3')
    written = condition(studio, page)
    assert 'language="feel"' in written
    assert written.endswith('outcome = "no" or days &lt;= 3')
    language = ExpressionLanguage({})
    assert [language.evaluate(f'{TEST}outcome = "no" or days <= 3', {"outcome": "yes", "days": n}) for n in (3, 4)] == [
        True,
        False,
    ]
    page.get_by_role("button", name="Thêm nhóm").click()
    expect(text).to_have_value('outcome = "no" or days <= 3 or (outcome = "yes" and outcome = "yes")')
    page.get_by_label("Tên, dòng 3.2").select_option("days")
    expect(text).to_have_value('outcome = "no" or days <= 3 or (outcome = "yes" and days = 0)')
    page.get_by_role("button", name="Bỏ nhóm 3").click()
    page.get_by_role("button", name="Bỏ dòng 2").click()
    expect(text).to_have_value('outcome = "no"')


def test_what_rows_cannot_say_stays_text(studio: Studio, page: Page) -> None:
    text = page.locator("[data-panel]").get_by_label("Đi nhánh này khi", exact=True)
    text.fill("working_hours(days) > now()")
    expect(page.get_by_text("không hiện thành dòng được")).to_be_visible()
    expect(page.get_by_text("Hàm “working_hours” không có dạng dòng.")).to_be_visible()
    assert condition(studio, page).endswith("working_hours(days) &gt; now()")
    text.fill('outcome in ("yes", "no") and days != null')
    expect(page.get_by_label("Giá trị, dòng 1").locator("option:checked")).to_have_text(["Đạt", "Chưa đạt"])
    expect(page.get_by_label("So sánh, dòng 2")).to_have_value("filled")


def test_the_server_names_what_a_condition_may_ask(site: Site) -> None:
    analyst = Analyst(site)
    rows = {row["value"]: row for row in analyst.ask("GET", "/names/workflows/citizen_report.bpmn").json}
    assert rows["urgency"]["values"][0] == {"value": "normal", "label": "Bình thường"}
    assert (rows["field"]["label"], rows["field"]["kind"]) == ("Lĩnh vực", "text")
    assert {"75.VP"} <= {unit["value"] for unit in rows["place"]["values"]}
    assert {"value": "commune", "label": "Xã, phường"} in rows["unit_kind(place)"]["values"]
    assert (rows["starter_role"]["label"], rows["outcome"]["from"]) == ("Vai trò của người bắt đầu", ["receive"])
    assert site.browser(COMMUNE).get(f"{analyst.home}/names/workflows/citizen_report.bpmn").status_code == 403


def test_names_that_the_diagram_sets_come_first_in_both_languages() -> None:
    files = definitions.read_deployment_folder(ROOT)
    rows = list_condition_names(files, PurePosixPath("workflows/leave_request.bpmn"), None, "en")
    assert [row["near"] for row in rows] == sorted((row["near"] for row in rows), reverse=True)
    (decision,) = [row for row in rows if row["value"] == "leave_decision"]
    assert decision["near"]
    assert decision["label"] == "Decision"
