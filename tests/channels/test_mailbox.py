"""Mails over IMAP from a real server: each kept once whatever is repeated or breaks, and machines left alone."""

from __future__ import annotations

import os
import random
from collections import Counter

import pytest
from sqlalchemy import Engine, func, select

from engine.channels import mailbox_reading
from engine.channels.incoming_mail import read_mail
from engine.channels.mailbox_reading import MOST_AT_ONCE, MailboxAway
from engine.config.environment import MailServer
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import Conversation, ConversationMessage
from tests.kit.mailbox import MISSING, mailbox_server, put_mails
from tests.kit.province import NOW
from tests.kit.waiting import free_port

OWN = "tongdai1022@dongnai.example"
WRITTEN = "Đèn đường hỏng trước chợ.\n\nTừ hôm qua."


def mail(text: str = WRITTEN, **headers: str) -> bytes:
    known = {"From": "Lê Hoa <Hoa@Example.vn>", "Subject": "Đèn hỏng", "Message_ID": "<1@example.vn>"}
    known |= {"Content-Type": "text/plain; charset=utf-8"}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in {**known, **headers}.items()]
    return ("\r\n".join(lines) + "\r\n\r\n" + text.replace("\n", "\r\n")).encode()


def counted(engine: Engine) -> tuple[int, int]:
    with transaction(engine) as tx:
        tables = (table_of(Conversation), table_of(ConversationMessage))
        return tuple(tx.read.execute(select(func.count()).select_from(table)).scalar_one() for table in tables)  # type: ignore[return-value]


def test_what_a_person_wrote_is_read_without_what_is_quoted() -> None:
    message = read_mail(mail(f"{WRITTEN}\n\n> Kính gửi\n> …\n"), OWN)
    assert message is not None
    assert (message.peer, message.subject, message.text) == ("hoa@example.vn", "Đèn hỏng", WRITTEN)
    page = "<style>x</style><p>Đèn <b>hỏng</b></p><script>1</script>Chợ<blockquote>cũ</blockquote>"
    read = read_mail(mail(page, **{"Content-Type": "text/html; charset=utf-8"}), OWN)
    assert read is not None
    assert read.text == "Đèn hỏng\nChợ"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; owner-email=x@y.vn"},
        {"Precedence": "Bulk"},
        {"List_Id": "<tin.example.vn>"},
        {"Return_Path": "<>"},
        {"From": "MAILER-DAEMON@example.vn"},
        {"From": OWN.upper()},
        {"From": "no sender"},
        {"Content-Type": "multipart/report; report-type=delivery-status; boundary=x"},
    ],
)
def test_what_a_machine_sent_is_left_alone(headers: dict[str, str]) -> None:
    assert read_mail(mail(**headers), OWN) is None
    assert read_mail(mail(Auto_Submitted="no"), OWN) is not None


@pytest.mark.parametrize("number", range(300 if "FAULT_LONG" in os.environ else 30))
def test_no_damaged_mail_is_an_error(number: int) -> None:
    rng = random.Random(number)
    raw = bytearray(
        mail(**{"Content-Type": rng.choice(["text/html", "multipart/mixed; boundary=b", "text/plain; charset=x"])})
    )
    for _damage in range(20):
        raw[rng.randrange(len(raw))] = rng.randrange(256)
    read_mail(bytes(raw[: rng.randrange(len(raw))]) if number % 2 else bytes(raw), OWN)


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_repeated_and_shuffled_mails_are_kept_once_and_none_is_lost(
    engine_db: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    count, rng = 250 if "FAULT_LONG" in os.environ else 12, random.Random(20)
    mails = [
        mail(f"Việc {number}", Message_ID=f"<{number}@example.vn>", From=f"dan{number % 5}@example.vn")
        for number in range(count)
    ]
    delivered = [*mails * 4, mail(Auto_Submitted="auto-replied")]
    rng.shuffle(delivered)
    keep, died = mailbox_reading._keep_mail, Counter[str]()

    def keep_and_die(*arguments: object) -> None:
        keep(*arguments)  # type: ignore[arg-type]
        if rng.random() < 0.1:
            died["times"] += 1
            raise OSError("a connection that broke before the mail was marked")

    monkeypatch.setattr(mailbox_reading, "_keep_mail", keep_and_die)
    with mailbox_server() as server:
        put_mails(server, delivered)
        for _attempt in range(20 * len(delivered)):
            try:
                totals = mailbox_reading.read_mailbox(engine_db, server, OWN, NOW)
            except MailboxAway:
                continue
            if not totals.kept + totals.repeated + totals.ignored:
                break
    assert died["times"] > 0
    assert counted(engine_db) == (5, count)


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_mail_that_is_too_large_is_passed_over_and_a_mailbox_away_is_said(engine_db: Engine) -> None:
    with mailbox_server() as server:
        small = [mail(f"{number}", Message_ID=f"<{number}@example.vn>") for number in range(MOST_AT_ONCE)]
        put_mails(server, [mail("x" * 10_100_000), *small])
        first = mailbox_reading.read_mailbox(engine_db, server, OWN, NOW)
        assert (first.kept, first.ignored) == (MOST_AT_ONCE - 1, 1)
        assert mailbox_reading.read_mailbox(engine_db, server, OWN, NOW).kept == 1
        wrong = MailServer("imap", server.host, server.port, server.user, "wrong")
        with pytest.raises(MailboxAway):
            mailbox_reading.read_mailbox(engine_db, wrong, OWN, NOW)
    with pytest.raises(MailboxAway):
        mailbox_reading.read_mailbox(engine_db, MailServer("imap", "127.0.0.1", free_port()), OWN, NOW)
