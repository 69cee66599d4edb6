"""Finished cases drawn by lot whose citizens are called back: the rates, each day's draw, and what was heard."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Base, Key


class CallbackRate(Base):
    """The share of a unit's finished cases to call back, in per cent; the unit "" stands for all without their own."""

    __tablename__ = "callback_rate"

    unit_code: Mapped[str] = mapped_column(Key, primary_key=True)
    percent: Mapped[int]
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(Key)


class CallbackDraw(Base):
    """One draw among the cases that ended from `first` to `last`; with `seed` it can be drawn again and compared."""

    __tablename__ = "callback_draw"

    last: Mapped[date] = mapped_column(primary_key=True)
    first: Mapped[date]
    seed: Mapped[str] = mapped_column(String(32))
    drawn_at: Mapped[datetime]
    cases: Mapped[int]


class Callback(Base):
    """A drawn case, once for each draw that it fell into; `percent` was its unit's rate. Nothing here is personal."""

    __tablename__ = "callback"
    __table_args__ = (UniqueConstraint("instance_id", "draw"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    draw: Mapped[date] = mapped_column(ForeignKey("callback_draw.last"), index=True)
    unit_code: Mapped[str] = mapped_column(Key, index=True)
    field: Mapped[str] = mapped_column(Key)
    percent: Mapped[int]
    tries: Mapped[int]
    reached: Mapped[bool | None]
    satisfied: Mapped[bool | None]
    truthful: Mapped[bool | None]
    called_at: Mapped[datetime | None]
    called_by: Mapped[str | None] = mapped_column(Key)
