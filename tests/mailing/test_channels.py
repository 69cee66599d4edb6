"""What is sent by each way out: a mail, a text message to a citizen without an address, a word to another system."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import pytest
from sqlalchemy import Engine, select

from engine.config.environment import MailServer, SignedEndpoint
from engine.mailing import batching, delivery
from engine.mailing.channels import Channels, smtp_only
from engine.mailing.dev_server import run_dev_mailbox
from engine.mailing.gateway import HttpGateway
from engine.mailing.recipients import MAIL, SMS, WEBHOOK
from engine.store.models import Mail
from tests.kit.hotline import NOW, PLACE
from tests.kit.mails import Office, office
from tests.mailing.test_gateway import KEY, receiving

HERE = "127.0.0.1"


@dataclass
class Heard:
    """What delivery says of each mail."""

    said: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, channel: str, outcome: str) -> None:
        self.said.append((channel, outcome))


@pytest.fixture
def hotline(engine_db: Engine) -> Office:
    return office(engine_db)


def clock() -> datetime:
    return NOW


def deliver(hotline: Office, outlets: Channels) -> list[tuple[str, str]]:
    """Resolve, pack and send."""
    heard = Heard()
    hotline.resolve(NOW, sorted(outlets.names))
    batching.batch_notices(hotline.engine, NOW, 10)
    delivery.send_due_mails(hotline.engine, clock, hotline.writing(), outlets, heard)
    outlets.close()
    return sorted(heard.said)


def test_a_mail_arrives_at_a_real_server_with_a_link_to_the_case(hotline: Office) -> None:
    hotline.notice(hotline.file(), [PLACE])
    with run_dev_mailbox(HERE, 0) as catcher:
        assert deliver(hotline, smtp_only(MailServer("smtp", HERE, catcher.port))) == [(MAIL, "sent")] * 3
        caught = catcher.mails()
    assert {mail.subject for mail in caught} == {"Nhắc việc"}
    assert all("DN-26-000001-" in mail.text for mail in caught)
    assert len({mail.message_id for mail in caught}) == 3


def test_a_citizen_reads_their_own_code_and_link_in_a_text_message(hotline: Office) -> None:
    hotline.notice(hotline.file(email=""), ["citizen"])
    with receiving() as handler:
        gateway = HttpGateway(SignedEndpoint(f"http://{HERE}:{handler.port}/sms", KEY))  # type: ignore[attr-defined]
        assert deliver(hotline, Channels(sms=gateway)) == [(SMS, "sent")]
    (request,) = handler.received
    said = request["said"]
    assert isinstance(said, dict)
    assert request["good"] is True
    assert said["to"] == "+84912345678"
    assert said["text"].startswith("Nhắc việc https://1022.example/follow?code=DN-26-000001-")
    assert said["id"] == request["identity"]


def test_another_system_hears_of_a_notice_without_anything_personal(hotline: Office) -> None:
    hotline.notice(hotline.file(), [PLACE])
    with receiving() as handler, run_dev_mailbox(HERE, 0) as catcher:
        gateway = HttpGateway(SignedEndpoint(f"http://{HERE}:{handler.port}/hook", KEY))  # type: ignore[attr-defined]
        post = smtp_only(MailServer("smtp", HERE, catcher.port)).smtp
        assert deliver(hotline, Channels(post, webhook=gateway)) == [*[(MAIL, "sent")] * 3, (WEBHOOK, "sent")]
    (request,) = handler.received
    said = request["said"]
    assert isinstance(said, dict)
    assert set(said) == {"id", "event", "case", "rung", "occurrence", "units", "at"}
    assert (said["rung"], said["units"]) == ("reminder", [PLACE])


def test_a_channel_that_is_not_set_up_leaves_its_mails_waiting(hotline: Office) -> None:
    hotline.notice(hotline.file(), [PLACE])
    hotline.post(NOW)
    with receiving() as handler:
        gateway = HttpGateway(SignedEndpoint(f"http://{HERE}:{handler.port}/sms", KEY))  # type: ignore[attr-defined]
        assert deliver(hotline, Channels(sms=gateway)) == []
    assert [row[0] for row in hotline.rows(select(Mail.sent_at))] == [None] * 3


def test_without_any_way_out_there_are_no_channels() -> None:
    assert Channels().names == frozenset()
