"""The rows of an instance as its pages read them, with names and types; the columns are those of the tables."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class InstanceRow(NamedTuple):
    """An instance, with the key of its process and the digest of its deployment."""

    id: int
    report_id: int | None
    definition_id: int
    status: str
    version: int
    state: bytes
    started_at: datetime
    finished_at: datetime | None
    due_at: datetime | None
    overdue_at: datetime | None
    resolved_at: datetime | None
    process: str
    digest: str


class InstanceTask(NamedTuple):
    """A task of an instance, open or not."""

    id: int
    instance_id: int
    engine_id: int
    node: str
    name: str
    role: str
    unit_code: str
    passed_from: str | None
    form: str
    state: str
    version: int
    assignee_id: int | None
    owner_id: int | None
    opened_at: datetime
    due_at: datetime
    urgency_rank: int
    closed_at: datetime | None
    closed_by: str | None


class InstanceEntry(NamedTuple):
    """A row of an instance's history."""

    instance_id: int
    seq: int
    at: datetime
    actor: str
    origin: str
    action: str
    node: str
    detail: str
    digest: bytes


class WrittenForm(NamedTuple):
    """What was written in a form and kept out of the process."""

    id: int
    instance_id: int
    task_engine_id: int
    at: datetime
    actor: str
    form: str
    content: str
    salt: bytes


class InstanceMark(NamedTuple):
    """What was noted on an instance."""

    id: int
    instance_id: int
    status: str
    at: datetime
    due_at: datetime | None


class ContactRow(NamedTuple):
    """An attempt to reach the citizen."""

    id: int
    report_id: int
    at: datetime
    means: str
    reached: bool
    note: str
    recorded_at: datetime
    recorded_by: str


class LinkedReport(NamedTuple):
    """A report linked to another one: how, why, and who reported it; `outgoing` tells the direction."""

    id: int
    kind: str
    reason: str
    created_at: datetime
    code: str
    linked_id: int
    reporter_name: str
    phone: str
    address: str
    email: str
    outgoing: bool
