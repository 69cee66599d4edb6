"""Promises to officers: only those who may can work, the form is checked, and somebody faster is told apart."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, insert, select, update

from engine.bpmn.actions import Start
from engine.cases import tasks
from engine.cases.tasks import InvalidForm
from engine.errors import Forbidden, NotFound, Stale
from engine.process import instances
from engine.process.acts import Command
from engine.staff import access
from engine.staff.access import Officer
from engine.store.db import Transaction, transaction
from engine.store.models import History, Instance, Person, Substitute, Task
from tests.kit.hotline import DATA, NOW, PLACE, WHO, WORLD, deployed, desk

COMMUNE = (PLACE, "commune")


def begin(tx: Transaction) -> int:
    """A case; returns the id of its open task."""
    instances.start_instance(tx, deployed(tx), Command(Start(DATA), WHO, NOW), WORLD)
    found: int = tx.read.execute(select(Task.id).order_by(Task.id.desc())).scalars().first() or 0
    return found


def test_an_officer_of_the_unit_completes_the_task(tx: Transaction) -> None:
    at_desk = desk(tx, COMMUNE)
    task = begin(tx)
    step = tasks.complete(tx, at_desk, task, 1, {"note": "Đã gọi", "outcome": "correct"})
    assert [opened.node for opened in step.opened_tasks] == ["resolve"]


@pytest.mark.parametrize(
    ("roles", "may"),
    [
        ([COMMUNE], True),
        ([(PLACE, "unit_head")], True),
        ([("26071", "commune")], False),
        ([("731", "tier2_focal")], False),
        ([(PLACE, "police")], False),
        ([], False),
    ],
)
def test_a_free_task_is_open_to_those_who_hold_its_role_in_its_unit(roles: list[tuple[str, str]], may: bool) -> None:
    assert access.may_work_on(Officer(7, frozenset(roles)), PLACE, "commune", None) is may


def test_a_task_of_a_colleague_is_open_to_its_assignee_and_the_head_alone(tx: Transaction) -> None:
    mine, colleague = Officer(1, frozenset({COMMUNE})), Officer(2, frozenset({COMMUNE}))
    head = Officer(3, frozenset({(PLACE, "unit_head")}))
    assert [access.may_work_on(someone, PLACE, "commune", 1) for someone in (mine, colleague, head)] == [
        True,
        False,
        True,
    ]


def test_a_stranger_is_refused_and_nothing_changes(tx: Transaction) -> None:
    stranger = desk(tx, ("731", "tier2_focal"))
    task = begin(tx)
    with pytest.raises(Forbidden):
        tasks.complete(tx, stranger, task, 1, {"note": "x"})
    assert tx.read.execute(select(Task.state).where(Task.id == task)).scalar_one() == "open"


def test_a_form_with_errors_names_the_fields(tx: Transaction) -> None:
    at_desk = desk(tx, COMMUNE)
    task = begin(tx)
    with pytest.raises(InvalidForm) as caught:
        tasks.complete(tx, at_desk, task, 1, {"outcome": "maybe"})
    assert set(caught.value.errors) == {"note", "outcome"}


def test_the_slower_of_two_officers_is_told(tx: Transaction) -> None:
    at_desk = desk(tx, COMMUNE)
    task = begin(tx)
    tasks.complete(tx, at_desk, task, 1, {"note": "một"})
    with pytest.raises(Stale, match="faster"):
        tasks.complete(tx, at_desk, task, 1, {"note": "hai"})
    with pytest.raises(NotFound):
        tasks.complete(tx, at_desk, 4711, 1, {"note": "x"})


def test_claiming_raises_the_tasks_version_and_is_recorded(tx: Transaction) -> None:
    at_desk = desk(tx, COMMUNE)
    task = begin(tx)
    tasks.claim(tx, at_desk, task, 1)
    row = tx.read.execute(select(Task.assignee_id, Task.version).where(Task.id == task)).one()
    assert tuple(row) == (1, 2)
    with pytest.raises(Stale):
        tasks.complete(tx, at_desk, task, 1, {"note": "x"})
    tasks.complete(tx, at_desk, task, 2, {"note": "x"})
    actions = tx.read.execute(select(History.action).order_by(History.seq)).scalars().all()
    assert actions == ["start", "claim", "complete", "claim"]  # The next step of the unit stays theirs.


def test_a_released_task_is_everybodys_again(tx: Transaction) -> None:
    at_desk = desk(tx, COMMUNE)
    task = begin(tx)
    tasks.claim(tx, at_desk, task, 1)
    tasks.release(tx, at_desk, task, 2)
    tasks.complete(tx, desk(tx, COMMUNE, person=9), task, 3, {"note": "x"})


def test_a_reminder_that_fires_meanwhile_does_not_disturb_the_form(engine_db: Engine) -> None:
    with transaction(engine_db) as tx:
        at_desk = desk(tx, COMMUNE)
        task = begin(tx)
    with transaction(engine_db) as tx:
        tx.write().execute(update(Instance).values(version=Instance.version + 1))
    with transaction(engine_db) as tx:
        tasks.complete(tx, at_desk, task, 1, {"note": "x"})


def test_a_substitute_has_the_roles_of_the_absent_person_while_they_are_away(tx: Transaction) -> None:
    desk(tx, COMMUNE)
    desk(tx, person=2)
    away = {"person_id": 1, "substitute_id": 2, "starts_at": NOW, "ends_at": NOW.replace(hour=9)}
    loan = {"unit_code": PLACE, "roles": "commune police", "arranged_by": "person:1"}
    tx.write().execute(insert(Substitute), away | loan)
    there = access.load_officer(tx, 2, NOW)
    assert not there.own_roles
    assert there.roles == {COMMUNE}
    assert there.stands_in_for == {1}
    assert access.load_officer(tx, 2, NOW.replace(hour=9)).roles == frozenset()


def test_a_closed_account_may_do_nothing(tx: Transaction) -> None:
    desk(tx, COMMUNE)
    tx.write().execute(update(Person).values(active=False))
    with pytest.raises(Forbidden):
        access.load_officer(tx, 1, NOW)
    with pytest.raises(NotFound):
        access.load_officer(tx, 99, NOW)
