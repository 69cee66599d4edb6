"""Process instances and every row that their steps write."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Base, Instant, Key

# Later than every deadline: lists sorted by deadline end with the rows that have none.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)


class Instance(Base):
    """A process instance. `state` is the engine's blob; everything that lists and timers need is stored in columns.

    `history_head` and `history_count` seal the hash chain of the instance's history, so that a truncated tail shows.
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


def _on_open_tasks(name: str, *columns: str, also: str = "") -> Index:
    """A partial index of open tasks, ordered by deadline within each value, as lists are read."""
    where = text(f"state = 'open'{also}")
    return Index(name, *columns, "due_at", "id", sqlite_where=where, postgresql_where=where)


ORDINARY = 2  # The rank of a task whose report is not urgent, or that is of none.
_PRESSING = text("state = 'open' AND urgency_rank < 2")
_CLOSED = text("closed_at IS NOT NULL")
_UNTAKEN = text("state = 'open' AND assignee_id IS NULL AND role != 'citizen'")


class Task(Base):
    """A user task, open or done. Forms carry its `version`, which only changes to the task itself increase.

    `due_at` copies the case's deadline, so that lists are read in its order from the index; NEVER means none.
    `urgency_rank` copies the report's urgency: 0 for an emergency, 1 for what is urgent, ORDINARY for the rest.
    `owner_id` is the person who delegated the task to its assignee and gets it back (R12).
    """

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("instance_id", "engine_id"),
        _on_open_tasks("ix_task_open_unit", "unit_code", "role"),
        _on_open_tasks("ix_task_open_assignee", "assignee_id", also=" AND assignee_id IS NOT NULL"),
        _on_open_tasks("ix_task_open_owner", "owner_id", also=" AND owner_id IS NOT NULL"),
        # What is urgent in each unit, so that lists begin with it whatever the deadlines of the rest.
        Index(
            "ix_task_pressing",
            *("unit_code", "role", "urgency_rank", "due_at", "id"),
            sqlite_where=_PRESSING,
            postgresql_where=_PRESSING,
        ),
        # Unclaimed tasks by unit and opening time; citizens claim no tasks.
        Index(
            "ix_task_untaken", "unit_code", "opened_at", "instance_id", sqlite_where=_UNTAKEN, postgresql_where=_UNTAKEN
        ),
        Index("ix_task_closed", "closed_at", sqlite_where=_CLOSED, postgresql_where=_CLOSED),
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
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(Instant, server_default="9999-12-31 00:00:00.000000")
    urgency_rank: Mapped[int] = mapped_column(Integer, server_default=text("2"))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(Key)


class Timer(Base):
    """A waiting timer event. `due` is the diagram's instant; `wake` is when a worker picks it up: due, retry, never."""

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
    """An event that waits for a signal, or for a correlated message, from outside its instance.

    Ids only grow: a broadcast is for those that waited before it, and SQLite would else give an id a second time.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        UniqueConstraint("instance_id", "engine_id", "kind", "name"),
        Index("ix_subscription_awaited", "name", "kind", "instance_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    engine_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10), server_default="message")
    name: Mapped[str] = mapped_column(Key)
    correlations: Mapped[str]


_UNFINISHED = text("done_at IS NULL")


class SignalBroadcast(Base):
    """A signal on its way to every instance that waited for it when it was thrown, in the order of their numbers.

    `last_subscription` is the newest subscription at that time, `waiting` how many instances waited, `visited` the last
    one that has been dealt with. `sender_id` is the throwing instance; None for a signal that somebody has sent.
    """

    __tablename__ = "signal_broadcast"
    __table_args__ = (Index("ix_signal_broadcast_open", "id", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Key)
    payload: Mapped[str]
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"))
    thrown_at: Mapped[datetime]
    thrown_by: Mapped[str] = mapped_column(Key)
    origin: Mapped[str] = mapped_column(Key)
    last_subscription: Mapped[int]
    waiting: Mapped[int]
    visited: Mapped[int] = mapped_column(server_default=text("0"))
    delivered: Mapped[int] = mapped_column(server_default=text("0"))
    failed: Mapped[int] = mapped_column(server_default=text("0"))
    done_at: Mapped[datetime | None]


class Outbox(Base):
    """An outgoing notice, or a message to another instance.

    A notice exists once per instance, rung and occurrence (R8); its recipients are resolved when it is sent.
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
    """A fact that the diagram states about a case: overdue, resolved, reopened, false_report …

    `due_at` is the deadline at that time.
    """

    __tablename__ = "mark"

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"), index=True)
    status: Mapped[str] = mapped_column(Key)
    at: Mapped[datetime]
    due_at: Mapped[datetime | None]


_OF_PEOPLE = text("actor != 'system'")


class History(Base):
    """One action on an instance: who, when, from where, what. Rows are only added; `digest` chains them (R13)."""

    __tablename__ = "history"
    __table_args__: Any = (
        Index("ix_history_at", "at", "instance_id", "seq"),
        Index(
            *("ix_history_actor", "actor", "at", "instance_id", "seq"),
            sqlite_where=_OF_PEOPLE,
            postgresql_where=_OF_PEOPLE,
        ),
        {"sqlite_with_rowid": False},
    )

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
    """Form answers of an officer that the process does not need: personal, kept out of blob and history."""

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
    """Something the program failed to do: what, where, why, and the action to retry."""

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
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"), index=True)  # None: not about a case.
    kind: Mapped[str] = mapped_column(String(12))
    node: Mapped[str] = mapped_column(Key)
    message: Mapped[str]
    action: Mapped[str]
    created_at: Mapped[datetime]
    attempts: Mapped[int]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None] = mapped_column(Key)
