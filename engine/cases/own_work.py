"""Nobody judges their own work by standing in: what they did as a substitute, or, as one, what is theirs (R12, R20).

Who checks whose results stands in the table of roles. Whoever was granted two such roles may do both: an administrator
decided that. What is lent never adds up to it. A case is its own and those that hang on it: they end as it does.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select

from engine.actor import person_key
from engine.cases import report_links
from engine.cases.task_in_hand import TaskInHand
from engine.errors import Invalid
from engine.process import past_acts
from engine.process.damaged_acts import readable_details
from engine.staff import access, substitutes
from engine.staff.access import Officer
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import History, Instance, Matter, Task
from engine.world.roles import names_of

CLAIM, CONTACT = "claim", "contact"
_HANDLING_ROLES = names_of(lambda role: role.handles)

_task, _history, _matter, _instance = table_of(Task), table_of(History), table_of(Matter), table_of(Instance)


def checked_by(role: str) -> frozenset[str]:
    """The roles whose results a holder of `role` checks."""
    return names_of(lambda other: role in other.reviewed_by)


def may_be_own_work(someone: Officer, role: str) -> bool:
    """Whether a task of this role could check the officer's own work; of most tasks nothing has to be read."""
    return bool(checked_by(role) or someone.lent_roles)


def is_own_work(tx: Transaction, someone: Officer, task: TaskInHand) -> bool:
    """Whether completing the task would check what the officer did, by a role that is lent or after one that was."""
    if not may_be_own_work(someone, task.role):
        return False
    checked = checked_by(task.role)
    lender = access.lender_for(
        someone, lambda one: access.may_work_on(one, task.unit_code, task.role, task.assignee_id)
    )
    if task.report_id is None and lender is not None and _has_begun(tx, someone, task.case_id):
        return True
    return bool(checked) and _has_worked_on(tx, someone, task.case_id, checked, borrows=lender is not None)


def require_other_hands(tx: Transaction, someone: Officer, task: TaskInHand) -> None:
    """Raise Invalid when completing the task would check the officer's own work."""
    if is_own_work(tx, someone, task):
        raise Invalid("task", "own-work-checked")


def require_other_eyes(tx: Transaction, someone: Officer, case_id: int, field: str, *, borrows: bool) -> None:
    """Raise Invalid, naming the field, for an act that judges or decides about a case which the officer worked on.

    `borrows` says that only a role that is lent allows the act.
    """
    if _has_worked_on(tx, someone, case_id, _HANDLING_ROLES, borrows=borrows):
        raise Invalid(field, "own-work-checked")


def _has_worked_on(tx: Transaction, someone: Officer, case_id: int, roles: Collection[str], *, borrows: bool) -> bool:
    """Whether somebody acted for these roles while standing in; if `borrows`, whether a task of them is theirs at all.

    A task is theirs that they completed, hold, or delegated.
    """
    has_stood_in = substitutes.has_stood_in(tx, someone.id)
    if not borrows and not has_stood_in:
        return False
    cases = _cases_ending_with(tx, case_id)
    if borrows and _has_own_task(tx, someone, cases, roles):
        return True
    return has_stood_in and _acted_for_another(tx, someone, cases, roles)


def _has_own_task(tx: Transaction, someone: Officer, cases: Sequence[int], roles: Collection[str]) -> bool:
    theirs = or_(
        _task.c.closed_by == person_key(someone.id), _task.c.assignee_id == someone.id, _task.c.owner_id == someone.id
    )
    query = select(_task.c.id).where(_task.c.instance_id.in_(cases), _task.c.role.in_(sorted(roles)), theirs)
    return tx.read.execute(query.limit(1)).first() is not None


def _acted_for_another(tx: Transaction, someone: Officer, cases: Sequence[int], roles: Collection[str]) -> bool:
    """Whether somebody did anything about the cases in another's place, in one of these roles.

    Whatever is done with a task counts, but to claim it and give it back; so does to telephone, when one of the roles
    was lent. What the office decides about a case, and to look at it, is no work that anybody checks.
    """
    query = select(_history.c.instance_id, _history.c.action, _history.c.detail).where(
        _history.c.instance_id.in_(cases),
        _history.c.actor == person_key(someone.id),
        _history.c.detail.contains('"for":'),
    )
    done: set[tuple[int, int]] = set()
    held: set[tuple[int, int]] = set()
    for row in tx.read.execute(query.order_by(_history.c.instance_id, _history.c.seq)):
        for detail in readable_details([row.detail]):
            task = (row.instance_id, detail.task or 0)
            if row.action == CLAIM:
                held.add(task)
            elif row.action == past_acts.RELEASE:
                held.discard(task)
            elif detail.task:
                done.add(task)
            elif row.action == CONTACT and substitutes.has_lent(tx, detail.absent, someone.id, roles):
                return True
    return bool((done | held) & _tasks_in(tx, cases, roles))


def _tasks_in(tx: Transaction, cases: Sequence[int], roles: Collection[str]) -> set[tuple[int, int]]:
    """The tasks of cases that are of these roles, as (case, task)."""
    query = select(_task.c.instance_id, _task.c.engine_id)
    query = query.where(_task.c.instance_id.in_(cases), _task.c.role.in_(sorted(roles)))
    return {(row.instance_id, row.engine_id) for row in tx.read.execute(query)}


def _cases_ending_with(tx: Transaction, case_id: int) -> list[int]:
    """The case, and those of the reports that hang on its report."""
    report_id = tx.read.execute(select(_instance.c.report_id).where(_instance.c.id == case_id)).scalar()
    hanging = [] if report_id is None else report_links.list_hanging_reports(tx, report_id)
    others = select(_instance.c.id).where(_instance.c.report_id.in_([row.id for row in hanging]))
    return [case_id, *(tx.read.execute(others).scalars() if hanging else ())]


def _has_begun(tx: Transaction, someone: Officer, case_id: int) -> bool:
    query = select(_matter.c.starter_id).where(_matter.c.instance_id == case_id)
    return tx.read.execute(query).scalar() == someone.id
