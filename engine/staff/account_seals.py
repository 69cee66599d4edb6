"""Seals of what proves who somebody is: digests that the journal keeps with the act that set it (R13).

Whoever changes a password, a second factor, recovery codes, an address or an identity at the provider by hand in the
database changes no seal, and `engine.records.account_differences` names it. An act seals what it has set and nothing
else, so that no act makes an earlier forgery its own. Seals are salted per account: nothing can be guessed from the
journal alone, not even a short subject at a provider; a password is under its own slow hash besides.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, select

from engine.actor import ActStamp, person_key
from engine.journal import acts, journal
from engine.journal.salted_digests import salted_digests
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import AccountLink, ExternalIdentity, Person, RecoveryCode, SignInFactor, WebSession

NAMES, EMAIL, PASSWORD, CODES, FACTOR, IDENTITY = "names", "email", "password", "codes", "factor", "identity"
SealsByAccount = dict[str, dict[str, str]]  # By "person:12" and what is sealed.

_person, _factor, _code = table_of(Person), table_of(SignInFactor), table_of(RecoveryCode)
_identity, _link, _session = table_of(ExternalIdentity), table_of(AccountLink), table_of(WebSession)


def seal_values(connection: Connection, person_id: int, values: Mapping[str, object]) -> SealsByAccount:
    """The seals of an account's values; of None, which is not there any more, an empty one."""
    salt = connection.execute(select(_person.c.salt).where(_person.c.id == person_id)).scalar() or b""
    there = salted_digests(salt, {key: value for key, value in values.items() if value is not None})
    return {person_key(person_id): {key: there.get(key, "") for key in values}}


def seal_present(connection: Connection, person_id: int, *keys: str) -> SealsByAccount:
    """The seals of what an account's own row says now, of NAMES, EMAIL and PASSWORD."""
    row = connection.execute(select(_person).where(_person.c.id == person_id)).one()
    values = _values_of(row)
    return seal_values(connection, person_id, {key: values.get(key) for key in keys})


def factor_key(number: int) -> str:
    """What a second factor is sealed under."""
    return f"{FACTOR}:{number}"


def factor_value(kind: str, secret: bytes, digest: str) -> list[str]:
    """What is sealed of a second factor."""
    return [kind, digest, hashlib.sha256(secret).hexdigest()]


def identity_key(issuer: str) -> str:
    """What an identity at a provider is sealed under; an account has one at each."""
    return f"{IDENTITY}:{issuer}"


def identity_value(subject: str, posts: str) -> list[Any]:
    """What is sealed of an identity at a provider, with the roles from there as JSON."""
    return [subject, json.loads(posts)]


def mark_of(text: str) -> str:
    """The mark by which the journal knows a random handle or digest again that opens something."""
    return hashlib.sha256(f"mark\0{text}".encode()).hexdigest()[:32]


def list_seals(tx: Transaction, people: Collection[int] | None = None) -> SealsByAccount:
    """The seals of everything as it is stored now, of all accounts or of some."""
    rows = tx.read.execute(select(_person) if people is None else select(_person).where(_person.c.id.in_(people)))
    salts: dict[int, bytes] = {}
    values: dict[int, dict[str, Any]] = {}
    for row in rows:
        salts[row.id], values[row.id] = row.salt or b"", _values_of(row)
    for row in tx.read.execute(select(_factor)):
        values.get(row.person_id, {})[factor_key(row.id)] = factor_value(row.kind, row.secret, row.digest)
    for row in tx.read.execute(select(_identity)):
        values.get(row.person_id, {})[identity_key(row.issuer)] = identity_value(row.subject, row.posts)
    codes: dict[int, list[str]] = {}
    for row in tx.read.execute(select(_code.c.person_id, _code.c.digest).order_by(_code.c.digest)):
        codes.setdefault(row.person_id, []).append(row.digest)
    for number, digests in codes.items():
        values.get(number, {})[CODES] = digests
    return {person_key(number): salted_digests(salts[number], values[number]) for number in values}


def _values_of(row: Any) -> dict[str, object]:
    values: dict[str, object] = {NAMES: [row.login, row.name, row.phone or ""], EMAIL: row.email or ""}
    if row.password_hash is not None:
        values[PASSWORD] = [row.password_hash, row.password_changed_at is None]
    return values


def adopt_accounts(tx: Transaction, stamp: ActStamp, people: Collection[int] | None = None) -> None:
    """Record the present seals of accounts that were filled without acts: an invented province, a demonstration."""
    tx.write()
    journal.record(tx, stamp, acts.ADOPT_ACCOUNTS, "province:", seals=list_seals(tx, people))
