"""Issues one directive for the demonstration, to the commune with the most overdue tasks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from engine.cases.tasks import Desk
from engine.directives import drafting, issuing
from engine.process.instances import OPEN
from engine.staff import access
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import RoleAssignment, Task
from engine.world.world import World

_assignment, _task = table_of(RoleAssignment), table_of(Task)


def issue_for_worst_commune(tx: Transaction, now: datetime, world: World) -> None:
    """Draft and issue the directive as an officer of the provincial office; does nothing if nothing is overdue."""
    overdue = select(_task.c.unit_code).where(_task.c.state == OPEN, _task.c.role == "commune", _task.c.due_at <= now)
    worst_first = overdue.group_by(_task.c.unit_code).order_by(func.count().desc(), _task.c.unit_code).limit(1)
    unit = tx.read.execute(worst_first).scalar()
    officers = (
        select(_assignment.c.person_id)
        .where(_assignment.c.role == "provincial_office")
        .order_by(_assignment.c.person_id)
    )
    person = tx.read.execute(officers.limit(1)).scalar()
    if unit is None or person is None:
        return
    desk = Desk(access.load_officer(tx, person, now), "demo", now, world)
    issuing.issue_directive(tx, desk, drafting.draft_for_unit(tx, desk, unit), 1)
