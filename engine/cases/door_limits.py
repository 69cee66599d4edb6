"""How often somebody may try to open a report: wrong keys, and requests for one-time codes.

A right key opens its report however many wrong ones others have tried: a stranger locks no citizen out. So limits on
wrong keys only slow down and tell off; what keeps a key from being guessed is its 36 random bits. Only an address that
floods the page is refused altogether, at a rate by which one key takes thousands of years. Requests for codes prove
nothing yet, so their limits are strict: for an address, for a number, and for all together.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.staff import rate_limits
from engine.staff.rate_limits import RateLimit
from engine.store.db import Transaction

KEYS_FROM_ADDRESS = RateLimit("wrong keys from an address", 30, timedelta(minutes=15))
KEYS_OVERALL = RateLimit("wrong keys", 3000, timedelta(hours=1))
FLOOD_FROM_ADDRESS = RateLimit("flood of wrong keys from an address", 1000, timedelta(hours=1))
CODES_FROM_ADDRESS = RateLimit("one-time codes from an address", 20, timedelta(hours=1))
CODES_FOR_NUMBER = RateLimit("one-time codes for a number", 10, timedelta(days=1))
CODES_OVERALL = RateLimit("one-time codes", 500, timedelta(hours=1))
_EVERYBODY = ""


def flooded_until(tx: Transaction, address: str, now: datetime) -> datetime | None:
    """When an address that floods the page with wrong keys is listened to again; None at once."""
    return rate_limits.blocked_until(tx, FLOOD_FROM_ADDRESS, rate_limits.address_group(address), now)


def count_wrong_key(tx: Transaction, address: str, now: datetime) -> datetime | None:
    """Count a wrong key; returns when the next one is listened to, None for at once."""
    group = rate_limits.address_group(address)
    rate_limits.count_try(tx, FLOOD_FROM_ADDRESS, group, now)
    waits = (
        rate_limits.count_try(tx, KEYS_FROM_ADDRESS, group, now),
        rate_limits.count_try(tx, KEYS_OVERALL, _EVERYBODY, now),
    )
    return max((wait for wait in waits if wait is not None), default=None)


def count_request(tx: Transaction, address: str, number: str, now: datetime) -> datetime | None:
    """Count a request for a code; returns when the next one is possible, None when this one is.

    What one limit refuses does not use up the next one.
    """
    for limit, subject in (
        (CODES_FROM_ADDRESS, rate_limits.address_group(address)),
        (CODES_FOR_NUMBER, number),
        (CODES_OVERALL, _EVERYBODY),
    ):
        wait = rate_limits.count_try(tx, limit, subject, now)
        if wait is not None:
            return wait
    return None
