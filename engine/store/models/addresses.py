"""House numbers that the province brought, each with its place on the map; nothing about whoever lives there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Base, Key

# Compared byte by byte on both databases, so that an index finds what begins with a text.
Folded = String(200).with_variant(String(200, collation="C"), "postgresql")


class AddressSet(Base):
    """The set of addresses in use, one row: where it is from, under which licence, and how many there are."""

    __tablename__ = "address_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(Text, server_default="")
    licence: Mapped[str] = mapped_column(Text, server_default="")
    loaded_at: Mapped[datetime]
    addresses: Mapped[int]


class Address(Base):
    """An address as people write it, folded for search, its commune if the file has it, and its point in degrees.

    `street` is the folded text from the street on, for those who type no number.
    """

    __tablename__ = "address"
    __table_args__ = (Index("ix_address_folded", "folded"), Index("ix_address_street", "street"))

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(Folded)
    street: Mapped[str] = mapped_column(Folded)
    place: Mapped[str] = mapped_column(Key, server_default="")
    longitude: Mapped[float]
    latitude: Mapped[float]
