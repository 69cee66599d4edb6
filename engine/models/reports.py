"""Reports of citizens with everything personal about them, and the answers kept ready.

Imported through `engine.models` alone.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.columns import Base, Key


class Report(Base):
    """A citizen's report: who, where, what. All of the reporter's personal data stands here (R1, R14)."""

    __tablename__ = "report"
    __table_args__ = (Index("ix_report_phone", "phone"), Index("ix_report_place", "place"))

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str | None] = mapped_column(String(20), unique=True)  # Made of the id, so it follows the insert.
    received_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(Key)
    field: Mapped[str] = mapped_column(Key)
    urgency: Mapped[str] = mapped_column(Key)
    place: Mapped[str] = mapped_column(Key)
    address: Mapped[str] = mapped_column(Text, server_default="")
    reporter_name: Mapped[str] = mapped_column(Text, server_default="")
    phone: Mapped[str] = mapped_column(String(20), server_default="")
    email: Mapped[str] = mapped_column(Text, server_default="")
    content: Mapped[str] = mapped_column(Text, server_default="")
    folded: Mapped[str] = mapped_column(Text, server_default="")  # Name, address and content as search knows them.
    complete: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    anonymised_at: Mapped[datetime | None]


class ReportLink(Base):
    """Two reports belong together: repeat, split, merged or reopened; undone rather than deleted (R18)."""

    __tablename__ = "report_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    kind: Mapped[str] = mapped_column(Key)
    reason: Mapped[str] = mapped_column(Text, server_default="")
    created_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class Attachment(Base):
    """A file of a report, by reference: the bytes stand in the attachment store under their digest."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    name: Mapped[str]
    media_type: Mapped[str] = mapped_column(Key)
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(Key)


class StoredFile(Base):
    """The bytes of attachments by their digest. In the database, so that every node and every backup has them."""

    __tablename__ = "stored_file"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes]


class Contact(Base):
    """One attempt to reach the citizen: when, how, whether reached, what was said (R5)."""

    __tablename__ = "contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    at: Mapped[datetime]
    means: Mapped[str] = mapped_column(Key)
    reached: Mapped[bool] = mapped_column(Boolean)
    note: Mapped[str] = mapped_column(Text, server_default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(Key)


class StandardAnswer(Base):
    """One version of a standard answer; its department owns it, versions it and retires it (R2)."""

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


class Question(Base):
    """What a citizen asked and no standard answer fitted, for the department that owns the field (R2)."""

    __tablename__ = "question"

    id: Mapped[int] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(Key)
    text: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(Key)
    settled_at: Mapped[datetime | None]
