"""Second factors: who has which, who has to have one, and taking them away.

Whoever administers, changes the process, signs directives or coordinates the province proves with two factors who they
are (ASVS 4.0.3, 4.3.1 and 2.2.2); everybody else may.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from engine.actor import ActStamp, person_key
from engine.errors import Invalid, NotFound
from engine.journal import acts, journal
from engine.staff import account_seals
from engine.staff.access import Officer
from engine.staff.person_turns import wait_turn
from engine.staff.rate_limits import RateLimit
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import RecoveryCode, SignInFactor
from engine.world.roles import names_of

AUTHENTICATOR, PASSKEY = "totp", "passkey"
FACTOR_ROLES = names_of(lambda role: role.two_factors)
MOST_FACTORS, LONGEST_NAME = 10, 60
# A code has six digits: whoever knows the password may not try them all.
FACTOR_LIMIT = RateLimit("second factor of a person", 5, timedelta(minutes=15))

_factor, _code = table_of(SignInFactor), table_of(RecoveryCode)


@dataclass(frozen=True, slots=True)
class HeldFactor:
    """A second factor of a person: AUTHENTICATOR or PASSKEY, the name that its holder gave it, when it was used."""

    id: int
    kind: str
    name: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewFactor:
    """A factor to keep: its kind and name, the secret or public key, what identifies it, and the last count used."""

    kind: str
    name: str
    secret: bytes
    identity: bytes
    counter: int


def list_factors(tx: Transaction, person_id: int) -> list[HeldFactor]:
    """A person's factors, oldest first."""
    query = select(_factor).where(_factor.c.person_id == person_id).order_by(_factor.c.id)
    rows = tx.read.execute(query).all()
    return [HeldFactor(row.id, row.kind, row.name, row.created_at, row.used_at) for row in rows]


def has_factor(tx: Transaction, person_id: int) -> bool:
    """Whether a person has a second factor."""
    query = select(_factor.c.id).where(_factor.c.person_id == person_id).limit(1)
    return tx.read.execute(query).scalar() is not None


def must_have_factor(someone: Officer) -> bool:
    """Whether a role granted to the officer asks for a second factor."""
    return any(role in FACTOR_ROLES for _unit, role in someone.own_roles)


def add_factor(tx: Transaction, person_id: int, new: NewFactor, by: ActStamp) -> int:
    """Keep a factor that its holder has just shown to work; raises Invalid for one too many, or one already there."""
    name = new.name.strip()[:LONGEST_NAME]
    digest = digest_of(new.identity)
    wait_turn(tx, person_id)
    connection = tx.write()
    if connection.execute(select(_factor.c.id).where(_factor.c.digest == digest)).first() is not None:
        raise Invalid("name", "factor-known")
    if len(list_factors(tx, person_id)) >= MOST_FACTORS:
        raise Invalid("name", "factors-full", most=MOST_FACTORS)
    row = {"person_id": person_id, "kind": new.kind, "name": name, "secret": new.secret, "digest": digest}
    row |= {"counter": new.counter, "created_at": by.at, "used_at": by.at}
    number = connection.execute(insert(_factor).returning(_factor.c.id), row).scalar_one()
    value = account_seals.factor_value(new.kind, new.secret, digest)
    seals = account_seals.seal_values(connection, person_id, {account_seals.factor_key(number): value})
    journal.record(tx, by, acts.ADD_FACTOR, person_key(person_id), factor=new.kind, name=name, seals=seals)
    return int(number)


def remove_factor(tx: Transaction, person_id: int, number: int, by: ActStamp, *, needed: bool) -> None:
    """Take a factor away; with the last one go the recovery codes.

    Raises NotFound, or Invalid when it is the last one of a person who `needed` says to have to have one.
    """
    wait_turn(tx, person_id)
    connection = tx.write()
    factors = connection.execute(select(_factor).where(_factor.c.person_id == person_id)).all()
    gone = next((row for row in factors if row.id == number), None)
    if gone is None:
        raise NotFound("factor-unknown")
    if needed and len(factors) == 1:
        raise Invalid("factor", "factor-last")
    connection.execute(delete(_factor).where(_factor.c.id == number))
    seals: dict[str, None] = {account_seals.factor_key(number): None}
    if len(factors) == 1:
        connection.execute(delete(_code).where(_code.c.person_id == person_id))
        seals[account_seals.CODES] = None
    facts = {"name": gone.name, "seals": account_seals.seal_values(connection, person_id, seals)}
    journal.record(tx, by, acts.REMOVE_FACTOR, person_key(person_id), factor=gone.kind, **facts)


def remove_all_factors(tx: Transaction, person_id: int, by: ActStamp) -> int:
    """Take all factors of a person away, whose devices are lost; returns how many there were."""
    wait_turn(tx, person_id)
    connection = tx.write()
    numbers = connection.execute(delete(_factor).where(_factor.c.person_id == person_id).returning(_factor.c.id))
    gone: dict[str, None] = {account_seals.factor_key(number): None for number in numbers.scalars().all()}
    connection.execute(delete(_code).where(_code.c.person_id == person_id))
    if gone:
        seals = account_seals.seal_values(connection, person_id, {**gone, account_seals.CODES: None})
        journal.record(tx, by, acts.REMOVE_FACTOR, person_key(person_id), factors=len(gone), seals=seals)
    return len(gone)


def use_counter(tx: Transaction, factor_id: int, counter: int, now: datetime) -> bool:
    """Note that a factor was used at this count; False when it was used at it or later already, also just now.

    Many passkeys count nothing and say 0 each time; that they were used is noted all the same.
    """
    fresh = (_factor.c.id == factor_id) & (_factor.c.counter < counter)
    connection = tx.write()
    if counter == 0:
        connection.execute(update(_factor).where(_factor.c.id == factor_id).values(used_at=now))
        return False
    return connection.execute(update(_factor).where(fresh).values(counter=counter, used_at=now)).rowcount == 1


def factor_rows(tx: Transaction, person_id: int, kind: str) -> list[Any]:
    """The stored factors of a kind, with what proves them."""
    query = select(_factor).where(_factor.c.person_id == person_id, _factor.c.kind == kind)
    return list(tx.read.execute(query.order_by(_factor.c.id)).all())


def passkey_row(tx: Transaction, credential_id: bytes) -> Any | None:
    """The stored passkey of an id, whosever it is."""
    query = select(_factor).where(_factor.c.digest == digest_of(credential_id), _factor.c.kind == PASSKEY)
    return tx.read.execute(query).first()


def digest_of(identity: bytes) -> str:
    """What a factor is recognised by."""
    return hashlib.sha256(identity).hexdigest()
