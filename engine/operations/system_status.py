"""System status: numbers that show an administrator whether work flows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from engine.process.instances import ACTIVE, OPEN
from engine.store import schema_migrations
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Deployment, Incident, Instance, Mail, Outbox, Task, Timer, WebSession

_timer, _task, _instance = table_of(Timer), table_of(Task), table_of(Instance)
_outbox, _mail, _incident, _session = table_of(Outbox), table_of(Mail), table_of(Incident), table_of(WebSession)


@dataclass(frozen=True, slots=True)
class SystemStatus:
    """The status at one time; `late_since` is the due time of the longest overdue timer, None if there is none."""

    database: str
    revision: str
    deployment: int
    open_cases: int
    open_tasks: int
    timers: int
    late_since: datetime | None
    unsent: int
    incidents: int
    sessions: int


def load_status(tx: Transaction, now: datetime) -> SystemStatus:
    """Load the status at `now`."""

    def count(table: object, *conditions: object) -> int:
        return int(tx.read.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one())  # type: ignore[arg-type]

    late_query = select(func.min(_timer.c.wake)).where(_timer.c.wake <= now)
    return SystemStatus(
        database=tx.read.dialect.name,
        revision=schema_migrations.head_revision() or "",
        deployment=tx.read.execute(select(func.max(table_of(Deployment).c.number))).scalar() or 0,
        open_cases=count(_instance, (_instance.c.status == ACTIVE) & _instance.c.report_id.is_not(None)),
        open_tasks=count(_task, _task.c.state == OPEN),
        timers=count(_timer),
        late_since=tx.read.execute(late_query).scalar(),
        unsent=count(_outbox, _outbox.c.sent_at.is_(None)) + count(_mail, _mail.c.sent_at.is_(None)),
        incidents=count(_incident, _incident.c.resolved_at.is_(None)),
        sessions=count(_session, _session.c.expires_at > now),
    )
