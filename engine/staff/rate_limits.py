"""Rate limits, counted in the database so that all OS processes count together.

A window begins with the first try and ends after the limit's period; a subject that exceeds the limit waits until then.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Network, ip_address

from sqlalchemy import Connection, Executable, bindparam, case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.store.columns import Instant, table_of
from engine.store.db import Transaction
from engine.store.models import Throttle

_throttle = table_of(Throttle)
_CUSTOMER_BITS = 64  # One customer has at least this network of IPv6 (RFC 6177), and every address in it.


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


def blocked_until(tx: Transaction, limit: RateLimit, subject: str, now: datetime) -> datetime | None:
    """When `subject` may try again if it has used up the limit, without counting a try; None when it may now."""
    window = (_throttle.c.key == _throttle_key(limit, subject)) & (_throttle.c.ends_at > now)
    ends_at: datetime | None = tx.read.execute(
        select(_throttle.c.ends_at).where(window, _throttle.c.count >= limit.max_tries)
    ).scalar()
    return ends_at


def address_group(address: str) -> str:
    """The subject that an address counts as: itself, or the network of its customer for IPv6.

    An IPv4 address written as IPv6 (mapped, 6to4) counts as the IPv4 address.
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:80]
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    inner = parsed.ipv4_mapped or parsed.sixtofour
    return str(inner) if inner else str(IPv6Network((parsed, _CUSTOMER_BITS), strict=False))


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
