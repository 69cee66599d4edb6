"""What citizens write through other channels than the pages, until an operator makes a report of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Base, Key

_OPEN = text("state = 'open'")


class Conversation(Base):
    """The messages of one sender in one channel: "open" until it is "filed" as a report or "dropped".

    One of state "case" has what the sender wrote about a report of theirs that was known already.
    """

    __tablename__ = "conversation"
    __table_args__ = (
        Index("uq_conversation_open", "channel", "peer", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        UniqueConstraint("channel", "peer", "report_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(Key)
    peer: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"), index=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(Key)


class ConversationMessage(Base):
    """A message; `digest` is of what its channel calls it, so that it is kept once however often it is delivered."""

    __tablename__ = "conversation_message"
    __table_args__ = (UniqueConstraint("channel", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    channel: Mapped[str] = mapped_column(Key)
    digest: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    position: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime]
