"""What tells officers at once: announcements to the server processes, and browsers to tell while no page is open."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Base


class AnnouncementRow(Base):
    """An announcement on SQLite, as JSON: kind and receivers. Read at once by every process, deleted within hours."""

    __tablename__ = "announcement"

    id: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str] = mapped_column(Text)


class PushSubscription(Base):
    """Where a session's browser is told of urgent work while no page is open; it goes with the session.

    `point` and `secret` are the browser's keys. `seen_task` is the newest task that it has been told of, or that was
    there before; `leased_until` and `available_at` are those of a message that is being sent, or tried again.
    """

    __tablename__ = "push_subscription"

    session_digest: Mapped[str] = mapped_column(ForeignKey("web_session.digest", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    endpoint: Mapped[str] = mapped_column(Text)
    point: Mapped[bytes]
    secret: Mapped[bytes]
    language: Mapped[str] = mapped_column(String(2))
    created_at: Mapped[datetime]
    available_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    seen_task: Mapped[int]
    attempts: Mapped[int]
