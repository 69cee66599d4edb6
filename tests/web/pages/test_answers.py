"""The desk for standard answers: versions, use, what is asked in vain, and reviews of how localities answered (R2)."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from sqlalchemy import insert, select

from engine.answers import library
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import (
    AnswerReview,
    AnswerUse,
    Draft,
    History,
    Person,
    Question,
    Report,
    RoleAssignment,
    StandardAnswer,
)
from tests.kit.chromium import TELEPHONE, Desk, overflow, serious
from tests.kit.record import differences
from tests.kit.site import COMMUNE, DEPARTMENT, FOCAL, NEW, OFFICE, OPERATOR, PLACE, Browser, Site
from tests.web.pages.test_intake import CALL
from tests.web.pages.test_task import RESOLVE, VERIFY, complete, received
from web.serve import in_thread

OTHER = "canbo.75.sgddt"
HEAD = f"lanhdao.{PLACE}"
NEW_ANSWER = {
    "owner_code": "75.SYT",
    "field": "health",
    "question": "Khám ở đâu?",
    "answer": "Ở trạm y tế, giờ hành chính.",
}
NOTE = {"note": "Theo thông báo mới"}
TOLD = {"answered_by": "phone", "answered_at": "2026-11-25T10:00", "answer_reached": "yes", "answer_text": "Đã mở cửa."}


def written(site: Site, browser: Browser) -> str:
    """A new answer of the health department; returns its key."""
    assert browser.post("/answers/new", NEW_ANSWER).status_code == 302
    key: str = site.read(select(StandardAnswer.key).where(StandardAnswer.question == "Khám ở đâu?"))[0].key
    return key


def revised(browser: Browser, key: str, version: int, **other: str) -> Any:
    return browser.post(f"/answers/{key}", {**NEW_ANSWER, **NOTE, "version": str(version), **other})


def answered(site: Site) -> int:
    """A case that its commune has resolved and whose citizen was told."""
    instance_id = received(site)
    complete(site, site.browser(COMMUNE), instance_id, "verify", VERIFY)
    said = {**RESOLVE, "solution": "Đã gọi chị Mận, số 0912 345 678, trạm mở cửa."}
    complete(site, site.browser(COMMUNE), instance_id, "resolve", said)
    complete(site, site.browser(FOCAL), instance_id, "check", {"check_decision": "accept"})
    assert complete(site, site.browser(OPERATOR), instance_id, "answer", TOLD).status_code == 302
    return instance_id


def test_every_version_says_who_when_and_why_and_an_earlier_one_can_be_taken_back(site: Site) -> None:
    browser = site.browser(DEPARTMENT)
    key = written(site, browser)
    assert revised(browser, key, 1, note="").status_code == 422
    assert revised(browser, key, 1).status_code == 422  # Nothing was changed.
    site.later(hours=1)
    assert revised(browser, key, 1, answer="Ở bệnh viện, giờ hành chính. <b>Gấp</b>").status_code == 302
    page = browser.get(f"/answers/{key}/compare?old=1&new=2").text
    assert re.search(r"<del>.*?trạm y tế,.*?</del><ins>.*?bệnh viện,.*?</ins>", page)
    assert "&lt;b&gt;Gấp&lt;/b&gt;" in page
    assert "Theo thông báo mới" in page
    assert "11:00 25/11/2026" in page
    assert browser.post(f"/answers/{key}/restore/1", {**NOTE, "version": "2"}).status_code == 302
    newest = site.write(library.suggest_answers, "kham o dau")[0]
    assert (newest.version, newest.answer, newest.from_version) == (3, NEW_ANSWER["answer"], 1)
    assert "lấy lại bản 1" in browser.get(f"/answers/{key}").text


def test_an_answer_is_retired_with_a_reason_and_brought_back(site: Site) -> None:
    browser = site.browser(DEPARTMENT)
    key = written(site, browser)
    browser.post(f"/answers/{key}/retire", {"version": "1", "note": ""})
    assert site.write(library.suggest_answers, "kham o dau")
    browser.post(f"/answers/{key}/retire", {"version": "1", "note": "Quy định đã hết hiệu lực"})
    assert key not in [row.key for row in site.write(library.suggest_answers, "kham o dau")]
    assert key not in browser.get("/answers").text
    assert "đã ngừng dùng" in browser.get("/answers?retired=yes").text
    assert "Quy định đã hết hiệu lực" in browser.get(f"/answers/{key}").text
    again = browser.post(f"/answers/{key}/retire", {"version": "1", **NOTE}, follow_redirects=True)
    assert "Người khác vừa thay đổi" in again.text
    browser.post(f"/answers/{key}/restore/2", {**NOTE, "version": "2"})
    assert site.write(library.suggest_answers, "kham o dau")[0].version == 3


def test_the_slower_of_two_editors_is_told_and_loses_nothing(site: Site) -> None:
    first, second = site.browser(DEPARTMENT), site.browser("lanhdao.75.syt")
    key = written(site, first)
    with transaction(site.engine) as tx:
        head = tx.read.execute(select(Person.id).where(Person.login == "lanhdao.75.syt")).scalar_one()
        tx.write().execute(insert(RoleAssignment).values(person_id=head, unit_code="75.SYT", role="department"))
    revised(first, key, 1, answer="Ở bệnh viện.")
    slower = revised(second, key, 1, answer="Ở phòng khám.")
    assert slower.status_code == 409
    assert "đã lưu bản 2 trước" in slower.text
    assert "Ở phòng khám." in slower.text
    assert 'name="version" value="2"' in slower.text
    assert revised(second, key, 2, answer="Ở phòng khám.").status_code == 302
    assert [row.answer for row in site.write(library.list_answer_versions, key)][:2] == [
        "Ở phòng khám.",
        "Ở bệnh viện.",
    ]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"question": ""}, 422),
        ({"question": "x" * 501}, 422),
        ({"answer": "x" * 4001}, 422),
        ({"field": "magic"}, 422),
        ({"owner_code": ""}, 422),
        ({"owner_code": "75.SGDDT"}, 403),
        ({"field": "education"}, 403),
    ],
)
def test_what_cannot_be_an_answer_is_refused_and_kept_on_the_page(site: Site, change: Any, status: int) -> None:
    answer = site.browser(DEPARTMENT).post("/answers/new", {**NEW_ANSWER, **change})
    assert answer.status_code == status
    if status == 422:
        assert "aria-invalid" in answer.text
        assert (change.get("answer") or NEW_ANSWER["answer"]) in answer.text


def test_another_departments_answers_fields_and_questions_are_closed(site: Site) -> None:
    key = written(site, site.browser(DEPARTMENT))
    site.write(library.add_open_question, "health", "Bao giờ tiêm vắc xin?", "person:1", site.now)
    other = site.browser(OTHER)
    for address in (f"/answers/{key}", f"/answers/{key}/compare", "/answers/gaps?field=health"):
        assert other.get(address).status_code == 403
    for address in ("/answers/use?field=health", "/answers/reviews?field=health"):
        assert other.get(address).status_code == 403
    assert other.post(f"/answers/{key}/retire", {"version": "1", **NOTE}).status_code == 403
    other.post("/answers/questions/settle", {"settles": "1"})
    assert site.read(select(Question.settled_at))[0].settled_at is None


def test_an_answer_given_at_once_is_noted_with_its_version_and_counted(site: Site) -> None:
    department, operator = site.browser(DEPARTMENT), site.browser(OPERATOR)
    key = written(site, department)
    draft = {"given_answer": NEW_ANSWER["answer"], "given_from": f"{key}.1"}
    operator.post("/intake", {**CALL, **draft, "outcome": "draft"})
    department.post(f"/answers/{key}/retire", {"version": "1", **NOTE})
    page = operator.get("/intake").text
    assert f'name="given_from" value="{key}.1"' in page
    assert NEW_ANSWER["answer"] in page
    assert "vừa được ngừng dùng" in page
    operator.post("/intake", {**CALL, **draft, "outcome": "answered"})
    operator.post("/intake", {**CALL, **draft, "given_answer": "Câu khác hẳn.", "outcome": "answered"})
    operator.post("/intake", {**CALL, **draft, "given_from": "' OR 1.1", "outcome": "answered"})
    used = site.read(select(table_of(AnswerUse)))
    assert [(row.answer_key, row.version, row.unchanged) for row in used] == [(key, 1, True)]
    entry = site.read(select(table_of(History)).where(History.action == "standard_answer"))[0]
    assert json.loads(entry.detail) == {"answer": key, "version": 1, "unchanged": True}
    assert site.read(select(table_of(Draft))) == []
    code = site.read(select(Report.code).order_by(Report.id))[0].code
    assert "Trả lời ngay bằng trả lời mẫu" in operator.get(f"/cases/{code}").text
    page = department.get("/answers/use").text
    assert re.search(r"Khám ở đâu\?.*?<td>1</td><td>1</td><td>0</td><td>1</td>", page, re.DOTALL)
    assert "chưa dùng lần nào" in page
    assert department.get("/answers/use?from=2026-11-25&to=2026-11-01").status_code == 422


def test_what_is_asked_in_vain_is_grouped_and_one_click_answers_it(site: Site) -> None:
    for text in ("Bao giờ tiêm vắc xin cúm? Gọi tôi 0912 345 678", "Khi nào có tiêm vắc xin cúm cho người già"):
        site.write(library.add_open_question, "health", text, "person:1", site.now)
    site.write(library.add_open_question, "health", "Mất thẻ bảo hiểm thì làm sao", "person:1", site.now)
    for number in range(3):
        site.file(phone=f"091234567{number}", content="Trạm không còn thuốc huyết áp, Mận đi ba lần.")
    browser = site.browser(DEPARTMENT)
    page = browser.get("/answers/gaps").text
    assert "2 câu hỏi tổng đài ghi lại" in page
    assert "Cùng nói đến: tiêm vắc xin cúm" in page
    assert "3 phản ánh tương tự" in page
    assert "0912 345 678" not in page
    assert "Mận" not in page
    link = re.search(r'href="(/answers/new\?[^"]*settles=2[^"]*)"', page)
    assert link is not None
    form = browser.get(link.group(1).replace("&amp;", "&")).text
    assert form.count('name="settles"') == 2
    answer = browser.post("/answers/new", {**NEW_ANSWER, "settles": ["1", "2"]}, follow_redirects=True)
    assert "2 câu hỏi được coi là đã có trả lời." in answer.text
    rows = site.read(select(table_of(Question)).order_by(Question.id))
    assert [bool(row.answer_key) for row in rows] == [True, True, False]
    assert browser.get("/answers/gaps").text.count("câu hỏi tổng đài ghi lại") == 1


@pytest.mark.slow
def test_a_drawn_case_is_reviewed_once_without_personal_data_and_the_unit_replies(site: Site) -> None:
    instance_id = answered(site)
    reviewer, office, head = site.browser(DEPARTMENT), site.browser(OFFICE), site.browser(HEAD)
    site.browser(OPERATOR).post("/intake", {**CALL, "outcome": "answered", "given_answer": "Trạm mở 7 giờ."})
    page = reviewer.get("/answers/reviews").text
    assert "1 hồ sơ được rút" in page
    assert "số rút thăm “2026-10”" in page
    case = reviewer.get(f"/answers/reviews/{instance_id}").text
    assert "Đã gọi chị […], số […], trạm mở cửa." in case
    for secret in ("Mận", "0912", NEW.email or "đường Hoa Sen", "đường Hoa Sen"):
        assert secret not in case
    verdict = {"verdict": "improve", "note": "Cần gọi lại cho dân, số 0912 345 678."}
    assert reviewer.post(f"/answers/reviews/{instance_id}", {"verdict": "magic"}).status_code == 422
    assert reviewer.post(f"/answers/reviews/{instance_id}", {"verdict": "wrong"}).status_code == 422
    assert reviewer.post(f"/answers/reviews/{instance_id}", verdict).status_code == 302
    second = office.post(f"/answers/reviews/{instance_id}", {"verdict": "good", "note": "Tôi thấy tốt."})
    assert second.status_code == 409
    assert "đã nhận xét hồ sơ này trước" in second.text
    assert "Tôi thấy tốt." in second.text
    assert site.browser(OTHER).get(f"/answers/reviews/{instance_id}").status_code == 403
    row = site.read(select(table_of(AnswerReview)))[0]
    assert (row.verdict, row.note, row.unit_code) == ("improve", "Cần gọi lại cho dân, số […].", PLACE)
    assert "Cần gọi lại cho dân" in head.get("/answers/verdicts").text
    reply = f"/answers/verdicts/{row.id}/reply"
    assert head.post(reply, {"reply": ""}).status_code == 422
    assert site.browser("lanhdao.26008").post(reply, {"reply": "Không phải của tôi"}).status_code == 403
    assert head.post(reply, {"reply": "Đã gọi lại sáng nay."}).status_code == 302
    slower = head.post(reply, {"reply": "Gọi lần nữa."})
    assert slower.status_code == 409
    assert "Gọi lần nữa." in slower.text
    assert "Đã gọi lại sáng nay." in reviewer.get(f"/answers/reviews/{instance_id}").text
    assert re.search(
        r"Trảng Dài</th><td>1</td><td>0</td><td>1</td><td>0</td><td>1</td>", office.get("/answers/reviews").text
    )
    acts = site.read(select(table_of(History)).where(History.action.in_(("answer_review", "review_reply"))))
    assert [json.loads(entry.detail) for entry in acts] == [{"verdict": "improve"}, {}]
    with transaction(site.engine) as tx:
        assert differences(tx) == []


@pytest.mark.parametrize(
    "query", ["from=2026-11-25&to=2026-11-01", "from=2026-01-01&to=2026-11-01", "each=9", "each=x"]
)
def test_a_draw_that_is_none_is_refused(site: Site, query: str) -> None:
    assert site.browser(DEPARTMENT).get(f"/answers/reviews?{query}").status_code == 422


@pytest.mark.slow
def test_the_pages_of_the_desk_have_no_serious_barrier(site: Site, chromium: Chromium) -> None:
    key = written(site, site.browser(DEPARTMENT))
    revised(site.browser(DEPARTMENT), key, 1, answer="Ở bệnh viện, giờ hành chính.")
    for _ in range(2):
        site.write(
            library.add_open_question, "health", "Bao giờ tiêm vắc xin cúm?", "person:1", site.now - timedelta(days=1)
        )
    instance_id = answered(site)
    looked_into = (f"/answers/{key}", f"/answers/{key}/compare", "/answers/gaps", f"/answers/reviews/{instance_id}")
    measured = ("/answers", "/answers/use", "/answers/new?settles=1", "/answers/reviews")
    issues: list[str] = []
    with in_thread(site.app) as address:
        desk = Desk(site, address, chromium)
        page = desk.visit(DEPARTMENT, TELEPHONE)
        for where in (*looked_into, *measured):
            page.goto(where)
            wide = overflow(page)
            assert wide <= 0, f"{where} is {wide} pixels too wide"
            issues += serious(page) if where in looked_into else []
        for context in chromium.contexts:
            context.close()
    assert issues == []
    assert desk.faults == []
