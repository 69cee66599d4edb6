"""Systems that are told of notices and changes, and what each has been told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Base, Key

_WAITING = text("available_at IS NOT NULL")


class Webhook(Base):
    """Another system's address; the key that signs calls follows from `handle` and the server's secret.

    Everything up to `seen_at` has been turned into calls.
    """

    __tablename__ = "webhook"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Key)
    url: Mapped[str] = mapped_column(Text)
    handle: Mapped[str] = mapped_column(String(40), unique=True)
    seen_at: Mapped[datetime]
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(Key)
    ended_at: Mapped[datetime | None]


class WebhookCall(Base):
    """One thing that a webhook is told; `source` is the row that it tells of, so that it is told once.

    `available_at` is when it is tried next, None when it has been taken or given up; `outcome` is the last answer.
    """

    __tablename__ = "webhook_call"
    __table_args__ = (
        UniqueConstraint("webhook_id", "source"),
        Index("ix_webhook_call_waiting", "available_at", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"))
    source: Mapped[str] = mapped_column(Key)
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    available_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    sent_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(200), server_default="")
