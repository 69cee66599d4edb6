"""Promises of the one writer: rows follow the step, one of two rivals wins, and a failed step changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from engine.bpmn.actions import Complete, Fire, Message, Start
from engine.errors import NotFound, Stale, StepFailed
from engine.process import instances
from engine.process.acts import Command
from engine.store.db import Transaction, transaction
from engine.store.models import Instance, Mark, Outbox, Submission, Task, Timer
from tests.kit.hotline import DATA, NOW, WHO, WORLD, deployed


def begin(tx: Transaction) -> int:
    instance, _ = instances.start_instance(tx, deployed(tx), Command(Start(DATA), WHO, NOW), WORLD)
    return instance


def count(tx: Transaction, table: type) -> int:
    found: int = tx.read.execute(select(func.count()).select_from(table)).scalar_one()
    return found


def open_task(tx: Transaction, instance: int) -> int:
    found: int = tx.read.execute(
        select(Task.engine_id).where(Task.instance_id == instance, Task.state == "open")
    ).scalar_one()
    return found


def test_a_started_instance_has_its_task_its_timers_and_one_row_of_history(tx: Transaction) -> None:
    instance = begin(tx)
    row = tx.read.execute(select(Instance).where(Instance.id == instance)).one()
    assert (row.status, row.version, row.history_count) == ("active", 1, 1)
    assert row.due_at is not None
    assert count(tx, Task) == 1
    assert count(tx, Timer) == 2


def test_completing_closes_the_row_and_removes_the_timers(tx: Transaction) -> None:
    instance = begin(tx)
    act = Command(
        Complete(open_task(tx, instance), {}), WHO, NOW, personal={"note": "Ông A"}, salt=b"s" * 16, form="note"
    )
    instances.take_step(tx, instance, act, WORLD)
    states = tx.read.execute(select(Task.node, Task.state, Task.closed_by).order_by(Task.id)).all()
    assert [tuple(row) for row in states] == [("verify", "done", "person:1"), ("resolve", "open", None)]
    assert count(tx, Timer) == 0
    assert tx.read.execute(select(Submission.content)).scalar_one() == '{"note":"Ông A"}'


def test_of_two_acts_on_the_same_state_the_second_is_taken_anew(engine_db: Engine) -> None:
    with transaction(engine_db) as tx:
        instance = begin(tx)
    with transaction(engine_db) as slow:
        prepared = instances.prepare_step(
            slow, instance, Command(Complete(open_task(slow, instance), {}), WHO, NOW), WORLD
        )
        with transaction(engine_db) as quick:
            done = Command(Complete(open_task(quick, instance), {}), WHO, NOW)
            instances.take_step(quick, instance, done, WORLD)
        assert instances.write_step(slow, prepared) is False
    with transaction(engine_db) as tx, pytest.raises(Stale):
        instances.take_step(tx, instance, done, WORLD)
    with transaction(engine_db) as tx:
        assert count(tx, Task) == 2


def test_a_failed_step_leaves_the_instance_at_its_last_good_state(engine_db: Engine) -> None:
    with transaction(engine_db) as tx:
        instance = begin(tx)
        before = instances.load_instance(tx, instance)
        failing = Command(Complete(open_task(tx, instance), {"outcome": "fail", "zero": 0}), WHO, NOW)
    with pytest.raises(StepFailed), transaction(engine_db) as tx:
        instances.take_step(tx, instance, failing, WORLD)
    with transaction(engine_db) as tx:
        assert instances.load_instance(tx, instance) == before


def test_a_finished_instance_takes_no_more_acts(tx: Transaction) -> None:
    instance = begin(tx)
    instances.take_step(tx, instance, Command(Message("withdraw", {"reason": "xong"}), WHO, NOW), WORLD)
    row = tx.read.execute(select(Instance.status, Instance.finished_at)).one()
    assert tuple(row) == ("finished", NOW)
    with pytest.raises(Stale):
        instances.take_step(tx, instance, Command(Message("withdraw"), WHO, NOW), WORLD)


def test_an_unknown_instance_is_named(tx: Transaction) -> None:
    with pytest.raises(NotFound, match="4711"):
        instances.load_instance(tx, 4711)


def test_marks_and_notices_are_rows_of_the_same_transaction(tx: Transaction) -> None:
    instance = begin(tx)
    timer = tx.read.execute(select(Timer).where(Timer.node == "too_late")).one()
    step = instances.prepare_step(tx, instance, fire(timer.engine_id), WORLD)
    assert instances.write_step(tx, step)
    assert [tuple(row) for row in tx.read.execute(select(Mark.status, Mark.at))] == [("overdue", at())]
    assert tx.read.execute(select(Instance.overdue_at)).scalar_one() == at()
    assert tx.read.execute(select(Outbox.rung)).scalar_one() == "overdue"


def at() -> object:
    return NOW + timedelta(days=2)


def fire(timer: int) -> Command:
    return Command(Fire((timer,)), WHO, NOW + timedelta(days=2))
