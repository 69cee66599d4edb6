"""Accounts: passwords, sign-in that tells nothing, lockout, sessions that end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, insert, select

from engine.actor import SYSTEM, ActStamp
from engine.errors import Forbidden, NotFound
from engine.staff import accounts, proofs, rate_limits
from engine.staff.accounts import ADDRESS_LIMIT, LOGIN_LIMIT, PasswordChecking, SignInPlace, SignInRefusal
from engine.staff.passwords import WeakPassword
from engine.staff.proofs import proof_of
from engine.staff.rate_limits import RateLimit
from engine.store.db import transaction
from engine.store.models import Person, Throttle, WebSession

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
PASSWORD = "bốn con trâu đứng yên"
HERE, ADDRESS = "192.0.2.1", "hoa.nguyen@dongnai.example"
# Known from lists of leaked passwords, from the keyboard, from the service and from the owner.
COMMON = (
    *("password1234", "123456789012", "qwertyuiop123", "tongdai1022tongdai", "matkhau123456", "P@ssw0rd12345"),
    *("Dongnai@2026!!", "nguyenthihoa1990", "hoa.nguyen-2026"),
)


@pytest.fixture(autouse=True)
def people(engine_db: Engine) -> None:
    """Two people: one may sign in, one has left."""
    with transaction(engine_db) as tx:
        tx.write().execute(
            insert(Person),
            [
                {
                    "id": 1,
                    "login": "lan",
                    "name": "Nguyễn Thị Hoa",
                    "email": "hoa.nguyen@dongnai.example",
                    "active": True,
                },
                {"id": 2, "login": "old", "name": "Cũ", "email": None, "active": False},
            ],
        )
        accounts.set_password(tx, "lan", PASSWORD, now=NOW)
        accounts.set_password(tx, "old", PASSWORD, now=NOW)


def sign_in(engine: Engine, login: str = "lan", password: str = PASSWORD, now: datetime = NOW) -> str | SignInRefusal:
    outcome = accounts.check_password(engine, login, password, SignInPlace(HERE), now, PasswordChecking(b"key"))
    if isinstance(outcome, SignInRefusal):
        return outcome
    assert isinstance(outcome, int)
    with transaction(engine) as tx:
        return accounts.open_session(tx, outcome, proof_of(proofs.PASSWORD, now), now)


def account(engine: Engine, token: str | SignInRefusal, now: datetime = NOW) -> accounts.Account | None:
    assert isinstance(token, str)
    with transaction(engine) as tx:
        return accounts.account_of_session(tx, token, now)


def test_a_session_names_its_person_and_only_its_digest_is_kept(engine_db: Engine) -> None:
    token = sign_in(engine_db, " LAN ")
    found = account(engine_db, token)
    assert found is not None
    assert (found.id, found.login, found.must_change) == (1, "lan", False)
    with transaction(engine_db) as tx:
        assert token not in tx.read.execute(select(WebSession.digest)).scalars().all()
        assert accounts.account_of_session(tx, "another", NOW) is None


@pytest.mark.parametrize(("login", "password"), [("lan", "wrong"), ("nobody", PASSWORD), ("old", PASSWORD), ("", "")])
def test_every_refusal_looks_the_same(engine_db: Engine, login: str, password: str) -> None:
    assert sign_in(engine_db, login, password) == SignInRefusal()


@pytest.mark.parametrize("login", ["lan", "nobody"])
def test_too_many_tries_lock_known_and_unknown_logins_alike_for_a_while(engine_db: Engine, login: str) -> None:
    assert [sign_in(engine_db, login, "wrong") for _ in range(LOGIN_LIMIT.max_tries)] == [
        SignInRefusal()
    ] * LOGIN_LIMIT.max_tries
    until = NOW + LOGIN_LIMIT.period
    assert sign_in(engine_db, login, PASSWORD, NOW + timedelta(minutes=1)) == SignInRefusal(until)
    afterwards = sign_in(engine_db, login, PASSWORD, until)
    assert isinstance(afterwards, str) is (login == "lan")


def test_a_right_password_clears_the_count(engine_db: Engine) -> None:
    for _ in range(3):
        for _ in range(LOGIN_LIMIT.max_tries - 1):
            sign_in(engine_db, password="wrong")
        assert isinstance(sign_in(engine_db), str)


def test_one_address_cannot_try_many_logins(engine_db: Engine) -> None:
    for number in range(ADDRESS_LIMIT.max_tries):
        assert sign_in(engine_db, f"login{number}", "x") == SignInRefusal()
    assert sign_in(engine_db) == SignInRefusal(NOW + ADDRESS_LIMIT.period)


def test_a_whole_province_can_sign_in_from_one_address(engine_db: Engine) -> None:
    for _ in range(ADDRESS_LIMIT.max_tries + 5):
        assert isinstance(sign_in(engine_db), str)


def test_tables_tell_neither_logins_nor_addresses(engine_db: Engine) -> None:
    sign_in(engine_db, "nobody", "x")
    with transaction(engine_db) as tx:
        keys = tx.read.execute(select(Throttle.key)).scalars().all()
    assert keys
    assert not any(text in key for key in keys for text in ("nobody", HERE))


def test_a_session_ends_after_idleness_and_after_a_day_at_the_latest(engine_db: Engine) -> None:
    token = sign_in(engine_db)
    assert account(engine_db, token, NOW + accounts.IDLE_TIMEOUT - timedelta(seconds=1)) is not None
    assert account(engine_db, token, NOW + accounts.IDLE_TIMEOUT) is None
    at = NOW
    while at < NOW + accounts.SESSION_LIFETIME:
        found = account(engine_db, token, at)
        assert found is not None
        with transaction(engine_db) as tx:
            accounts.touch_session(tx, found, at)
        at += timedelta(hours=1)
    assert account(engine_db, token, at) is None
    with transaction(engine_db) as tx:
        accounts.delete_ended_sessions(tx, at)
        assert tx.read.execute(select(WebSession.digest)).all() == []


def test_signing_out_ends_the_session_on_the_server(engine_db: Engine) -> None:
    token = sign_in(engine_db)
    found = account(engine_db, token)
    assert found is not None
    with transaction(engine_db) as tx:
        accounts.sign_out(tx, found.digest)
    assert account(engine_db, token) is None


def test_changing_the_password_ends_the_other_sessions(engine_db: Engine) -> None:
    other, mine = sign_in(engine_db), sign_in(engine_db)
    found = account(engine_db, mine)
    assert found is not None
    with transaction(engine_db) as tx:
        accounts.change_password(tx, found, PASSWORD, "năm con trâu đi ra đồng", ActStamp(SYSTEM, NOW))
    assert account(engine_db, other) is None
    assert account(engine_db, mine) is not None
    assert sign_in(engine_db) == SignInRefusal()
    assert isinstance(sign_in(engine_db, password="năm con trâu đi ra đồng"), str)


def test_the_present_password_is_asked_for(engine_db: Engine) -> None:
    found = account(engine_db, sign_in(engine_db))
    assert found is not None
    with transaction(engine_db) as tx, pytest.raises(Forbidden):
        accounts.change_password(tx, found, "wrong", "năm con trâu đi ra đồng", ActStamp(SYSTEM, NOW))


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("ngắn", "password-too-short"),
        ("a" * 12, "password-too-simple"),
        ("x1" * 100, "password-too-long"),
        ("tôi là LẠN 2026", "password-has-login"),
        ("123412341234", "password-too-simple"),
        *[(text, "password-guessable") for text in COMMON],
    ],
)
def test_weak_passwords_are_refused_with_their_reason(engine_db: Engine, password: str, rule: str) -> None:
    with transaction(engine_db) as tx, pytest.raises(WeakPassword) as refused:
        accounts.set_password(tx, "lan", password)
    assert (refused.value.field, refused.value.rule) == ("password", rule)


def test_a_password_set_by_somebody_else_has_to_be_changed(engine_db: Engine) -> None:
    with transaction(engine_db) as tx:
        accounts.set_password(tx, "lan", "do quản trị viên đặt")
        with pytest.raises(NotFound):
            accounts.set_password(tx, "nobody", "do quản trị viên đặt")
    found = account(engine_db, sign_in(engine_db, password="do quản trị viên đặt"))
    assert found is not None
    assert found.must_change


def test_limits_count_each_subject_apart_and_begin_anew_after_their_window(engine_db: Engine) -> None:
    limit = RateLimit("test", 2, timedelta(minutes=1))
    with transaction(engine_db) as tx:
        assert [rate_limits.count_try(tx, limit, "a", NOW) for _ in range(3)] == [None, None, NOW + limit.period]
        assert rate_limits.count_try(tx, limit, "b", NOW) is None
        assert rate_limits.count_try(tx, limit, "a", NOW + limit.period) is None
        rate_limits.delete_ended_windows(tx, NOW + limit.period)
        assert len(tx.read.execute(select(Throttle.key)).all()) == 1
