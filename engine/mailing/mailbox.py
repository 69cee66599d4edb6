"""The created mails, with their content and delivery status."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from engine.actor import PERSON, parse_party
from engine.errors import BadInput, NotFound
from engine.mailing import letters
from engine.mailing.letters import MailContext
from engine.mailing.recipients import WEBHOOK
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Mail

PAGE_SIZE = 20

_mail = table_of(Mail)


@dataclass(frozen=True, slots=True)
class MailboxEntry:
    """A mail: creation time, recipient officer ("" for citizens), content, case code and delivery status."""

    id: int
    made_at: datetime
    to: str
    subject: str
    body: str
    code: str
    sent_at: datetime | None
    given_up: bool


def list_mails(tx: Transaction, context: MailContext, now: datetime, before: int | None = None) -> list[MailboxEntry]:
    """One page of the newest mails, without those to other systems."""
    query = select(_mail).where(_mail.c.channel != WEBHOOK).order_by(_mail.c.id.desc()).limit(PAGE_SIZE)
    if before is not None:
        query = query.where(_mail.c.id < before)
    return [_mailbox_entry(tx, row, context, now) for row in tx.read.execute(query).all()]


def _mailbox_entry(tx: Transaction, row: Row[Any], context: MailContext, now: datetime) -> MailboxEntry:
    try:
        rendered = letters.compose_mail(tx, row, context, now)
        to, subject, body = rendered.to_name, rendered.subject, rendered.text
    except (BadInput, NotFound) as error:
        to, subject, body = "", f"({error})", ""
    codes = {notice.code for notice in letters.notices_of_mail(tx, row) if not notice.page}
    return MailboxEntry(
        id=row.id,
        made_at=row.created_at,
        to=to if parse_party(row.recipient).kind == PERSON else "",
        subject=subject,
        body=body,
        code=codes.pop() if len(codes) == 1 else "",
        sent_at=row.sent_at,
        given_up=row.sent_at is None and row.available_at is None,
    )
