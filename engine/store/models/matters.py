"""What instances without a citizen's report are about, the numbers of their codes, and their files."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Base, Key

_BEGUN = text("unit_code IS NOT NULL")


class Matter(Base):
    """The subject of an instance without a report: a code and a line for lists and mails, and the path of its page.

    One that a start event of its diagram began has no path of its own: its page is that of its code. It has the event's
    name, the unit it was begun for and, where somebody sent its form, that person. `folded` is for search.
    """

    __tablename__ = "matter"
    __table_args__ = (
        Index("ix_matter_begun", "instance_id", sqlite_where=_BEGUN, postgresql_where=_BEGUN),
        Index("ix_matter_unit", "unit_code", "instance_id", sqlite_where=_BEGUN, postgresql_where=_BEGUN),
    )

    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"), primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(Key, index=True)
    line: Mapped[str]
    page: Mapped[str] = mapped_column(Key)
    unit_code: Mapped[str | None] = mapped_column(Key)
    name: Mapped[str] = mapped_column(Text, server_default="")
    starter_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    folded: Mapped[str] = mapped_column(Text, server_default="")
    anonymised_at: Mapped[datetime | None]


class MatterNumber(Base):
    """The last number of the codes that begin with the same letters in a year; increased as an instance begins."""

    __tablename__ = "matter_number"

    letters: Mapped[str] = mapped_column(String(2), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last: Mapped[int]


class MatterFile(Base):
    """A file of an instance without a report, by reference: the bytes are in the attachment store.

    `instance_id` is None only within the transaction that begins the instance.
    """

    __tablename__ = "matter_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"), index=True)
    name: Mapped[str]
    media_type: Mapped[str] = mapped_column(Key)
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    thumbnail: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(Key)
