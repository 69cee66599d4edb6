"""Accounts: passwords, signing in and out, sessions.

What an attacker sees does not depend on whether a login exists: the same work, the same answer, the same lockout. A
session is a random token whose digest is stored in the database; it expires after a period of inactivity, and after a
working day at the latest.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, delete, insert, not_, select, update

from engine.actor import ActStamp, person_key
from engine.errors import Forbidden, NotFound, Overloaded
from engine.journal import acts, journal
from engine.staff import account_seals, passwords, rate_limits, sign_in_record
from engine.staff.external_identities import ExternalPerson
from engine.staff.ldap_directory import DirectoryAway, LdapDirectory
from engine.staff.proofs import Proof
from engine.staff.rate_limits import RateLimit
from engine.staff.sign_in_record import SignInTry
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Person, RoleAssignment, Unit, WebSession

IDLE_TIMEOUT = timedelta(hours=2)
SESSION_LIFETIME = timedelta(hours=12)
TOUCH_INTERVAL = timedelta(minutes=5)

# An officer mistypes a few times; a guessing machine needs thousands of tries. Whoever guesses from devices that an
# account was never used on locks only such devices out, not its owner's.
LOGIN_LIMIT = RateLimit("sign-in of a login", 5, timedelta(minutes=15))
DEVICE_LIMIT = RateLimit("sign-in of a person from a known device", 5, timedelta(minutes=15))
ADDRESS_LIMIT = RateLimit("sign-in from an address", 50, timedelta(minutes=15))

_person, _session = table_of(Person), table_of(WebSession)
_assignment, _unit = table_of(RoleAssignment), table_of(Unit)


@dataclass(frozen=True, slots=True)
class Account:
    """The signed-in person with the session: when it was last recorded as used, and the proof that it rests on."""

    id: int
    login: str
    name: str
    must_change: bool
    digest: str
    last_seen_at: datetime
    proof: Proof

    def has_proven_since(self, instant: datetime) -> bool:
        """Whether the person has proved who they are since an instant."""
        return self.proof.at >= instant


@dataclass(frozen=True, slots=True)
class SignInRefusal:
    """The sign-in was refused; `until` is when the next try is allowed, None for at once."""

    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SignInPlace:
    """From where somebody tries to sign in: the network address, and the marks of this browser by person.

    A mark proves that the person has signed in with this browser before.
    """

    address: str
    marks: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PasswordChecking:
    """What checking a password needs: the key for digests of logins that nobody has, and the directory, if any."""

    key: bytes = field(repr=False)
    directory: LdapDirectory | None = None


def check_password(
    engine: Engine, login: str, password: str, place: SignInPlace, now: datetime, checking: PasswordChecking
) -> int | ExternalPerson | SignInRefusal:
    """The person whom login and password prove, or why nobody; raises Overloaded when too many are checked at once.

    Whoever has no password here is looked for in the directory, if there is one; raises DirectoryAway. Every try counts
    against its login and its address, or against the known device alone. Opens its own transactions: the try must be
    counted even if it fails, and nobody waits while argon2 runs or the directory is asked.
    """
    name = login.strip().lower()[:80]
    with transaction(engine) as tx:
        person = _find_person(tx, name)
        tries = _limits_of(name, person, place)
        waits = [rate_limits.count_try(tx, limit, subject, now) for limit, subject in tries]
        attempt = SignInTry(name, person.id if person is not None else None, f"web {place.address}".strip(), now)
        until = max((wait for wait in waits if wait), default=None)
        if until is not None:
            sign_in_record.record_lock(tx, attempt, until, checking.key)
            return SignInRefusal(until)
    with _refund_unless_checked(engine, tries):
        proven = _prove_person(person, name, password, checking.directory)
    with transaction(engine) as tx:
        if proven is None:
            sign_in_record.record_refusal(tx, attempt, _refusal_reason(person), checking.key)
            return SignInRefusal()
        _forgive_tries(tx, tries)
    return proven


def _prove_person(
    person: Any, login: str, password: str, directory: LdapDirectory | None
) -> int | ExternalPerson | None:
    may_sign_in = person is not None and person.active
    if passwords.matches_hash(person.password_hash if may_sign_in else None, password):
        return int(person.id)
    has_own = person is not None and person.password_hash is not None
    return None if directory is None or has_own else directory.identify_person(login, password)


def _limits_of(name: str, person: Any, place: SignInPlace) -> list[tuple[RateLimit, str]]:
    """What a try counts against: limit and subject."""
    mark = place.marks.get(person.id) if person is not None else None
    if mark is not None:
        return [(DEVICE_LIMIT, f"{person.id} {mark}")]
    return [(LOGIN_LIMIT, name), (ADDRESS_LIMIT, rate_limits.address_group(place.address))]


@contextmanager
def _refund_unless_checked(engine: Engine, tries: list[tuple[RateLimit, str]]) -> Iterator[None]:
    """Take the tries back when nobody has looked at them."""
    try:
        yield
    except (Overloaded, DirectoryAway):
        with transaction(engine) as tx:
            for limit, subject in tries:
                rate_limits.refund_try(tx, limit, subject)
        raise


def _forgive_tries(tx: Transaction, tries: list[tuple[RateLimit, str]]) -> None:
    """After the right password: the login begins anew; an address, which a whole province may share, has this one."""
    for limit, subject in tries:
        if limit is ADDRESS_LIMIT:
            rate_limits.refund_try(tx, limit, subject)
        else:
            rate_limits.reset_tries(tx, limit, subject)


def _refusal_reason(person: Any) -> str:
    if person is None:
        return sign_in_record.UNKNOWN
    if not person.active:
        return sign_in_record.CLOSED
    return sign_in_record.NO_PASSWORD if person.password_hash is None else sign_in_record.WRONG


def _find_person(tx: Transaction, login: str) -> Any:
    query = select(_person.c.id, _person.c.active, _person.c.password_hash).where(_person.c.login == login)
    return tx.read.execute(query).one_or_none()


@dataclass(frozen=True, slots=True)
class SessionPlace:
    """From where a session was opened: the network address, and the browser in words."""

    address: str = ""
    device: str = ""


def open_session(
    tx: Transaction, person_id: int, proof: Proof, now: datetime, place: SessionPlace = SessionPlace()
) -> str:
    """Open a session of a person who has proved who they are; returns its token. web.http.admission calls this."""
    token = secrets.token_urlsafe(32)
    row = {"person_id": person_id, "created_at": now, "seen_at": now, "expires_at": now + SESSION_LIFETIME}
    row |= {"proven_at": proof.at, "proof": " ".join(proof.words)}
    row |= {"address": place.address[:80], "device": place.device[:80]}
    tx.write().execute(insert(_session), {**row, "digest": _token_digest(token)})
    return token


def _token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def account_of_session(tx: Transaction, token: str, now: datetime) -> Account | None:
    """The account of a session; None when the session has ended or never existed, or the account is closed."""
    columns = (_person.c.id, _person.c.login, _person.c.name, _person.c.password_changed_at, _person.c.password_hash)
    query = (
        select(*columns, _session)
        .join(_person, _person.c.id == _session.c.person_id)
        .where(
            _session.c.digest == _token_digest(token),
            open_condition(now),
            _person.c.active,
        )
    )
    row = tx.read.execute(query).one_or_none()
    if row is None:
        return None
    must_change = row.password_hash is not None and row.password_changed_at is None
    proof = Proof(frozenset(row.proof.split()), row.proven_at or row.created_at)
    return Account(row.id, row.login, row.name, must_change, row.digest, row.seen_at, proof)


def open_condition(now: datetime) -> ColumnElement[bool]:
    """The condition of a session that has not ended by itself."""
    return and_(_session.c.expires_at > now, _session.c.seen_at > now - IDLE_TIMEOUT)


def touch_session(tx: Transaction, account: Account, now: datetime) -> None:
    """Record that the session is in use."""
    tx.write().execute(update(_session).where(_session.c.digest == account.digest).values(seen_at=now))


def strengthen_session(tx: Transaction, account: Account, proof: Proof) -> None:
    """Have a session rest on a new proof beside its earlier one."""
    values = {"proof": " ".join(with_proof(account, proof).proof.words), "proven_at": proof.at}
    tx.write().execute(update(_session).where(_session.c.digest == account.digest).values(values))


def with_proof(account: Account, proof: Proof) -> Account:
    """The account whose session rests on one more proof."""
    return replace(account, proof=Proof(account.proof.kinds | proof.kinds, proof.at))


def sign_out(tx: Transaction, digest: str) -> None:
    """End one session."""
    tx.write().execute(delete(_session).where(_session.c.digest == digest))


def delete_ended_sessions(tx: Transaction, now: datetime) -> None:
    """Delete the sessions that have ended."""
    tx.write().execute(delete(_session).where(not_(open_condition(now))))


def change_password(tx: Transaction, account: Account, old: str, new: str, by: ActStamp) -> None:
    """Change a person's own password, which is recorded, and end their other sessions.

    Raises Forbidden when `old` is not the current password, WeakPassword for an unacceptable new one, Overloaded.
    """
    stored = tx.read.execute(select(_person.c.password_hash).where(_person.c.id == account.id)).scalar_one()
    if not passwords.matches_hash(stored, old):
        raise Forbidden("password-wrong")
    values = {"password_hash": _hash_strong(tx, account.id, account.login, new), "password_changed_at": by.at}
    connection = tx.write()
    connection.execute(update(_person).where(_person.c.id == account.id).values(values))
    others = (_session.c.person_id == account.id) & (_session.c.digest != account.digest)
    connection.execute(delete(_session).where(others))
    record_password(tx, account.id, by)


def record_password(tx: Transaction, person_id: int, by: ActStamp) -> None:
    """Record that a person's password was set, with its seal and whether they have to change it."""
    connection = tx.write()
    changed = connection.execute(select(_person.c.password_changed_at).where(_person.c.id == person_id)).scalar()
    seals = account_seals.seal_present(connection, person_id, account_seals.PASSWORD)
    facts = {"must_change": changed is None, "seals": seals}
    journal.record(tx, by, acts.CHANGE_PASSWORD, person_key(person_id), **facts)


def has_new_password(tx: Transaction, person_id: int, since: datetime) -> bool:
    """Whether the person's password was changed by them after an instant."""
    changed = select(_person.c.id).where(_person.c.id == person_id, _person.c.password_changed_at > since)
    return tx.read.execute(changed).scalar() is not None


def set_password(tx: Transaction, login: str, password: str, *, now: datetime | None = None) -> int:
    """Set an account's password and end its sessions; returns its id, so that `record_password` or another act follows.

    Without `now`, its owner must change it at the next sign-in.

    Raises NotFound for an unknown login, WeakPassword.
    """
    person = _find_person(tx, login)
    if person is None:
        raise NotFound("account-unknown", login=login)
    values = {"password_hash": _hash_strong(tx, person.id, login, password), "password_changed_at": now}
    connection = tx.write()
    connection.execute(update(_person).where(_person.c.id == person.id).values(values))
    connection.execute(delete(_session).where(_session.c.person_id == person.id))
    return int(person.id)


def _hash_strong(tx: Transaction, person_id: int, login: str, password: str) -> str:
    passwords.require_strong_password(password, login, _words_about(tx, person_id))
    return passwords.hash_password(password)


def _words_about(tx: Transaction, person_id: int) -> list[str]:
    """What others know of a person: the name, the address before its @, and the units with their codes."""
    person = tx.read.execute(select(_person.c.name, _person.c.email).where(_person.c.id == person_id)).one()
    units = (
        select(_unit.c.code, _unit.c.name)
        .join(_assignment, _assignment.c.unit_code == _unit.c.code)
        .where(_assignment.c.person_id == person_id)
    )
    words = [person.name, (person.email or "").partition("@")[0]]
    return words + [word for row in tx.read.execute(units) for word in (row.code, row.name)]
