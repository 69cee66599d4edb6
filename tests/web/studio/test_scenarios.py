"""A scenario edited as a table: what cannot be read is named, and nothing that was typed is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from engine.actor import SYSTEM, ActStamp
from engine.staff import access, people
from engine.store.db import transaction
from tests.kit.chromium import Desk
from tests.kit.site import NOW, OFFICE, Site
from tests.kit.studio_desk import WIDE, choose, saved
from tests.paths import ROOT
from web.serve import in_thread

BY = ActStamp(SYSTEM, NOW)

PATH = "workflows/tests/citizen_report_handled_in_time.yaml"


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
    assert opened.faults == []


def test_a_scenario_is_edited_as_a_table(desk: Desk) -> None:
    page = desk.visit(OFFICE, WIDE)
    page.goto("/studio")
    page.get_by_label("Bản nháp mới: bạn định thay đổi gì?").fill("Kịch bản")
    page.get_by_role("button", name="Tạo bản nháp").click()
    expect(page.locator("#studio")).to_have_attribute("data-open", "workflows/citizen_report.bpmn")
    choose(page, PATH)
    assert page.locator(".scenario-who").all_inner_texts()[2] == "Đầu mối cấp 2"
    when = page.get_by_label("Khi nào, dòng 3")
    when.fill("ngày mai")
    expect(page.locator("[data-state]")).to_contain_text("dòng 3")
    expect(when).to_have_class(re.compile("is-invalid"))
    page.select_option("#studio-file", "forms/verify.json")
    expect(page.locator("#studio-file")).to_have_value(PATH)
    when.fill("35m")
    page.get_by_role("button", name="Bỏ dòng").first.click()
    saved(page)
    page.reload()
    expect(page.get_by_label("Khi nào, dòng 2")).to_have_value("35m")


def test_the_server_reads_and_writes_tables(site: Site) -> None:
    with transaction(site.engine) as tx:
        people.grant_role(tx, access.person_id_of(tx, OFFICE), "75.VP", "analyst", BY)
    browser = site.browser(OFFICE)
    home = browser.post("/studio/drafts", {"title": "Kịch bản"}).location.removesuffix("/edit")

    def ask(step: str, body: Any) -> Any:
        return browser.client.post(
            f"{home}/scenario/{step}", data=json.dumps(body), headers={"X-CSRFToken": browser.token()},
            content_type="application/json",
        )  # fmt: skip

    text = (ROOT / PATH).read_text(encoding="utf-8")
    found = ask("table", {"path": PATH, "text": text}).json
    assert [row["who"] for row in found["table"]["rows"][:3]] == ["", "Tổng đài viên", "Đầu mối cấp 2"]
    written = ask("text", {"path": PATH, "table": found["table"]}).json["text"]
    assert ask("table", {"path": PATH, "text": written}).json["table"] == found["table"]
    changed = {**found["table"], "rows": [row for row in found["table"]["rows"] if row["act"] != "wait"]}
    changed["rows"][1]["when"] = "25m"
    kept = ask("text", {"path": PATH, "table": changed, "text": text}).json["text"]
    lines = [line for line in kept.splitlines() if line not in text.splitlines()]
    assert len(lines) < 5
    refused = ask("text", {"path": PATH, "table": {**found["table"], "starts_at": "x", "data": ": :"}})
    assert refused.status_code == 422
    assert {(cell["row"], cell["column"]) for cell in refused.json["cells"]} == {(0, "starts_at"), (0, "data")}
    said = {cell["column"]: cell["sentence"] for cell in refused.json["cells"]}
    assert said["data"].startswith("Viết “tên: giá trị")
    assert refused.json["sentence"] == "Bảng còn ô chưa đọc được: phần trên bảng."
    for step, body in (
        ("table", {"text": "# ghi chú\n" + text}),
        ("table", {"text": "steps: ["}),
        ("table", []),
        ("text", {"table": {"rows": 1}}),
        ("text", "x"),
    ):
        answer = ask(step, body)
        assert (answer.status_code, bool(answer.json["sentence"])) == (422, True), body
