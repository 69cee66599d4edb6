"""What a second person said of drafts, whether a deployment asks for it, and which deployments had it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Base, Key


class StudioReview(Base):
    """A question to other analysts whether a draft may be deployed, and the answer of one.

    `digest` is that of all its files as they were asked about, on the deployment `base_id`; `verdict` is "" until
    somebody has decided.
    """

    __tablename__ = "studio_review"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("studio_draft.id"), index=True)
    base_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    note: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    verdict: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]


class ReleaseRule(Base):
    """Whether a deployment needs a second person's approval: one row, with id 1; without it, it does."""

    __tablename__ = "release_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    needs_approval: Mapped[bool]
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(Key)


class ReleaseApproval(Base):
    """Who approved what an activation activated; for one without approval the `emergency` in which it was deployed."""

    __tablename__ = "release_approval"

    turn: Mapped[int] = mapped_column(ForeignKey("activation.turn"), primary_key=True)
    approved_by: Mapped[str | None] = mapped_column(Key)
    approved_at: Mapped[datetime | None]
    emergency: Mapped[str] = mapped_column(Text)
