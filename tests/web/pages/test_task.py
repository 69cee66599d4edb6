"""The page of a task and of a case: claiming, completing by hand, mistakes, being too late, what others may see."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.errors import StepFailed
from engine.process import instances
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import Attachment, Contact, Draft, History, Incident, Report, StoredFile
from tests.kit.pictures import PNG
from tests.kit.record import differences
from tests.kit.site import COMMUNE, DEPARTMENT, FOCAL, NEW, OFFICE, OPERATOR, POLICE, Browser, Site

RECEIVE = {
    "outcome": "handed_over",
    "reporter_name": NEW.reporter_name,
    "phone": NEW.phone,
    "address": NEW.address,
    "place": NEW.place,
    "field": NEW.field,
    "urgency": NEW.urgency,
    "content": NEW.content,
}
VERIFY = {
    "contact_at": "2026-11-25T10:00",
    "contact_by": "phone",
    "contact_reached": "yes",
    "outcome": "correct",
    "findings": "Đúng như phản ánh.",
}
RESOLVE = {"measures": "Đã nhắc trạm y tế.", "solution": "Trạm mở cửa đúng giờ.", "solved_at": "2026-11-25T10:00"}


def complete(site: Site, browser: Browser, instance_id: int, node: str, data: dict[str, Any]) -> Any:
    """Complete an open task as its page does."""
    task = site.task(instance_id, node)
    return browser.post(f"/tasks/{task.id}", {"version": str(task.version), **data})


def received(site: Site) -> int:
    """A case that has left the hotline and is assigned to its commune."""
    filed = site.file()
    assert complete(site, site.browser(OPERATOR), filed.instance_id, "receive", RECEIVE).status_code == 302
    focal = site.browser(FOCAL)
    assert complete(site, focal, filed.instance_id, "assign", {"place": NEW.place}).status_code == 302
    return filed.instance_id


def test_the_whole_way_by_hand(site: Site) -> None:
    instance_id = received(site)
    commune, operator, focal = site.browser(COMMUNE), site.browser(OPERATOR), site.browser(FOCAL)
    page = commune.get(f"/tasks/{site.task(instance_id, 'verify').id}").text
    assert "Bùi Hữu Yến đã hoàn thành “Phân công” lúc 10:00 25/11/2026, nên việc chuyển đến Phường Trảng Dài." in page
    assert "Chủ động liên hệ người dân" in page
    assert "0912 345 678" in page
    assert complete(site, commune, instance_id, "verify", VERIFY).status_code == 302
    assert complete(site, commune, instance_id, "resolve", RESOLVE).status_code == 302
    assert complete(site, focal, instance_id, "check", {"check_decision": "accept"}).status_code == 302
    answer = {
        "answered_by": "phone",
        "answered_at": "2026-11-25T10:00",
        "answer_reached": "yes",
        "answer_text": "Trạm đã mở cửa đúng giờ.",
    }
    assert complete(site, operator, instance_id, "answer", answer).status_code == 302
    assert complete(site, operator, instance_id, "feedback", {"satisfied": "yes", "rating": "5"}).status_code == 302
    case = operator.get("/cases/" + site.read(select(Report.code))[0].code).text
    assert "Đã kết thúc" in case
    assert "được che" in case
    assert "Hoàn thành “Giải quyết”" in case
    with transaction(site.engine) as tx:
        assert differences(tx) == []


def test_a_form_says_what_is_wrong_beside_its_fields_and_keeps_what_was_typed(site: Site) -> None:
    instance_id = received(site)
    commune = site.browser(COMMUNE)
    answer = complete(site, commune, instance_id, "verify", {**VERIFY, "outcome": "", "findings": "Giữ lại câu này"})
    assert answer.status_code == 422
    assert "Thông tin chưa hợp lệ" in answer.text
    assert 'href="#outcome"' in answer.text
    assert "Giữ lại câu này" in answer.text
    task = site.task(instance_id, "verify")
    assert "Giữ lại câu này" in site.browser(COMMUNE).get(f"/tasks/{task.id}").text


ANSWER = {"answered_by": "phone", "answered_at": "2026-11-25T10:00", "answer_reached": "yes", "answer_text": "Đã xong."}


@pytest.mark.parametrize(
    ("node", "changed", "sentence"),
    [
        ("verify", {"contact_at": "2030-06-01T10:00"}, "Thời điểm liên hệ không thể ở tương lai."),
        ("verify", {"contact_at": "2019-06-01T10:00"}, "Thời điểm liên hệ không thể trước khi tiếp nhận phản ánh."),
        (
            "verify",
            {"contact_reached": "no", "contact_by": "email"},
            "chỉ kết luận đúng như phản ánh sau khi đến tận nơi",
        ),
        ("verify", {"outcome": "unreachable"}, "Đã liên hệ được với người dân thì không chọn"),
        ("resolve", {"solved_at": "2027-01-01T08:00"}, "Thời điểm giải quyết xong không thể ở tương lai."),
        ("answer", {"answered_at": "2019-01-01T08:00"}, "Thời điểm trả lời không thể trước khi tiếp nhận phản ánh."),
    ],
)
def test_what_cannot_be_true_is_refused_beside_its_field_in_the_forms_own_words(
    site: Site, node: str, changed: dict[str, str], sentence: str
) -> None:
    instance_id = received(site)
    commune = site.browser(COMMUNE)
    way = {"verify": (commune, VERIFY), "resolve": (commune, RESOLVE)}
    way |= {"check": (site.browser(FOCAL), {"check_decision": "accept"}), "answer": (site.browser(OPERATOR), ANSWER)}
    for step, (browser, data) in way.items():
        if step == node:
            break
        assert complete(site, browser, instance_id, step, data).status_code == 302
    browser, data = way[node]
    refused = complete(site, browser, instance_id, node, {**data, **changed})
    assert refused.status_code == 422
    assert sentence in refused.text
    assert (
        f'<a href="#{"outcome" if node == "verify" and "contact_at" not in changed else next(iter(changed))}">'
        in refused.text
    )
    assert complete(site, browser, instance_id, node, data).status_code == 302


def test_a_visit_on_site_stands_in_for_the_citizen_who_was_not_reached(site: Site) -> None:
    instance_id = received(site)
    visited = {**VERIFY, "contact_reached": "no", "contact_by": "visit"}
    assert complete(site, site.browser(COMMUNE), instance_id, "verify", visited).status_code == 302


@pytest.mark.parametrize("field", ["contact_at", "outcome", "findings"])
@pytest.mark.parametrize("value", ["<script>alert(1)</script>", "\x00", "9" * 50_000, "🤖"])
def test_no_input_breaks_the_page_or_runs_in_it(site: Site, field: str, value: str) -> None:
    instance_id = received(site)
    answer = complete(site, site.browser(COMMUNE), instance_id, "verify", {**VERIFY, field: value})
    assert answer.status_code in (302, 422)
    assert "<script>alert" not in answer.text


def test_a_colleague_who_was_faster_is_named_and_what_was_typed_is_shown(site: Site) -> None:
    instance_id = received(site)
    task = site.task(instance_id, "verify")
    complete(site, site.browser(COMMUNE), instance_id, "verify", VERIFY)
    data = {"version": str(task.version), **VERIFY, "findings": "Câu tôi vừa gõ"}
    answer = site.browser(f"lanhdao.{NEW.place}").post(f"/tasks/{task.id}", data)
    assert answer.status_code == 409
    assert "lúc 10:00 25/11/2026" in answer.text
    assert "Câu tôi vừa gõ" in answer.text


def test_a_task_that_a_colleague_claimed_meanwhile_is_stale(site: Site) -> None:
    instance_id = received(site)
    task = site.task(instance_id, "verify")
    browser = site.browser(COMMUNE)
    assert browser.post(f"/tasks/{task.id}/claim", {"version": "1"}).status_code == 302
    head = site.browser(f"lanhdao.{NEW.place}")
    assert head.post(f"/tasks/{task.id}", {"version": "1", **VERIFY}).status_code == 409
    assert browser.post(f"/tasks/{task.id}/claim", {"version": "1"}).status_code == 409
    assert browser.post(f"/tasks/{task.id}/release", {"version": "2"}).status_code == 302
    assert browser.post(f"/tasks/{task.id}/claim", {"version": "x"}).status_code == 400


def test_a_task_can_be_handed_to_those_who_may_do_it_and_to_nobody_else(site: Site) -> None:
    instance_id = received(site)
    task = site.task(instance_id, "verify")
    browser = site.browser(COMMUNE)
    refused = browser.post(f"/tasks/{task.id}/hand-over", {"version": "1", "colleague": POLICE})
    assert refused.status_code == 403
    done = browser.post(f"/tasks/{task.id}/hand-over", {"version": "1", "colleague": f"lanhdao.{NEW.place}"})
    assert done.status_code == 302
    assert browser.get(f"/tasks/{task.id}").status_code == 403
    assert site.browser(f"lanhdao.{NEW.place}").get(f"/tasks/{task.id}").status_code == 200


def test_a_delegated_task_stays_its_owners_and_comes_back(site: Site) -> None:
    instance_id = received(site)
    head, task = f"lanhdao.{NEW.place}", site.task(instance_id, "verify")
    owner, colleague = site.browser(head), site.browser(COMMUNE)
    assert "Đã nhờ đồng nghiệp" not in owner.get("/inbox").text
    give = {"colleague": COMMUNE, "act": "delegate"}
    assert owner.post(f"/tasks/{task.id}/hand-over", {"version": "1", **give}).status_code == 302
    assert "ủy quyền cho bạn xử lý việc này" in colleague.get(f"/tasks/{task.id}").text
    assert "Đã nhờ đồng nghiệp" in owner.get("/inbox?view=delegated").text
    assert colleague.post(f"/tasks/{task.id}/release", {"version": "2"}).status_code == 302
    assert "Bạn đang giữ việc này." in owner.get(f"/tasks/{task.id}").text
    assert owner.post(f"/tasks/{task.id}/hand-over", {"version": "3", **give}).status_code == 302
    assert colleague.post(f"/tasks/{task.id}/take-back", {"version": "4"}).status_code == 403
    assert owner.post(f"/tasks/{task.id}/take-back", {"version": "4"}).status_code == 302
    assert complete(site, owner, instance_id, "verify", VERIFY).status_code == 302
    told = owner.get(f"/cases/{site.read(select(Report.code))[0].code}").text
    assert "xử lý “Xác minh”" in told


@pytest.mark.parametrize("login", [POLICE, DEPARTMENT, "canbo.26008", "canbo.734"])
def test_other_units_see_neither_task_nor_case(site: Site, login: str) -> None:
    instance_id = received(site)
    code = site.read(select(Report.code))[0].code
    browser = site.browser(login)
    task = site.task(instance_id, "verify")
    assert browser.get(f"/tasks/{task.id}").status_code == 403
    assert browser.post(f"/tasks/{task.id}", {"version": "1", **VERIFY}).status_code == 403
    for address in (f"/cases/{code}", f"/cases/{code}/diagram", f"/cases/{code}/files/1"):
        assert browser.get(address).status_code == 403
    assert "Trần Thị Mận" not in browser.get("/cases?text=man").text
    assert code not in browser.get("/cases?text=tran thi man").text


def test_personal_data_is_masked_for_those_who_only_watch_and_each_look_is_noted(site: Site) -> None:
    received(site)
    code = site.read(select(Report.code))[0].code
    leader = site.browser("canbo.75")
    page = leader.get(f"/cases/{code}").text
    assert not any(secret in page for secret in ("Trần Thị Mận", "0912", "Hoa Sen"))
    assert NEW.content in page
    assert leader.post(f"/cases/{code}/reveal", {"reason": "x"}).status_code == 302
    assert "Trần Thị Mận" not in leader.get(f"/cases/{code}").text
    leader.post(f"/cases/{code}/reveal", {"reason": "Người dân gọi hỏi trực tiếp"})
    assert "Trần Thị Mận" in leader.get(f"/cases/{code}").text
    rows = site.read(select(table_of(History)).where(History.action == "reveal"))
    assert [json.loads(row.detail)["reason"] for row in rows] == ["Người dân gọi hỏi trực tiếp"]
    assert "Trần Thị Mận" not in site.browser(FOCAL).get(f"/cases/{code}").text


@pytest.mark.slow
def test_files_are_kept_by_content_and_given_out_as_downloads_to_those_who_handle_the_case(site: Site) -> None:
    instance_id = received(site)
    commune = site.browser(COMMUNE)
    files = [(BytesIO(PNG), "../../ảnh <1>.html.png"), (BytesIO(PNG), "hai.png")]
    assert complete(site, commune, instance_id, "verify", {**VERIFY, "files": files}).status_code == 302
    rows = site.read(select(table_of(Attachment)))
    assert [(row.name, row.media_type) for row in rows] == [("ảnh _1_.html.png", "image/png"), ("hai.png", "image/png")]
    assert site.read(select(func.count()).select_from(StoredFile))[0][0] == 2  # The picture and its thumbnail, once.
    code = site.read(select(Report.code))[0].code
    answer = commune.get(f"/cases/{code}/files/{rows[0].id}")
    assert answer.data.startswith(b"\x89PNG")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert site.browser("canbo.75").get(f"/cases/{code}/files/{rows[0].id}").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.png", b"", "trống"),
        ("a.png", b"MZ\x90\x00", "không thuộc loại được nhận"),
        ("a.html", b"<html><script>", "không thuộc loại được nhận"),
        ("a.docx", b"PK\x03\x04 broken", "không thuộc loại được nhận"),
        ("a.png", PNG + b"\x00" * 10 * 1024 * 1024, "lớn hơn 10 MB"),
    ],
)
def test_a_file_that_cannot_be_taken_is_told_and_nothing_is_stored(
    site: Site, name: str, content: bytes, sentence: str
) -> None:
    instance_id = received(site)
    data = {**VERIFY, "files": [(BytesIO(PNG), "tốt.png"), (BytesIO(content), name)]}
    answer = complete(site, site.browser(COMMUNE), instance_id, "verify", data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert site.read(select(table_of(Attachment))) == []
    assert site.task(instance_id, "verify").version == 1


def test_contacts_are_logged_by_the_form_and_by_hand(site: Site) -> None:
    instance_id = received(site)
    commune = site.browser(COMMUNE)
    task = site.task(instance_id, "verify")
    commune.post(f"/tasks/{task.id}/contacts", {"means": "phone", "reached": "no", "note": "Máy bận"})
    commune.post(f"/tasks/{task.id}/contacts", {"means": "telepathy", "reached": "no"})
    complete(site, commune, instance_id, "verify", VERIFY)
    rows = site.read(select(table_of(Contact)).order_by(Contact.id))
    assert [(row.means, row.reached, row.note) for row in rows] == [("phone", False, "Máy bận"), ("phone", True, "")]


def test_a_draft_is_kept_until_the_form_is_sent(site: Site) -> None:
    instance_id = received(site)
    commune = site.browser(COMMUNE)
    task = site.task(instance_id, "verify")
    headers = {"X-CSRFToken": commune.token()}
    data = {"findings": "Đang gõ dở"}
    assert commune.client.put(f"/tasks/{task.id}/draft", data=data, headers=headers).status_code == 204
    assert "Đang gõ dở" in commune.get(f"/tasks/{task.id}").text
    assert "Đang gõ dở" not in site.browser(f"lanhdao.{NEW.place}").get(f"/tasks/{task.id}").text
    complete(site, commune, instance_id, "verify", VERIFY)
    assert site.read(select(table_of(Draft))) == []


def test_completing_a_form_corrects_the_report(site: Site) -> None:
    filed = site.file()
    data = {**RECEIVE, "reporter_name": "Trần Thị Mùi", "phone": "0987 654 321"}
    assert complete(site, site.browser(OPERATOR), filed.instance_id, "receive", data).status_code == 302
    row = site.read(select(table_of(Report)))[0]
    assert (row.reporter_name, row.phone) == ("Trần Thị Mùi", "0987654321")
    assert row.folded.startswith("tran thi mui")


def test_the_diagram_is_told_with_the_way_walked_and_the_place_reached(site: Site) -> None:
    received(site)
    code = site.read(select(Report.code))[0].code
    told = site.browser(COMMUNE).get(f"/cases/{code}/diagram").json
    assert told is not None
    assert told["waiting"] == ["verify"]
    assert {"receive", "assign"} <= set(told["walked"])
    assert told["diagrams"][0]["name"] == "citizen_report"
    assert {"resolution", "false_report"} <= {item["name"] for item in told["diagrams"]}


def test_cases_are_found_with_and_without_diacritics_by_code_number_name_and_words(site: Site) -> None:
    code = site.file().code
    site.file(reporter_name="Lê Văn Ổi", phone="0987654321", address="5 Lê Lợi", content="Đường ngập.")
    operator = site.browser(OPERATOR)
    for text in (code, code.lower(), "0912 345 678", "tran thi man", "Trần Thị MẬN", "tram y te dong cua", "hoa sen"):
        answer = operator.get("/cases", query_string={"text": text})
        assert answer.location == f"/cases/{code}", text
    assert "Không tìm thấy" in operator.get("/cases?text=khong-co-tu-nay").text
    assert operator.get("/cases?text=' OR 1=1 --").status_code == 200
    assert operator.get('/cases?text="*() AND NEAR').status_code == 200


def test_a_completion_that_the_process_cannot_take_is_kept_and_told_to_those_who_mend_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance_id = received(site)
    commune, admin = site.browser(COMMUNE), site.browser(OFFICE)

    def fail(*_: object, **__: object) -> None:
        raise StepFailed("step-turns-too-deep", node="verify")

    with monkeypatch.context() as broken:
        broken.setattr(instances, "advance", fail)
        for attempts in (1, 2):
            answer = complete(site, commune, instance_id, "verify", {**VERIFY, "findings": "Giữ câu này"})
            assert answer.status_code == 422
            (row,) = site.read(select(table_of(Incident)))
            assert f"sự cố số {row.id} đã báo cho quản trị viên" in answer.text
            assert (row.kind, row.instance_id, row.node, row.attempts) == (
                "completion",
                instance_id,
                "verify",
                attempts,
            )
            assert "Giữ câu này" not in row.action
        page = admin.get("/admin/incidents").text
        assert "Xác minh" in page
        assert site.read(select(Report.code))[0].code in page
        assert "Vẫn chưa" in admin.post(f"/admin/incidents/{row.id}/retry", follow_redirects=True).text
    task = site.task(instance_id, "verify")
    assert "Giữ câu này" in site.browser(COMMUNE).get(f"/tasks/{task.id}").text
    assert complete(site, commune, instance_id, "verify", VERIFY).status_code == 302
    assert site.read(select(Incident.resolved_by))[0][0] is not None


def test_trying_a_mended_completion_again_settles_it_and_leaves_the_task_to_its_officer(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance_id = received(site)

    def fail(*_: object, **__: object) -> None:
        raise StepFailed("step-turns-too-deep", node="verify")

    with monkeypatch.context() as broken:
        broken.setattr(instances, "advance", fail)
        complete(site, site.browser(COMMUNE), instance_id, "verify", VERIFY)
    (row,) = site.read(select(table_of(Incident)))
    site.browser(OFFICE).post(f"/admin/incidents/{row.id}/retry")
    assert site.read(select(Incident.resolved_at))[0][0] is not None
    assert site.task(instance_id, "verify").state == "open"
