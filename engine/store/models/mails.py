"""Outgoing mail and its recipients, and the daily jobs that have been claimed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Base, Key


class Mail(Base):
    """One message to one recipient; its Message-ID is derived from `id`, so a retry has the same one.

    `recipient` is "person:12" for an officer, "report:7" for a reporter, "briefing:3" for the committee that gets it,
    "webhook" for another system: addresses are looked up when it is sent. The recipient rows give the content of a
    notice or digest; a daily mail is about its day.
    """

    __tablename__ = "mail"
    __table_args__ = (
        UniqueConstraint("channel", "recipient", "kind", "about"),
        Index(
            "ix_mail_waiting",
            "available_at",
            "id",
            sqlite_where=text("sent_at IS NULL AND available_at IS NOT NULL"),
            postgresql_where=text("sent_at IS NULL AND available_at IS NOT NULL"),
        ),
        Index("ix_mail_recipient", "recipient", "sent_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(10))
    recipient: Mapped[str] = mapped_column(Key)
    kind: Mapped[str] = mapped_column(String(10))
    about: Mapped[str] = mapped_column(Key)
    created_at: Mapped[datetime]
    available_at: Mapped[datetime | None]  # None: given up.
    leased_until: Mapped[datetime | None]  # A worker is sending it; if it dies, another one retries after this instant.
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    sent_at: Mapped[datetime | None]


class NoticeRecipient(Base):
    """A recipient gets a notice once: in a mail of its own, or with others in a digest."""

    __tablename__ = "notice_recipient"
    __table_args__ = (
        Index(
            "ix_notice_recipient_waiting",
            "recipient",
            sqlite_where=text("mail_id IS NULL"),
            postgresql_where=text("mail_id IS NULL"),
        ),
    )

    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(10), primary_key=True)
    recipient: Mapped[str] = mapped_column(Key, primary_key=True)
    unit_code: Mapped[str | None] = mapped_column(Key)  # The unit on whose behalf an officer gets it.
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mail.id"), index=True)


class JobRun(Base):
    """A daily job that has been claimed, so that only one of many workers runs it."""

    __tablename__ = "job_run"

    job: Mapped[str] = mapped_column(Key, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime]
