"""What is sent without waiting is written like everything else: in order, with the commit, or not at all."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from engine.store.columns import table_of
from engine.store.db import Transaction, engine_for, transaction
from engine.store.models import StandardAnswer, Unit
from tests.store.test_statements import INSERT, RETIRE, answer

_answer = table_of(StandardAnswer)


@pytest.fixture
def owner(engine_db: Engine) -> Engine:
    """A database with the unit that owns answers."""
    with transaction(engine_db) as tx:
        tx.write().execute(table_of(Unit).insert(), {"code": "X", "name": "Sở Y tế", "kind": "department"})
    return engine_db


def stored_keys(engine_db: Engine) -> list[str]:
    with transaction(engine_db) as tx:
        return list(tx.read.execute(select(_answer.c.key).order_by(_answer.c.key)).scalars())


def send_twice_the_same(tx: Transaction) -> None:
    INSERT.send(tx.write(), answer("a"))
    INSERT.send(tx.write(), answer("b"))
    INSERT.send(tx.write(), {**answer("a"), "question": "Số của ai?"})
    INSERT.send(tx.write(), answer("c"))


def test_rows_are_there_after_the_commit_and_for_reads_before_it(owner: Engine) -> None:
    with transaction(owner) as tx:
        INSERT.send(tx.write(), answer("a"))
        INSERT.send(tx.write(), [answer("b"), answer("c")])
        assert tx.read.execute(select(func.count()).select_from(_answer)).scalar_one() == 3
        INSERT.send(tx.write(), answer("d"))
        assert RETIRE.write(tx.write(), [{"b_key": key, "b_at": None} for key in ("c", "d", "e")]) == 2
    assert stored_keys(owner) == ["a", "b", "c", "d"]


def test_a_refusal_ends_the_transaction_whatever_is_sent_after_it(owner: Engine) -> None:
    def end_with_commit() -> None:
        with transaction(owner) as tx:
            send_twice_the_same(tx)

    with pytest.raises(IntegrityError):
        end_with_commit()
    assert stored_keys(owner) == []


def test_a_refusal_is_told_by_the_next_question(owner: Engine) -> None:
    def ask() -> None:
        with transaction(owner) as tx:
            send_twice_the_same(tx)
            tx.read.execute(select(_answer.c.key))

    def count() -> None:
        with transaction(owner) as tx:
            send_twice_the_same(tx)
            RETIRE.write(tx.write(), {"b_key": "a", "b_at": None})

    for act in (ask, count):
        with pytest.raises(IntegrityError):
            act()
        assert stored_keys(owner) == []


def test_what_failed_within_a_savepoint_leaves_what_was_sent_before_it(owner: Engine) -> None:
    def refuse(tx: Transaction) -> None:
        with tx.write().begin_nested():
            send_twice_the_same(tx)

    with transaction(owner) as tx:
        INSERT.send(tx.write(), answer("z"))
        with pytest.raises(IntegrityError):
            refuse(tx)
        INSERT.send(tx.write(), answer("y"))
    assert stored_keys(owner) == ["y", "z"]


def test_an_error_of_the_program_undoes_what_was_sent(owner: Engine) -> None:
    def fail() -> None:
        with transaction(owner) as tx:
            send_twice_the_same(tx)
            raise LookupError

    with pytest.raises((LookupError, IntegrityError)):
        fail()
    assert stored_keys(owner) == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_connection_lost_before_the_commit_leaves_the_pool_and_nothing_in_the_database(owner: Engine) -> None:
    def lose() -> None:
        with transaction(owner) as tx:
            number = tx.write().execute(text("SELECT pg_backend_pid()")).scalar_one()
            INSERT.send(tx.write(), answer("a"))
            with transaction(owner) as other:
                other.read.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})

    with pytest.raises(DBAPIError) as caught:
        lose()
    assert caught.value.connection_invalidated
    assert stored_keys(owner) == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_refusal_at_the_commit_itself_is_told(owner: Engine) -> None:
    """A constraint that PostgreSQL checks last, when everything before has been accepted."""
    with transaction(owner) as tx:
        tx.write().execute(text("ALTER TABLE standard_answer ADD CONSTRAINT one UNIQUE (key) DEFERRABLE"))
        tx.write().execute(text("DROP INDEX IF EXISTS ix_standard_answer_key"))

    def commit() -> None:
        with transaction(owner) as tx:
            tx.write().execute(text("SET CONSTRAINTS ALL DEFERRED"))
            INSERT.send(tx.write(), answer("a"))
            INSERT.send(tx.write(), {**answer("a"), "version": 2})

    with pytest.raises(IntegrityError):
        commit()
    assert stored_keys(owner) == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_connection_serves_on_after_a_refusal(owner: Engine) -> None:
    engine = engine_for(owner.url.render_as_string(hide_password=False))
    try:
        for _ in range(3):
            with pytest.raises(IntegrityError), transaction(engine) as tx:
                send_twice_the_same(tx)
            assert stored_keys(engine) == []
        with transaction(engine) as tx:
            INSERT.send(tx.write(), answer("e"))
        assert stored_keys(engine) == ["e"]
        assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    finally:
        engine.dispose()
