"""Takes tasks from people who have lost the right to do them, so that no claim outlives a role (R20)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, update

from engine.store.columns import table_of
from engine.store.models import RoleAssignment, Task
from engine.world.roles import CITIZEN, UNIT_HEAD

_task, _assignment = table_of(Task), table_of(RoleAssignment)


def requeue_lost_tasks(connection: Connection, where: ColumnElement[bool]) -> None:
    """Return open tasks to the queues whose holder has no role for them now; forget such owners of delegated ones.

    `where` limits the tasks, by person or by unit. The rule is that of `engine.staff.access.may_work_on`.
    """
    is_open = and_(_task.c.state == "open", where)
    lost = and_(is_open, _task.c.assignee_id.is_not(None), ~_holds_role(_task.c.assignee_id))
    connection.execute(update(_task).where(lost).values(assignee_id=None, owner_id=None, version=_task.c.version + 1))
    disowned = and_(is_open, _task.c.owner_id.is_not(None), ~_holds_role(_task.c.owner_id))
    connection.execute(update(_task).where(disowned).values(owner_id=None))


def _holds_role(person: Any) -> ColumnElement[bool]:
    by_proxy = and_(_task.c.role == CITIZEN, _assignment.c.role == "operator")
    accepted = or_(_assignment.c.role == _task.c.role, _assignment.c.role == UNIT_HEAD, by_proxy)
    return exists().where(_assignment.c.person_id == person, _assignment.c.unit_code == _task.c.unit_code, accepted)
