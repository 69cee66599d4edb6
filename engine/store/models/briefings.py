"""The office's reports to the People's Committee: drafts, issued ones, their numbers, and when they are drafted."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Base, Key


class Briefing(Base):
    """A report on a week or a month: first a draft made from the figures, then issued with a number and never changed.

    `figures` is the table of figures as JSON and `made_at` when they were read. `digest` identifies the issued
    document in the attachment store; `sent_to` is the address that it was mailed to.
    """

    __tablename__ = "briefing"
    __table_args__ = (UniqueConstraint("year", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cadence: Mapped[str] = mapped_column(String(10))
    first: Mapped[date]
    last: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), index=True)
    version: Mapped[int]
    subject: Mapped[str]
    situation: Mapped[str]
    chase: Mapped[str]
    assessment: Mapped[str]
    proposals: Mapped[str]
    figures: Mapped[str]
    signer_title: Mapped[str]
    signer_name: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(Key)
    year: Mapped[int | None]
    number: Mapped[int | None]
    symbol: Mapped[str | None] = mapped_column(String(20))
    issued_at: Mapped[datetime | None]
    issued_by: Mapped[str | None] = mapped_column(Key)
    digest: Mapped[str | None] = mapped_column(String(64))
    template_id: Mapped[int | None] = mapped_column(ForeignKey("directive_template.id"))
    sent_to: Mapped[str] = mapped_column(server_default=text("''"))


class BriefingNumber(Base):
    """The last number of a year, raised in the transaction that issues: none is skipped or used twice."""

    __tablename__ = "briefing_number"

    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last: Mapped[int]


class BriefingPlan(Base):
    """Whether reports on weeks, or on months, are drafted by themselves, and where issued ones are sent."""

    __tablename__ = "briefing_plan"

    cadence: Mapped[str] = mapped_column(String(10), primary_key=True)
    active: Mapped[bool]
    address: Mapped[str]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(Key)
