"""The mails that have been made, as they read, and what became of them. Called by pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from engine.errors import BadInput, NotFound
from engine.mailing import letters
from engine.mailing.letters import Writing
from engine.mailing.recipients import WEBHOOK
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Mail

PAGE = 20

_mail = table_of(Mail)


@dataclass(frozen=True, slots=True)
class Mailed:
    """A mail: when it was made, to which officer ("" for citizens), how it reads, its case, and what became of it."""

    id: int
    made_at: datetime
    to: str
    subject: str
    body: str
    code: str
    sent_at: datetime | None
    given_up: bool


def latest(tx: Transaction, writing: Writing, now: datetime, before: int | None = None) -> list[Mailed]:
    """The newest mails, one page; those to other systems are left out."""
    wanted = select(_mail).where(_mail.c.channel != WEBHOOK).order_by(_mail.c.id.desc()).limit(PAGE)
    if before is not None:
        wanted = wanted.where(_mail.c.id < before)
    return [_mailed(tx, row, writing, now) for row in tx.read.execute(wanted).all()]


def _mailed(tx: Transaction, row: Row[Any], writing: Writing, now: datetime) -> Mailed:
    try:
        letter = letters.letter(tx, row, writing, now)
        to, subject, body = letter.to_name, letter.subject, letter.text
    except (BadInput, NotFound) as error:
        to, subject, body = "", f"({error})", ""
    codes = {notice.code for notice in letters.notices_of(tx, row) if not notice.page}
    return Mailed(
        id=row.id,
        made_at=row.created_at,
        to=to if row.recipient.startswith("person:") else "",
        subject=subject,
        body=body,
        code=codes.pop() if len(codes) == 1 else "",
        sent_at=row.sent_at,
        given_up=row.sent_at is None and row.available_at is None,
    )
