"""A call in progress: what the operator is told while typing, and what a call becomes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from engine.cases import callers
from engine.store.columns import table_of
from engine.store.models import Draft, History, Instance, Question, Report, ReportLink, Submission, Task
from tests.kit.site import COMMUNE, NEW, NOW, OPERATOR, PLACE, Site
from tests.web.pages.test_task import RECEIVE

CALL = {**RECEIVE, "channel": "phone", "phone": "0912 345 678"}


def rows(site: Site, model: Any) -> list[Any]:
    return site.read(select(table_of(model)))


def test_a_call_is_filed_and_handed_over_in_one_go(site: Site) -> None:
    answer = site.browser(OPERATOR).post("/intake", CALL, follow_redirects=True)
    report = rows(site, Report)[0]
    assert f"Đã ghi nhận hồ sơ {report.code}" in answer.text
    assert (report.phone, report.place, report.channel, report.complete) == ("0912345678", PLACE, "phone", True)
    assert [task.node for task in rows(site, Task) if task.state == "open"] == ["assign"]


def test_a_call_can_be_answered_at_once(site: Site) -> None:
    browser = site.browser(OPERATOR)
    without = browser.post("/intake", {**CALL, "outcome": "answered"})
    assert without.status_code == 422
    assert "Nội dung đã trả lời" in without.text
    browser.post("/intake", {**CALL, "outcome": "answered", "given_answer": "Trạm mở 7 giờ 30."})
    assert [case.status for case in rows(site, Instance)] == ["finished"]
    assert "Trạm mở 7 giờ 30." in json.loads(rows(site, Submission)[0].content)["given_answer"]


@pytest.mark.parametrize(("outcome", "key"), [("handed_over", "given_answer"), ("answered", "divert_reason")])
def test_a_text_typed_for_another_outcome_is_never_dropped_without_a_word(site: Site, outcome: str, key: str) -> None:
    browser = site.browser(OPERATOR)
    typed = {**CALL, "outcome": outcome, "given_answer": "Trạm mở 7 giờ 30.", key: "Đã nói với người gọi."}
    answer = browser.post("/intake", typed)
    assert answer.status_code == 422
    assert f'href="#{key}"' in answer.text
    assert "Đã nói với người gọi." in browser.get("/intake").text
    assert rows(site, Report) == []


def test_an_emergency_goes_without_a_name_and_runs_on_its_own_clock(site: Site) -> None:
    answer = site.browser(OPERATOR).post("/intake", {**CALL, "outcome": "emergency", "reporter_name": ""})
    assert answer.status_code == 302
    report = rows(site, Report)[0]
    assert (report.urgency, report.complete) == ("emergency", False)
    assert {task.node for task in rows(site, Task) if task.state == "open"} >= {"complete_report"}


def test_a_name_given_in_an_emergency_is_kept(site: Site) -> None:
    site.browser(OPERATOR).post("/intake", {**CALL, "outcome": "emergency"})
    assert rows(site, Report)[0].reporter_name == CALL["reporter_name"]


@pytest.mark.parametrize("field", ["phone", "reporter_name", "address", "place", "field", "content"])
def test_without_what_a_report_needs_it_stays_on_the_screen_and_in_the_draft(site: Site, field: str) -> None:
    browser = site.browser(OPERATOR)
    answer = browser.post("/intake", {**CALL, field: ""})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert rows(site, Report) == []
    if field != "content":
        assert NEW.content in browser.get("/intake").text


def test_a_telephone_system_opens_the_screen_with_the_callers_number(site: Site) -> None:
    code = site.file().code
    page = site.browser(OPERATOR).get("/intake?phone=0912345678").text
    assert 'value="0912345678"' in page
    assert code in page
    assert "Trần Thị Mận" in page


def test_earlier_false_reports_of_a_number_are_told_at_once(site: Site) -> None:
    site.file()
    with site.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO mark (instance_id, status, at) VALUES (1, 'false_report', '2026-11-01')"
        )
    page = site.browser(OPERATOR).post("/intake/beside", {"phone": "+84 912 345 678"}).text
    assert "1 lần được kết luận là thông tin ảo." in page


def test_probable_duplicates_are_shown_and_others_are_not(site: Site) -> None:
    code = site.file(phone="0987654321").code
    browser = site.browser(OPERATOR)
    told = "trạm y tế đóng cửa sớm"
    assert code in browser.post("/intake/beside", {"place": PLACE, "content": told}).text
    assert code not in browser.post("/intake/beside", {"place": "26008", "content": told}).text
    assert code not in browser.post("/intake/beside", {"place": PLACE, "content": "đèn đường hỏng ở ngã tư"}).text
    site.later(days=61)
    assert site.write(callers.list_similar_cases, PLACE, told, site.now) == []


def test_a_caller_can_join_an_open_case_and_is_told_with_the_others(site: Site) -> None:
    main = site.file()
    browser = site.browser(OPERATOR)
    data = {**CALL, "phone": "0987 654 321", "reporter_name": "Lê Văn Ổi", "outcome": f"join:{main.code}"}
    answer = browser.post("/intake", data, follow_redirects=True)
    assert f"Đã gộp vào hồ sơ {main.code}" in answer.text
    assert len(rows(site, Instance)) == 1
    link = rows(site, ReportLink)[0]
    assert (link.other_id, link.kind) == (main.report_id, "repeat")
    assert [entry.action for entry in rows(site, History)] == ["start", "repeat"]
    own = rows(site, Report)[1].code
    assert own in browser.get(f"/cases/{main.code}").text


def test_joining_a_case_that_has_ended_files_nothing(site: Site) -> None:
    browser = site.browser(OPERATOR)
    browser.post("/intake", {**CALL, "outcome": "answered", "given_answer": "Xong."})
    code = rows(site, Report)[0].code
    answer = browser.post("/intake", {**CALL, "outcome": f"join:{code}"}, follow_redirects=True)
    assert "vừa kết thúc" in answer.text
    assert f">{CALL['content']}</textarea>" in answer.text, "What was typed is kept for a report of its own."
    assert len(rows(site, Report)) == 1


def test_standard_answers_are_found_while_typing_with_and_without_diacritics(site: Site) -> None:
    browser = site.browser(OPERATOR)
    for text in ("lich tiem chung", "lịch tiêm chủng cho bé"):
        page = browser.post("/intake/beside", {"content": text}).text
        assert page.index("Xem lịch tiêm chủng cho trẻ ở đâu?") > 0
    assert "Dùng câu này" not in browser.post("/intake/beside", {"content": "zzz"}).text


def test_a_question_without_an_answer_is_listed_for_the_departments(site: Site) -> None:
    browser = site.browser(OPERATOR)
    assert "Chọn lĩnh vực" in browser.post("/intake/question", {"content": "?"}).text
    browser.post("/intake/question", {"content": "Bao giờ có nước sạch?", "field": "infrastructure"})
    assert [row.text for row in rows(site, Question)] == ["Bao giờ có nước sạch?"]


def test_the_draft_survives_a_reload_and_goes_with_the_call(site: Site) -> None:
    browser = site.browser(OPERATOR)
    headers = {"X-CSRFToken": browser.token()}
    assert browser.client.put("/intake/draft", data={"content": "Đang gõ dở"}, headers=headers).status_code == 204
    assert "Đang gõ dở" in browser.get("/intake").text
    browser.post("/intake", CALL)
    assert rows(site, Draft) == []
    browser.post("/intake", {**CALL, "outcome": "draft"})
    assert NEW.content in browser.get("/intake").text
    browser.post("/intake/draft/drop")
    assert NEW.content not in browser.get("/intake").text


@pytest.mark.parametrize("login", [COMMUNE, "canbo.75.vp", "canbo.75"])
def test_only_operators_take_calls(site: Site, login: str) -> None:
    browser = site.browser(login)
    assert browser.get("/intake").status_code == 403
    assert browser.post("/intake", CALL).status_code == 403
    assert browser.post("/intake/beside", {"phone": "0912345678"}).status_code == 403
    assert rows(site, Report) == []


@pytest.mark.parametrize("data", [{"channel": "smoke"}, {"outcome": "forged"}, {"place": "99999"}, {"phone": "113"}])
def test_forged_values_are_refused(site: Site, data: dict[str, str]) -> None:
    answer = site.browser(OPERATOR).post("/intake", {**CALL, **data})
    assert answer.status_code in (400, 422)
    assert rows(site, Report) == []
    assert site.now == NOW
