"""A form of a draft is shown as officers will see it, filled in by hand, and nothing is stored."""

from __future__ import annotations

from tests.kit.site import COMMUNE, Site
from tests.web.studio.test_studio import Studio


def test_a_form_is_filled_in_by_hand_and_says_what_the_process_would_see(site: Site) -> None:
    analyst = Studio(site)
    frames = analyst.browser.get(f"{analyst.home}/form-preview/decide_leave").text
    assert frames.count("<iframe") == 2
    assert "biểu mẫu “decide_leave”" not in frames
    assert "biểu mẫu “Quyết định đơn xin nghỉ / Cấp trên quyết định đơn xin nghỉ”" in frames
    sheet = analyst.browser.get(f"{analyst.home}/form-sheet/decide_leave")
    assert "Đồng ý cho nghỉ" in sheet.text
    assert "frame-ancestors 'self'" in sheet.headers["Content-Security-Policy"]
    empty = analyst.browser.post(f"{analyst.home}/form-sheet/decide_leave", {})
    assert "Thông tin chưa hợp lệ" in empty.text
    filled = analyst.browser.post(f"{analyst.home}/form-sheet/decide_leave", {"leave_decision": "granted"})
    assert "Quyết định: granted" in filled.text


def test_a_form_with_problems_says_so_and_others_see_none(site: Site) -> None:
    analyst = Studio(site)
    analyst.ask("PUT", "/files/forms/broken.json", b'{"components": [{"type": "wheel"}]}', If_None_Match="*")
    assert "chưa hiện được" in analyst.browser.get(f"{analyst.home}/form-sheet/broken").text
    assert analyst.browser.get(f"{analyst.home}/form-sheet/nowhere").status_code == 404
    for page in ("form-sheet", "form-preview"):
        assert site.browser(COMMUNE).get(f"{analyst.home}/{page}/verify").status_code == 403
