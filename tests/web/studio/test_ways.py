"""Ways through a draft: files by process, the map and the search, from an element to its file and back, copies."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import PurePosixPath

from playwright.sync_api import expect

from engine.studio.deployment_map import map_files
from tests.kit.chromium import serious
from tests.kit.site import COMMUNE, Site
from tests.kit.studio_desk import Studio
from tests.web.studio.test_studio import Studio as Analyst

RESOLUTION, LEAVE = "workflows/resolution.bpmn", "workflows/leave_request.bpmn"


def test_one_finds_the_way_from_an_element_to_its_file_and_back(studio: Studio) -> None:
    drafts = studio.drafts
    drafts.problems = []
    mapped = map_files({PurePosixPath(path): text.encode() for path, text in drafts.files.items()})
    drafts.map = {
        "files": [
            {**asdict(one), "path": str(one.path), "diagrams": list(map(str, one.diagrams))} for one in mapped.files
        ],
        "links": [
            {"path": str(one.use.path), "element": one.use.element, "caption": one.use.caption.vietnamese,
             "target": str(one.target)}
            for one in mapped.links
        ],
    }  # fmt: skip
    drafts.places = [{"path": LEAVE, "element": "decide_leave", "line": 0, "text": "Quyết định đơn xin nghỉ"}]
    page = studio.open(RESOLUTION, "verify")
    expect(page.locator("#studio-file optgroup[label='Giải quyết tại địa phương'] option").first).to_have_text(
        "Sơ đồ: Giải quyết tại địa phương – resolution.bpmn"
    )
    page.get_by_role("button", name="Mở: biểu mẫu").click()
    expect(page.locator("#studio")).to_have_attribute("data-open", "forms/verify.json")
    page.get_by_role("button", name="Quay lại").click()
    expect(page.locator(".djs-element.selected[data-element-id=verify]")).to_be_attached()
    page.get_by_role("button", name="Tìm, bản đồ").click()
    expect(page.get_by_role("button", name="Nhắc xác minh → Đã hết thời gian xác minh")).to_be_visible()
    assert serious(page) == []
    page.get_by_label("Tên, chữ hoặc mã").fill("đơn xin nghỉ")
    page.get_by_role("button", name="Quyết định đơn xin nghỉ decide_leave", exact=True).click()
    expect(page.locator(".djs-element.selected[data-element-id=decide_leave]")).to_be_attached()


def test_only_analysts_see_the_map_and_search(site: Site) -> None:
    analyst = Analyst(site)
    mapped = analyst.ask("GET", "/map").json
    assert {"path": RESOLUTION, "caption": "Giải quyết tại địa phương", "diagrams": [RESOLUTION]} in mapped["files"]
    found = analyst.ask("GET", "/search?q=nhac+xac+minh").json
    assert found[0]["element"] == "notify_verify_late"
    for page in ("/map", "/search?q=a"):
        assert site.browser(COMMUNE).get(f"{analyst.home}{page}").status_code == 403
