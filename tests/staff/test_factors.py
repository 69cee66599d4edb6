"""Second factors without pages: what is kept of them, what is recorded, and two uses at once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from threading import Event, Semaphore, Thread

import pyotp
import pytest
from sqlalchemy import Engine, insert, select

from engine.actor import Actor, ActStamp
from engine.errors import Invalid, Overloaded
from engine.journal import acts
from engine.staff import authenticators, factors, identity, proofs, recovery_codes
from engine.staff.authenticators import NewAuthenticator
from engine.staff.factors import FACTOR_LIMIT
from engine.staff.identity import ProofCheck, ShownProof
from engine.staff.passwords import HashingTurns
from engine.staff.proofs import Proof, proof_of
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import JournalEntry, Person, RecoveryCode, SignInFactor

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
KEY, OTHER_KEY = b"k" * 32, b"o" * 32
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
BY = ActStamp(Actor("person:1", "test"), NOW)


@pytest.fixture
def holder(engine_db: Engine) -> Engine:
    """A person with an authenticator."""
    new = NewAuthenticator(SECRET, pyotp.TOTP(SECRET).at(NOW), "điện thoại")
    with transaction(engine_db) as tx:
        tx.write().execute(insert(Person), {"id": 1, "login": "lan", "name": "Lan", "active": True})
        authenticators.add_authenticator(tx, 1, new, KEY, BY)
    return engine_db


def test_the_secret_of_an_authenticator_is_of_no_use_without_the_key(holder: Engine) -> None:
    later = NOW + timedelta(seconds=30)
    code = pyotp.TOTP(SECRET).at(later)
    with transaction(holder) as tx:
        stored = tx.read.execute(select(SignInFactor.secret)).scalar_one()
        assert SECRET.encode() not in stored
        with pytest.raises(Invalid):
            authenticators.use_code(tx, 1, code, OTHER_KEY, later)
        authenticators.use_code(tx, 1, code, KEY, later)


def test_a_code_that_two_requests_show_at_once_counts_once(holder: Engine) -> None:
    later = NOW + timedelta(seconds=30)
    with transaction(holder) as tx:
        (row,) = factors.factor_rows(tx, 1, factors.AUTHENTICATOR)
        step = int(later.timestamp()) // authenticators.STEP_SECONDS
        assert [factors.use_counter(tx, row.id, step, later) for _ in range(2)] == [True, False]


def test_recovery_codes_are_kept_as_digests(holder: Engine) -> None:
    with transaction(holder) as tx:
        codes = recovery_codes.issue_codes(tx, 1, BY)
        digests = tx.read.execute(select(RecoveryCode.digest)).scalars().all()
    assert len(set(codes)) == len(digests) == recovery_codes.HOW_MANY
    assert not any(code.replace("-", "") in digest for code in codes for digest in digests)


def test_a_refused_code_is_recorded_with_its_reason(holder: Engine) -> None:
    used = pyotp.TOTP(SECRET).at(NOW)
    for code in (used, "000000", "x", "a" * 16):
        with transaction(holder) as tx, pytest.raises(Invalid):
            identity.check_shown(holder, tx, ProofCheck(1, "", KEY, None), ShownProof(code=code), BY)
    entries = table_of(JournalEntry)
    with transaction(holder) as tx:
        query = select(entries.c.detail).where(entries.c.act == acts.REFUSE_SIGN_IN).order_by(entries.c.seq)
        reasons = [json.loads(detail)["reason"] for detail in tx.read.execute(query).scalars()]
        everything = str(tx.read.execute(select(entries)).all())
    assert reasons == ["totp-used", "totp-wrong-or-clock", "totp-malformed", "recovery-codes-used-up"]
    assert SECRET not in everything
    assert used not in everything


def test_too_many_devices_are_refused(holder: Engine) -> None:
    with transaction(holder) as tx:
        for number in range(factors.MOST_FACTORS - 1):
            factors.add_factor(tx, 1, factors.NewFactor("passkey", "", b"", bytes([number]), 0), BY)
        with pytest.raises(Invalid) as refused:
            factors.add_factor(tx, 1, factors.NewFactor("passkey", "", b"", b"one more", 0), BY)
    assert refused.value.rule == "factors-full"


@pytest.mark.parametrize(
    ("kinds", "enough"),
    [
        ({proofs.PASSWORD}, False),
        ({proofs.EXTERNAL}, False),
        ({proofs.PASSKEY}, False),
        ({proofs.TOTP, proofs.RECOVERY_CODE}, False),
        ({proofs.PASSWORD, proofs.TOTP}, True),
        ({proofs.EXTERNAL, proofs.PASSKEY}, True),
        ({proofs.PASSWORD, proofs.RECOVERY_CODE}, True),
        ({proofs.VERIFIED_PASSKEY}, True),
        ({proofs.VERIFIED_EXTERNAL}, True),
    ],
)
def test_two_factors_are_something_known_and_something_held(kinds: set[str], enough: bool) -> None:
    assert Proof(frozenset(kinds), NOW).has_two_factors is enough


def test_no_proof_is_of_an_unknown_kind() -> None:
    with pytest.raises(ValueError, match="kinds of proof"):
        proof_of("birthday", NOW)


def test_one_hashes_a_few_wait_and_the_next_is_refused() -> None:
    turns = HashingTurns(0)
    with turns.take_turn():
        assert turns.are_taken()
        with pytest.raises(Overloaded), turns.take_turn():
            pass
    assert not turns.are_taken()


def test_of_many_tries_at_once_only_so_many_are_looked_at(holder: Engine) -> None:
    settled, everybody_is_there, looked, refused = Semaphore(0), Event(), [], []

    def guess(number: int) -> None:
        try:
            with transaction(holder) as tx, identity.counted_try(holder, tx, ProofCheck(1, "", KEY, None), BY):
                looked.append(number)
                settled.release()
                everybody_is_there.wait(60)
                refuse_code()
        except Invalid as error:
            refused.append(error.rule)
            settled.release()

    guesses = [Thread(target=guess, args=(number,)) for number in range(FACTOR_LIMIT.max_tries + 3)]
    for one in guesses:
        one.start()
    for _ in guesses:  # Each is looked at or refused before the first one has its answer.
        assert settled.acquire(timeout=60)
    everybody_is_there.set()
    for one in guesses:
        one.join()
    assert len(looked) == FACTOR_LIMIT.max_tries
    assert sorted(refused) == ["proof-limit"] * 3 + ["totp-wrong"] * FACTOR_LIMIT.max_tries


def refuse_code() -> None:
    raise Invalid("code", "totp-wrong")
