"""The address by which somebody wants the mail of each morning no more: signed, so that nobody chooses for others.

For mails and the page behind the address (RFC 8058).
"""

from __future__ import annotations

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select, update

from engine.errors import NotFound
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Person

_SALT = "daily mail"

_person = table_of(Person)


def make_token(key: bytes, person_id: int) -> str:
    """What stands in a person's address; it opens nothing but this choice."""
    return str(URLSafeSerializer(key, salt=_SALT).dumps(person_id))


def person_from_token(key: bytes, signed: str) -> int:
    """Whose address it is; raises NotFound for one that we did not sign."""
    try:
        return int(URLSafeSerializer(key, salt=_SALT).loads(signed))
    except (BadSignature, ValueError, TypeError) as error:
        raise NotFound("mail-choice-unknown") from error


def has_daily_mail(tx: Transaction, person_id: int) -> bool:
    """Whether a person gets the mail of each morning; raises NotFound."""
    subscribed: bool | None = tx.read.execute(select(_person.c.wants_digest).where(_person.c.id == person_id)).scalar()
    if subscribed is None:
        raise NotFound("mail-choice-unknown")
    return subscribed


def set_daily_mail(tx: Transaction, person_id: int, *, enabled: bool) -> None:
    """Get it from now on, or no more."""
    tx.write().execute(update(_person).where(_person.c.id == person_id).values(wants_digest=enabled))
