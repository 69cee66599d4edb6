"""Nobody checks their own work by standing in for somebody: not what they did as a substitute, nor, as one, what is
theirs (R12, R20).

Who checks whose results stands in the table of roles. Whoever was granted two such roles may do both: an administrator
decided that. What is lent never adds up to it.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from engine.actor import person_key
from engine.cases.task_in_hand import TaskInHand
from engine.errors import BadInput, Invalid
from engine.process import past_acts
from engine.process.act_detail import decode_detail
from engine.staff import access
from engine.staff.access import Officer
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import History, Matter, Task
from engine.world.roles import names_of

_HANDLING_ROLES = names_of(lambda role: role.handles)

_task, _history, _matter = table_of(Task), table_of(History), table_of(Matter)


def checked_by(role: str) -> frozenset[str]:
    """The roles whose results a holder of `role` checks."""
    return names_of(lambda other: role in other.reviewed_by)


def is_own_work(tx: Transaction, someone: Officer, task: TaskInHand) -> bool:
    """Whether completing the task would check what the officer did, by a role that is lent or after one that was."""
    checked = checked_by(task.role)
    if not checked and not someone.lent_roles:
        return False  # Most completions: nothing to read.
    lender = access.lender_for(
        someone, lambda one: access.may_work_on(one, task.unit_code, task.role, task.assignee_id)
    )
    if task.report_id is None and lender is not None and _has_begun(tx, someone, task.case_id):
        return True
    return bool(checked) and _has_worked_on(tx, someone, task.case_id, checked, borrows=lender is not None)


def require_other_hands(tx: Transaction, someone: Officer, task: TaskInHand) -> None:
    """Raise BadInput when completing the task would check the officer's own work."""
    if is_own_work(tx, someone, task):
        raise BadInput("own-work-checked")


def require_other_eyes(tx: Transaction, someone: Officer, act: str, case_id: int) -> None:
    """The same for the verdict on a finished case that an act of `engine.staff.access.PERMISSIONS` gives."""
    borrows = not access.has_permission(someone.with_loans_of(None), act)
    if _has_worked_on(tx, someone, case_id, _HANDLING_ROLES, borrows=borrows):
        raise Invalid("verdict", "own-work-checked")


def _has_worked_on(tx: Transaction, someone: Officer, case_id: int, roles: Collection[str], *, borrows: bool) -> bool:
    """Whether somebody completed a task of these roles in a case while standing in; if `borrows`, in any way."""
    own = person_key(someone.id)
    query = select(_task.c.engine_id).where(
        _task.c.instance_id == case_id, _task.c.closed_by == own, _task.c.role.in_(sorted(roles))
    )
    completed = set(tx.read.execute(query).scalars())
    return bool(completed) and (borrows or bool(completed & _tasks_done_for_others(tx, case_id, own)))


def _tasks_done_for_others(tx: Transaction, case_id: int, actor: str) -> set[int]:
    query = select(_history.c.detail).where(
        _history.c.instance_id == case_id, _history.c.actor == actor, _history.c.action == past_acts.COMPLETE
    )
    details = map(decode_detail, tx.read.execute(query).scalars())
    return {detail.task for detail in details if detail.task is not None and detail.absent}


def _has_begun(tx: Transaction, someone: Officer, case_id: int) -> bool:
    query = select(_matter.c.starter_id).where(_matter.c.instance_id == case_id)
    return tx.read.execute(query).scalar() == someone.id
