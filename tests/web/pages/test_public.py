"""Citizens: file a report, follow one with its key, rate its result or ask for it again."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from sqlalchemy import select

from engine.store.columns import table_of
from engine.store.models import Attachment, History, Instance, Report, Task
from tests.kit.pictures import PNG
from tests.kit.site import COMMUNE, FOCAL, NEW, OPERATOR, PLACE, Browser, Site
from tests.web.pages.test_task import RESOLVE, VERIFY, complete, received
from web.pages import public

SENT = {
    "reporter_name": "Lê Văn Ổi",
    "phone": "0987 654 321",
    "place": PLACE,
    "address": "5 Lê Lợi",
    "field": "infrastructure",
    "content": "Đèn đường hỏng cả tuần.",
    "similar_seen": "yes",  # As after the question whether it is the matter of another report; test_once asks it.
}


def answered(site: Site) -> tuple[int, str]:
    """A case whose citizen has been answered: its id and code."""
    instance_id = received(site)
    complete(site, site.browser(COMMUNE), instance_id, "verify", VERIFY)
    complete(site, site.browser(COMMUNE), instance_id, "resolve", RESOLVE)
    complete(site, site.browser(FOCAL), instance_id, "check", {"check_decision": "accept"})
    told = {"answered_by": "phone", "answered_at": "2026-11-25T10:00", "answer_reached": "yes"}
    complete(site, site.browser(OPERATOR), instance_id, "answer", {**told, "answer_text": "Trạm đã mở cửa."})
    return instance_id, site.read(select(Report.code))[0].code


def shown_key(page: str) -> str:
    """The key on a slip."""
    match = re.search(r"data-key>([^<]+)<", page)
    assert match is not None
    return match[1]


def said(page: str) -> str:
    """The main part of a page without the tokens that are others each time."""
    return re.sub(r'<input type="hidden" name="(csrf|form)_token"[^>]*>', "", page.split("<main")[1])


def follow(site: Site, code: str, key: str = "") -> Browser:
    """A visitor who has opened the report with its key."""
    browser = site.browser()
    assert browser.follow(code, key).status_code == 302
    return browser


def test_a_report_can_be_sent_without_an_account_and_waits_at_the_hotline(site: Site) -> None:
    sent = {**SENT, "files": [(BytesIO(PNG), "den.png")]}
    answer = site.browser().post("/report", sent, follow_redirects=True)
    report = site.read(select(table_of(Report)))[0]
    assert report.code in answer.text
    assert follow(site, report.code, shown_key(answer.text)).get("/follow").status_code == 200
    assert (report.channel, report.phone, report.urgency) == ("web", "0987654321", "normal")
    assert [task.node for task in site.read(select(table_of(Task)))] == ["receive"]
    assert site.read(select(table_of(History)))[0].actor == "citizen"
    assert len(site.read(select(table_of(Attachment)))) == 1


@pytest.mark.parametrize("field", ["reporter_name", "phone", "place", "address", "field", "content"])
def test_what_the_hotline_needs_is_asked_for_here_too(site: Site, field: str) -> None:
    answer = site.browser().post("/report", {**SENT, field: ""})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert site.read(select(table_of(Report))) == []


def test_a_file_that_cannot_be_taken_files_nothing(site: Site) -> None:
    answer = site.browser().post("/report", {**SENT, "files": [(BytesIO(b"MZ"), "a.exe")]})
    assert answer.status_code == 422
    assert site.read(select(table_of(Report))) == []


def test_a_program_that_fills_the_hidden_field_files_nothing(site: Site) -> None:
    site.browser().post("/report", {**SENT, "website": "http://spam.example"})
    assert site.read(select(table_of(Report))) == []


def test_outcome_and_urgency_are_not_the_senders_to_choose(site: Site) -> None:
    site.browser().post("/report", {**SENT, "outcome": "answered", "urgency": "emergency", "given_answer": "x"})
    assert [row.urgency for row in site.read(select(table_of(Report)))] == ["normal"]


def test_too_many_reports_of_a_number_or_an_address_are_refused_for_a_while(site: Site) -> None:
    browser = site.browser()
    for _ in range(public.FILING_BY_NUMBER.max_tries):
        assert browser.post("/report", SENT).status_code == 302
    refused = browser.post("/report", SENT)
    assert refused.status_code == 429
    for number in range(public.FILING.max_tries - public.FILING_BY_NUMBER.max_tries):
        assert browser.post("/report", {**SENT, "phone": f"09876543{number:02d}"}).status_code == 302
    assert browser.post("/report", {**SENT, "phone": "0911111111"}).status_code == 429
    site.later(hours=1)
    assert browser.post("/report", {**SENT, "phone": "0911111111"}).status_code == 302


def test_only_what_was_filed_counts_and_a_refused_report_stays_in_the_form(site: Site) -> None:
    browser = site.browser()
    for _ in range(public.FILING.max_tries + 1):
        assert browser.post("/report", {**SENT, "phone": "12"}).status_code == 422
    for _ in range(public.FILING_BY_NUMBER.max_tries):
        assert browser.post("/report", SENT).status_code == 302
    refused = browser.post("/report", SENT)
    assert refused.status_code == 429
    assert "gửi lại sau, hoặc gọi 1022" in refused.text
    assert all(text in refused.text for text in ("Lê Văn Ổi", "0987 654 321", "5 Lê Lợi", SENT["content"]))
    assert browser.post("/report", {**SENT, "phone": "0911111111"}).status_code == 302


def test_code_and_key_show_where_the_report_is_in_plain_words(site: Site) -> None:
    received(site)
    code = site.read(select(Report.code))[0].code
    page = said(follow(site, code.lower(), site.key(code).lower()).get("/follow").text)
    assert "Đơn vị đang xác minh và sẽ liên hệ với ông/bà." in page
    assert "Phường Trảng Dài" in page
    assert NEW.content in page
    assert not any(word in page for word in ("Bùi Hữu Yến", "instance", "token", "timer"))


def test_what_was_shown_is_forgotten_after_a_while_and_on_leaving(site: Site) -> None:
    browser = follow(site, site.file().code)
    assert NEW.content in browser.get("/follow").text
    site.later(minutes=31)
    assert NEW.content not in browser.get("/follow").text
    again = follow(site, site.read(select(Report.code))[0].code)
    again.post("/follow/leave")
    assert NEW.content not in again.get("/follow").text


def test_a_citizen_reads_the_answer_and_says_that_it_is_good(site: Site) -> None:
    _instance_id, code = answered(site)
    browser = follow(site, code)
    assert "Trạm đã mở cửa." in browser.get("/follow").text
    assert browser.post("/follow/opinion", {"satisfied": ""}).status_code == 422
    assert browser.post("/follow/opinion", {"satisfied": "yes", "rating": "5"}).status_code == 302
    assert "Phản ánh đã kết thúc" in browser.get("/follow").text
    assert site.read(select(Instance.status))[0].status == "finished"
    entries = site.read(select(table_of(History)).order_by(History.seq.desc()))
    assert (entries[0].actor, entries[0].action) == ("citizen", "complete")


def test_a_dissatisfied_citizen_opens_the_case_again_one_level_up(site: Site) -> None:
    instance_id, code = answered(site)
    browser = follow(site, code)
    assert browser.post("/follow/opinion", {"satisfied": "no"}).status_code == 422
    browser.post("/follow/opinion", {"satisfied": "no", "dissatisfied_reason": "Vẫn đóng cửa."})
    assert site.task(instance_id, "resolve_tier2").unit_code == "731"
    assert browser.post("/follow/opinion", {"satisfied": "yes"}).status_code == 409


def test_an_opinion_without_having_shown_the_report_goes_nowhere(site: Site) -> None:
    answered(site)
    assert site.browser().post("/follow/opinion", {"satisfied": "yes"}).location == "/follow"
    assert site.read(select(Instance.status))[0].status == "active"


def test_a_joined_caller_follows_the_main_case_but_does_not_rate_it(site: Site) -> None:
    instance_id = received(site)
    main = site.read(select(Report.code))[0].code
    data = {**SENT, "outcome": f"join:{main}", "channel": "phone", "urgency": "normal"}
    page = site.browser(OPERATOR).post("/intake", data, follow_redirects=True).text
    own = site.read(select(Report.code).order_by(Report.id))[1].code
    browser = follow(site, own, shown_key(page))
    assert "Đơn vị đang xác minh" in browser.get("/follow").text
    complete(site, site.browser(COMMUNE), instance_id, "verify", VERIFY)
    assert "Đơn vị đang giải quyết." in browser.get("/follow").text
    assert "có hài lòng" not in browser.get("/follow").text
    complete(site, site.browser(COMMUNE), instance_id, "resolve", RESOLVE)
    complete(site, site.browser(FOCAL), instance_id, "check", {"check_decision": "accept"})
    page = site.browser(OPERATOR).get(f"/tasks/{site.task(instance_id, 'answer').id}").text
    assert "Lê Văn Ổi" in page
    assert "0987 654 321" in page
