"""Exports the anchor of each day, and sends it to a second place: a folder, an auditor's mail, or both (R13).

Only what lies out of reach of whoever can write this machine's files shows that the whole installation was put back to
an older backup. The newest anchor covers the earlier ones, so only that one is sent again when a place was away.
"""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Engine, func, or_, select, update

from engine.clock import VIETNAM
from engine.config.environment import Settings
from engine.errors import EngineError
from engine.mailing.letter import RenderedMail, build_message
from engine.mailing.outcome import PermanentFailure, TransientFailure
from engine.process import incidents
from engine.records import anchors
from engine.store.columns import table_of
from engine.store.db import Transaction, read_snapshot, transaction
from engine.store.insert_once import insert_once
from engine.store.models import AnchorExport, Instance
from engine.translation.catalogue import N_, translate

RETRY_AFTER = timedelta(hours=1)
MAX_ATTACHMENT = 5_000_000  # Bytes; a larger anchor goes by its digest alone, because mail servers refuse it.

_export, _instance = table_of(AnchorExport), table_of(Instance)
_SUBJECT = N_("[1022] Bản lưu đối chiếu nhật ký ngày {day}")
_TEXT = N_(
    "Bản lưu đối chiếu nhật ký của {cases} hồ sơ, lập lúc {at}.\n\n"
    "Tệp {name}, SHA-256:\n{digest}\n\n"
    "Xin giữ thư này ở ngoài hệ thống. Khi cần kiểm tra, lệnh tongdai history verify --anchor TỆP so hệ thống với tệp."
)


class MailTransport(Protocol):
    """What sends a mail; raises TransientFailure or PermanentFailure."""

    def send(self, mail: EmailMessage) -> None:
        """Send one mail."""


@dataclass(frozen=True, slots=True)
class AnchorExporter:
    """Makes and sends anchors with the settings of this installation; `keys` as `engine.config.secret_key` has them."""

    database: Engine
    settings: Settings
    keys: Sequence[bytes]
    smtp: MailTransport | None

    def export_daily(self, now: datetime) -> bool:
        """Export today's anchor unless one of the workers has; returns whether this call did.

        A file that is there already stays as it is: whoever forges the database must not get a new one.
        """
        day = now.astimezone(VIETNAM).date()
        with transaction(self.database) as tx:
            if tx.read.execute(select(_export.c.day).where(_export.c.day == day)).first() is not None:
                return False
        file = self.settings.var / anchors.anchor_name(day)
        if not file.exists():
            with read_snapshot(self.database) as tx:
                anchors.write_anchor(file, anchors.create_anchor(tx, now, self.keys[0]))
            anchors.delete_old_anchors(self.settings.var)
        with transaction(self.database) as tx:
            return _record_export(tx, day, now, anchors.file_digest(file))

    def send_newest(self, now: datetime) -> None:
        """Send the newest anchor to the second places that it has not reached, an hour apart."""
        with transaction(self.database) as tx:
            row = load_newest(tx)
            file = self.settings.var / anchors.anchor_name(row.day) if row is not None else None
            if row is None or file is None or not file.exists() or not self._claim_attempt(tx, row, now):
                return
        if self.settings.anchor_folder is not None and row.copied_at is None:
            self._copy(row, file, self.settings.anchor_folder, now)
        if self.settings.anchor_mail and self.smtp is not None and row.mailed_at is None:
            self._mail(row, file, self.smtp, now)

    def _claim_attempt(self, tx: Transaction, row: Any, now: datetime) -> bool:
        """Whether something is to be sent now, and no other worker is at it."""
        missing = (self.settings.anchor_folder is not None and row.copied_at is None) or (
            bool(self.settings.anchor_mail) and self.smtp is not None and row.mailed_at is None
        )
        if not missing or (row.tried_at is not None and now - row.tried_at < RETRY_AFTER):
            return False
        is_due = or_(_export.c.tried_at.is_(None), _export.c.tried_at <= now - RETRY_AFTER)
        claim = update(_export).where(_export.c.day == row.day, is_due).values(tried_at=now)
        return tx.write().execute(claim).rowcount == 1

    def _copy(self, row: Any, file: Path, folder: Path, now: datetime) -> None:
        try:
            anchors.write_anchor(folder / file.name, file.read_text(encoding="utf-8"))
        except OSError as error:
            fault = EngineError("anchor-not-copied", folder=str(folder), reason=error.strerror or "")
            self._report(fault, now)
        else:
            self._mark(row, {"copied_at": now})

    def _mail(self, row: Any, file: Path, smtp: MailTransport, now: datetime) -> None:
        try:
            smtp.send(build_anchor_mail(row, file, self.settings))
        except PermanentFailure as error:
            self._report(EngineError("anchor-not-mailed", address=self.settings.anchor_mail, reason=str(error)), now)
        except TransientFailure:
            return  # In an hour again; the state page says that it has not gone yet.
        else:
            self._mark(row, {"mailed_at": now})

    def _mark(self, row: Any, values: dict[str, datetime]) -> None:
        with transaction(self.database) as tx:
            tx.write().execute(update(_export).where(_export.c.day == row.day).values(**values))

    def _report(self, fault: EngineError, now: datetime) -> None:
        with transaction(self.database) as tx:
            incidents.report_chain_break(tx, None, fault, now, chain=False)


def _record_export(tx: Transaction, day: date, now: datetime, digest: str) -> bool:
    cases = tx.read.execute(select(func.count()).select_from(_instance)).scalar_one()
    connection = tx.write()
    row = {"day": day, "at": now, "cases": cases, "digest": digest}
    return connection.execute(insert_once(connection, _export).returning(_export.c.day), row).scalar() is not None


def load_newest(tx: Transaction) -> Any | None:
    """The newest exported anchor; None when there is none."""
    return tx.read.execute(select(_export).order_by(_export.c.day.desc()).limit(1)).one_or_none()


def build_anchor_mail(row: Any, file: Path, settings: Settings) -> EmailMessage:
    """The mail to the auditor: the digest of the anchor, and the anchor itself unless it is too large for a mail."""
    facts = {
        "day": f"{row.day:%d/%m/%Y}",
        "cases": row.cases,
        "at": f"{row.at.astimezone(VIETNAM):%H:%M %d/%m/%Y}",
        "name": file.name,
        "digest": row.digest,
    }
    subject, text = (translate(part, settings.language).format(**facts) for part in (_SUBJECT, _TEXT))
    domain = parseaddr(settings.mail_from)[1].rpartition("@")[2]
    mail = build_message(
        RenderedMail(
            message_id=f"<anchor.{row.day:%Y%m%d}.{row.digest[:16]}@{domain}>",
            to_name="",
            to_address=settings.anchor_mail,
            subject=subject,
            text=text,
            sent_at=row.at,
            language=settings.language,
        ),
        settings.mail_from,
    )
    packed = gzip.compress(file.read_bytes(), mtime=0)
    if len(packed) <= MAX_ATTACHMENT:
        mail.add_attachment(packed, maintype="application", subtype="gzip", filename=f"{file.name}.gz")
    return mail
