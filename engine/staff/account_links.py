"""Links with which the owner of an account chooses a password: invitations and resets (ASVS 4.0.3, 2.3.1 and 2.5).

Whoever makes one never learns the password, and it is used once, within a day. A newer link ends the older ones.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from engine.actor import Actor, ActStamp, person_key
from engine.errors import Forbidden, NotFound
from engine.journal import acts, journal
from engine.staff import account_seals, accounts, factors
from engine.staff.person_turns import wait_turn
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import AccountLink, Mail, Person

INVITATION, RESET, RESET_ALL = "invitation", "reset", "reset_all"  # RESET_ALL: the devices are lost as well.
LINK_KINDS = (INVITATION, RESET, RESET_ALL)
LIFETIME = timedelta(hours=24)
KEPT = timedelta(days=30)  # After it has expired, for whoever asks why it does not work.
LINK_MAIL = "account_link"  # The kind of its mail; the mail is about the handle.

_link, _person, _mail = table_of(AccountLink), table_of(Person), table_of(Mail)


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link that can be used: whose account it is for, and until when."""

    id: int
    handle: str
    person_id: int
    login: str
    name: str
    kind: str
    expires_at: datetime


def make_link(tx: Transaction, person_id: int, kind: str, by: ActStamp) -> str:
    """Make a link of LINK_KINDS for a person; returns its handle. Raises NotFound, Forbidden for a closed account."""
    if kind not in LINK_KINDS:
        raise NotFound("account-link-kind")
    wait_turn(tx, person_id)
    connection = tx.write()
    active = connection.execute(select(_person.c.active).where(_person.c.id == person_id)).scalar()
    if active is None:
        raise NotFound("person-unknown")
    if not active:
        raise Forbidden("account-closed")
    _end_open_links(tx, person_id, by.at)
    handle = secrets.token_urlsafe(16)
    row = {"person_id": person_id, "kind": kind, "handle": handle, "made_by": by.who.actor}
    connection.execute(insert(_link), {**row, "created_at": by.at, "expires_at": by.at + LIFETIME})
    journal.record(tx, by, acts.MAKE_ACCOUNT_LINK, person_key(person_id), link=kind, mark=account_seals.mark_of(handle))
    return handle


def mail_link(tx: Transaction, person_id: int, handle: str, now: datetime) -> bool:
    """Plan the mail with the link, if its owner has an address."""
    connection = tx.write()
    if not connection.execute(select(_person.c.email).where(_person.c.id == person_id)).scalar():
        return False
    row = {"channel": "mail", "recipient": person_key(person_id), "kind": LINK_MAIL, "about": handle}
    connection.execute(insert(_mail), {**row, "created_at": now, "available_at": now})
    return True


def token_of(key: bytes, handle: str) -> str:
    """The token in the address of a link."""
    seal = hmac.digest(key, f"account link\0{handle}".encode(), hashlib.sha256)
    return f"{handle}.{seal.hex()}"


def find_open(tx: Transaction, key: bytes, token: str, now: datetime) -> OpenLink:
    """What a token opens; raises NotFound for a forged one, an expired one and one that was used or replaced."""
    handle = token.partition(".")[0]
    if not hmac.compare_digest(token.encode(), token_of(key, handle).encode()):
        raise NotFound("account-link-unknown")
    query = select(_link, _person.c.login, _person.c.name, _person.c.active)
    row = tx.read.execute(
        query.join(_person, _person.c.id == _link.c.person_id).where(_link.c.handle == handle)
    ).one_or_none()
    if row is None or not row.active:
        raise NotFound("account-link-unknown")
    if row.used_at is not None:
        raise NotFound("account-link-used")
    if row.expires_at <= now:
        raise NotFound("account-link-expired")
    return OpenLink(row.id, row.handle, row.person_id, row.login, row.name, row.kind, row.expires_at)


def use_link(tx: Transaction, link: OpenLink, password: str, origin: str, now: datetime) -> None:
    """Set the password of a link's account and use the link up; ends all its sessions.

    Raises WeakPassword, Overloaded, NotFound when somebody was faster.
    """
    person_id = accounts.set_password(tx, link.login, password, now=now)
    unused = (_link.c.id == link.id) & _link.c.used_at.is_(None)
    if tx.write().execute(update(_link).where(unused).values(used_at=now)).rowcount != 1:
        raise NotFound("account-link-used")
    by = ActStamp(Actor(person_key(link.person_id), origin), now)
    mark = account_seals.mark_of(link.handle)
    journal.record(tx, by, acts.USE_ACCOUNT_LINK, person_key(link.person_id), link=link.kind, mark=mark)
    accounts.record_password(tx, person_id, by)
    if link.kind == RESET_ALL:
        factors.remove_all_factors(tx, link.person_id, by)


def _end_open_links(tx: Transaction, person_id: int, now: datetime) -> None:
    still_open = (_link.c.person_id == person_id) & _link.c.used_at.is_(None)
    tx.write().execute(update(_link).where(still_open).values(used_at=now))


def delete_old_links(tx: Transaction, now: datetime) -> None:
    """Delete the links that expired long ago."""
    tx.write().execute(delete(_link).where(_link.c.expires_at <= now - KEPT))
