"""A new step is chosen, answered once, shown in every scenario that needs it, and put into those by one button."""

from __future__ import annotations

import pytest

from tests.kit.site import Site
from tests.web.pages.test_task import VERIFY
from tests.web.studio.test_studio import Studio

PATH = "workflows/tests/without_verifying.yaml"
BEFORE = """\
process: citizen_report
name: "Chưa ai xác minh"
start:
  at: "2026-12-07T08:00+07:00"
  data: {field: health, urgency: normal, place: "26068", channel: phone}
steps:
  - task: receive
    data: {outcome: handed_over, reporter_name: Nguyễn Văn An, phone: "0912345678", address: "12 Bùi Hữu Nghĩa",
           place: "26068", field: health, urgency: normal, content: Đèn đường hỏng nhiều ngày.}
  - task: assign
    after: 2h
    data: {place: "26068"}
"""
AFTER = "  - expect: {open: [resolve]}\n"
PAGE = "/new-step"


@pytest.fixture
def studio(site: Site) -> Studio:
    made = Studio(site)
    assert made.ask("PUT", f"/files/{PATH}", (BEFORE + AFTER).encode(), If_None_Match="*").status_code == 204
    return made


def test_a_step_is_shown_in_the_scenarios_that_need_it_and_put_in_by_one_button(studio: Studio) -> None:
    page = studio.browser.get(f"{studio.home}{PAGE}?task=verify").text
    assert "Người làm: Đầu mối xã, phường" in page
    assert 'name="findings"' in page
    empty = studio.browser.post(f"{studio.home}{PAGE}", {"task": "verify", "act": "preview"}).text
    assert "is-invalid" in empty
    assert "Các kịch bản sẽ đổi" not in empty
    answers = {**VERIFY, "task": "verify", "contact_at": "07/12/2026 10:00"}
    preview = studio.browser.post(f"{studio.home}{PAGE}", {**answers, "act": "preview"}).text
    assert "sau dòng 2" in preview
    assert f'value="{PATH}" id="plan-1" checked' in preview
    assert preview.count('name="scenario"') == 1
    done = studio.browser.post(f"{studio.home}{PAGE}", {**answers, "act": "store", "scenario": PATH})
    assert done.location.endswith("#tests")
    text = studio.ask("GET", f"/files/{PATH}").data.decode()
    assert text.startswith(BEFORE + "  - task: verify\n    data: {")
    assert text.endswith(AFTER)
    assert "kịch bản đều đạt" in studio.browser.get(f"{studio.home}/panel/tests").text


def test_without_a_step_one_is_asked_for_and_what_is_not_drawn_is_refused(studio: Studio) -> None:
    assert '<option value="verify">' in studio.browser.get(f"{studio.home}{PAGE}").text
    assert studio.browser.get(f"{studio.home}{PAGE}?task=none").status_code == 404
    assert f"{PAGE}?task=" in studio.browser.get(f"{studio.home}/panel/tests").text
