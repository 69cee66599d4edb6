"""When start events of the newest deployment begin instances by themselves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Base, Instant, Key


class StartTimer(Base):
    """The timer of a start event. `due` is None until a worker has planned it, and after its last start.

    `rule` is what the diagram says of it: while a new deployment says the same, it goes on as planned. Of a cycle
    `anchor` is where it counts from, `period` its length, `turn` the one that is due and `turns_left` those after it,
    None without end.
    """

    __tablename__ = "start_timer"

    process: Mapped[str] = mapped_column(Key, primary_key=True)
    node: Mapped[str] = mapped_column(Key, primary_key=True)
    rule: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]
    planned: Mapped[bool] = mapped_column(server_default=text("false"))
    due: Mapped[datetime | None] = mapped_column(Instant, index=True)
    anchor: Mapped[datetime | None]
    period: Mapped[str] = mapped_column(Key, server_default="")
    turn: Mapped[int] = mapped_column(server_default=text("0"))
    turns_left: Mapped[int | None]
    begun: Mapped[int] = mapped_column(server_default=text("0"))
