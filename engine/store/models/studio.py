"""Analysts' drafts, and cases migrated between versions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Base, Key


class StudioDraft(Base):
    """An analyst's draft of a deployment: changed files are stored with it, the rest comes from the base."""

    __tablename__ = "studio_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    base_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    title: Mapped[str]
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime]


class StudioFile(Base):
    """A file that a draft adds, changes or removes (no content); `version` counts its saves."""

    __tablename__ = "studio_file"

    draft_id: Mapped[int] = mapped_column(ForeignKey("studio_draft.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(200), primary_key=True)
    content: Mapped[bytes | None]
    version: Mapped[int]
    saved_at: Mapped[datetime]


class InstanceMove(Base):
    """The last migration of a case, until the case changes again: its previous definition and exact state.

    `version` is the instance's right after the migration; it can be undone as long as the instance still has it.
    """

    __tablename__ = "instance_move"

    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"), primary_key=True)
    definition_id: Mapped[int] = mapped_column(ForeignKey("process_definition.id"))
    state: Mapped[bytes]
    version: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(Key)
