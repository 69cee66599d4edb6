"""The doors to a report beside its key: links in mails, one-time codes, a new key from the hotline; and bad input."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from engine.cases import one_time_codes, report_keys, tracking_link
from engine.mailing import citizen_mails
from engine.mailing.recipients import MAIL
from engine.replay import demo_reports
from engine.store.models import History, Look, Mail, OneTimeCode, Report, TrackingKey
from tests.kit.site import COMMUNE, NEW, OFFICE, OPERATOR, Browser, Site
from tests.web.pages.test_intake import CALL
from tests.web.pages.test_public import SENT, shown_key
from tests.web.pages.test_task import VERIFY, complete, received

CHECKED = {"checked": "called_back"}


def link_to(site: Site, report_id: int, **changed: Any) -> str:
    """The link that a mail of now has."""
    serial = site.write(report_keys.key_serial, report_id)
    values = {"report_id": report_id, "serial": serial, "now": site.now, **changed}
    return f"/follow/{tracking_link.sign_link(site.app.key, **values)}"


def digits(site: Site) -> str:
    """The digits that the newest request's message brings."""
    handle = site.read(select(OneTimeCode.handle).order_by(OneTimeCode.requested_at.desc()))[0].handle
    return one_time_codes.digits_of(site.app.key, handle)


def revealed(site: Site, code: str) -> Browser:
    """An operator who has said why the reporter's particulars have to be seen."""
    operator = site.browser(OPERATOR)
    operator.post(f"/cases/{code}/reveal", {"reason": "Người dân mất khóa"})
    return operator


def test_code_and_number_open_a_report_that_has_no_key_with_the_digits_sent_to_it(site: Site) -> None:
    filed = site.file()
    browser = site.browser()
    browser.post("/follow/code", {"code": filed.code, "phone": "+84 912 345 678"})
    assert "gọi 1022" in browser.get("/follow/code").text
    assert browser.post("/follow/code/enter", {"digits": digits(site)}).location == "/follow"
    assert NEW.content in browser.get("/follow").text
    assert browser.get("/follow/code").location == "/follow"


def test_the_link_of_a_mail_opens_its_report_and_may_be_opened_again(site: Site) -> None:
    filed = site.file()
    for _ in range(2):
        browser = site.browser()
        assert browser.get(link_to(site, filed.report_id)).location == "/follow"
        assert NEW.content in browser.get("/follow").text


@pytest.mark.parametrize(
    ("days", "again", "sentence"),
    [
        (31, False, "đã hết hạn"),
        (1, True, "Phản ánh đã có khóa tra cứu mới"),
        (0, None, "không đầy đủ hoặc không đúng"),
    ],
)
def test_a_link_that_no_longer_opens_says_why(site: Site, days: int, again: bool | None, sentence: str) -> None:
    filed = site.file()
    link = link_to(site, filed.report_id) if again is not None else "/follow/WzEsMCwxXQ.forged"
    site.later(days=days)
    if again:
        site.key(filed.code)
    answer = site.browser().get(link)
    assert answer.status_code == 404
    assert sentence in answer.text
    assert NEW.content not in answer.text


@pytest.mark.parametrize(
    ("address", "data", "sentence"),
    [
        ("/follow", {"code": "x", "key": "7KMC-4XTR"}, "không phải là mã hồ sơ"),
        ("/follow", {"code": "DN-26-004217-A", "key": "7KMC-4XTR"}, "sai chữ cái kiểm tra"),
        ("/follow", {"code": "DN-26-004217-D", "key": "7KMC"}, "Khóa tra cứu gồm tám chữ và số"),
        ("/follow", {"code": "DN-26-004217-D", "key": "7KMA-4XTR"}, "Khóa tra cứu không có chữ A"),
        ("/follow", {}, "không phải là mã hồ sơ"),
        ("/follow/code", {"code": "DN-26-004217-D", "phone": "113"}, "Số điện thoại chưa đúng"),
        ("/follow/code", {"code": "x", "phone": "0912345678"}, "không phải là mã hồ sơ"),
        ("/follow/code/enter", {"digits": "12"}, "Mã xác nhận gồm sáu hoặc chín chữ số"),
        ("/follow/code/enter", {"digits": "123456"}, "Mã xác nhận đã hết hạn"),
    ],
)
def test_input_of_the_wrong_form_is_told_in_one_sentence(
    site: Site, address: str, data: dict[str, str], sentence: str
) -> None:
    answer = site.browser().post(address, data)
    assert answer.status_code == 422
    assert answer.text.count('role="alert"') == 1
    assert sentence in answer.text


def test_a_web_report_shows_its_key_once_and_queues_a_receipt_to_its_own_address(site: Site) -> None:
    page = site.browser().post("/report", {**SENT, "email": "oi@x.example"}, follow_redirects=True).text
    report = site.read(select(Report.__table__))[0]
    assert site.browser().follow(report.code, shown_key(page)).location == "/follow"
    (mail,) = site.read(select(Mail.__table__))
    assert (mail.channel, mail.recipient, mail.kind) == (MAIL, f"report:{report.id}", citizen_mails.RECEIPT)
    site.browser().post("/report", SENT)
    assert len(site.read(select(Mail.id))) == 1  # No gateway reaches the telephone.


def test_an_operator_reads_the_key_out_once(site: Site) -> None:
    operator = site.browser(OPERATOR)
    page = operator.post("/intake", CALL, follow_redirects=True).text
    report = site.read(select(Report.__table__))[0]
    assert site.browser().follow(report.code, shown_key(page)).location == "/follow"
    assert "data-key" not in operator.get("/intake").text
    assert site.read(select(TrackingKey.issued_by))[0].issued_by.startswith("person:")


def test_the_hotline_replaces_a_lost_key_and_the_case_records_how_the_caller_was_checked(site: Site) -> None:
    filed = site.file(email="man@x.example")
    old = site.key(filed.code)
    citizen = site.browser()
    citizen.follow(filed.code, old)
    operator = revealed(site, filed.code)
    assert f"/cases/{filed.code}/key" in operator.get(f"/cases/{filed.code}").text
    assert NEW.address in operator.get(f"/cases/{filed.code}/key").text
    page = operator.post(f"/cases/{filed.code}/key", CHECKED, follow_redirects=True).text
    assert site.browser().follow(filed.code, shown_key(page)).status_code == 302
    assert site.browser().follow(filed.code, old).status_code == 404
    assert NEW.content not in citizen.get("/follow").text  # What the old key opened is closed, too.
    entry = site.read(select(History.__table__).order_by(History.seq.desc()))[0]
    assert (entry.action, entry.actor[:7]) == ("give_key", "person:")
    assert shown_key(page) not in entry.detail
    assert "Cấp khóa tra cứu mới" in operator.get(f"/cases/{filed.code}").text
    assert "Đã gọi lại số điện thoại đã khai" in operator.get(f"/cases/{filed.code}").text
    assert [row.about for row in site.read(select(Mail.about))] == ["2"]
    assert "call" in {row.purpose for row in site.read(select(Look.purpose))}


def test_no_key_is_given_before_the_caller_can_be_checked(site: Site) -> None:
    received(site)
    code = site.read(select(Report.code))[0].code
    operator = site.browser(OPERATOR)
    assert operator.get(f"/cases/{code}/key").location == f"/cases/{code}"
    assert operator.post(f"/cases/{code}/key", CHECKED).location == f"/cases/{code}"
    assert site.read(select(TrackingKey.report_id)) == []
    assert "Nêu lý do cần xem thông tin người phản ánh trước" in operator.get(f"/cases/{code}").text
    operator = revealed(site, code)
    answer = operator.post(f"/cases/{code}/key", {"checked": "magic"})
    assert answer.status_code == 422
    assert "Chọn cách đã kiểm tra người gọi" in answer.text
    assert site.read(select(TrackingKey.report_id)) == []


@pytest.mark.parametrize("login", [COMMUNE, OFFICE])
def test_only_the_hotline_gives_keys(site: Site, login: str) -> None:
    code = site.file().code
    browser = site.browser(login)
    assert browser.get(f"/cases/{code}/key").status_code == 403
    assert browser.post(f"/cases/{code}/key", CHECKED).status_code == 403


def test_a_caller_who_joined_a_case_gets_a_new_key_of_their_own(site: Site) -> None:
    received(site)
    main = site.read(select(Report.code))[0].code
    data = {**SENT, "outcome": f"join:{main}", "channel": "phone", "urgency": "normal"}
    site.browser(OPERATOR).post("/intake", data)
    own = site.read(select(Report.code).order_by(Report.id))[1].code
    page = revealed(site, main).post(f"/cases/{own}/key", CHECKED, follow_redirects=True).text
    assert site.browser().follow(own, shown_key(page)).status_code == 302
    assert site.browser().follow(main, shown_key(page)).status_code == 404
    assert own in site.read(select(History.detail).where(History.action == "give_key"))[0].detail


def test_the_caller_panel_leads_to_a_new_key(site: Site) -> None:
    code = site.file().code
    page = site.browser(OPERATOR).post("/intake/beside", {"phone": NEW.phone}).text
    assert re.search(rf'href="/cases/{code}/key"', page)


def test_reports_to_follow_are_offered_in_a_demonstration_only(site: Site) -> None:
    filed = received(site)
    site.write(demo_reports.give_shared_key, site.app.key, site.now)
    complete(site, site.browser(COMMUNE), filed, "verify", VERIFY)
    code = site.read(select(Report.code))[0].code
    assert code not in site.browser().get("/").text
    site.app.demonstration = True
    page = site.browser().get("/").text
    assert code in page
    assert demo_reports.KEY in page
