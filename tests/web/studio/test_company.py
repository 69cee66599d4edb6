"""A shared draft on the studio's pages: read by others, edited by whom its owner adds, remarked on where it stands."""

from __future__ import annotations

import pytest

from tests.kit.site import COMMUNE, OFFICE, OPERATOR, Site
from tests.web.studio.test_studio import DIAGRAM, Studio


@pytest.fixture
def studio(site: Site) -> Studio:
    return Studio(site)


def test_a_shared_draft_is_read_and_remarked_on_by_others_and_changed_by_none(site: Site, studio: Studio) -> None:
    other = Studio(site, OPERATOR).browser
    assert other.get(f"{studio.home}/review").status_code == 404
    studio.browser.post(f"{studio.home}/review/share", {"shared": "yes"})
    assert "Thêm bước duyệt" in other.get("/studio").text
    editor = other.get(f"{studio.home}/edit").text
    assert "data-reading" in editor
    assert "bạn xem và nhận xét được, không sửa được" in editor
    for page in ("/files", f"/files/{DIAGRAM}", "/problems", "/panel/difference", "/panel/comments", "/review"):
        assert other.get(studio.home + page).status_code == 200, page
    content = other.get(f"{studio.home}/files/{DIAGRAM}").data
    headers = {"X-CSRFToken": other.token(), "If-Match": '"0"'}
    refused = other.client.put(f"{studio.home}/files/{DIAGRAM}", data=content + b" ", headers=headers)
    assert (refused.status_code, "bạn chỉ xem và nhận xét được" in (refused.json or {})["sentence"]) == (403, True)
    acts = {"/deploy": {"message": "x"}, "/discard": {}, "/review/share": {"shared": "no"}, "/review/editors": {}}
    for act, form in {**acts, "/update": {}, "/record": {"code": "DN-26-000001-A"}, "/import": {}}.items():
        assert other.post(studio.home + act, form).status_code == 403, act
    assert studio.ask("GET", f"/files/{DIAGRAM}").headers["ETag"] == '"0"'


def test_remarks_stand_at_their_place_until_they_are_resolved(site: Site, studio: Studio) -> None:
    studio.browser.post(f"{studio.home}/review/share", {"shared": "yes"})
    other = Studio(site, OPERATOR).browser
    form = {"path": DIAGRAM, "element": "verify", "line": "", "text": "Vì sao bước này <b>trước</b>?"}
    assert other.post(f"{studio.home}/comments", form).location.endswith("/review#comments")
    (mark,) = studio.ask("GET", "/comments").json
    assert (mark["path"], mark["element"], mark["line"]) == (DIAGRAM, "verify", 0)
    assert "Vì sao bước này <b>trước</b>?" in mark["sentence"]
    panel = studio.browser.get(f"{studio.home}/panel/comments").text
    assert f'data-path="{DIAGRAM}" data-element="verify"' in panel
    assert " · verify<" not in panel
    assert '<option value="verify">Xác minh</option>' in panel
    assert "&lt;b&gt;trước&lt;/b&gt;" in panel
    number = panel.split('id="comment-')[-1].partition('"')[0]
    studio.browser.post(f"{studio.home}/comments/{number}/reply", {"text": "Theo quy chế."})
    answer = studio.browser.post(f"{studio.home}/comments/{number}/resolve", {}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "Theo quy chế." in answer.text
    assert studio.ask("GET", "/comments").json == []
    other.post(f"{studio.home}/comments/{number}/resolve", {"resolved": "no"})
    assert len(studio.ask("GET", "/comments").json) == 1
    empty = other.post(f"{studio.home}/comments", {**form, "text": " "}, headers={"HX-Request": "true"})
    assert (empty.status_code, "Ghi nhận xét" in empty.text) == (422, True)
    for bad in ({"line": "x"}, {"path": "forms/none.json"}):
        assert other.post(f"{studio.home}/comments", {**form, **bad}).status_code in (302, 404)
    assert other.post(f"{studio.home}/comments/999/reply", {"text": "x"}).status_code == 404


def test_the_owner_lets_another_analyst_edit(site: Site, studio: Studio) -> None:
    other = Studio(site, OPERATOR).browser
    page = studio.browser.get(f"{studio.home}/review").text
    person = page.partition('name="person"')[2].partition('value="')[2].partition('"')[0]
    studio.browser.post(f"{studio.home}/review/editors", {"person": person})
    assert "data-reading" not in other.get(f"{studio.home}/edit").text
    headers = {"X-CSRFToken": other.token(), "If-Match": '"0"'}
    content = other.get(f"{studio.home}/files/{DIAGRAM}").data
    assert other.client.put(f"{studio.home}/files/{DIAGRAM}", data=content + b"\n", headers=headers).status_code == 204
    assert other.post(f"{studio.home}/review/editors", {"person": person}).status_code == 403
    studio.browser.post(f"{studio.home}/review/editors", {"person": person, "act": "remove"})
    assert other.get(f"{studio.home}/edit").status_code == 404
    studio.browser.post(f"{studio.home}/review/editors", {"person": "x"})
    assert "data-reading" not in site.browser(OFFICE).get(f"{studio.home}/edit").text
    assert site.browser(COMMUNE).get(f"{studio.home}/review").status_code == 403


def test_a_draft_goes_through_review_to_deployment_and_its_version_names_the_approver(site: Site) -> None:
    chief = site.browser(OFFICE)  # Who holds the role of administrator too.
    assert "không cần ai duyệt" in chief.get("/admin/release-rule").text
    chief.post("/admin/release-rule", {"needed": "yes"})
    studio, other = Studio(site), Studio(site, OPERATOR).browser
    mail = "workflows/mail/reminder.txt"
    content = studio.ask("GET", f"/files/{mail}").data
    studio.ask("PUT", f"/files/{mail}", content + "\nXin cảm ơn.".encode(), If_Match='"0"')
    assert "Triển khai cần một chuyên viên thiết kế khác duyệt trước." in studio.ask("GET", "/panel/versions").text
    studio.deploy("Thư mới")
    assert studio.browser.get("/studio/versions/2/cases").status_code == 404
    studio.browser.post(f"{studio.home}/review/ask", {"note": "Xin xem thư."})
    own = studio.browser.get(f"{studio.home}/review").text
    assert "Duyệt để triển khai" not in own
    page = other.get(f"{studio.home}/review").text
    assert "Xin xem thư." in page
    assert "reminder.txt" in page.partition('id="difference"')[2]
    digest = page.partition('name="digest" value="')[2].partition('"')[0]
    number = page.partition('name="review" value="')[2].partition('"')[0]
    verdict = {"review": number, "digest": digest, "verdict": "approve", "reason": "Đồng ý."}
    studio.browser.post(f"{studio.home}/review/verdict", verdict)
    assert "chờ duyệt" in studio.browser.get(f"{studio.home}/review").text
    other.post(f"{studio.home}/review/verdict", {**verdict, "digest": "x"})
    other.post(f"{studio.home}/review/verdict", {**verdict, "verdict": "return", "reason": ""})
    assert "chờ duyệt" in other.get(f"{studio.home}/review").text
    other.post(f"{studio.home}/review/verdict", verdict)
    assert "Đồng ý." in studio.browser.get(f"{studio.home}/review").text
    studio.deploy("Thư mới")
    versions = studio.browser.get("/studio").text
    assert "Người duyệt: " in versions
    assert studio.browser.get("/studio/versions/2/cases").status_code == 200


def test_only_an_administrator_sets_the_rule(site: Site, studio: Studio) -> None:
    analyst = Studio(site, OPERATOR).browser
    assert analyst.get("/admin/release-rule").status_code == 403
    assert analyst.post("/admin/release-rule", {"needed": "yes"}).status_code == 403
    assert "không bắt buộc duyệt" in studio.browser.get(f"{studio.home}/review").text
    assert site.browser(COMMUNE).post(f"{studio.home}/review/verdict", {}).status_code == 403
