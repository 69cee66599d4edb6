"""The disclosure log, requests of data subjects, data holds, and sweeps over all cases."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Base, Instant, Key


class Look(Base):
    """A disclosure log entry: a person was shown personal data of a report (R14).

    Logged once per viewer, purpose and period: an hour, or a day for lists. `viewer` is "person:12" or "citizen";
    `period` is the start of the period, `at` the first look in it. `seq` counts the looks at a report; rows from before
    it was introduced have none.
    """

    __tablename__ = "look"
    __table_args__: Any = (Index("ix_look_viewer", "viewer", "at"), {"sqlite_with_rowid": False})

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    viewer: Mapped[str] = mapped_column(Key, primary_key=True)
    purpose: Mapped[str] = mapped_column(String(12), primary_key=True)
    period: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    at: Mapped[datetime]
    origin: Mapped[str] = mapped_column(Key)
    seq: Mapped[int | None]


class LookHead(Base):
    """The seal of a report's looks: how many there are, and the digest that chains them."""

    __tablename__ = "look_head"

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True, autoincrement=False)
    looks: Mapped[int]
    head: Mapped[bytes]


class DataHold(Base):
    """A report whose data must not be erased until the hold is released, as during an inspection: why, who, when."""

    __tablename__ = "data_hold"

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(Key)


class MatterHold(Base):
    """The same of an instance that was begun without a report."""

    __tablename__ = "matter_hold"

    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"), primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(Key)


class DataRequest(Base):
    """A data subject's request about their data, and its outcome. `kind` is "access", "correct" or "erase".

    `reports` are the ids of the reports found, as JSON, `matters` the instances that an officer of this name began;
    name and number are erased with what they led to.
    """

    __tablename__ = "data_request"
    __table_args__ = (
        Index(
            "ix_data_request_open",
            "due_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_data_request_closed", "closed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    phone: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(Text)
    identity: Mapped[str] = mapped_column(Text)
    reports: Mapped[str] = mapped_column(Text)
    matters: Mapped[str] = mapped_column(Text, server_default="[]")
    received_at: Mapped[datetime]
    received_by: Mapped[str] = mapped_column(Key)
    due_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(Key)
    outcome: Mapped[str] = mapped_column(String(12), server_default="")
    answer: Mapped[str] = mapped_column(Text, server_default="")


class Sweep(Base):
    """A pass over all cases in batches, by any worker: `kind` is "history" to verify it, "retention" to anonymise it,
    "matters" to anonymise what officers began.

    `after` is the last id processed. `found` counts what differs from the history, or anonymised reports; `first`
    describes the first difference, `beside` the anchor it was compared with. `unproven` counts facts that an older
    version did not record.
    """

    __tablename__ = "sweep"
    __table_args__ = (Index("ix_sweep_kind", "kind", "started_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    by: Mapped[str] = mapped_column(Key)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    after: Mapped[int] = mapped_column(server_default=text("0"))
    looked_at: Mapped[int] = mapped_column(server_default=text("0"))
    found: Mapped[int] = mapped_column(server_default=text("0"))
    first: Mapped[str] = mapped_column(Text, server_default="")
    beside: Mapped[str] = mapped_column(Text, server_default="")
    unproven: Mapped[int] = mapped_column(server_default=text("0"))


class AnchorExport(Base):
    """A day's anchor: how many cases it seals, the digest of its file, and when it reached each second place.

    `tried_at` is the last attempt to send it there.
    """

    __tablename__ = "anchor_export"

    day: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    cases: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    copied_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
