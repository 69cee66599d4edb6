"""Keys with which other systems call the program (R17, R23): made by an administrator, shown once, revoked at any time.

A key opens one door. That of Open311 files reports as citizens do; one of the REST interface acts as an account, with
the roles that were granted to it and no other, so that a key gives nobody a right (R20). An integration has an account
of its own, with a role in a unit and without a password.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from engine.actor import ActStamp, person_key
from engine.errors import BadInput, Forbidden, Invalid, NotFound
from engine.journal import acts, journal
from engine.staff import access, rate_limits
from engine.staff.access import Officer
from engine.staff.factors import FACTOR_ROLES
from engine.staff.rate_limits import RateLimit
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import ApiKey, Person

OPEN311, REST = "open311", "api"
DOORS = (OPEN311, REST)
PREFIX = "tongdai_"  # So that a key that lies around in a file is recognised as one.
LONGEST_NAME = 80
MOST_PER_MINUTE = 6000
USUAL_PER_MINUTE = 60
_TOUCH_INTERVAL = timedelta(hours=1)
_LONGEST_KEY = 200

_key, _person = table_of(ApiKey), table_of(Person)


class UnknownKey(Forbidden):
    """No key was sent, or one that opens nothing: unknown, revoked, or of another door."""

    default_rule = "api-key-unknown"


class TooManyCalls(BadInput):
    """A key has been used as often as it may be in this minute; `until` is when it may be used again."""

    default_rule = "api-calls-too-often"

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key to make: what the other system is called, the door, calls per minute, and whom it acts as (a login).

    `sends_events` lets it send messages and signals to cases, as administrators do by hand.
    """

    name: str
    door: str
    per_minute: int
    login: str = ""
    sends_events: bool = False


@dataclass(frozen=True, slots=True)
class KnownCaller:
    """Another system that has shown its key: `person_id` is the account it acts as, None where it acts for citizens."""

    key_id: int
    name: str
    person_id: int | None
    sends_events: bool = False

    def origin_at(self, address: str) -> str:
        """Where its acts come from, as history and journal record it (R13)."""
        return f"key {self.key_id} {address}".strip()


def make_api_key(tx: Transaction, new: NewApiKey, by: ActStamp) -> str:
    """Make a key; returns it, for this once. Raises Invalid, and NotFound for a login that nobody has."""
    name = new.name.strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise Invalid("name", "api-key-name", most=LONGEST_NAME)
    if new.door not in DOORS:
        raise Invalid("door", "api-key-door")
    if not 0 < new.per_minute <= MOST_PER_MINUTE:
        raise Invalid("per_minute", "api-key-rate", most=MOST_PER_MINUTE)
    person_id = access.person_id_of(tx, new.login) if new.door == REST else None
    text = PREFIX + secrets.token_urlsafe(32)
    row = {"name": name, "digest": _digest_of(text), "door": new.door, "person_id": person_id}
    sends_events = new.sends_events and new.door == REST
    made = {"per_minute": new.per_minute, "sends_events": sends_events, "made_at": by.at, "made_by": by.who.actor}
    key_id = tx.write().execute(insert(_key).returning(_key.c.id), {**row, **made}).scalar_one()
    facts: dict[str, object] = {"acts_as": person_key(person_id)} if person_id is not None else {}
    facts |= {"sends_events": True} if sends_events else {}
    subject = f"api_key:{key_id}"
    journal.record(tx, by, acts.MAKE_API_KEY, subject, name=name, door=new.door, per_minute=new.per_minute, **facts)
    return text


def revoke_api_key(tx: Transaction, key_id: int, by: ActStamp) -> None:
    """Have a key open nothing from now on; raises NotFound for one that is unknown or revoked already."""
    in_force = (_key.c.id == key_id) & _key.c.revoked_at.is_(None)
    revoked = update(_key).where(in_force).values(revoked_at=by.at).returning(_key.c.name)
    name = tx.write().execute(revoked).scalar()
    if name is None:
        raise NotFound("api-key-not-in-force")
    journal.record(tx, by, acts.REVOKE_API_KEY, f"api_key:{key_id}", name=name)


def list_api_keys(tx: Transaction) -> Sequence[Any]:
    """All keys with the login that they act as; those in force first, newest first."""
    query = select(*(column for column in _key.c if column.name != "digest"), _person.c.login)
    joined = query.outerjoin(_person, _person.c.id == _key.c.person_id)
    return tx.read.execute(joined.order_by(_key.c.revoked_at.is_not(None), _key.c.id.desc())).all()


def recognise_caller(tx: Transaction, text: str, door: str, now: datetime) -> KnownCaller:
    """Who calls with a key, which counts as one call; raises UnknownKey, TooManyCalls."""
    in_force = (_key.c.door == door) & _key.c.revoked_at.is_(None)
    query = select(_key).where(_key.c.digest == _digest_of(text[:_LONGEST_KEY]), in_force)
    row = tx.read.execute(query).one_or_none() if text else None
    if row is None:
        raise UnknownKey
    limit = RateLimit("calls with a key", row.per_minute, timedelta(minutes=1))
    until = rate_limits.count_try(tx, limit, str(row.id), now)
    if until is not None:
        raise TooManyCalls(until)
    if row.used_at is None or now - row.used_at > _TOUCH_INTERVAL:
        tx.write().execute(update(_key).where(_key.c.id == row.id).values(used_at=now))
    return KnownCaller(row.id, row.name, row.person_id, row.sends_events)


def officer_of_caller(tx: Transaction, caller: KnownCaller, now: datetime) -> Officer:
    """The account that a caller acts as, with its own roles; raises NotFound, Forbidden for a closed account.

    A key is one factor: roles that ask people for two act through no key, and nobody lends a role to one.
    """
    officer = access.load_officer(tx, caller.person_id or 0, now)
    roles = frozenset((unit, role) for unit, role in officer.own_roles if role not in FACTOR_ROLES)
    return Officer(officer.id, roles)


def _digest_of(text: str) -> str:
    """What is kept of a key; it has 256 random bits, so that no digest can be guessed back."""
    return hashlib.sha256(f"api key\0{text}".encode()).hexdigest()
