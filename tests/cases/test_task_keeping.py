"""What an officer of a unit began stays theirs in the next step of the same role there, and they may release it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, select

from engine.cases import tasks
from engine.staff.access import LentRole, Officer
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import History, RoleAssignment, Task
from tests.cases.test_tasks import COMMUNE, begin
from tests.kit.hotline import PLACE, desk
from tests.kit.record import differences

HEAD = (PLACE, "unit_head")
NOTE = {"note": "x", "outcome": "correct"}


def following(tx: Transaction) -> Any:
    """The task that is open now."""
    return tx.read.execute(select(table_of(Task)).where(Task.state == "open")).one()


def kept(tx: Transaction) -> list[dict[str, Any]]:
    """What history says of tasks that were kept."""
    rows = tx.read.execute(select(History.detail).where(History.action == "claim").order_by(History.seq)).scalars()
    return [detail for detail in map(json.loads, rows) if detail.get("kept")]


def test_who_completes_a_task_has_the_next_one_and_may_release_it(tx: Transaction) -> None:
    at_desk = desk(tx, COMMUNE)
    tasks.complete(tx, at_desk, begin(tx), 1, NOTE)
    task = following(tx)
    assert (task.node, task.assignee_id) == ("resolve", 1)
    assert kept(tx) == [{"task": task.engine_id, "kept": True}]
    tasks.release(tx, at_desk, task.id, task.version)
    assert following(tx).assignee_id is None
    assert differences(tx) == []


def test_it_stays_with_whoever_had_claimed_it_when_a_head_helps_out(tx: Transaction) -> None:
    at_desk = desk(tx, COMMUNE)
    task = begin(tx)
    tasks.claim(tx, at_desk, task, 1)
    tasks.complete(tx, desk(tx, HEAD, person=2), task, 2, NOTE)
    assert following(tx).assignee_id == 1
    assert [detail["to"] for detail in kept(tx)] == ["person:1"]
    assert differences(tx) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_head_who_did_what_nobody_had_claimed_keeps_nothing(tx: Transaction) -> None:
    tasks.complete(tx, desk(tx, HEAD), begin(tx), 1, NOTE)
    assert following(tx).assignee_id is None


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_nobody_keeps_a_task_whose_role_they_have_lost(tx: Transaction) -> None:
    at_desk = desk(tx, COMMUNE)
    task = begin(tx)
    tasks.claim(tx, at_desk, task, 1)
    tx.write().execute(delete(RoleAssignment).where(RoleAssignment.person_id == 1))
    tasks.complete(tx, desk(tx, HEAD, person=2), task, 2, NOTE)
    assert following(tx).assignee_id is None
    assert kept(tx) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_a_substitute_does_stays_with_the_absent_person(tx: Transaction) -> None:
    desk(tx, COMMUNE)
    task = begin(tx)
    at_desk = desk(tx, person=2)
    substitute = replace(at_desk, officer=Officer(2, frozenset(), frozenset({LentRole(1, *COMMUNE)})))
    tasks.complete(tx, substitute, task, 1, NOTE)
    assert following(tx).assignee_id == 1
