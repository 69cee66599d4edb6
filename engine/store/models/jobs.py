"""Work that takes longer than a page may wait: who asked for it, how far it is, and what came of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Base, Key


class Job(Base):
    """One piece of long work. A worker has it until `leased_until`; `attempts` tells a worker that has lost it.

    `subject` is what it is about ("draft:7", "deployment:3"), `parameters`, `result` and `fault` are JSON. `done` of
    `total` parts; a `total` of 0 is not known yet.
    """

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(Key, index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    origin: Mapped[str] = mapped_column(Key)
    language: Mapped[str] = mapped_column(String(2))
    parameters: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), index=True)
    done: Mapped[int] = mapped_column(server_default=text("0"))
    total: Mapped[int] = mapped_column(server_default=text("0"))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    result: Mapped[str | None] = mapped_column(Text)
    fault: Mapped[str | None] = mapped_column(Text)
