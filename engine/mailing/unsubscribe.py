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


def token(key: bytes, person: int) -> str:
    """What stands in a person's address; it opens nothing but this choice."""
    return str(URLSafeSerializer(key, salt=_SALT).dumps(person))


def person_of(key: bytes, text: str) -> int:
    """Whose address it is; raises NotFound for one that we did not sign."""
    try:
        return int(URLSafeSerializer(key, salt=_SALT).loads(text))
    except (BadSignature, ValueError, TypeError) as error:
        raise NotFound("There is no such address.") from error


def wants(tx: Transaction, person: int) -> bool:
    """Whether a person gets the mail of each morning; raises NotFound."""
    found: bool | None = tx.read.execute(select(_person.c.wants_digest).where(_person.c.id == person)).scalar()
    if found is None:
        raise NotFound("There is no such person.")
    return found


def choose(tx: Transaction, person: int, *, wanted: bool) -> None:
    """Get it from now on, or no more."""
    tx.write().execute(update(_person).where(_person.c.id == person).values(wants_digest=wanted))
