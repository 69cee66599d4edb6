"""What proves who somebody is, before and after an upgrade that began to seal it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text, update

from engine.actor import SYSTEM, ActStamp
from engine.journal import journal
from engine.records import proof
from engine.staff import accounts, factors
from engine.staff.factors import NewFactor
from engine.store import db, schema_migrations
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Person, RecoveryCode, Unit

BEFORE = "20261204_0820"
NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
FILLED = """
INSERT INTO unit (code, name, kind) VALUES ('75', 'Đồng Nai', 'province');
INSERT INTO person (id, login, name, email, password_hash, active, wants_digest)
  VALUES (1, 'an', 'An', 'an@x.vn', '$argon2id$a', true, true), (2, 'binh', 'Bình', NULL, NULL, true, true);
INSERT INTO sign_in_factor (person_id, kind, name, secret, digest, counter, created_at)
  VALUES (1, 'totp', 'máy', '{secret}', 'd', 0, '2026-11-25 03:00:00+00');
INSERT INTO recovery_code (person_id, digest, used_at) VALUES (1, 'c1', '2026-11-25 03:00:00+00'), (1, 'c2', NULL);
INSERT INTO external_identity (issuer, subject, person_id, joined_at, posts)
  VALUES ('https://sso', '012', 2, '2026-11-25 03:00:00+00', '[["75", "leadership"]]');
INSERT INTO account_link (person_id, kind, handle, created_at, expires_at, made_by)
  VALUES (2, 'reset', 'h', '2026-11-25 03:00:00+00', '2026-11-26 03:00:00+00', 'person:1');
INSERT INTO web_session (digest, person_id, created_at, seen_at, expires_at)
  VALUES ('s', 1, '2026-11-25 03:00:00+00', '2026-11-25 03:00:00+00', '2026-11-25 15:00:00+00')
"""


def faults(tx: Transaction) -> list[tuple[str, object]]:
    """What is found, with whom it is about."""
    return [(fault.rule, fault.facts.get("login")) for fault in proof.check_whole(tx) if "role" not in fault.rule]


@pytest.mark.parametrize("empty_database", ["sqlite", "postgresql"], indirect=True)
def test_an_upgrade_seals_what_there_is_and_ends_sessions(empty_database: str) -> None:
    schema_migrations.upgrade(empty_database, BEFORE)
    engine = db.engine_for(empty_database, durable=False)
    with db.transaction(engine) as tx:
        for statement in FILLED.split(";\n"):
            tx.write().execute(text(statement))
        tx.write().execute(text("UPDATE sign_in_factor SET secret = :secret"), {"secret": b"sealed"})
    engine.dispose()
    schema_migrations.upgrade(empty_database)
    engine = db.engine_for(empty_database, durable=False)
    by = ActStamp(SYSTEM, NOW + timedelta(days=30))
    with db.transaction(engine) as tx:
        assert faults(tx) == []
        assert tx.read.execute(text("SELECT count(*) FROM web_session")).scalar() == 0
        factors.add_factor(tx, 1, NewFactor(factors.PASSKEY, "khóa", b"k", b"k", 0), by)
        accounts.record_password(tx, accounts.set_password(tx, "binh", "một câu dễ nhớ 2026"), by)
    with db.transaction(engine) as tx:
        assert faults(tx) == []
        assert list(journal.find_breaks(tx)) == []
        tx.write().execute(update(table_of(RecoveryCode)).values(used_at=None))
        tx.write().execute(update(table_of(Person)).where(Person.id == 2).values(password_hash="$argon2id$b"))
        assert sorted(set(faults(tx))) == [("account-differs", "an"), ("account-differs", "binh")]
        tx.finish(keep=False)
    engine.dispose()


def test_a_person_made_by_the_program_is_sealed_with_everything(engine_db: Engine) -> None:
    with db.transaction(engine_db) as tx:
        tx.write().execute(table_of(Unit).insert(), {"code": "75", "name": "Đồng Nai", "kind": "province"})
        tx.write().execute(table_of(Person).insert(), {"login": "x", "name": "X", "active": True})
        assert faults(tx) == [("account-without-act", "x")]
