"""Analysts' drafts, and cases migrated between versions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Base, Key


class StudioDraft(Base):
    """An analyst's draft of a deployment: changed files are stored with it, the rest comes from the base.

    With `shared_at` every analyst of the installation may read it.
    """

    __tablename__ = "studio_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    base_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    title: Mapped[str]
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    shared_at: Mapped[datetime | None]


class StudioMember(Base):
    """Somebody beside its owner who may edit a draft, or has edited it since it was last deployed (`edited_at`)."""

    __tablename__ = "studio_member"

    draft_id: Mapped[int] = mapped_column(ForeignKey("studio_draft.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    may_edit: Mapped[bool]
    edited_at: Mapped[datetime | None]


class StudioComment(Base):
    """A remark on a draft, a file of it, an element or a line of the file; `thread_id` is the remark it replies to."""

    __tablename__ = "studio_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("studio_draft.id"), index=True)
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("studio_comment.id"))
    path: Mapped[str] = mapped_column(String(200))
    element: Mapped[str] = mapped_column(String(200))
    line: Mapped[int]  # 0: on the file or element as a whole.
    text: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


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
