"""The mail that brings an issued report of the office to the committee, with its document."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from engine.cases import attachments, file_kinds
from engine.errors import NotFound
from engine.mailing.letter import AttachedFile
from engine.mailing.recipients import MAIL
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Briefing, Mail

BRIEFING = "briefing"  # The kind of these mails, and of their recipients.
WORD = file_kinds.MEDIA_TYPES[".docx"]

_mail, _briefing = table_of(Mail), table_of(Briefing)


def plan_briefing_mail(tx: Transaction, briefing_id: int, now: datetime) -> None:
    """Plan the mail with an issued report; its address stands with the report."""
    mail = {"channel": MAIL, "recipient": f"{BRIEFING}:{briefing_id}", "kind": BRIEFING, "about": str(briefing_id)}
    tx.write().execute(insert(_mail), {**mail, "created_at": now, "available_at": now})


def briefing_address(tx: Transaction, briefing_id: int) -> str:
    """Where a report is sent; raises NotFound."""
    return str(_load_issued(tx, briefing_id).sent_to)


def compose_briefing_mail(tx: Transaction, briefing_id: int) -> tuple[str, str]:
    """Subject and text; an official paper and what goes with it are in Vietnamese."""
    row = _load_issued(tx, briefing_id)
    subject = f"Báo cáo số {row.symbol}: {row.subject}"
    return subject, f"Kính gửi Ủy ban nhân dân,\n\nXin gửi kèm báo cáo số {row.symbol}.\n\nTrích yếu: {row.subject}."


def attached_document(tx: Transaction, briefing_id: int) -> AttachedFile:
    """The document that was issued."""
    row = _load_issued(tx, briefing_id)
    return AttachedFile(briefing_file_name(row), WORD, attachments.load_content(tx, row.digest))


def briefing_file_name(row: Any) -> str:
    """The name of an issued report's file: bao-cao-05-BC-VP-2026.docx."""
    return f"bao-cao-{row.symbol.replace('/', '-')}-{row.year}.docx"


def _load_issued(tx: Transaction, briefing_id: int) -> Any:
    row = tx.read.execute(select(_briefing).where(_briefing.c.id == briefing_id)).one_or_none()
    if row is None or row.digest is None:
        raise NotFound("briefing-unknown")
    return row
