"""Accounts: passwords, signing in and out, sessions. Called by pages and commands.

What an attacker sees does not depend on whether a login exists: the same work, the same answer, the same lockout. A
session is a random token of which the database keeps the digest; it ends after a time without use and at the latest
after a working day.
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

from engine.errors import BadInput, Forbidden, NotFound
from engine.staff import rate_limits
from engine.staff.rate_limits import Limit
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Person, WebSession
from engine.text import fold

IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=12)
TOUCHED_EVERY = timedelta(minutes=5)
SHORTEST, MOST = 12, 128  # NIST SP 800-63B asks for length, not for kinds of signs; argon2 takes any length.
LEAST_DIFFERENT = 5

# An officer mistypes a few times; a machine that guesses needs thousands of tries.
BY_LOGIN = Limit("sign-in of a login", 5, timedelta(minutes=15))
BY_ADDRESS = Limit("sign-in from an address", 50, timedelta(minutes=15))

_person = table_of(Person)
_session = table_of(WebSession)
_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class Account:
    """Who is signed in. `touched` says when the session was last noted as used."""

    id: int
    login: str
    name: str
    must_change: bool
    digest: str
    touched: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """The sign-in was refused; `until` is when the next try counts, None when it may be repeated at once."""

    until: datetime | None = None


class WeakPassword(BadInput):
    """The new password is too short or too simple.

    `reason` is "short", "long", "simple" or "login".
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The new password is not accepted: {reason}.")


def sign_in(engine: Engine, login: str, password: str, address: str, now: datetime) -> str | Refused:
    """The token of a new session, or why there is none. Every try counts for its login and its address.

    Opens its own boundaries: the try has to be counted even though it fails, and nobody waits while argon2 works.
    """
    name = login.strip().lower()[:80]
    with transaction(engine) as tx:
        waits = [rate_limits.take(tx, BY_LOGIN, name, now), rate_limits.take(tx, BY_ADDRESS, address, now)]
        found = _by_login(tx, name)
    until = max((wait for wait in waits if wait), default=None)
    if until is not None:
        return Refused(until)
    known = found is not None and found.active and found.password_hash is not None
    if not _fits(found.password_hash if found is not None and known else _nobodys_hash(), password) or not known:
        return Refused()
    assert found is not None
    with transaction(engine) as tx:
        rate_limits.forget(tx, BY_LOGIN, name)
        rate_limits.give_back(tx, BY_ADDRESS, address)  # All officers of a province may share one address.
        return _open(tx, found.id, now)


def _by_login(tx: Transaction, login: str) -> Any:
    wanted = select(_person.c.id, _person.c.active, _person.c.password_hash).where(_person.c.login == login)
    return tx.read.execute(wanted).one_or_none()


@cache
def _nobodys_hash() -> str:
    """What an unknown login's password is compared with, so that it takes as long as a known one's."""
    return _hasher.hash(secrets.token_hex(16))


def _fits(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password[:MOST])
    except (VerifyMismatchError, InvalidHashError):
        return False


def _open(tx: Transaction, person_id: int, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    row = {"person_id": person_id, "created_at": now, "seen_at": now, "expires_at": now + LONGEST}
    tx.write().execute(insert(_session), {**row, "digest": _digest(token)})
    return token


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def account_of(tx: Transaction, token: str, now: datetime) -> Account | None:
    """Whose session it is; None when it has ended, was never one, or the account is closed."""
    columns = (_person.c.id, _person.c.login, _person.c.name, _person.c.password_changed_at, _session.c.seen_at)
    wanted = (
        select(*columns, _session.c.digest)
        .join(_person, _person.c.id == _session.c.person_id)
        .where(
            _session.c.digest == _digest(token),
            _session.c.expires_at > now,
            _session.c.seen_at > now - IDLE,
            _person.c.active,
        )
    )
    row = tx.read.execute(wanted).one_or_none()
    if row is None:
        return None
    return Account(row.id, row.login, row.name, row.password_changed_at is None, row.digest, row.seen_at)


def touch(tx: Transaction, account: Account, now: datetime) -> None:
    """Note that the session is in use."""
    tx.write().execute(update(_session).where(_session.c.digest == account.digest).values(seen_at=now))


def sign_out(tx: Transaction, digest: str) -> None:
    """End one session."""
    tx.write().execute(delete(_session).where(_session.c.digest == digest))


def clear(tx: Transaction, now: datetime) -> None:
    """Remove the sessions that have ended."""
    over = (_session.c.expires_at <= now) | (_session.c.seen_at <= now - IDLE)
    tx.write().execute(delete(_session).where(over))


def change_password(tx: Transaction, account: Account, old: str, new: str, now: datetime) -> None:
    """Let a person change their own password; ends their other sessions.

    Raises Forbidden when `old` is not the present one, WeakPassword for an unacceptable new one.
    """
    stored = tx.read.execute(select(_person.c.password_hash).where(_person.c.id == account.id)).scalar_one()
    if stored is None or not _fits(stored, old):
        raise Forbidden("The present password is another one.")
    values = {"password_hash": _strong(account.login, new), "password_changed_at": now}
    connection = tx.write()
    connection.execute(update(_person).where(_person.c.id == account.id).values(values))
    others = (_session.c.person_id == account.id) & (_session.c.digest != account.digest)
    connection.execute(delete(_session).where(others))


def set_password(tx: Transaction, login: str, password: str, *, now: datetime | None = None) -> None:
    """Give an account a password and end its sessions. Without `now` its owner has to change it at the first sign-in.

    Raises NotFound for an unknown login, WeakPassword.
    """
    found = _by_login(tx, login)
    if found is None:
        raise NotFound(f"There is no account {login!r}.")
    values = {"password_hash": _strong(login, password), "password_changed_at": now}
    connection = tx.write()
    connection.execute(update(_person).where(_person.c.id == found.id).values(values))
    connection.execute(delete(_session).where(_session.c.person_id == found.id))


def _strong(login: str, password: str) -> str:
    require_strong(login, password)
    return _hasher.hash(password)


def require_strong(login: str, password: str) -> None:
    """Raise WeakPassword unless a password is long and varied enough for an account."""
    if len(password) < SHORTEST:
        raise WeakPassword("short")
    if len(password) > MOST:
        raise WeakPassword("long")
    if len(set(password)) < LEAST_DIFFERENT:
        raise WeakPassword("simple")
    if login and fold(login) in fold(password):
        raise WeakPassword("login")
