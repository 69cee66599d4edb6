"""The register of breaches of personal data: entries are added, never changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Base, Key


class Breach(Base):
    """A breach of personal data; all that is known of it stands in its entries."""

    __tablename__ = "breach"

    id: Mapped[int] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(Key)


class BreachEntry(Base):
    """One fact about a breach: who recorded it, when, and when it happened. `corrects_id` is the entry it replaces.

    `kind` is "detected", "scope", "measure", "informed" or "closed"; `recipient`, of "informed" alone, is whom.
    """

    __tablename__ = "breach_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    breach_id: Mapped[int] = mapped_column(ForeignKey("breach.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    recipient: Mapped[str] = mapped_column(String(12), server_default="")
    happened_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(Key)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("breach_entry.id"), unique=True)
