"""Checks a further proof of who somebody is: the second step of signing in, and again before what matters most.

Whoever holds a second factor shows it; a password, which browsers fill in by themselves, is enough only for those who
have nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine, select

from engine.actor import ActStamp, person_key
from engine.clock import VIETNAM
from engine.errors import Forbidden, Invalid, Overloaded
from engine.journal import acts, journal
from engine.staff import authenticators, factors, passkeys, passwords, proofs, rate_limits, recovery_codes
from engine.staff.factors import FACTOR_LIMIT
from engine.staff.passkeys import RelyingSite
from engine.staff.proofs import Proof, proof_of
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Person

# How long a proof counts as fresh: several directives in a row take one, an unlocked screen after a break none.
FRESH = timedelta(minutes=10)

_person = table_of(Person)


@dataclass(frozen=True, slots=True)
class ShownProof:
    """What somebody has typed or a browser has answered; everything else is empty."""

    password: str = ""
    code: str = ""
    passkey: str = ""


@dataclass(frozen=True, slots=True)
class ProofCheck:
    """Who has to prove themselves and how: the mark of a known device, the server's key, the site for passkeys."""

    person_id: int
    mark: str
    key: bytes
    site: RelyingSite | None


def check_shown(database: Engine, tx: Transaction, check: ProofCheck, shown: ShownProof, by: ActStamp) -> Proof:
    """The proof in what was shown; raises Invalid by its field, or Overloaded.

    The caller has to keep the transaction also then, because the refusal is recorded, and has written nothing yet.
    """
    with counted_try(database, tx, check, by):
        kind = _check(tx, check, shown, by)
    return proof_of(kind, by.at)


@contextmanager
def counted_try(database: Engine, tx: Transaction, check: ProofCheck, by: ActStamp) -> Iterator[None]:
    """Let a person try what proves them, a few times in a while; raises Invalid by the field `code` when used up.

    A try counts before anybody looks at it, in a transaction of its own: of many that come at once only so many are
    looked at, and nobody waits for the database while a password is hashed. What is refused inside (Invalid,
    Forbidden) is recorded, so the caller has to keep the transaction; what was not looked at gets its try back.
    """
    subject = f"{check.person_id} {check.mark}".strip()
    with transaction(database) as counting:
        until = rate_limits.count_try(counting, FACTOR_LIMIT, subject, by.at)
    if until is not None:
        raise Invalid("code", "proof-limit", until=until.astimezone(VIETNAM))
    try:
        yield
    except (Invalid, Forbidden) as refused:
        journal.record(tx, by, acts.REFUSE_SIGN_IN, person_key(check.person_id), reason=refused.rule)
        raise
    except Overloaded:
        with transaction(database) as counting:
            rate_limits.refund_try(counting, FACTOR_LIMIT, subject)
        raise
    rate_limits.reset_tries(tx, FACTOR_LIMIT, subject)


def _check(tx: Transaction, check: ProofCheck, shown: ShownProof, by: ActStamp) -> str:
    if shown.passkey:
        return passkeys.check_passkey(tx, check.site, shown.passkey, check.key, by.at, check.person_id)[1]
    if not factors.has_factor(tx, check.person_id):
        _check_password(tx, check.person_id, shown.password)
        return proofs.PASSWORD
    if recovery_codes.is_recovery_code(shown.code):
        recovery_codes.use_recovery_code(tx, check.person_id, shown.code, by)
        return proofs.RECOVERY_CODE
    authenticators.use_code(tx, check.person_id, shown.code, check.key, by.at)
    return proofs.TOTP


def _check_password(tx: Transaction, person_id: int, password: str) -> None:
    stored = tx.read.execute(select(_person.c.password_hash).where(_person.c.id == person_id)).scalar()
    if not passwords.matches_hash(stored, password):
        raise Invalid("password", "password-wrong")
