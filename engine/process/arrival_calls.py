"""Announces to whose lists a commit has added something: to units and persons, coarsely, not to roles (R22).

What leaves a list is not announced: pages show what comes.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from engine.bpmn.actions import Step
from engine.live.announcements import LISTS, announce, person_receiver, unit_receiver
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Task

_task = table_of(Task)


def announce_step(tx: Transaction, step: Step) -> None:
    """Announce the tasks that a step opened, and those that it gave to other posts."""
    tasks = [*step.opened_tasks, *step.changed_tasks]
    receivers = {unit_receiver(task.unit) for task in tasks}
    receivers |= {person_receiver(task.keeper) for task in tasks if task.keeper is not None}
    if receivers:
        announce(tx, LISTS, receivers)


def announce_tasks(tx: Transaction, which: ColumnElement[bool]) -> None:
    """Announce tasks that a statement has changed, to their units and whoever holds them."""
    rows = tx.write().execute(select(_task.c.unit_code, _task.c.assignee_id).where(which).distinct()).all()
    receivers = {unit_receiver(row.unit_code) for row in rows}
    receivers |= {person_receiver(row.assignee_id) for row in rows if row.assignee_id is not None}
    if receivers:
        announce(tx, LISTS, receivers)


def announce_assignment(tx: Transaction, unit: str, person_id: int | None) -> None:
    """Announce a task to whom it was given; one that was released to its unit."""
    announce(tx, LISTS, {unit_receiver(unit) if person_id is None else person_receiver(person_id)})
