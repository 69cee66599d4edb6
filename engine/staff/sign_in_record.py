"""What the journal keeps of sign-ins: who was let in, and which tries were refused (ASVS 4.0.3, 7.1.3 and 7.2.1).

What was typed as a login may be a password typed into the wrong field. A login that nobody has is therefore recorded as
a digest, keyed with a secret outside the database: the same try is recognised again, and nothing can be read from it.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.actor import Actor, ActStamp, person_key
from engine.journal import acts, journal
from engine.staff import rate_limits
from engine.staff.account_seals import mark_of
from engine.staff.proofs import Proof
from engine.staff.rate_limits import RateLimit
from engine.store.db import Transaction

VISITOR = "visitor"  # The actor of somebody who has not proved who they are.
# Why a try was refused; the last two, by or in spite of an identity provider.
UNKNOWN, CLOSED, NO_PASSWORD, WRONG = "unknown", "closed", "no_password", "wrong"
PROVIDER, NOT_HERE = "provider", "not_here"
# Tries beyond a limit are endless; the first one of each window stands for them.
LOCK_LIMIT = RateLimit("record of a locked sign-in", 1, timedelta(minutes=15))


@dataclass(frozen=True, slots=True)
class SignInTry:
    """A try to sign in: the login as typed, whose it is if anybody's, from where and when."""

    login: str
    person_id: int | None
    origin: str
    at: datetime


def record_sign_in(
    tx: Transaction, person_id: int, digest: str, origin: str, proof: Proof, *, new_device: bool
) -> None:
    """Record who has opened the session of `digest`, with which kinds of proof, and whether on a device new to them."""
    stamp = ActStamp(Actor(person_key(person_id), origin), proof.at)
    facts = {"new_device": True} if new_device else {}
    journal.record(tx, stamp, acts.SIGN_IN, person_key(person_id), proof=proof.words, mark=mark_of(digest), **facts)


def record_refusal(tx: Transaction, attempt: SignInTry, reason: str, key: bytes) -> None:
    """Record that a try was refused, and why."""
    journal.record(tx, _stamp(attempt), acts.REFUSE_SIGN_IN, login_subject(attempt, key), reason=reason)


def record_lock(tx: Transaction, attempt: SignInTry, until: datetime, key: bytes) -> None:
    """Record that tries are refused unseen until then, once for each login and place in a while."""
    subject = login_subject(attempt, key)
    if rate_limits.count_try(tx, LOCK_LIMIT, f"{subject} {attempt.origin}", attempt.at) is None:
        journal.record(tx, _stamp(attempt), acts.LOCK_SIGN_IN, subject, until=until.isoformat())


def login_subject(attempt: SignInTry, key: bytes) -> str:
    """Whose account a try was about: a person, or the keyed digest of a login that nobody has."""
    if attempt.person_id is not None:
        return person_key(attempt.person_id)
    return f"login:{hmac.digest(key, attempt.login.encode(), 'sha256').hex()[:24]}"


def _stamp(attempt: SignInTry) -> ActStamp:
    return ActStamp(Actor(VISITOR, attempt.origin), attempt.at)
