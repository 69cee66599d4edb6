"""Messages of citizens from gateways: signed, kept once whatever is repeated, made into one report by an operator."""

from __future__ import annotations

import json
import os
import random
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from engine.channels import conversations
from engine.mailing.gateway import sign_request
from engine.store.columns import table_of
from engine.store.models import Contact, Conversation, ConversationMessage, History, Mail, Report
from tests.kit.site import COMMUNE, OPERATOR, PLACE, Site

KEY = b"k" * 32
WRITTEN = {"id": "m1", "from": "dan@example.vn", "text": "Đèn đường hỏng trước chợ."}


@pytest.fixture
def channels(site: Site) -> Site:
    object.__setattr__(site.app.settings, "channels_key", KEY)
    return site


def deliver(site: Site, message: Any, channel: str = "mail", **more: Any) -> TestResponse:
    body = message if isinstance(message, bytes) else json.dumps(message, ensure_ascii=False).encode()
    at = int(site.now.timestamp()) + more.get("apart", 0)
    headers = {"X-Tongdai-Timestamp": str(at), "X-Tongdai-Signature": sign_request(more.get("key", KEY), at, body)}
    media_type = more.get("media_type", "application/json")
    return site.app.test_client().post(
        f"/channels/{channel}/messages", data=body, headers=headers, content_type=media_type
    )


def count(site: Site, table: Any) -> int:
    return int(site.read(select(func.count()).select_from(table_of(table)))[0][0])


def test_a_message_waits_for_an_operator_and_becomes_one_report(channels: Site) -> None:
    site = channels
    assert deliver(site, WRITTEN).json == {"conversation": 1, "repeated": False, "code": ""}
    assert deliver(site, {**WRITTEN, "id": "m2", "text": "Ở cổng phía nam."}).json["conversation"] == 1  # type: ignore[index]
    operator = site.browser(OPERATOR)
    assert "dan@example.vn" in operator.get("/conversations").text
    assert site.browser(COMMUNE).get("/conversations").status_code == 403
    page = operator.get("/conversations/1").text
    assert page.index("Đèn đường hỏng") < page.index("Ở cổng phía nam.")
    operator.post("/conversations/1/complete")
    intake = operator.get("/intake").text
    assert "Người dân viết" in intake
    assert 'name="conversation" value="1"' in intake
    report = {"channel": "mail", "email": WRITTEN["from"], "content": WRITTEN["text"], "place": PLACE, "field": "other"}
    report |= {
        "urgency": "normal",
        "reporter_name": "Lê Thị Hoa",
        "phone": "0912 000 111",
        "address": "chợ",
        "outcome": "handed_over",
    }
    assert operator.post("/intake", {**report, "conversation": "1"}).status_code == 302
    assert count(site, Report) == 1
    row = site.read(select(table_of(Conversation)))[0]
    assert (row.state, row.report_id, row.peer) == ("filed", 1, "dan@example.vn")
    assert [(mail.channel, mail.recipient) for mail in site.read(select(table_of(Mail)))] == [("mail", "report:1")]
    assert "dan@example.vn" not in operator.get("/conversations").text
    other = {**report, "content": "Việc khác hẳn.", "conversation": "1"}
    assert operator.post("/intake", other).status_code == 409  # Somebody has made a report of it.
    assert count(site, Report) == 1


def test_what_a_citizen_writes_about_their_case_goes_there_and_nobody_elses(channels: Site) -> None:
    site = channels
    filed = site.file(email="dan@example.vn")
    text = {**WRITTEN, "text": f"Về hồ sơ {filed.code}: nay đã sáng."}
    assert deliver(site, text).json == {"conversation": 1, "repeated": False, "code": filed.code}
    assert deliver(site, text).json["repeated"] is True  # type: ignore[index]
    notes = site.read(select(table_of(Contact)))
    assert [(row.report_id, row.means, "nay đã sáng" in row.note) for row in notes] == [(filed.report_id, "mail", True)]
    acts = [row.action for row in site.read(select(History.action).where(History.instance_id == filed.instance_id))]
    assert acts[-1] == "citizen_message"
    stranger = {**text, "id": "m3", "from": "other@example.vn"}
    assert deliver(site, stranger).json["code"] == ""  # type: ignore[index]
    assert deliver(site, {**text, "id": "m4", "text": filed.code[:-1]}).json["code"] == ""  # type: ignore[index]
    assert count(site, Contact) == 1


def test_whatever_is_repeated_and_shuffled_is_kept_once(channels: Site) -> None:
    site, rng = channels, random.Random(20)
    messages = [
        (channel, {"id": f"m{number}", "from": f"09120000{number % 7:02}", "text": f"Việc {number}"})
        for number in range(500 if "FAULT_LONG" in os.environ else 15)
        for channel in ("sms", "zalo")
    ]
    deliveries = messages * 4
    rng.shuffle(deliveries)
    answers = [deliver(site, message, channel).json for channel, message in deliveries]
    assert sum(not answer["repeated"] for answer in answers if answer) == len(messages)
    assert count(site, ConversationMessage) == len(messages)
    assert {row.state for row in site.read(select(table_of(Conversation)))} == {"open"}
    assert count(site, Conversation) == 14


def test_what_is_not_signed_or_cannot_be_is_refused_as_a_problem(channels: Site) -> None:
    site = channels
    refused = [
        (deliver(site, WRITTEN, key=b"x" * 32), 401),
        (deliver(site, WRITTEN, apart=-301), 401),
        (deliver(site, WRITTEN, apart=301), 401),
        (deliver(site, b"{"), 422),
        (deliver(site, b"[" * 5000), 422),
        (deliver(site, WRITTEN, media_type="text/plain"), 422),
        (deliver(site, {**WRITTEN, "pictures": []}), 422),
        (deliver(site, {**WRITTEN, "text": 5}), 422),
        (deliver(site, {**WRITTEN, "text": " "}), 422),
        (deliver(site, {**WRITTEN, "text": "x" * 10_001}), 422),
        (deliver(site, {**WRITTEN, "from": "a\x00b"}), 422),
        (deliver(site, {**WRITTEN, "position": "nowhere"}), 422),
        (deliver(site, {**WRITTEN, "text": "x" * 10_000_000}), 413),
        (deliver(site, WRITTEN, channel="fax"), 404),
        (site.app.test_client().post("/channels/mail/messages", json=WRITTEN), 401),
    ]
    for answer, status in refused:
        assert answer.status_code == status, answer.text
        assert answer.mimetype == "application/problem+json"
        assert answer.json is not None
        assert answer.json["detail"]
    assert count(site, ConversationMessage) == 0
    object.__setattr__(site.app.settings, "channels_key", None)
    assert deliver(site, WRITTEN).status_code == 404


def test_what_was_dropped_is_deleted_after_a_month(channels: Site) -> None:
    site = channels
    deliver(site, WRITTEN)
    operator = site.browser(OPERATOR)
    assert operator.post("/conversations/1/drop").status_code == 302
    assert operator.post("/conversations/1/drop").status_code == 302
    site.later(days=29)
    site.write(conversations.delete_dropped, site.now)
    assert count(site, ConversationMessage) == 1
    site.later(days=2)
    site.write(conversations.delete_dropped, site.now)
    assert (count(site, Conversation), count(site, ConversationMessage)) == (0, 0)
