"""Records who searched for a person: by a full telephone number, whatever was found (R13, R14).

The number itself is personal data of a citizen, also of one who never reported anything. The journal keeps a digest
keyed with a secret outside the database: it answers "who searched for this number", and no number can be read from it.
"""

from __future__ import annotations

import hmac

from engine.actor import ActStamp
from engine.journal import acts, journal
from engine.store.db import Transaction
from forms.texts import national_number


def record_search(tx: Transaction, by: ActStamp, text: str, matches: int, key: bytes) -> None:
    """Record a search that found `matches` cases, if its text is a telephone number."""
    number = national_number(text)
    if number is not None:
        journal.record(tx, by, acts.SEARCH_PERSON, phone_subject(number, key), matches=matches)


def phone_subject(number: str, key: bytes) -> str:
    """How the journal names a telephone number."""
    return f"phone:{hmac.digest(key, number.encode(), 'sha256').hex()[:24]}"
