"""The communes' borders, as the province brought them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Base, Key


class BorderSet(Base):
    """The set of borders in use, one row: where it is from, under which licence, and the picture for browsers.

    `digest` names the picture, which is compressed JSON (`engine.province.map_picture`).
    """

    __tablename__ = "border_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(Text, server_default="")
    licence: Mapped[str] = mapped_column(Text, server_default="")
    loaded_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(String(64))
    picture: Mapped[bytes]


class Border(Base):
    """The area of one commune, in degrees: the box around it, and its rings as JSON.

    `former` has the codes of the communes that went into it, for a province that still works with those.
    """

    __tablename__ = "border"

    code: Mapped[str] = mapped_column(Key, primary_key=True)
    former: Mapped[str] = mapped_column(Text, server_default="[]")
    west: Mapped[float]
    south: Mapped[float]
    east: Mapped[float]
    north: Mapped[float]
    rings: Mapped[str] = mapped_column(Text)
