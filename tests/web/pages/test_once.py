"""One submission is one act: a reload, a second click, two requests at once or going back and sending act once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from engine.operations.worker import delete_ended
from engine.staff import form_receipts
from engine.store.columns import table_of
from engine.store.models import BreachEntry, Contact, FormReceipt, History, Report, TrackingKey
from tests.kit.site import COMMUNE, OFFICE, OPERATOR, Browser, Site
from tests.web.pages.test_public import SENT, answered, follow, shown_key
from tests.web.pages.test_task import VERIFY, received
from web.http import once


def token_in(page: str) -> str:
    """The token of the last form of a page."""
    return str(re.findall(r'name="form_token" value="([^"]+)"', page)[-1])


def rows(site: Site, model: Any) -> int:
    return len(site.read(select(table_of(model))))


def test_a_report_that_is_sent_again_is_filed_once_and_leads_to_the_same_page(site: Site) -> None:
    browser = site.browser()
    sent = {**SENT, "form_token": token_in(browser.get("/report").text)}
    first = browser.post("/report", sent, follow_redirects=True)
    again = browser.post("/report", sent, follow_redirects=True)
    reloaded = browser.get("/report/filed")
    assert len({shown_key(page.text) for page in (first, again, reloaded)}) == 1
    assert [row.code in first.text for row in site.read(select(Report.code))] == [True]
    assert follow(site, site.read(select(Report.code))[0].code, shown_key(first.text))


def test_requests_at_the_same_time_file_one_report(site: Site) -> None:
    first = site.browser()
    form, sent = first.token(), {**SENT, "form_token": form_receipts.new_form_token()}
    browsers = [Browser(site, site.app.test_client()) for _ in range(4)]
    for browser in browsers:
        cookie = first.client.get_cookie("tongdai")
        assert cookie is not None
        browser.client.set_cookie("tongdai", cookie.value)

    def send(browser: Browser) -> str:
        data = {**sent, "csrf_token": form}
        assert browser.client.post("/report", data=data, buffered=True).location == "/report/filed"
        return shown_key(browser.get("/report/filed").text)

    with ThreadPoolExecutor(len(browsers)) as pool:
        keys = set(pool.map(send, browsers))
    assert rows(site, Report) == len(keys) == 1
    assert follow(site, site.read(select(Report.code))[0].code, keys.pop())


def _look_once_too_early(looks: Iterator[Callable[[], Any]], look: Callable[[], Any]) -> Any:
    return next(looks, look)()


def test_a_request_that_began_before_the_first_was_recorded_is_no_other_report(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = site.browser()
    sent = {**SENT, "form_token": token_in(browser.get("/report").text)}
    key = shown_key(browser.post("/report", sent, follow_redirects=True).text)
    looks = iter((lambda: None,))
    monkeypatch.setattr(once, "find_receipt", partial(_look_once_too_early, looks, once.find_receipt))
    assert browser.post("/report", sent).location == "/report/filed"
    assert shown_key(browser.get("/report/filed").text) == key
    assert rows(site, Report) == 1


def test_another_report_from_the_same_page_is_asked_about_and_filed_when_sent_once_more(site: Site) -> None:
    browser = site.browser()
    sent = {**SENT, "form_token": token_in(browser.get("/report").text)}
    browser.post("/report", sent)
    code = site.read(select(Report.code))[0].code
    asked = browser.post("/report", {**sent, "content": "Nắp cống bể ở đầu hẻm."})
    assert asked.status_code == 409
    assert code in asked.text
    assert "Nắp cống bể ở đầu hẻm." in asked.text
    other = {**sent, "content": "Nắp cống bể ở đầu hẻm.", "form_token": token_in(asked.text.split("<main")[1])}
    assert browser.post("/report", other).status_code == 302
    assert rows(site, Report) == 2


def test_what_is_like_an_open_case_is_named_before_it_is_filed_and_nothing_of_its_citizen(site: Site) -> None:
    browser = site.browser()
    lamp = {**SENT, "similar_seen": "", "content": "Đèn đường trước chợ Tân Mai hỏng cả tuần, tối om."}
    browser.post("/report", {**lamp, "form_token": token_in(browser.get("/report").text)})
    neighbour = {**lamp, "phone": "0977 000 111", "reporter_name": "Bà Khế", "address": "9 đường Me"}
    neighbour |= {"content": "Trước chợ Tân Mai đèn đường hỏng, rất tối."}
    second = site.browser()
    asked = second.post("/report", {**neighbour, "form_token": token_in(second.get("/report").text)})
    assert asked.status_code == 409
    assert "Cùng vụ việc với một phản ánh về" in asked.text
    assert "9 đường Me" in asked.text
    assert not any(text in asked.text for text in ("Lê Văn Ổi", "5 Lê Lợi", "cả tuần", "DN-26-"))
    assert rows(site, Report) == 1
    once_more = {**neighbour, "similar_seen": "yes", "form_token": token_in(asked.text.split("<main")[1])}
    assert second.post("/report", once_more).status_code == 302
    assert rows(site, Report) == 2
    third = site.browser()
    other = {**neighbour, "content": "Xe ben chạy giờ cấm trên đường Me.", "phone": "0977 000 222"}
    assert third.post("/report", {**other, "form_token": token_in(third.get("/report").text)}).status_code == 302


def test_a_mistake_can_be_mended_on_the_same_page(site: Site) -> None:
    browser = site.browser()
    token = token_in(browser.get("/report").text)
    refused = browser.post("/report", {**SENT, "phone": "12", "form_token": token})
    assert token_in(refused.text) == token
    assert browser.post("/report", {**SENT, "form_token": token}).status_code == 302


def test_the_key_is_not_shown_again_after_a_while_or_when_it_was_replaced(site: Site) -> None:
    browser = site.browser()
    browser.post("/report", SENT)
    assert browser.get("/report/filed").status_code == 200
    code = site.read(select(Report.code))[0].code
    site.later(minutes=31)
    assert browser.get("/report/filed").location == "/follow"
    other = site.browser()
    other.post("/report", {**SENT, "phone": "0911111111"})
    site.key(site.read(select(Report.code).where(Report.code != code))[0].code)
    assert other.get("/report/filed").location == "/follow"
    assert site.browser().get("/report/filed").location == "/follow"


def test_a_call_that_is_sent_again_is_one_report_with_one_key(site: Site) -> None:
    operator = site.browser(OPERATOR)
    call = {**SENT, "outcome": "handed_over", "channel": "phone", "urgency": "normal"}
    sent = {**call, "form_token": form_receipts.new_form_token()}
    keys = {shown_key(operator.post("/intake", sent, follow_redirects=True).text) for _ in range(2)}
    assert (rows(site, Report), rows(site, TrackingKey), len(keys)) == (1, 1, 1)


def contact(site: Site) -> tuple[Browser, str, dict[str, str]]:
    number = site.task(received(site), "verify").id
    return site.browser(COMMUNE), f"/tasks/{number}/contacts", {"means": "phone", "reached": "no"}


def opinion(site: Site) -> tuple[Browser, str, dict[str, str]]:
    return follow(site, answered(site)[1]), "/follow/opinion", {"satisfied": "yes"}


def new_key(site: Site) -> tuple[Browser, str, dict[str, str]]:
    received(site)
    code = site.read(select(Report.code))[0].code
    operator = site.browser(OPERATOR)
    operator.post(f"/cases/{code}/reveal", {"reason": "Người gọi xin cấp lại khóa"})
    return operator, f"/cases/{code}/key", {"checked": "called_back"}


def breach(site: Site) -> tuple[Browser, str, dict[str, str]]:
    fields = {"text": "Mất một máy tính.", "happened_at": "2026-11-24T10:00", "kind": "noticed"}
    return site.browser(OFFICE), "/privacy/breaches", fields


def task(site: Site) -> tuple[Browser, str, dict[str, str]]:
    row = site.task(received(site), "verify")
    return site.browser(COMMUNE), f"/tasks/{row.id}", {**VERIFY, "version": str(row.version)}


Prepared = Callable[[Site], tuple[Browser, str, dict[str, str]]]


@pytest.mark.parametrize(
    ("prepare", "model"),
    [(contact, Contact), (opinion, History), (new_key, History), (breach, BreachEntry), (task, History)],
)
def test_what_is_done_on_other_pages_is_done_once(site: Site, prepare: Prepared, model: Any) -> None:
    browser, address, fields = prepare(site)
    sent = {**fields, "form_token": form_receipts.new_form_token()}
    first = browser.post(address, sent)
    assert first.status_code == 302
    after = rows(site, model)
    again = browser.post(address, sent)
    assert (again.status_code, again.location) == (302, first.location)
    assert rows(site, model) == after
    assert "hệ thống không thực hiện lần nữa" in browser.get(again.location, follow_redirects=True).text


def test_two_contacts_from_two_pages_are_two(site: Site) -> None:
    browser, address, fields = contact(site)
    before = rows(site, Contact)
    for _ in range(2):
        browser.post(address, {**fields, "form_token": form_receipts.new_form_token()})
    assert rows(site, Contact) == before + 2


def test_a_receipt_answers_only_who_sent_the_form(site: Site) -> None:
    browser, address, fields = contact(site)
    sent = {**fields, "form_token": form_receipts.new_form_token()}
    browser.post(address, sent)
    assert site.browser().post(address, sent).status_code == 401
    assert "thực hiện lần nữa" not in site.browser(OFFICE).post(address, sent, follow_redirects=True).text


def test_receipts_are_forgotten_after_a_day(site: Site) -> None:
    site.browser().post("/report", SENT)
    delete_ended(site.engine, site.now + form_receipts.RETENTION)
    assert rows(site, FormReceipt) == 1
    delete_ended(site.engine, site.now + form_receipts.RETENTION + timedelta(seconds=1))
    assert rows(site, FormReceipt) == 0
