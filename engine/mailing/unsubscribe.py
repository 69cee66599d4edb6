"""Unsubscribing from the daily mail by a signed URL (RFC 8058), so that nobody can choose for others."""

from __future__ import annotations

from datetime import datetime

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select, update

from engine.actor import Actor, ActStamp, person_key
from engine.errors import NotFound
from engine.journal import acts, journal
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Person

_SALT = "daily mail"

_person = table_of(Person)


def make_token(key: bytes, person_id: int) -> str:
    """The token in a person's unsubscribe URL; it grants access to this choice only."""
    return str(URLSafeSerializer(key, salt=_SALT).dumps(person_id))


def person_from_token(key: bytes, signed: str) -> int:
    """The person a token belongs to; raises NotFound for a token that we did not sign."""
    try:
        return int(URLSafeSerializer(key, salt=_SALT).loads(signed))
    except (BadSignature, ValueError, TypeError) as error:
        raise NotFound("mail-choice-unknown") from error


def has_daily_mail(tx: Transaction, person_id: int) -> bool:
    """Whether a person gets the daily mail; raises NotFound."""
    subscribed: bool | None = tx.read.execute(select(_person.c.wants_digest).where(_person.c.id == person_id)).scalar()
    if subscribed is None:
        raise NotFound("mail-choice-unknown")
    return subscribed


def set_daily_mail(tx: Transaction, person_id: int, origin: str, now: datetime, *, enabled: bool) -> None:
    """Subscribe a person to the daily mail or unsubscribe them; the signed URL says who it is."""
    changes = {"daily_mail": [has_daily_mail(tx, person_id), enabled]}
    stamp = ActStamp(Actor(person_key(person_id), origin), now)
    journal.record(tx, stamp, acts.CHOOSE_DAILY_MAIL, person_key(person_id), changes=changes)
    tx.write().execute(update(_person).where(_person.c.id == person_id).values(wants_digest=enabled))
