"""Directives of the provincial office, their templates and numbers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Base, Instant, Key


class Directive(Base):
    """An official letter that chases overdue cases: first a draft, then issued with a number and never changed again.

    `digest` identifies the issued document in the attachment store; `due_at` is the deadline for the units' answers.
    """

    __tablename__ = "directive"
    __table_args__ = (UniqueConstraint("year", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    version: Mapped[int]
    subject: Mapped[str]
    demand: Mapped[str]
    days: Mapped[int]  # Working days that the units have to answer.
    signer_title: Mapped[str]
    signer_name: Mapped[str]
    drafted_at: Mapped[datetime]
    drafted_by: Mapped[str] = mapped_column(Key)
    year: Mapped[int | None]
    number: Mapped[int | None]
    symbol: Mapped[str | None] = mapped_column(String(20))
    issued_at: Mapped[datetime | None]
    issued_by: Mapped[str | None] = mapped_column(Key)
    due_at: Mapped[datetime | None]
    digest: Mapped[str | None] = mapped_column(String(64))
    template_id: Mapped[int | None] = mapped_column(ForeignKey("directive_template.id"))


class DirectiveCase(Base):
    """A case listed in a directive, with the unit that had it and its deadline at that time."""

    __tablename__ = "directive_case"

    directive_id: Mapped[int] = mapped_column(ForeignKey("directive.id"), primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"), primary_key=True, index=True)
    unit_code: Mapped[str] = mapped_column(Key)
    due_at: Mapped[datetime]


class DirectiveUnit(Base):
    """A unit that a directive is addressed to; its answer is an instance of the process `directive`."""

    __tablename__ = "directive_unit"

    directive_id: Mapped[int] = mapped_column(ForeignKey("directive.id"), primary_key=True)
    unit_code: Mapped[str] = mapped_column(Key, primary_key=True, index=True)
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"), unique=True)
    received_at: Mapped[datetime | None]
    received_by: Mapped[str | None] = mapped_column(Key)


class DirectiveNumber(Base):
    """The last number of a year: increased in the transaction that issues, so that none is skipped or used twice."""

    __tablename__ = "directive_number"

    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last: Mapped[int]


class DirectiveTemplate(Base):
    """One version of the Word template of a paper, "directive" or "briefing"; the one last put into use is current."""

    __tablename__ = "directive_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    paper: Mapped[str] = mapped_column(String(10), server_default=text("'directive'"))
    name: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(Key)
    turn: Mapped[int] = mapped_column(server_default=text("0"))
    used_from: Mapped[datetime | None] = mapped_column(Instant)
