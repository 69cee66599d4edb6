"""Challenges that passkeys answer: random, signed by the server, good for a few minutes and for one answer."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from engine.errors import Invalid
from engine.staff import rate_limits
from engine.staff.rate_limits import RateLimit
from engine.store.db import Transaction

LIFETIME = timedelta(minutes=10)
_ONE_ANSWER = RateLimit("answer to a challenge", 1, LIFETIME + timedelta(minutes=1))
_RANDOM, _TIME, _SEAL = 16, 8, 32  # Bytes of the parts.


def make_challenge(key: bytes, purpose: str, now: datetime) -> bytes:
    """A challenge for a purpose, such as "add a passkey to person 12"."""
    body = secrets.token_bytes(_RANDOM) + int(now.timestamp()).to_bytes(_TIME)
    return body + _seal(key, purpose, body)


def use_challenge(tx: Transaction, key: bytes, purpose: str, challenge: bytes, now: datetime) -> None:
    """Use a challenge up; raises Invalid when it is not ours, for another purpose, too old or answered already."""
    body, seal = challenge[: _RANDOM + _TIME], challenge[_RANDOM + _TIME :]
    if len(seal) != _SEAL or not hmac.compare_digest(seal, _seal(key, purpose, body)):
        raise Invalid("passkey", "passkey-refused")
    age = now.timestamp() - int.from_bytes(body[_RANDOM:])
    if age > LIFETIME.total_seconds():
        raise Invalid("passkey", "passkey-late")
    if rate_limits.count_try(tx, _ONE_ANSWER, challenge.hex(), now) is not None:
        raise Invalid("passkey", "passkey-late")


def _seal(key: bytes, purpose: str, body: bytes) -> bytes:
    return hmac.digest(key, f"challenge\0{purpose}\0".encode() + body, hashlib.sha256)
