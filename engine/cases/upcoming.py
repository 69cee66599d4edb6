"""What an officer is offered after a task: what follows from it, otherwise what is most urgent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.cases import inbox
from engine.cases.inbox import InboxFilter
from engine.process.instances import OPEN
from engine.staff import access
from engine.staff.access import Officer
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Task
from engine.world.roles import CITIZEN

_task = table_of(Task)


def next_task(tx: Transaction, officer: Officer, instance_id: int, now: datetime) -> Any | None:
    """The next task as a row of a list: of the same case, then of the officer's own tasks, then of their unit's queue.

    Of the same case only what the officer has or what nobody has; never what waits for a citizen. None for nothing.
    """
    query = select(_task).where(_task.c.instance_id == instance_id, _task.c.state == OPEN).order_by(_task.c.id)
    for task in tx.read.execute(query):
        is_free = task.assignee_id in (None, officer.id) and task.role != CITIZEN
        if is_free and access.may_work_on(officer, task.unit_code, task.role, task.assignee_id):
            return inbox.list_row(tx, task.id)
    for view in (inbox.MINE, inbox.QUEUE):
        for row in inbox.list_tasks(tx, officer, InboxFilter(view), now).rows:
            if row.role != CITIZEN:
                return row
    return None
