"""The journal of acts outside cases, and the ends of its chains."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Base, Key


class JournalEntry(Base):
    """An act outside cases: who did what to what, when, from where, with its facts as JSON.

    `subject` is a kind and a key, such as "person:12"; `digest` covers the row and the digest before it in its chain.
    """

    __tablename__ = "journal"
    __table_args__ = (
        Index("ix_journal_at", "at", "chain", "seq"),
        Index("ix_journal_actor", "actor", "at"),
        Index("ix_journal_subject", "subject", "at"),
    )

    chain: Mapped[str] = mapped_column(Key, primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(Key)
    origin: Mapped[str] = mapped_column(Key)
    act: Mapped[str] = mapped_column(Key)
    subject: Mapped[str] = mapped_column(Key)
    detail: Mapped[str]
    digest: Mapped[bytes]


class JournalChain(Base):
    """The end of a chain: the digest of its last row and the number of rows, so that a truncated tail shows."""

    __tablename__ = "journal_chain"

    name: Mapped[str] = mapped_column(Key, primary_key=True)
    head: Mapped[bytes]
    length: Mapped[int]
