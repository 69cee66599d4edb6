"""One-time codes for citizens without their key: sent to the telephone or mail address of the report itself.

Whether a request matches a report is never said: one that does not gets a row too and takes the same work, and the
worker, which sends the codes later, sends nothing for it. A code is used once, in the browser that asked for it. It has
six digits, or nine where so many are asked for that six might be guessed (`engine.cases.door_limits`).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from engine.cases import case_code
from engine.errors import Invalid, NotFound
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import OneTimeCode, Report
from forms.phones import read_phone_entry
from forms.signs import plain_signs

LIFETIME = timedelta(minutes=10)
MAX_TRIES = 5
LENGTH, LONG = 6, 9
_LONG_MARK = "long."  # Begins the handle of a request whose code is long.
_DIGITS = re.compile(r"(?<!\w)([0-9]{3})[\s-]?([0-9]{3})(?:[\s-]?([0-9]{3}))?(?!\w)")

_code, _report = table_of(OneTimeCode), table_of(Report)


def parse_phone(text: str) -> str:
    """The first telephone number in a text, as reports store it; raises Invalid."""
    entry = read_phone_entry(text)
    if entry is None:
        raise Invalid("phone", "report-phone-malformed")
    return entry.number


def request_code(tx: Transaction, code: str, phone: str, now: datetime, *, is_long: bool = False) -> str:
    """Ask for a code for the report `code` that names `phone`; returns the handle of the request.

    It goes to the report's first number, whichever of the two was asked with.
    """
    numbers = select(_report.c.id, _report.c.phone, _report.c.second_phone).where(_report.c.code == code)
    report_id, *own = tx.read.execute(numbers).one_or_none() or (None, "", "")
    matches = [hmac.compare_digest(number.encode(), phone.encode()) for number in own]
    handle = (_LONG_MARK if is_long else "") + secrets.token_urlsafe(16)
    request = {
        "handle": handle,
        "report_id": report_id if any(matches) else None,
        "requested_at": now,
        "expires_at": now + LIFETIME,
        "tries": 0,
    }
    tx.write().execute(insert(_code), request)
    return handle


def digits_of(secret: bytes, handle: str) -> str:
    """The digits of a request, which only the server can compute."""
    digest = hmac.digest(secret, f"one-time code\0{handle}".encode(), hashlib.sha256)
    length = LONG if handle.startswith(_LONG_MARK) else LENGTH
    return f"{int.from_bytes(digest[:8]) % 10**length:0{length}d}"


def redeem_code(tx: Transaction, secret: bytes, handle: str, typed: str, now: datetime) -> int:
    """The id of the report that a code opens; raises Invalid by the rule that the code breaks.

    The caller has to keep the transaction also then, because the try counts.
    """
    digits = parse_digits(typed)
    connection = tx.write()
    attempt = update(_code).where(_code.c.handle == handle, _code.c.expires_at > now).values(tries=_code.c.tries + 1)
    row = connection.execute(attempt.returning(_code.c.report_id, _code.c.tries, _code.c.used_at)).one_or_none()
    if row is None:
        raise Invalid("digits", "one-time-code-expired")
    if row.used_at is not None:
        raise Invalid("digits", "one-time-code-used")
    matches = hmac.compare_digest(digits, digits_of(secret, handle)) and row.report_id is not None
    if row.tries > MAX_TRIES or (row.tries == MAX_TRIES and not matches):
        raise Invalid("digits", "one-time-code-spent")
    if not matches:
        raise Invalid("digits", "one-time-code-wrong", left=MAX_TRIES - row.tries)
    connection.execute(update(_code).where(_code.c.handle == handle).values(used_at=now))
    return int(row.report_id)


def parse_digits(typed: str) -> str:
    """The digits in what somebody typed or pasted; raises Invalid when there are none, or several."""
    matches: set[str] = {"".join(parts) for parts in _DIGITS.findall(case_code.without_codes(plain_signs(typed)))}
    if len(matches) != 1:
        raise Invalid("digits", "one-time-code-malformed")
    return matches.pop()


def require_unexpired(tx: Transaction, handle: str, now: datetime) -> None:
    """Raise NotFound when a code is no longer worth sending."""
    expires_at = tx.read.execute(select(_code.c.expires_at).where(_code.c.handle == handle)).scalar()
    if expires_at is None or expires_at <= now:
        raise NotFound("one-time-code-expired")


def delete_expired(tx: Transaction, now: datetime) -> None:
    """Delete the requests that have expired."""
    tx.write().execute(delete(_code).where(_code.c.expires_at <= now))
