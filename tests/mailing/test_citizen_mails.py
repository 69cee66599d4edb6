"""Messages to citizens beside notices: the receipt with its link and one-time codes, by mail and by text message."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from engine.cases import one_time_codes, report_keys, tracking_link
from engine.errors import NotFound
from engine.mailing import citizen_mails, delivery, letters
from engine.mailing.letters import MailContext
from engine.mailing.outcome import PermanentFailure
from engine.mailing.recipients import MAIL, SMS
from engine.mailing.sms import utf16_length
from engine.store.db import transaction
from engine.store.models import Incident, Mail, OneTimeCode, Report
from tests.kit.hotline import NOW
from tests.kit.mails import Office, office

SECRET = b"a secret of the server, 32 bytes"
ADDRESS = "man@x.example"


@pytest.fixture
def hotline(engine_db: Engine) -> Office:
    return office(engine_db)


def writing(hotline: Office) -> MailContext:
    return replace(hotline.writing(), secret=SECRET)


def report(hotline: Office, **other: Any) -> Any:
    hotline.file(**other)
    return hotline.rows(select(Report.__table__).order_by(Report.id.desc()))[0]


def composed(hotline: Office, at: Any = NOW) -> tuple[str, str, str]:
    """Subject, text, and text message of the newest mail."""
    mail = hotline.rows(select(Mail.__table__).order_by(Mail.id.desc()))[0]
    with transaction(hotline.engine) as tx:
        rendered = letters.compose_mail(tx, mail, writing(hotline), at)
        return rendered.subject, rendered.text, letters.compose_text_message(tx, mail, rendered, writing(hotline), 3)


def opened(hotline: Office, text: str) -> int:
    """The report that the link in a text opens."""
    match = re.search(r"https://1022\.example/follow/(\S+)", text)
    assert match is not None
    with transaction(hotline.engine) as tx:
        return tracking_link.report_of_link(tx, SECRET, match[1], NOW)


def test_a_receipt_brings_a_link_that_opens_its_report(hotline: Office) -> None:
    row = report(hotline, email=ADDRESS)
    for subject in (f"[1022] Đã tiếp nhận phản ánh {row.code}", f"[1022] Phản ánh {row.code} có khóa tra cứu mới"):
        with transaction(hotline.engine) as tx:
            key = report_keys.issue_key(tx, SECRET, row.id, "citizen", NOW)
            citizen_mails.queue_receipt(tx, row.id, {MAIL}, NOW)
        written = composed(hotline)
        assert written[0] == subject
        assert [opened(hotline, text) for text in written[1:]] == [row.id, row.id]
        assert key not in str(written)
        assert utf16_length(written[2]) <= 3 * 67


def test_a_receipt_goes_by_text_message_where_there_is_no_address_and_else_nowhere(hotline: Office) -> None:
    row = report(hotline, email="")
    for channels in ({MAIL}, {MAIL, SMS}):
        with transaction(hotline.engine) as tx:
            citizen_mails.queue_receipt(tx, row.id, channels, NOW)
    assert [mail.channel for mail in hotline.rows(select(Mail.channel))] == [SMS]


def test_the_notice_of_a_result_brings_a_link_too(hotline: Office) -> None:
    case = hotline.file(email=ADDRESS)
    hotline.notice(case, ["citizen"])
    hotline.post(NOW)
    number = hotline.rows(select(Report.id))[0].id
    assert opened(hotline, composed(hotline)[2]) == number


def test_digits_come_in_a_sentence_of_two_parts_and_are_not_sent_when_they_have_expired(hotline: Office) -> None:
    row = report(hotline, email="")
    with transaction(hotline.engine) as tx:
        handle = one_time_codes.request_code(tx, row.code, row.phone, NOW)
    assert citizen_mails.queue_codes(hotline.engine, NOW, {SMS}) == 1
    assert citizen_mails.queue_codes(hotline.engine, NOW, {SMS}) == 0
    subject, text, message = composed(hotline)
    digits = one_time_codes.digits_of(SECRET, handle)
    assert message.startswith(f"{digits} là mã xác nhận")
    assert digits in text
    assert digits not in subject  # What a locked screen shows.
    assert utf16_length(message) <= 3 * 67
    with pytest.raises(NotFound, match="expired"):
        composed(hotline, NOW + one_time_codes.LIFETIME)


def test_many_requests_are_queued_in_batches_and_expired_ones_are_deleted(hotline: Office) -> None:
    row = report(hotline, email=ADDRESS)
    with transaction(hotline.engine) as tx:
        for _ in range(citizen_mails.BATCH + 1):
            one_time_codes.request_code(tx, row.code, row.phone, NOW)
    assert citizen_mails.queue_codes(hotline.engine, NOW, {MAIL}) == citizen_mails.BATCH + 1
    with transaction(hotline.engine) as tx:
        one_time_codes.delete_expired(tx, NOW + one_time_codes.LIFETIME - timedelta(seconds=1))
        assert len(tx.read.execute(select(OneTimeCode.handle)).all()) == citizen_mails.BATCH + 1
        one_time_codes.delete_expired(tx, NOW + one_time_codes.LIFETIME)
        assert tx.read.execute(select(OneTimeCode.handle)).all() == []


@pytest.mark.parametrize("kind", [citizen_mails.RECEIPT, citizen_mails.CODE])
def test_a_receipt_that_nobody_takes_is_an_incident_on_its_case_and_a_code_is_none(hotline: Office, kind: str) -> None:
    case = hotline.file(email=ADDRESS)
    row = hotline.rows(select(Report.__table__).order_by(Report.id.desc()))[0]
    with transaction(hotline.engine) as tx:
        citizen_mails.queue_receipt(tx, row.id, (MAIL,), NOW)
    hotline.write(update(Mail).values(kind=kind))
    mail = hotline.rows(select(Mail.__table__).order_by(Mail.id.desc()))[0]
    with transaction(hotline.engine) as tx:
        delivery._give_up_mail(tx, mail, NOW, PermanentFailure("550 5.1.1 no such user"))
    raised = hotline.rows(select(Incident.instance_id, Incident.message))
    assert [one.instance_id for one in raised] == ([case] if kind == citizen_mails.RECEIPT else [])
    assert all("550 5.1.1 no such user" in one.message for one in raised)
