"""Every table of the program. The hot path reads and writes them through Core, administration through the ORM.

Imported by the modules of the store and the use cases, never by pages or by `engine.bpmn`. Instants are kept in UTC.
Personal data stands only in `report`, `submission`, `attachment` and `person`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.columns import Base, Instant, Key


class Deployment(Base):
    """One immutable set of diagrams, tables, forms, mails and scenarios; the digest is that of all its files."""

    __tablename__ = "deployment"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(Key)
    message: Mapped[str]


class DeploymentFile(Base):
    """One file of a deployment, byte for byte."""

    __tablename__ = "deployment_file"

    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(200), primary_key=True)
    content: Mapped[bytes]


class ProcessDefinition(Base):
    """One executable process of a deployment; instances point here, never at a file."""

    __tablename__ = "process_definition"
    __table_args__ = (UniqueConstraint("deployment_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    key: Mapped[str] = mapped_column(Key)
    name: Mapped[str]


class Unit(Base):
    """A unit of the province, keyed by its official code; a unit that disappears is closed, never deleted."""

    __tablename__ = "unit"

    code: Mapped[str] = mapped_column(Key, primary_key=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(Key)
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("unit.code"), index=True)
    source: Mapped[str] = mapped_column(Key, server_default="")  # The kind of file it was loaded from.
    closed_at: Mapped[datetime | None]
    successor_code: Mapped[str | None] = mapped_column(ForeignKey("unit.code"))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]


class Person(Base):
    """An officer with an account; roles are held per unit."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(Key, unique=True)
    name: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None] = mapped_column(String(20))
    password_hash: Mapped[str | None]
    active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))


class RoleAssignment(Base):
    """A person holds a role in a unit."""

    __tablename__ = "role_assignment"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("unit.code"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(Key, primary_key=True)


class Substitute(Base):
    """While a person is away, another one sees and does their tasks (R12)."""

    __tablename__ = "substitute"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    substitute_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class Holiday(Base):
    """A day that differs from the published calendar: closed, or worked in exchange."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str]
    source: Mapped[str] = mapped_column(Text, server_default="")


class OfficeHours(Base):
    """One period in which units of a kind are open: ISO weekday 1 to 7 (8: public holidays), times as "HH:MM"."""

    __tablename__ = "office_hours"

    unit_kind: Mapped[str] = mapped_column(Key, primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    opens: Mapped[str] = mapped_column(String(5), primary_key=True)
    closes: Mapped[str] = mapped_column(String(5))


class Report(Base):
    """A citizen's report: who, where, what. All of the reporter's personal data stands here (R1, R14)."""

    __tablename__ = "report"
    __table_args__ = (Index("ix_report_phone", "phone"), Index("ix_report_place", "place"))

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str | None] = mapped_column(String(20), unique=True)  # Made of the id, so it follows the insert.
    received_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(Key)
    field: Mapped[str] = mapped_column(Key)
    urgency: Mapped[str] = mapped_column(Key)
    place: Mapped[str] = mapped_column(Key)
    address: Mapped[str] = mapped_column(Text, server_default="")
    reporter_name: Mapped[str] = mapped_column(Text, server_default="")
    phone: Mapped[str] = mapped_column(String(20), server_default="")
    email: Mapped[str] = mapped_column(Text, server_default="")
    content: Mapped[str] = mapped_column(Text, server_default="")
    folded: Mapped[str] = mapped_column(Text, server_default="")  # The text without diacritics, for search.
    complete: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    anonymised_at: Mapped[datetime | None]


class ReportLink(Base):
    """Two reports belong together: repeat, split, merged or reopened; undone rather than deleted (R18)."""

    __tablename__ = "report_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    kind: Mapped[str] = mapped_column(Key)
    reason: Mapped[str] = mapped_column(Text, server_default="")
    created_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class Attachment(Base):
    """A file of a report, by reference: the bytes stand in the attachment store under their digest."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    name: Mapped[str]
    media_type: Mapped[str] = mapped_column(Key)
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(Key)


class Instance(Base):
    """A process instance. `state` is the engine's blob; everything that lists and timers need stands in columns.

    `history_head` and `history_count` close the chain of the instance's history, so that a cut tail shows.
    """

    __tablename__ = "instance"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"), index=True)
    definition_id: Mapped[int] = mapped_column(ForeignKey("process_definition.id"), index=True)
    status: Mapped[str] = mapped_column(String(12))
    version: Mapped[int]
    state: Mapped[bytes]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    overdue_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    history_head: Mapped[bytes]
    history_count: Mapped[int]


class Task(Base):
    """A user task, open or done. `version` is what a form carries; only changes of the task itself raise it."""

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("instance_id", "engine_id"),
        Index(
            "ix_task_open_unit",
            "unit_code",
            "role",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(
            "ix_task_open_assignee",
            "assignee_id",
            sqlite_where=text("state = 'open' AND assignee_id IS NOT NULL"),
            postgresql_where=text("state = 'open' AND assignee_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    engine_id: Mapped[int]
    node: Mapped[str] = mapped_column(Key)
    name: Mapped[str]
    role: Mapped[str] = mapped_column(Key)
    unit_code: Mapped[str] = mapped_column(Key)
    passed_from: Mapped[str | None]
    form: Mapped[str] = mapped_column(Key)
    state: Mapped[str] = mapped_column(String(10))
    version: Mapped[int]
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(Key)


class Timer(Base):
    """A waiting timer event. `due` is the diagram's instant; `wake` is when a worker looks: due, a retry, or never."""

    __tablename__ = "timer"
    __table_args__ = (UniqueConstraint("instance_id", "engine_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    engine_id: Mapped[int]
    node: Mapped[str] = mapped_column(Key)
    due: Mapped[datetime | None]
    wake: Mapped[datetime | None] = mapped_column(Instant, index=True)
    attempts: Mapped[int] = mapped_column(server_default=text("0"))


class Subscription(Base):
    """A message event that waits for a correlated message from another instance."""

    __tablename__ = "subscription"
    __table_args__ = (UniqueConstraint("instance_id", "engine_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    engine_id: Mapped[int]
    name: Mapped[str] = mapped_column(Key, index=True)
    correlations: Mapped[str]


class Outbox(Base):
    """What has to leave the program: a notice to send or a message to another instance.

    A notice exists once per instance, rung and occurrence (R8); who receives it is resolved when it is sent.
    """

    __tablename__ = "outbox"
    __table_args__ = (UniqueConstraint("instance_id", "kind", "rung", "occurrence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    kind: Mapped[str] = mapped_column(String(10))
    rung: Mapped[str] = mapped_column(Key)
    occurrence: Mapped[int]
    template: Mapped[str] = mapped_column(Key)
    payload: Mapped[str]
    created_at: Mapped[datetime]
    available_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))


class Mark(Base):
    """A fact that the diagram states about a case: overdue, resolved, reopened, false_report …"""

    __tablename__ = "mark"

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"), index=True)
    status: Mapped[str] = mapped_column(Key)
    at: Mapped[datetime]


class History(Base):
    """One act on an instance: who, when, from where, what. Rows are only ever added; `digest` chains them (R13)."""

    __tablename__ = "history"
    __table_args__: Any = ({"sqlite_with_rowid": False},)

    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(Key)
    origin: Mapped[str] = mapped_column(Key)
    action: Mapped[str] = mapped_column(Key)
    node: Mapped[str] = mapped_column(Key)
    detail: Mapped[str]
    digest: Mapped[bytes]


class Submission(Base):
    """What an officer wrote in a form and the process does not need: personal, kept out of blob and history."""

    __tablename__ = "submission"

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"), index=True)
    task_engine_id: Mapped[int]
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(Key)
    form: Mapped[str] = mapped_column(Key)
    content: Mapped[str]
    salt: Mapped[bytes]


class Incident(Base):
    """Something the program could not do: what, where, why, and the action to try again."""

    __tablename__ = "incident"
    __table_args__ = (
        Index(
            "ix_incident_open",
            "created_at",
            sqlite_where=text("resolved_at IS NULL"),
            postgresql_where=text("resolved_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    node: Mapped[str] = mapped_column(Key)
    message: Mapped[str]
    action: Mapped[str]
    created_at: Mapped[datetime]
    attempts: Mapped[int]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None] = mapped_column(Key)


class StandardAnswer(Base):
    """One version of a standard answer; its department owns it, versions it and retires it (R2)."""

    __tablename__ = "standard_answer"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Key)
    version: Mapped[int]
    field: Mapped[str] = mapped_column(Key)
    owner_code: Mapped[str] = mapped_column(ForeignKey("unit.code"), index=True)
    question: Mapped[str]
    answer: Mapped[str]
    folded: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(Key)
    retired_at: Mapped[datetime | None]
