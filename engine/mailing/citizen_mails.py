"""Mails and text messages to citizens beside the notices of diagrams: the receipt with its link, and one-time codes.

Neither links nor codes are stored; they are computed from the server's secret when a message is written.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, insert, select, update

from engine.cases import one_time_codes, report_keys
from engine.clock import VIETNAM
from engine.mailing.recipients import MAIL, SMS
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Mail, OneTimeCode, Report
from engine.translation.catalogue import N_, Language, translate

CODE, RECEIPT = "code", "receipt"
HIDDEN_DIGITS = "••••••"
BATCH = 50

_CODE_SUBJECT = N_("[1022] Mã xác nhận để xem phản ánh {code}")
_CODE_TEXT = N_(
    "{digits} là mã xác nhận để xem phản ánh {code}, dùng được trong {minutes} phút. "
    "Không đưa mã này cho ai, kể cả người xưng là tổng đài."
)
_CODE_UNASKED = N_("Nếu ông/bà không yêu cầu mã này, xin bỏ qua tin này.")
_RECEIPT_SUBJECT = N_("[1022] Đã tiếp nhận phản ánh {code}")
_NEW_KEY_SUBJECT = N_("[1022] Phản ánh {code} có khóa tra cứu mới")
_RECEIPT_TEXT = N_(
    "Kính gửi ông/bà,\n\nTổng đài 1022 đã tiếp nhận phản ánh mã số {code}. Tổng đài xem phản ánh và chuyển đến đơn vị "
    "phụ trách; ông/bà được báo khi phản ánh được chuyển, xác minh và có kết quả.{expected}\n\n"
    "Theo dõi phản ánh: {link}\n\n"
    "Liên kết này dùng được trong {days} ngày; sau đó xin dùng mã hồ sơ và khóa tra cứu đã nhận."
)
_EXPECTED = N_(" Dự kiến có kết quả trước {due}.")
_NEW_KEY_TEXT = N_(
    "Kính gửi ông/bà,\n\nKhóa tra cứu của phản ánh mã số {code} vừa được thay; khóa và liên kết cũ không còn dùng "
    "được. Nếu ông/bà không yêu cầu, xin gọi ngay 1022.\n\nTheo dõi phản ánh: {link}\n\n"
    "Liên kết này dùng được trong {days} ngày; sau đó xin dùng mã hồ sơ và khóa tra cứu đã nhận."
)

_mail, _code, _report = table_of(Mail), table_of(OneTimeCode), table_of(Report)


def queue_receipt(tx: Transaction, report_id: int, channels: Collection[str], now: datetime) -> None:
    """Queue the message that goes with a new key, if the report's citizen can receive one."""
    channel = channel_of(tx, report_id, channels)
    if channel:
        serial = report_keys.key_serial(tx, report_id)
        tx.write().execute(insert(_mail), _mail_row(channel, report_id, (RECEIPT, str(serial)), now))


def channel_of(tx: Transaction, report_id: int, channels: Collection[str]) -> str:
    """How a report's citizen is told of its stages; empty if there is no way."""
    row = tx.read.execute(select(_report.c.email, _report.c.phone).where(_report.c.id == report_id)).one()
    return MAIL if row.email else SMS if row.phone and SMS in channels else ""


def queue_codes(engine: Engine, now: datetime, channels: Collection[str]) -> int:
    """Queue the codes asked for since the last run; returns how many. One whose report has no channel is never sent."""
    count = 0
    while True:
        with transaction(engine) as tx:
            connection = tx.write()
            rows = connection.execute(_waiting_requests(now)).all()
            addressed = [(row, channel) for row in rows if (channel := _code_channel(row, channels))]
            mails = [_mail_row(channel, row.report_id, (CODE, row.handle), now) for row, channel in addressed]
            if mails:
                connection.execute(insert(_mail), mails)
            handles = [row.handle for row in rows]
            connection.execute(update(_code).where(_code.c.handle.in_(handles)).values(queued_at=now))
        count += len(mails)
        if len(rows) < BATCH:
            return count


def _waiting_requests(now: datetime) -> Any:
    return (
        select(_code.c.handle, _code.c.report_id, _report.c.email, _report.c.phone)
        .join(_report, _report.c.id == _code.c.report_id)
        .where(_code.c.queued_at.is_(None), _code.c.expires_at > now)
        .order_by(_code.c.expires_at)
        .limit(BATCH)
        .with_for_update(of=_code, skip_locked=True)
    )


def _code_channel(row: Row[Any], channels: Collection[str]) -> str:
    """The telephone if a gateway reaches it, else the mail address; empty if there is no way."""
    if row.phone and SMS in channels:
        return SMS
    return MAIL if row.email and MAIL in channels else ""


def _mail_row(channel: str, report_id: int, kind_and_about: tuple[str, str], now: datetime) -> dict[str, object]:
    kind, about = kind_and_about
    row = {"channel": channel, "recipient": f"report:{report_id}", "kind": kind, "about": about}
    return row | {"created_at": now, "available_at": now}


def compose_code(
    tx: Transaction, handle: str, code: str, secret: bytes | None, language: Language, now: datetime
) -> tuple[str, str]:
    """Subject and text of the message with a one-time code, hidden without the secret; raises NotFound when expired."""
    if secret is not None:
        one_time_codes.require_unexpired(tx, handle, now)
    digits = one_time_codes.digits_of(secret, handle) if secret is not None else HIDDEN_DIGITS
    facts = {"digits": digits, "code": code, "minutes": int(one_time_codes.LIFETIME.total_seconds() // 60)}
    subject, text, unasked = (translate(text, language) for text in (_CODE_SUBJECT, _CODE_TEXT, _CODE_UNASKED))
    return subject.format(**facts), f"{text.format(**facts)}\n\n{unasked}"


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """What a receipt says: the report's code, the link, for how many days it opens, when the result is expected."""

    code: str
    link: str
    days: int
    due: datetime | None = None


def compose_receipt(serial: str, facts: ReceiptFacts, language: Language) -> tuple[str, str]:
    """Subject and text of the message that goes with a report's first key, or with a later one."""
    texts = (_RECEIPT_SUBJECT, _RECEIPT_TEXT) if serial == "1" else (_NEW_KEY_SUBJECT, _NEW_KEY_TEXT)
    due = f"{facts.due.astimezone(VIETNAM):%H:%M %d/%m/%Y}" if facts.due else ""
    expected = translate(_EXPECTED, language).format(due=due) if due else ""
    values = {"code": facts.code, "link": facts.link, "days": facts.days, "expected": expected}
    subject, text = (translate(text, language).format(**values) for text in texts)
    return subject, text
