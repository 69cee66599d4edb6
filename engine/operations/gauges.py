"""Gauges of the backlog, which show whether work flows; each is read from an index."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Select, func, select

from engine.process.instances import OPEN
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Incident, Mail, Outbox, Task, Timer

_task, _timer, _outbox = table_of(Task), table_of(Timer), table_of(Outbox)
_mail, _incident = table_of(Mail), table_of(Incident)


def read_gauges(tx: Transaction, now: datetime) -> Mapping[str, tuple[str, float]]:
    """Gauges by name, each with its meaning and value; ages in seconds."""
    waiting = (_mail.c.sent_at.is_(None), _mail.c.available_at.is_not(None))
    return {
        "tongdai_open_tasks": ("Open tasks", _count_rows(tx, select(func.count()).where(_task.c.state == OPEN))),
        "tongdai_overdue_tasks": (
            "Open tasks of cases whose deadline has passed",
            _count_rows(tx, select(func.count()).where(_task.c.state == OPEN, _task.c.due_at <= now)),
        ),
        "tongdai_due_timers": (
            "Timers that are due",
            _count_rows(tx, select(func.count()).where(_timer.c.wake <= now)),
        ),
        "tongdai_due_timer_age_seconds": (
            "How long the timer that is due longest has been due",
            _age_seconds(tx, select(func.min(_timer.c.wake)), now),
        ),
        "tongdai_outbox_age_seconds": (
            "How long the notice or message that is due longest has been due",
            _age_seconds(tx, select(func.min(_outbox.c.available_at)).where(_outbox.c.sent_at.is_(None)), now),
        ),
        "tongdai_mails_waiting": ("Mails that wait", _count_rows(tx, select(func.count()).where(*waiting))),
        "tongdai_mail_age_seconds": (
            "How long the mail that is due longest has been due",
            _age_seconds(tx, select(func.min(_mail.c.available_at)).where(*waiting), now),
        ),
        "tongdai_open_incidents": (
            "Incidents that nobody has resolved",
            _count_rows(tx, select(func.count()).where(_incident.c.resolved_at.is_(None))),
        ),
    }


def read_in_transaction(engine: Engine, now: datetime) -> Mapping[str, tuple[str, float]]:
    """Read the gauges in a transaction of their own, for callers that have none."""
    with transaction(engine) as tx:
        return read_gauges(tx, now)


def _count_rows(tx: Transaction, statement: Select[Any]) -> float:
    return float(tx.read.execute(statement).scalar_one())


def _age_seconds(tx: Transaction, statement: Select[Any], now: datetime) -> float:
    """Seconds since an instant; 0 if it is in the future or there is none."""
    at: datetime | None = tx.read.execute(statement).scalar()
    return max(timedelta(0), now - at).total_seconds() if at is not None else 0.0
