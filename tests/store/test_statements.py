"""Prepared statements write what SQLAlchemy itself would write, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, bindparam, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from engine.benchmark.floor import record_statements
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import StandardAnswer, Unit
from engine.store.statements import CompiledStatement, instant_of_driver

HANOI = timezone(timedelta(hours=7))
AT = datetime(2026, 11, 24, 8, 30, tzinfo=HANOI)

_answer = table_of(StandardAnswer)
INSERT = CompiledStatement(_answer.insert())
RETIRE = CompiledStatement(
    update(_answer)
    .where(_answer.c.key == bindparam("b_key"))
    .values(retired_at=bindparam("b_at"), version=_answer.c.version + 1)
)


def answer(key: str) -> dict[str, object]:
    return {
        "key": key,
        "version": 1,
        "field": "health",
        "owner_code": "X",
        "question": "Thẻ bảo hiểm y tế?",
        "answer": "Tại trạm y tế.",
        "folded": "",
        "created_at": AT,
        "created_by": "person:1",
    }


@pytest.fixture
def owned(tx: Transaction) -> Transaction:
    tx.write().execute(table_of(Unit).insert(), {"code": "X", "name": "Sở Y tế", "kind": "department"})
    return tx


def test_one_row_and_several_rows(owned: Transaction) -> None:
    INSERT.write(owned.write(), answer("a"))
    INSERT.write(owned.write(), [answer("b"), answer("c")])
    assert owned.read.execute(select(_answer.c.key).order_by(_answer.c.key)).scalars().all() == ["a", "b", "c"]


def test_instants_come_back_the_same(owned: Transaction) -> None:
    INSERT.write(owned.write(), answer("a"))
    assert owned.read.execute(select(_answer.c.created_at)).scalar_one() == AT


def test_a_naive_instant_is_refused(owned: Transaction) -> None:
    with pytest.raises(ValueError, match="naive"):
        INSERT.write(owned.write(), {**answer("a"), "created_at": AT.replace(tzinfo=None)})


def test_values_fixed_in_the_statement_count_and_the_rows_hit_are_told(owned: Transaction) -> None:
    INSERT.write(owned.write(), [answer("a"), answer("b")])
    assert RETIRE.write(owned.write(), {"b_key": "a", "b_at": AT}) == 1
    found = owned.read.execute(select(_answer.c.key, _answer.c.version, _answer.c.retired_at).order_by(_answer.c.key))
    assert [tuple(row) for row in found] == [("a", 2, AT), ("b", 1, None)]


def test_rows_with_other_columns_have_a_text_of_their_own(owned: Transaction) -> None:
    INSERT.write(owned.write(), answer("a"))
    INSERT.write(owned.write(), {**answer("b"), "retired_at": AT})
    found = owned.read.execute(select(_answer.c.retired_at).order_by(_answer.c.key)).scalars().all()
    assert found == [None, AT]


def test_what_the_driver_refuses_is_told_as_sqlalchemy_would_and_nothing_stays(engine_db: Engine) -> None:
    def ask() -> None:
        with transaction(engine_db) as tx:
            tx.write().execute(table_of(Unit).insert(), {"code": "X", "name": "Sở Y tế", "kind": "department"})
            INSERT.write(tx.write(), [answer("a"), {**answer("a"), "question": "Số của ai?"}])

    with pytest.raises(IntegrityError) as caught:
        ask()
    assert caught.value.params is None
    with transaction(engine_db) as tx:
        assert tx.read.execute(select(_answer.c.key)).all() == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_connection_that_was_lost_leaves_the_pool(engine_db: Engine) -> None:
    def ask() -> None:
        with transaction(engine_db) as tx:
            number = tx.write().execute(text("SELECT pg_backend_pid()")).scalar_one()
            with transaction(engine_db) as other:
                other.read.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
            INSERT.write(tx.write(), answer("a"))

    with pytest.raises(DBAPIError) as caught:
        ask()
    assert caught.value.connection_invalidated
    with transaction(engine_db) as tx:
        assert tx.read.execute(select(_answer.c.key)).all() == []


def test_a_row_is_read_with_its_columns_as_attributes(owned: Transaction) -> None:
    columns = (_answer.c.version, _answer.c.created_at.label("made"), _answer.c.retired_at)
    read = CompiledStatement(select(*columns).where(_answer.c.key == bindparam("b_key")))
    INSERT.write(owned.write(), answer("a"))
    row = read.read_row(owned.read, {"b_key": "a"})
    assert row is not None
    assert (row.version, instant_of_driver(owned.read, row.made), row.retired_at) == (1, AT, None)
    assert read.read_row(owned.read, {"b_key": "b"}) is None


@pytest.mark.parametrize(("field", "parameters"), [("'health' :a \\ ?", 1), ("100 %", 2)])
def test_what_never_changes_stands_in_the_text(
    engine_db: Engine, owned: Transaction, field: str, parameters: int
) -> None:
    # SQLite compiles a text anew at each execution that compares a column of a partial index with a parameter.
    retire = CompiledStatement(update(_answer).where(_answer.c.field == field).values(retired_at=bindparam("b_at")))
    INSERT.write(owned.write(), [{**answer("a"), "field": field}, answer("b")])
    owned.finish(keep=True)

    def retire_in_one_transaction() -> None:
        with transaction(engine_db) as tx:
            assert retire.write(tx.write(), {"b_at": AT}) == 1

    (((_sql, sent, _many),),) = record_statements(engine_db, retire_in_one_transaction).transactions
    assert len(sent) == parameters
