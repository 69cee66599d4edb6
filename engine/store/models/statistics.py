"""The spells that figures are counted from, and their rollups."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Base, Key

_OPEN = text("ended_at IS NULL")
_LATE = text("ended_at > due_at")
_MOVED = text("transferred_on IS NOT NULL")
_TOLD = text("opinion_on IS NOT NULL")


def _among(name: str, condition: object, *columns: str) -> Index:
    return Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


class Spell(Base):
    """A period in which a case was active: from its receipt or reopening until it was resolved or ended otherwise.

    `unit` and `field` are the case's current ones. `due_at` is the current deadline, or the one at the end. Days are
    in Vietnamese time. `began_by` is "received" or "reopened"; `ended_by` "on_time", "late", "false_report" or
    "otherwise"; `opinion` "satisfied" or "dissatisfied". Nothing here is personal.
    """

    __tablename__ = "spell"
    __table_args__ = (
        _among("ix_spell_open", _OPEN, "unit", "field", "due_at"),
        _among("ix_spell_open_due", _OPEN, "due_at", "id"),
        _among("ix_spell_open_began", _OPEN, "began_at", "id"),
        _among("ix_spell_late", _LATE, "ended_on", "began_on", "due_at", "unit", "field"),
        _among("ix_spell_transferred", _MOVED, "transferred_on", "unit", "field"),
        _among("ix_spell_opinion", _TOLD, "opinion_on", "unit", "field", "opinion"),
        Index("ix_spell_began", "began_on", "unit", "field", "began_by", "began_hour"),
        Index("ix_spell_ended", "ended_on", "unit", "field", "ended_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"), index=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    unit: Mapped[str] = mapped_column(Key)
    field: Mapped[str] = mapped_column(Key)
    began_at: Mapped[datetime]
    began_on: Mapped[date]
    began_hour: Mapped[int]
    began_by: Mapped[str] = mapped_column(String(10))
    due_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_on: Mapped[date | None]
    ended_by: Mapped[str | None] = mapped_column(String(12))
    transferred_on: Mapped[date | None]
    opinion: Mapped[str | None] = mapped_column(String(12))
    opinion_on: Mapped[date | None]


class Figure(Base):
    """The rollup of a day or month (`scale`) that begins on `first`, for one unit and field.

    The scales "all_d" and "all_m", with empty unit and field, are the totals.
    """

    __tablename__ = "figure"

    scale: Mapped[str] = mapped_column(String(5), primary_key=True)
    first: Mapped[date] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(Key, primary_key=True)
    field: Mapped[str] = mapped_column(Key, primary_key=True)
    received: Mapped[int]
    reopened: Mapped[int]
    on_time: Mapped[int]
    late: Mapped[int]
    false_report: Mapped[int]
    otherwise: Mapped[int]
    transferred: Mapped[int]
    satisfied: Mapped[int]
    dissatisfied: Mapped[int]


class FigureFold(Base):
    """Marks the rollups of a day or month as valid. A write that changes them deletes it; then spells are counted."""

    __tablename__ = "figure_fold"

    scale: Mapped[str] = mapped_column(String(5), primary_key=True)
    first: Mapped[date] = mapped_column(primary_key=True)


class FigureCheck(Base):
    """A comparison of the rollups with a full count: the number of cases and sums that differ, and examples."""

    __tablename__ = "figure_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    cases: Mapped[int]
    cases_wrong: Mapped[int]
    sums_wrong: Mapped[int]
    detail: Mapped[str] = mapped_column(Text)
