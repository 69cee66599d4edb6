"""People whom an identity provider of the province vouches for: who they are here, and which roles come from there.

A person there is known by issuer and subject, never by an address or a login, which can be given to somebody else. An
account that exists already is joined by its owner, signed in, or not at all: otherwise whoever can choose a login at
the provider could take over an account here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update

from engine.actor import ActStamp, person_key
from engine.errors import Forbidden, Invalid
from engine.journal import acts, journal
from engine.staff import account_seals, people
from engine.staff.account_seals import SealsByAccount
from engine.staff.people import NewPerson
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import ExternalIdentity, Person, RoleAssignment, Unit

LONGEST_SUBJECT = 255  # Signs (OpenID Connect Core 1.0, 2).
Posts = frozenset[tuple[str, str]]  # Roles as (unit, role).

_identity, _person = table_of(ExternalIdentity), table_of(Person)
_assignment, _unit = table_of(RoleAssignment), table_of(Unit)


@dataclass(frozen=True, slots=True)
class ExternalPerson:
    """Somebody as the provider describes them; `posts` are the roles that its claims give by the table."""

    issuer: str
    subject: str
    login: str
    name: str
    email: str
    posts: Posts


def admit_external(tx: Transaction, one: ExternalPerson, by: ActStamp) -> int:
    """The id of the person whom the provider vouches for, with the roles that it gives them now.

    Somebody new gets an account. Raises Forbidden when there is nothing to work on here, when the account is closed or
    when one with the same login belongs to somebody who has not joined the two.
    """
    posts = _existing_posts(tx, one.posts)
    row = _find_identity(tx, one)
    if row is None:
        return _create_account(tx, one, posts, by)
    if not tx.read.execute(select(_person.c.active).where(_person.c.id == row.person_id)).scalar():
        raise Forbidden("external-account-closed")
    _follow_roles(tx, row, posts, by)
    if not _held_posts(tx, row.person_id):
        raise Forbidden("external-no-role")
    return int(row.person_id)


def join_external(tx: Transaction, person_id: int, one: ExternalPerson, by: ActStamp) -> None:
    """Join an account with the provider's person, as its owner wishes; raises Invalid when either is joined already."""
    row = _find_identity(tx, one)
    taken = select(_identity.c.person_id).where(_identity.c.person_id == person_id, _identity.c.issuer == one.issuer)
    if row is not None or tx.read.execute(taken).first() is not None:
        raise Invalid("provider", "external-joined-already")
    _insert_identity(tx, person_id, one, frozenset(), by)


def part_external(tx: Transaction, person_id: int, issuer: str, by: ActStamp) -> None:
    """Part an account from its person at the provider; roles that came from there end."""
    condition = (_identity.c.person_id == person_id) & (_identity.c.issuer == issuer)
    row = tx.read.execute(select(_identity).where(condition)).one_or_none()
    if row is not None:
        _follow_roles(tx, row, frozenset(), by)
        tx.write().execute(delete(_identity).where(condition))
        seals = account_seals.seal_values(tx.write(), person_id, {account_seals.identity_key(issuer): None})
        journal.record(tx, by, acts.PART_IDENTITY, person_key(person_id), seals=seals)


def is_joined(tx: Transaction, person_id: int, issuer: str) -> bool:
    """Whether an account is joined with a person at the provider."""
    query = select(_identity.c.person_id).where(_identity.c.person_id == person_id, _identity.c.issuer == issuer)
    return tx.read.execute(query).first() is not None


def joined_person(tx: Transaction, one: ExternalPerson) -> int | None:
    """The id of the account that is joined with a person of the provider."""
    row = _find_identity(tx, one)
    return None if row is None else int(row.person_id)


def _find_identity(tx: Transaction, one: ExternalPerson) -> Any:
    query = select(_identity).where(_identity.c.issuer == one.issuer, _identity.c.subject == one.subject)
    return tx.read.execute(query).one_or_none()


def _create_account(tx: Transaction, one: ExternalPerson, posts: Posts, by: ActStamp) -> int:
    if not posts:
        raise Forbidden("external-no-role")
    if tx.read.execute(select(_person.c.id).where(_person.c.login == one.login)).first() is not None:
        raise Forbidden("external-login-taken", login=one.login)
    try:
        person_id = people.create_person(tx, NewPerson(one.login, one.name, (), one.email), by)
    except Invalid as error:
        raise Forbidden("external-person-unusable", reason=error) from error
    _insert_identity(tx, person_id, one, posts, by)
    _grant_posts(tx, person_id, posts, by)
    return person_id


def _insert_identity(tx: Transaction, person_id: int, one: ExternalPerson, posts: Posts, by: ActStamp) -> None:
    row = {"issuer": one.issuer, "subject": one.subject, "person_id": person_id, "joined_at": by.at}
    tx.write().execute(insert(_identity), {**row, "posts": _posts_text(posts)})
    seals = _seal(tx, person_id, one.issuer, one.subject, posts)
    journal.record(tx, by, acts.JOIN_IDENTITY, person_key(person_id), seals=seals)


def _seal(tx: Transaction, person_id: int, issuer: str, subject: str, posts: Posts) -> SealsByAccount:
    value = account_seals.identity_value(subject, _posts_text(posts))
    return account_seals.seal_values(tx.write(), person_id, {account_seals.identity_key(issuer): value})


def _follow_roles(tx: Transaction, row: Any, posts: Posts, by: ActStamp) -> None:
    """Give what the provider gives now and take what only it gave before; roles from administrators stay."""
    before = frozenset((unit, role) for unit, role in json.loads(row.posts))
    held = _held_posts(tx, row.person_id)
    for unit, role in sorted((before - posts) & held):
        people.revoke_role(tx, row.person_id, unit, role, by)
    # What an administrator had given before stays theirs to take, although the provider gives it too.
    given = posts - (held - before)
    _grant_posts(tx, row.person_id, given - held, by)
    if given != before:
        own = (_identity.c.issuer == row.issuer) & (_identity.c.subject == row.subject)
        tx.write().execute(update(_identity).where(own).values(posts=_posts_text(given)))
        seals = _seal(tx, row.person_id, row.issuer, row.subject, given)
        journal.record(tx, by, acts.FOLLOW_IDENTITY, person_key(row.person_id), seals=seals)


def _grant_posts(tx: Transaction, person_id: int, posts: Posts, by: ActStamp) -> None:
    for unit, role in sorted(posts):
        people.grant_role(tx, person_id, unit, role, by)


def _held_posts(tx: Transaction, person_id: int) -> Posts:
    query = select(_assignment.c.unit_code, _assignment.c.role).where(_assignment.c.person_id == person_id)
    return frozenset((row.unit_code, row.role) for row in tx.read.execute(query))


def _existing_posts(tx: Transaction, posts: Posts) -> Posts:
    """Those in units that are open; a provider may know units that this province has closed or never had."""
    codes = {unit for unit, _role in posts}
    query = select(_unit.c.code).where(_unit.c.code.in_(codes), _unit.c.closed_at.is_(None))
    is_open = set(tx.read.execute(query).scalars()) if codes else set()
    return frozenset((unit, role) for unit, role in posts if unit in is_open)


def _posts_text(posts: Posts) -> str:
    return json.dumps(sorted(posts))
