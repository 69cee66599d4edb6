"""Claims daily jobs by name and day, so that only one of many workers runs each."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.insert_once import insert_once
from engine.store.models import JobRun

_run = table_of(JobRun)


def was_claimed(tx: Transaction, job: str, day: date) -> bool:
    """Whether the job of that day has been claimed, as far as this transaction sees."""
    return tx.read.execute(select(_run.c.job).where(_run.c.job == job, _run.c.day == day)).first() is not None


def claim_job(tx: Transaction, job: str, day: date, now: datetime) -> bool:
    """Whether the caller has claimed the job for that day, in this transaction; other callers wait until it ends."""
    connection = tx.write()
    statement = insert_once(connection, _run).returning(_run.c.job)
    return connection.execute(statement, {"job": job, "day": day, "at": now}).scalar() is not None
