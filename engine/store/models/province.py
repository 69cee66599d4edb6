"""What a database says of its province."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Base, Key


class Province(Base):
    """Which province this is: one row, with id 1."""

    __tablename__ = "province"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(Key)
    letters: Mapped[str] = mapped_column(String(2))
    set_at: Mapped[datetime]
