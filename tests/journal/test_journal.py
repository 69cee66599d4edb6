"""A chain of the journal holds whoever writes at once, and shows what was changed, removed or added behind its back."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, select, update

from engine.actor import Actor, ActStamp
from engine.errors import BadInput
from engine.journal import journal
from engine.journal.acts import CHANGE_EMAIL, SET_DAY, SIGN_IN
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import JournalChain, JournalEntry

NOW = datetime(2026, 11, 30, 1, tzinfo=UTC)
STAMP = ActStamp(Actor("person:1", "web 10.1.2.3"), NOW)
entries, chains = table_of(JournalEntry), table_of(JournalChain)
sqlite_alone = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def record_days(engine: Engine, count: int) -> None:
    """Record that many changed days, each in a transaction of its own."""
    for number in range(count):
        with transaction(engine) as tx:
            journal.record(tx, STAMP, SET_DAY, f"day:2026-12-{number + 1:02d}", kind="closed")


def rules(engine: Engine) -> list[tuple[str, int, str]]:
    with transaction(engine) as tx:
        return [(one.chain, one.seq, one.rule) for one in journal.find_breaks(tx)]


def test_an_act_is_kept_with_who_when_whence_and_what_changed(engine_db: Engine) -> None:
    with transaction(engine_db) as tx:
        journal.record(tx, STAMP, CHANGE_EMAIL, "person:7", changes={"email": ["", "lan@dongnai.example"]})
    with transaction(engine_db) as tx:
        row = tx.read.execute(select(entries)).one()
    assert (row.chain, row.seq, row.at, row.actor, row.origin) == ("account", 1, NOW, "person:1", "web 10.1.2.3")
    assert (row.act, row.subject) == (CHANGE_EMAIL, "person:7")
    assert row.detail == '{"changes":{"email":["","lan@dongnai.example"]}}'
    assert rules(engine_db) == []


def do_something(engine: Engine, *, then: str = "") -> None:
    """Write something and record it, then fail if `then` says with what."""
    with transaction(engine) as tx:
        tx.write().execute(insert(chains).values(name="deed", head=bytes(32), length=0))
        journal.record(tx, STAMP, SET_DAY, "day:2026-12-01")
        if then:
            raise RuntimeError(then)


def test_what_is_rolled_back_is_not_recorded(engine_db: Engine) -> None:
    with pytest.raises(RuntimeError, match="too late"):
        do_something(engine_db, then="too late")
    with transaction(engine_db) as tx:
        assert tx.read.execute(select(entries)).all() == []


def test_what_cannot_be_recorded_is_not_done(engine_db: Engine) -> None:
    record_days(engine_db, 1)
    with transaction(engine_db) as tx:
        tx.write().execute(update(chains).values(length=0))  # The next row would be the first one again.
    with pytest.raises(BadInput, match="part calendar, cannot be continued"):
        do_something(engine_db)
    with transaction(engine_db) as tx:
        assert tx.read.execute(select(chains.c.name)).scalars().all() == ["calendar"]


def test_an_unknown_act_is_a_mistake_of_the_program(engine_db: Engine) -> None:
    with transaction(engine_db) as tx, pytest.raises(ValueError, match="unknown act"):
        journal.record(tx, STAMP, "account.forget", "person:1")


ROW = (entries.c.chain == "calendar") & (entries.c.seq == 2)
TAMPERING: dict[str, tuple[Any, tuple[int, str]]] = {
    "another actor": (update(entries).where(ROW).values(actor="person:2"), (2, "journal-row-changed")),
    "another time": (update(entries).where(ROW).values(at=NOW + timedelta(seconds=1)), (2, "journal-row-changed")),
    "other facts": (update(entries).where(ROW).values(detail="{}"), (2, "journal-row-changed")),
    "a row removed": (delete(entries).where(ROW), (2, "journal-row-missing")),
    "the tail cut": (delete(entries).where(entries.c.seq == 3), (3, "journal-count-differs")),
    "the end turned back": (update(chains).values(length=2), (3, "journal-count-differs")),
    "another head": (update(chains).values(head=bytes(32)), (3, "journal-rewritten")),
    "the end removed": (delete(chains), (1, "journal-count-differs")),
}


@sqlite_alone
@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_shows(engine_db: Engine, what: str) -> None:
    record_days(engine_db, 3)
    statement, (seq, rule) = TAMPERING[what]
    with transaction(engine_db) as tx:
        tx.write().execute(statement)
    assert rules(engine_db) == [("calendar", seq, rule)]


@sqlite_alone
def test_a_chain_that_is_gone_or_rewritten_shows_against_the_ends_kept_elsewhere(engine_db: Engine) -> None:
    record_days(engine_db, 3)
    with transaction(engine_db) as tx:
        kept = journal.list_ends(tx)
        assert list(journal.compare_ends(tx, kept)) == []
        tx.write().execute(delete(entries))
        tx.write().execute(delete(chains))
    assert rules(engine_db) == []
    with transaction(engine_db) as tx:
        assert [one.rule for one in journal.compare_ends(tx, kept)] == ["journal-row-gone"]
    record_days(engine_db, 2)
    with transaction(engine_db) as tx:
        journal.record(tx, STAMP, SET_DAY, "day:2027-01-01")
    with transaction(engine_db) as tx:
        assert [one.rule for one in journal.compare_ends(tx, kept)] == ["journal-row-differs"]


def test_long_chains_are_read_in_parts(engine_db: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "ROWS_AT_ONCE", 2)
    record_days(engine_db, 5)
    assert rules(engine_db) == []


def test_many_writers_at_once_keep_one_chain(engine_db: Engine) -> None:
    def write(number: int) -> None:
        for _ in range(5):
            with transaction(engine_db) as tx:
                journal.record(tx, STAMP, SIGN_IN, f"person:{number}")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rules(engine_db) == []
    with transaction(engine_db) as tx:
        assert [(name, count) for name, count, _digest in journal.list_ends(tx)] == [("sign_in", 20)]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_long_transaction_holds_up_nobody_of_the_same_chain(engine_db: Engine) -> None:
    slow = Transaction(engine_db)
    slow.write()
    journal.record(slow, STAMP, SIGN_IN, "person:1")
    with transaction(engine_db) as tx:
        journal.record(tx, STAMP, SIGN_IN, "person:2")
    slow.settle()
    slow.finish(keep=True)
    assert rules(engine_db) == []


def test_two_transactions_that_record_the_same_acts_in_another_order_do_not_block_each_other(tx: Transaction) -> None:
    order: list[str] = []
    tx.write_last("sign_in", lambda: order.append("sign_in"))
    tx.write_last("account", lambda: order.append("account 1"))
    tx.write_last("account", lambda: order.append("account 2"))
    tx.settle()
    assert order == ["account 1", "account 2", "sign_in"]
