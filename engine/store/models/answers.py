"""Standard answers with their versions and uses, questions without one, and reviews of how localities answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Base, Key

_OPEN = text("settled_at IS NULL")


class StandardAnswer(Base):
    """One version of a standard answer: who, when, why; its department owns, versions and retires it (R2).

    Rows are only added. The newest one is current; once it has `retired_at`, the answer is no longer offered. `note`
    gives the reason for the version, `from_version` the earlier version it restored.
    """

    __tablename__ = "standard_answer"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Key)
    version: Mapped[int]
    field: Mapped[str] = mapped_column(Key)
    owner_code: Mapped[str] = mapped_column(ForeignKey("unit.code"), index=True)
    question: Mapped[str]
    answer: Mapped[str]
    folded: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(Key)
    retired_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, server_default="")
    from_version: Mapped[int | None]


class Question(Base):
    """A citizen's question that no standard answer fitted, for the department that owns the field (R2).

    `answer_key` is the answer that was written for it; a settled question without one was dismissed.
    """

    __tablename__ = "question"
    __table_args__ = (Index("ix_question_open", "field", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),)

    id: Mapped[int] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(Key)
    text: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(Key)
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(Key)
    answer_key: Mapped[str | None] = mapped_column(Key)


class AnswerUse(Base):
    """A citizen was answered immediately with a version of a standard answer; `unchanged` if word for word."""

    __tablename__ = "answer_use"
    __table_args__ = (UniqueConstraint("instance_id"), Index("ix_answer_use_at", "at", "answer_key"))

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    answer_key: Mapped[str] = mapped_column(Key)
    version: Mapped[int]
    field: Mapped[str] = mapped_column(Key)
    at: Mapped[datetime]
    unchanged: Mapped[bool] = mapped_column(Boolean)


class AnswerReview(Base):
    """A department's review of how a locality answered a case; a case is reviewed once.

    `note` is for the unit, `reply` is the reply of its head; both are stored without the reporter's personal data.
    """

    __tablename__ = "answer_review"
    __table_args__ = (
        UniqueConstraint("instance_id"),
        Index("ix_answer_review_unit", "unit_code", "at"),
        Index("ix_answer_review_at", "at", "field"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    unit_code: Mapped[str] = mapped_column(Key)
    field: Mapped[str] = mapped_column(Key)
    verdict: Mapped[str] = mapped_column(String(10))
    note: Mapped[str]
    at: Mapped[datetime]
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reviewer_unit: Mapped[str] = mapped_column(Key)
    reply: Mapped[str | None]
    replied_at: Mapped[datetime | None]
    replied_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class PublishedAnswer(Base):
    """What an officer of the provincial office decided about showing the answer of a case to everybody.

    `text` is the answer as it is shown, without personal data; "" when it is not to be shown.
    """

    __tablename__ = "published_answer"

    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"), primary_key=True)
    text: Mapped[str]
    decided_at: Mapped[datetime] = mapped_column(index=True)
    decided_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
