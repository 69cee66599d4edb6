"""Rate limits, counted in the database so that all OS processes count together.

A window begins with the first try and ends after the limit's period; a subject that exceeds the limit waits until then.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Executable, bindparam, case, delete, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.store.columns import Instant, table_of
from engine.store.db import Transaction
from engine.store.models import Throttle

_throttle = table_of(Throttle)


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `max_tries` tries within `period` per subject."""

    name: str
    max_tries: int
    period: timedelta


def count_try(tx: Transaction, limit: RateLimit, subject: str, now: datetime) -> datetime | None:
    """Count a try by `subject` (a login, an address, a phone number); None when allowed, else when to try again."""
    connection = tx.write()
    row = {"b_key": _throttle_key(limit, subject), "b_ends": now + limit.period, "b_now": now}
    count, ends_at = connection.execute(_count_statement(connection), row).one()
    return ends_at if count > limit.max_tries else None


def reset_tries(tx: Transaction, limit: RateLimit, subject: str) -> None:
    """Reset the count of `subject`, because it has proved that it is authorised."""
    tx.write().execute(delete(_throttle).where(_throttle.c.key == _throttle_key(limit, subject)))


def refund_try(tx: Transaction, limit: RateLimit, subject: str) -> None:
    """Take one try back, because it was not the kind that the limit is meant for."""
    window = (_throttle.c.key == _throttle_key(limit, subject)) & (_throttle.c.count > 0)
    tx.write().execute(update(_throttle).where(window).values(count=_throttle.c.count - 1))


def delete_ended_windows(tx: Transaction, now: datetime) -> None:
    """Delete the windows that have ended."""
    tx.write().execute(delete(_throttle).where(_throttle.c.ends_at <= now))


def _throttle_key(limit: RateLimit, subject: str) -> str:
    return hashlib.sha256(f"{limit.name}\0{subject}".encode()).hexdigest()


def _count_statement(connection: Connection) -> Executable:
    """One statement that begins a window or increments its count, so that two concurrent tries count as two."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    now, ends = bindparam("b_now", type_=Instant), bindparam("b_ends", type_=Instant)
    has_ended = _throttle.c.ends_at <= now
    insertion = dialect.insert(_throttle).values(key=bindparam("b_key"), ends_at=ends, count=1)
    updates = {
        "count": case((has_ended, 1), else_=_throttle.c.count + 1),
        "ends_at": case((has_ended, ends), else_=_throttle.c.ends_at),
    }
    upsert = insertion.on_conflict_do_update(index_elements=[_throttle.c.key], set_=updates)
    statement: Executable = upsert.returning(_throttle.c.count, _throttle.c.ends_at)
    return statement
