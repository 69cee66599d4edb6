"""Recovery codes: each stands in for a lost factor once. Shown when they are made, afterwards only digests are kept."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from engine.actor import ActStamp, person_key
from engine.errors import Invalid
from engine.journal import acts, journal
from engine.staff import account_seals
from engine.staff.person_turns import wait_turn
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import RecoveryCode

HOW_MANY = 10
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # Without look-alikes.
LENGTH, GROUP = 16, 4  # 79 bits: a digest of them cannot be tried out.
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015]")

_code = table_of(RecoveryCode)


def issue_codes(tx: Transaction, person_id: int, by: ActStamp) -> list[str]:
    """Make new codes, which replace all earlier ones; nobody can show them again."""
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(HOW_MANY)]
    wait_turn(tx, person_id)
    connection = tx.write()
    connection.execute(delete(_code).where(_code.c.person_id == person_id))
    rows: list[dict[str, Any]] = [{"person_id": person_id, "digest": _digest(person_id, code)} for code in codes]
    connection.execute(insert(_code), rows)
    digests = sorted(row["digest"] for row in rows)
    seals = account_seals.seal_values(connection, person_id, {account_seals.CODES: digests})
    journal.record(tx, by, acts.ISSUE_RECOVERY_CODES, person_key(person_id), codes=HOW_MANY, seals=seals)
    return ["-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP)) for code in codes]


def count_unused(tx: Transaction, person_id: int) -> int:
    """How many codes are left."""
    query = select(func.count()).where(_code.c.person_id == person_id, _code.c.used_at.is_(None))
    return int(tx.read.execute(query).scalar_one())


def is_recovery_code(typed: str) -> bool:
    """Whether what was typed is as long as a recovery code."""
    return len(_SEPARATORS.sub("", typed)) == LENGTH


def use_recovery_code(tx: Transaction, person_id: int, typed: str, by: ActStamp) -> None:
    """Use a code up; raises Invalid for a wrong or used one, and when none is left."""
    digest = _digest(person_id, _SEPARATORS.sub("", typed).lower())
    mine = _code.c.person_id == person_id
    unused = mine & (_code.c.digest == digest) & _code.c.used_at.is_(None)
    if tx.write().execute(update(_code).where(unused).values(used_at=by.at)).rowcount != 1:
        raise Invalid("code", "recovery-code-wrong" if count_unused(tx, person_id) else "recovery-codes-used-up")
    left = count_unused(tx, person_id)
    journal.record(tx, by, acts.USE_RECOVERY_CODE, person_key(person_id), left=left, mark=account_seals.mark_of(digest))


def _digest(person_id: int, code: str) -> str:
    return hashlib.sha256(f"recovery code\0{person_id}\0{code}".encode()).hexdigest()
