"""How often somebody may try to open a report: wrong keys, and requests for one-time codes.

A right key opens its report however many wrong ones others have tried: a stranger locks no citizen out. So limits on
wrong keys only slow down and tell off; what keeps a key from being guessed is its 36 random bits. Only an address that
floods the page is refused altogether, at a rate by which one key takes thousands of years.

Requests for codes cost whoever asks: an address, and an address that asks for one number. No limit is on a number or
on all together, because strangers would use it up for its citizen. When a number, or the service, is asked about
unusually often, each address gets fewer codes and codes get longer: guessing stays hopeless from very many addresses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.staff import rate_limits
from engine.staff.rate_limits import RateLimit
from engine.store.db import Transaction

KEYS_FROM_ADDRESS = RateLimit("wrong keys from an address", 30, timedelta(minutes=15))
KEYS_OVERALL = RateLimit("wrong keys", 3000, timedelta(hours=1))
FLOOD_FROM_ADDRESS = RateLimit("flood of wrong keys from an address", 1000, timedelta(hours=1))
CODES_FROM_ADDRESS = RateLimit("one-time codes from an address", 20, timedelta(hours=1))
CODES_FOR_NUMBER_FROM_ADDRESS = RateLimit("one-time codes for a number from an address", 5, timedelta(days=1))
# From when on a number, and the service, are asked about unusually often; what an address gets then.
BUSY_NUMBER = RateLimit("one-time codes for a number", 10, timedelta(days=1))
BUSY_SERVICE = RateLimit("one-time codes", 500, timedelta(hours=1))
CODES_FOR_BUSY_NUMBER = RateLimit("one-time codes for a busy number from an address", 2, timedelta(days=1))
CODES_FROM_BUSY_SERVICE = RateLimit("one-time codes of a busy service from an address", 2, timedelta(hours=1))
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


@dataclass(frozen=True, slots=True)
class CodeTurn:
    """What becomes of a request for a code: refused until a time, or None; and whether its code is a long one."""

    until: datetime | None
    is_long: bool = False


def count_request(tx: Transaction, address: str, number: str, now: datetime) -> CodeTurn:
    """Count a request for a code for a telephone number, whether or not a report has it.

    What one limit refuses does not use up the next one, and nothing that is refused makes anybody busy.
    """
    group = rate_limits.address_group(address)
    number_from_address = f"{number} {group}"
    for limit, subject in ((CODES_FROM_ADDRESS, group), (CODES_FOR_NUMBER_FROM_ADDRESS, number_from_address)):
        wait = rate_limits.count_try(tx, limit, subject, now)
        if wait is not None:
            return CodeTurn(wait)
    busy_number = rate_limits.count_try(tx, BUSY_NUMBER, number, now) is not None
    busy_service = rate_limits.count_try(tx, BUSY_SERVICE, _EVERYBODY, now) is not None
    fewer = (
        (busy_number, rate_limits.count_try(tx, CODES_FOR_BUSY_NUMBER, number_from_address, now)),
        (busy_service, rate_limits.count_try(tx, CODES_FROM_BUSY_SERVICE, group, now)),
    )
    until = max((wait for is_busy, wait in fewer if is_busy and wait is not None), default=None)
    if until is not None:
        rate_limits.refund_try(tx, BUSY_NUMBER, number)
        rate_limits.refund_try(tx, BUSY_SERVICE, _EVERYBODY)
    return CodeTurn(until, busy_number or busy_service)
