"""Work that is done once a day by one of many workers: claimed by its name and day. Imported by what a worker runs."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.dialects import postgresql, sqlite

from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import JobRun

_run = table_of(JobRun)
_INSERT_ONCE = {
    "sqlite": sqlite.insert(_run).on_conflict_do_nothing().returning(_run.c.job),
    "postgresql": postgresql.insert(_run).on_conflict_do_nothing().returning(_run.c.job),
}


def claim_job(tx: Transaction, job: str, day: date, now: datetime) -> bool:
    """Whether the job of that day is the caller's to do, in this transaction; another one waits for its end."""
    connection = tx.write()
    inserted = connection.execute(_INSERT_ONCE[connection.dialect.name], {"job": job, "day": day, "at": now})
    return inserted.scalar() is not None
