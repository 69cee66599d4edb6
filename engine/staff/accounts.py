"""Accounts: passwords, signing in and out, sessions.

What an attacker sees does not depend on whether a login exists: the same work, the same answer, the same lockout. A
session is a random token whose digest is stored in the database; it expires after a period of inactivity, and after a
working day at the latest.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import Engine, delete, insert, select, update

from engine.errors import Forbidden, Invalid, NotFound
from engine.staff import rate_limits, sign_in_record
from engine.staff.proofs import Proof
from engine.staff.rate_limits import RateLimit
from engine.staff.sign_in_record import SignInTry
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Person, WebSession
from engine.text import strip_diacritics

IDLE_TIMEOUT = timedelta(hours=2)
SESSION_LIFETIME = timedelta(hours=12)
TOUCH_INTERVAL = timedelta(minutes=5)
MIN_PASSWORD_LENGTH, MAX_PASSWORD_LENGTH = (
    12,
    128,
)  # NIST SP 800-63B requires length, not character classes; argon2 accepts any length.
MIN_DISTINCT_CHARACTERS = 5

# An officer mistypes a few times; a guessing machine needs thousands of tries.
LOGIN_LIMIT = RateLimit("sign-in of a login", 5, timedelta(minutes=15))
ADDRESS_LIMIT = RateLimit("sign-in from an address", 50, timedelta(minutes=15))

_person = table_of(Person)
_session = table_of(WebSession)
_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class Account:
    """The signed-in person; `last_seen_at` is when the session was last recorded as used."""

    id: int
    login: str
    name: str
    must_change: bool
    digest: str
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class SignInRefusal:
    """The sign-in was refused; `until` is when the next try is allowed, None for at once."""

    until: datetime | None = None


class WeakPassword(Invalid):
    """The new password is too short, too long or too simple."""


def check_password(
    engine: Engine, login: str, password: str, address: str, now: datetime, key: bytes
) -> int | SignInRefusal:
    """The person whom login and password prove, or why nobody. Every try counts against its login and its address.

    Opens its own transactions: the try must be counted even if it fails, and nobody waits while argon2 runs. `key`
    makes the digests of logins that nobody has.
    """
    name = login.strip().lower()[:80]
    with transaction(engine) as tx:
        waits = [
            rate_limits.count_try(tx, LOGIN_LIMIT, name, now),
            rate_limits.count_try(tx, ADDRESS_LIMIT, address, now),
        ]
        person = _find_person(tx, name)
        attempt = SignInTry(name, person.id if person is not None else None, f"web {address}".strip(), now)
        until = max((wait for wait in waits if wait), default=None)
        if until is not None:
            sign_in_record.record_lock(tx, attempt, until, key)
            return SignInRefusal(until)
    may_sign_in = person is not None and person.active and person.password_hash is not None
    if (
        not _password_matches(person.password_hash if person is not None and may_sign_in else _decoy_hash(), password)
        or not may_sign_in
    ):
        with transaction(engine) as tx:
            sign_in_record.record_refusal(tx, attempt, _refusal_reason(person), key)
        return SignInRefusal()
    assert person is not None
    with transaction(engine) as tx:
        rate_limits.reset_tries(tx, LOGIN_LIMIT, name)
        rate_limits.refund_try(tx, ADDRESS_LIMIT, address)  # All officers of a province may share one address.
    return int(person.id)


def _refusal_reason(person: Any) -> str:
    if person is None:
        return sign_in_record.UNKNOWN
    if not person.active:
        return sign_in_record.CLOSED
    return sign_in_record.NO_PASSWORD if person.password_hash is None else sign_in_record.WRONG


def _find_person(tx: Transaction, login: str) -> Any:
    query = select(_person.c.id, _person.c.active, _person.c.password_hash).where(_person.c.login == login)
    return tx.read.execute(query).one_or_none()


@cache
def _decoy_hash() -> str:
    """The hash that an unknown login's password is compared with, so that it takes as long as a known one's."""
    return _hasher.hash(secrets.token_hex(16))


def _password_matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password[:MAX_PASSWORD_LENGTH])
    except (VerifyMismatchError, InvalidHashError):
        return False


def open_session(tx: Transaction, person_id: int, proof: Proof, now: datetime) -> str:
    """Open a session of a person who has proved who they are; returns its token. web.http.admission calls this."""
    token = secrets.token_urlsafe(32)
    row = {"person_id": person_id, "created_at": now, "seen_at": now, "expires_at": now + SESSION_LIFETIME}
    row |= {"proven_at": proof.at, "proof": " ".join(proof.words)}
    tx.write().execute(insert(_session), {**row, "digest": _token_digest(token)})
    return token


def _token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def account_of_session(tx: Transaction, token: str, now: datetime) -> Account | None:
    """The account of a session; None when the session has ended or never existed, or the account is closed."""
    columns = (_person.c.id, _person.c.login, _person.c.name, _person.c.password_changed_at, _session.c.seen_at)
    query = (
        select(*columns, _session.c.digest)
        .join(_person, _person.c.id == _session.c.person_id)
        .where(
            _session.c.digest == _token_digest(token),
            _session.c.expires_at > now,
            _session.c.seen_at > now - IDLE_TIMEOUT,
            _person.c.active,
        )
    )
    row = tx.read.execute(query).one_or_none()
    if row is None:
        return None
    return Account(row.id, row.login, row.name, row.password_changed_at is None, row.digest, row.seen_at)


def touch_session(tx: Transaction, account: Account, now: datetime) -> None:
    """Record that the session is in use."""
    tx.write().execute(update(_session).where(_session.c.digest == account.digest).values(seen_at=now))


def sign_out(tx: Transaction, digest: str) -> None:
    """End one session."""
    tx.write().execute(delete(_session).where(_session.c.digest == digest))


def delete_ended_sessions(tx: Transaction, now: datetime) -> None:
    """Delete the sessions that have ended."""
    over = (_session.c.expires_at <= now) | (_session.c.seen_at <= now - IDLE_TIMEOUT)
    tx.write().execute(delete(_session).where(over))


def change_password(tx: Transaction, account: Account, old: str, new: str, now: datetime) -> None:
    """Change a person's own password and end their other sessions.

    Raises Forbidden when `old` is not the current password, WeakPassword for an unacceptable new one.
    """
    stored = tx.read.execute(select(_person.c.password_hash).where(_person.c.id == account.id)).scalar_one()
    if stored is None or not _password_matches(stored, old):
        raise Forbidden("password-wrong")
    values = {"password_hash": _hash_strong(account.login, new), "password_changed_at": now}
    connection = tx.write()
    connection.execute(update(_person).where(_person.c.id == account.id).values(values))
    others = (_session.c.person_id == account.id) & (_session.c.digest != account.digest)
    connection.execute(delete(_session).where(others))


def set_password(tx: Transaction, login: str, password: str, *, now: datetime | None = None) -> None:
    """Set an account's password and end its sessions. Without `now`, its owner must change it at the next sign-in.

    Raises NotFound for an unknown login, WeakPassword.
    """
    person = _find_person(tx, login)
    if person is None:
        raise NotFound("account-unknown", login=login)
    values = {"password_hash": _hash_strong(login, password), "password_changed_at": now}
    connection = tx.write()
    connection.execute(update(_person).where(_person.c.id == person.id).values(values))
    connection.execute(delete(_session).where(_session.c.person_id == person.id))


def _hash_strong(login: str, password: str) -> str:
    require_strong_password(login, password)
    return _hasher.hash(password)


def require_strong_password(login: str, password: str) -> None:
    """Raise WeakPassword unless a password is long and varied enough for an account."""
    if len(password) < MIN_PASSWORD_LENGTH:
        raise WeakPassword("password", "password-too-short", least=MIN_PASSWORD_LENGTH)
    if len(password) > MAX_PASSWORD_LENGTH:
        raise WeakPassword("password", "password-too-long", most=MAX_PASSWORD_LENGTH)
    if len(set(password)) < MIN_DISTINCT_CHARACTERS:
        raise WeakPassword("password", "password-too-simple")
    if login and strip_diacritics(login) in strip_diacritics(password):
        raise WeakPassword("password", "password-has-login")
