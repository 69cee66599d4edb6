"""Claims daily jobs by name and day, so that only one of many workers runs each."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import JobRun

_run = table_of(JobRun)
_INSERT_ONCE = {
    "sqlite": sqlite.insert(_run).on_conflict_do_nothing().returning(_run.c.job),
    "postgresql": postgresql.insert(_run).on_conflict_do_nothing().returning(_run.c.job),
}


def was_claimed(tx: Transaction, job: str, day: date) -> bool:
    """Whether the job of that day has been claimed, as far as this transaction sees."""
    return tx.read.execute(select(_run.c.job).where(_run.c.job == job, _run.c.day == day)).first() is not None


def claim_job(tx: Transaction, job: str, day: date, now: datetime) -> bool:
    """Whether the caller has claimed the job for that day, in this transaction; other callers wait until it ends."""
    connection = tx.write()
    inserted = connection.execute(_INSERT_ONCE[connection.dialect.name], {"job": job, "day": day, "at": now})
    return inserted.scalar() is not None
