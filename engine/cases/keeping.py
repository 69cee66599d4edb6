"""What an officer of a unit began stays theirs: who has a task from the moment at which another one opens it.

The next step for the same role of the same unit belongs to whoever had the step before, and a step that is handed back
to whoever did it. Both only while they hold the role; history records a claim that is `kept`, and they may release it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import bindparam, select, update

from engine.actor import ActStamp, parse_party, person_key
from engine.bpmn.actions import OpenedTask
from engine.cases import returns
from engine.errors import Forbidden, NotFound
from engine.process import arrival_calls, history
from engine.process.act_detail import ActDetail
from engine.process.history import AuditEntry
from engine.process.instances import DONE
from engine.staff import access
from engine.staff.access import Officer
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import History, Task
from engine.store.statements import CompiledStatement
from engine.world.roles import CITIZEN

_task, _history = table_of(Task), table_of(History)
_LAST_DONE = CompiledStatement(
    select(_task.c.assignee_id, _task.c.closed_by, _task.c.unit_code, _task.c.role)
    .where(_task.c.instance_id == bindparam("b_instance"), _task.c.node == bindparam("b_node"), _task.c.state == DONE)
    .order_by(_task.c.engine_id.desc())  # Later tasks have larger numbers, and the index of a case is in their order.
    .limit(1)
)


def keep_opened(
    tx: Transaction, officer: Officer, stamp: ActStamp, completed: Any, doer: int, opened: Iterable[OpenedTask]
) -> None:
    """Assign the tasks that a completed one opened to those with whom they stay.

    `completed` is the completed task's row as it was, `doer` the person for whom `officer` completed it.
    """
    if completed.role == CITIZEN:
        return
    for task, person in [
        *_next_steps(tx, officer, stamp, completed, doer, opened),
        *_handed_back(tx, stamp, completed, opened),
    ]:
        row = (_task.c.instance_id == completed.case_id) & (_task.c.engine_id == task.task_id)
        tx.write().execute(update(_task).where(row).values(assignee_id=person, version=_task.c.version + 1))
        arrival_calls.announce_assignment(tx, task.unit, person)
        recipient = person_key(person) if stamp.who.actor != person_key(person) else ""
        detail = ActDetail(task=task.task_id, kept=True, to=recipient)
        history.append_entry(tx, completed.case_id, AuditEntry(stamp.at, stamp.who, "claim", task.node, detail))


def _next_steps(
    tx: Transaction, officer: Officer, stamp: ActStamp, completed: Any, doer: int, opened: Iterable[OpenedTask]
) -> Iterator[tuple[OpenedTask, int]]:
    """The next steps of the same post, with whoever had claimed the completed one, otherwise whoever did it.

    A head who completes what nobody had claimed has helped out and keeps nothing.
    """
    post = (completed.unit_code, completed.role)
    following = [task for task in opened if (task.unit, task.role) == post]
    person = completed.assignee_id or doer
    own = _own_roles(tx, officer, person, stamp) if following else None
    if own is None:
        return
    claimed = completed.assignee_id is not None and access.may_work_on(own, *post, None)
    if post in own.own_roles or claimed:
        yield from ((task, person) for task in following)


def _handed_back(
    tx: Transaction, stamp: ActStamp, completed: Any, opened: Iterable[OpenedTask]
) -> Iterator[tuple[OpenedTask, int]]:
    """The steps of other posts that are there again because they were handed back, with whoever did them last."""
    others = {task.node: task for task in opened if (task.unit, task.role) != (completed.unit_code, completed.role)}
    before = {node: _last_done(tx, completed.case_id, node) for node in sorted(others)}
    done = {node: row for node, row in before.items() if row is not None}
    if not done:
        return
    entries = select(_history.c.action, _history.c.node, _history.c.detail).where(
        _history.c.instance_id == completed.case_id
    )
    handed_back = returns.count_returns(tx.read.execute(entries.order_by(_history.c.seq)))
    for node, row in done.items():
        task, person = others[node], row.assignee_id or parse_party(row.closed_by).person_id
        if task.task_id not in handed_back or person is None or (row.unit_code, row.role) != (task.unit, task.role):
            continue
        own = _own_roles(tx, None, person, stamp)
        if own is not None and (task.unit, task.role) in own.own_roles:
            yield task, person


def _last_done(tx: Transaction, instance_id: int, node: str) -> Any | None:
    return _LAST_DONE.read_row(tx.read, {"b_instance": instance_id, "b_node": node})


def _own_roles(tx: Transaction, officer: Officer | None, person: int, stamp: ActStamp) -> Officer | None:
    """A person with their own roles alone; None for one whose account is closed."""
    try:
        known = officer if officer is not None and officer.id == person else access.load_officer(tx, person, stamp.at)
    except (NotFound, Forbidden):
        return None
    return known.with_loans_of(None)
