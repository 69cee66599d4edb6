"""Citizens' reports with all their personal data."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Base, Instant, Key

_MEASURED = text("call_seconds IS NOT NULL")
_SECOND = text("second_phone <> ''")


class WordCount(Base):
    """How many of the newest reports use a word or a pair of words, learnt once a day; "" has the number of reports."""

    __tablename__ = "word_count"

    word: Mapped[str] = mapped_column(String(80), primary_key=True)
    reports: Mapped[int]


class Report(Base):
    """A citizen's report: who, where, what. All of the reporter's personal data is stored here (R1, R14).

    `salt` salts what history keeps of these values; a report from before it was introduced has none.
    """

    __tablename__ = "report"
    __table_args__ = (
        Index("ix_report_phone", "phone"),
        Index("ix_report_second_phone", "second_phone", sqlite_where=_SECOND, postgresql_where=_SECOND),
        Index("ix_report_received", "received_at"),
        Index("ix_report_place", "place", "received_at"),
        Index("ix_report_call", "received_at", sqlite_where=_MEASURED, postgresql_where=_MEASURED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str | None] = mapped_column(String(20), unique=True)  # Derived from the id, so set after the insert.
    received_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(Key)
    field: Mapped[str] = mapped_column(Key)
    urgency: Mapped[str] = mapped_column(Key)
    place: Mapped[str] = mapped_column(Key)
    address: Mapped[str] = mapped_column(Text, server_default="")
    position: Mapped[str] = mapped_column(Text, server_default="")  # "10.95123, 106.82135"; empty without a point.
    reporter_name: Mapped[str] = mapped_column(Text, server_default="")
    # The number to call, a second one, and a remark on them; `reports.phone_of` has them as the form's one answer.
    phone: Mapped[str] = mapped_column(String(20), server_default="")
    second_phone: Mapped[str] = mapped_column(String(20), server_default="")
    phone_note: Mapped[str] = mapped_column(Text, server_default="")
    email: Mapped[str] = mapped_column(Text, server_default="")
    content: Mapped[str] = mapped_column(Text, server_default="")
    # For search, without diacritics: what names the reporter, and the content without it (`engine.cases.masking`).
    folded: Mapped[str] = mapped_column(Text, server_default="")
    matter: Mapped[str] = mapped_column(Text, server_default="")
    complete: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    call_seconds: Mapped[int | None]  # How long the call lasted that the report was taken in.
    salt: Mapped[bytes | None]
    anonymised_at: Mapped[datetime | None]


class UnfiledCall(Base):
    """A call to the hotline that became no report: why, and by whom it was taken. Nothing about the caller is stored.

    `place` is the key of the place that a complaint or denunciation was directed to; `note` is one that no table has.
    """

    __tablename__ = "unfiled_call"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    reason: Mapped[str] = mapped_column(Key)
    seconds: Mapped[int | None]
    taken_by: Mapped[str] = mapped_column(Key)
    place: Mapped[str] = mapped_column(Key, server_default="")
    note: Mapped[str] = mapped_column(Text, server_default="")


class TrackingKey(Base):
    """What proves that somebody is a report's citizen: a digest of the newest key under the server's secret.

    `serial` counts the keys that the report has had; links that were signed for an earlier one have ceased.
    """

    __tablename__ = "tracking_key"

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    digest: Mapped[bytes]
    serial: Mapped[int]
    issued_at: Mapped[datetime]
    issued_by: Mapped[str] = mapped_column(Key)


class OneTimeCode(Base):
    """A request for a one-time code; the code itself follows from `handle` and the server's secret.

    A request that matches no report has a row like any other, so that it takes the same work; nothing is sent for it.
    """

    __tablename__ = "one_time_code"

    handle: Mapped[str] = mapped_column(String(40), primary_key=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    requested_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    tries: Mapped[int]
    queued_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


_UNSETTLED = text("undone_at IS NULL AND settled_at IS NULL")


class ReportLink(Base):
    """A link between two reports: repeat, split, merged or reopened; undone rather than deleted (R18).

    `settled_at` is when the end of the other report's case reached this report.
    """

    __tablename__ = "report_link"
    __table_args__ = (
        Index("ix_report_link_unsettled", "other_id", sqlite_where=_UNSETTLED, postgresql_where=_UNSETTLED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    kind: Mapped[str] = mapped_column(Key)
    reason: Mapped[str] = mapped_column(Text, server_default="")
    created_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]


class Attachment(Base):
    """A file of a report, by reference: the bytes are in the attachment store under their digest.

    So are those of a picture's `thumbnail`; it is empty for other files, and None for one that was stored before
    pictures were cleaned.
    """

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    name: Mapped[str]
    media_type: Mapped[str] = mapped_column(Key)
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    thumbnail: Mapped[str | None] = mapped_column(String(64))
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(Key)


class ChosenFile(Base):
    """A file chosen on a form that was not sent yet; `form` is a digest of its token. Deleted a day later."""

    __tablename__ = "chosen_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    form: Mapped[str] = mapped_column(String(64), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    field: Mapped[str] = mapped_column(Key)
    name: Mapped[str]
    media_type: Mapped[str] = mapped_column(Key)
    size: Mapped[int]
    content: Mapped[bytes]
    thumbnail: Mapped[bytes]
    added_at: Mapped[datetime] = mapped_column(Instant, index=True)


class StoredFile(Base):
    """The bytes of attachments by digest. Stored in the database, so that every node and every backup has them."""

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
