"""What a commit announces to the server processes, on a database that carries no notifications itself."""

from __future__ import annotations

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Base


class AnnouncementRow(Base):
    """An announcement on SQLite, as JSON: kind and receivers. Read at once by every process, deleted within hours."""

    __tablename__ = "announcement"

    id: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str] = mapped_column(Text)
