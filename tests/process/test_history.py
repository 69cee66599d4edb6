"""Promises of the history: every edit, deletion and reordering is caught and named, also of tails."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete, select, update

from engine.bpmn.actions import Complete, Start
from engine.journal.salted_digests import salted_digests
from engine.process import history, instances
from engine.process.act_detail import ActDetail
from engine.process.acts import Command
from engine.process.history import AuditEntry
from engine.store.db import Transaction
from engine.store.models import History, Instance
from tests.kit.hotline import DATA, NOW, WHO, WORLD, deployed


def case(tx: Transaction) -> int:
    """A case with three rows of history."""
    instance, step = instances.start_instance(tx, deployed(tx), Command(Start(DATA), WHO, NOW), WORLD)
    instances.take_step(tx, instance, Command(Complete(step.opened_tasks[0].task_id, {}), WHO, NOW), WORLD)
    history.append_entry(tx, instance, AuditEntry(NOW, WHO, "note", "", ActDetail(reason="gọi lại")))
    return instance


def broken(tx: Transaction) -> list[tuple[int, int]]:
    return [(item.instance_id, item.seq) for item in history.find_breaks(tx)]


def test_an_untouched_history_agrees_with_its_chain(tx: Transaction) -> None:
    case(tx)
    assert broken(tx) == []


def edit(tx: Transaction) -> None:
    tx.write().execute(update(History).where(History.seq == 2).values(actor="person:9"))


def move_time(tx: Transaction) -> None:
    tx.write().execute(update(History).where(History.seq == 2).values(at=NOW.replace(hour=4)))


def drop_middle(tx: Transaction) -> None:
    tx.write().execute(delete(History).where(History.seq == 2))


def drop_tail(tx: Transaction) -> None:
    tx.write().execute(delete(History).where(History.seq == 3))


def swap(tx: Transaction) -> None:
    connection = tx.write()
    for old, new in ((1, 9), (2, 1), (9, 2)):
        connection.execute(update(History).where(History.seq == old).values(seq=new))


@pytest.mark.parametrize(("tamper", "row"), [(edit, 2), (move_time, 2), (drop_middle, 2), (drop_tail, 3), (swap, 1)])
def test_the_first_broken_row_is_named(tx: Transaction, tamper: Callable[[Transaction], None], row: int) -> None:
    instance = case(tx)
    tamper(tx)
    assert broken(tx)[:1] == [(instance, row)]


def test_a_chain_written_anew_is_caught_at_its_head(tx: Transaction) -> None:
    instance = case(tx)
    tx.write().execute(update(Instance).values(history_head=b"x" * 32))
    assert broken(tx) == [(instance, 3)]


def test_personal_values_appear_only_as_salted_digests(tx: Transaction) -> None:
    instance, step = instances.start_instance(tx, deployed(tx), Command(Start(DATA), WHO, NOW), WORLD)
    personal = {"note": "Nguyễn Văn A, 0912345678"}
    act = Command(Complete(step.opened_tasks[0].task_id, {}), WHO, NOW, personal=personal, salt=b"1" * 16, form="note")
    instances.take_step(tx, instance, act, WORLD)
    details = " ".join(tx.read.execute(select(History.detail)).scalars())
    assert "Nguyễn" not in details
    assert "0912" not in details
    assert salted_digests(b"1" * 16, personal)["note"] in details


def test_acts_outside_the_process_lengthen_the_chain(tx: Transaction) -> None:
    instance = case(tx)
    history.append_entry(tx, instance, AuditEntry(NOW, WHO, "claim", "resolve"))
    actions = tx.read.execute(select(History.action).order_by(History.seq)).scalars().all()
    assert actions == ["start", "complete", "note", "claim"]
    assert broken(tx) == []
