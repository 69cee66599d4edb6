"""What an officer does with a task: claim it, give it back, complete it. Called by pages and commands.

The form carries the task's version, not the instance's: a reminder that fires meanwhile does not disturb an officer,
a colleague who was faster does.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from engine import access, definitions, history, instances
from engine.access import Officer
from engine.bpmn.actions import Complete, Step
from engine.columns import table_of
from engine.db import Transaction
from engine.errors import BadInput, NotFound, Stale
from engine.history import Chain, Entry
from engine.instances import OPEN, Act, Found
from engine.models import Deployment, Instance, ProcessDefinition, Task
from engine.statements import Statement
from engine.world import World
from forms.messages import Language
from forms.schema import Invalid, Values

FASTER = "Someone was faster: the task has been taken or completed meanwhile."

_task = table_of(Task)
_READ = Statement(
    select(
        *(
            _task.c[name]
            for name in ("engine_id", "node", "role", "unit_code", "form", "state", "version", "assignee_id")
        ),
        Instance.id.label("case_id"),
        Instance.status.label("case_status"),
        Instance.version.label("case_version"),
        Instance.state.label("blob"),
        Instance.history_head,
        Instance.history_count,
        ProcessDefinition.key.label("process"),
        Deployment.digest,
    )
    .join(Instance, Instance.id == _task.c.instance_id)
    .join(ProcessDefinition, ProcessDefinition.id == Instance.definition_id)
    .join(Deployment, Deployment.id == ProcessDefinition.deployment_id)
    .where(_task.c.id == bindparam("task"))
)
_ASSIGN = (
    update(_task)
    .where(_task.c.id == bindparam("b_task"), _task.c.version == bindparam("b_version"), _task.c.state == OPEN)
    .values(assignee_id=bindparam("b_person"), version=_task.c.version + 1)
)


class InvalidForm(BadInput):
    """Some fields need another value.

    `errors` are the sentences by field, in the officer's language.
    """

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        self.errors = dict(errors)
        super().__init__("; ".join(f"{field}: {' '.join(texts)}" for field, texts in self.errors.items()))


@dataclass(frozen=True, slots=True)
class Desk:
    """An officer at work on one occasion: who, from where, when, in which language, in which province."""

    officer: Officer
    origin: str
    now: datetime
    world: World
    language: Language = "vi"


def complete(tx: Transaction, desk: Desk, task_id: int, version: int, values: Mapping[str, object]) -> Step:
    """Complete a task with its form's values.

    Raises NotFound, Forbidden, Stale when the task's version has moved on, InvalidForm with the fields at fault, and
    StepFailed when the process cannot go on. In all of them nothing has changed.
    """
    row = _open(tx, desk, task_id, version)
    checked = _check(tx, desk, row, values)
    act = Act(
        Complete(row.engine_id, checked.process),
        desk.officer.who(desk.origin),
        desk.now,
        personal=checked.case,
        salt=secrets.token_bytes(16) if checked.case else b"",
        form=row.form,
        node=row.node,
    )
    return instances.take(tx, row.case_id, act, desk.world, _found(row))


def _open(tx: Transaction, desk: Desk, task_id: int, version: int) -> Row[Any]:
    """The task with its case, when it is open in that version and the officer may work on it."""
    row = _READ.execute(tx.read, {"task": task_id}).one_or_none()
    if row is None:
        raise NotFound(f"There is no task {task_id}.")
    access.require_work(desk.officer, row.unit_code, row.role, row.assignee_id)
    if row.version != version or row.state != OPEN:
        raise Stale(FASTER)
    return row


def _check(tx: Transaction, desk: Desk, row: Row[Any], values: Mapping[str, object]) -> Values:
    form = definitions.content(tx, row.digest).forms.get(row.form)
    if form is None:
        raise NotFound(f"The deployment has no form {row.form!r}.")
    try:
        units = desk.world.units
        return form.load(values, desk.language, known_unit=units.knows, known_commune=units.knows_commune)
    except Invalid as invalid:
        raise InvalidForm(invalid.errors) from invalid


def _found(row: Row[Any]) -> Found:
    chain = Chain(row.history_head, row.history_count)
    return Found(row.case_id, row.case_status, row.case_version, row.blob, chain, row.process, row.digest)


def claim(tx: Transaction, desk: Desk, task_id: int, version: int) -> None:
    """Take a task from the unit's queue; raises Forbidden, NotFound, or Stale when a colleague was faster."""
    _assign(tx, desk, task_id, version, desk.officer.id, "claim")


def release(tx: Transaction, desk: Desk, task_id: int, version: int) -> None:
    """Give a task back to the unit's queue."""
    _assign(tx, desk, task_id, version, None, "release")


def _assign(tx: Transaction, desk: Desk, task_id: int, version: int, person: int | None, verb: str) -> None:
    row = _open(tx, desk, task_id, version)
    wanted = {"b_task": task_id, "b_version": version, "b_person": person}
    if tx.write().execute(_ASSIGN, wanted).rowcount != 1:
        raise Stale(FASTER)
    entry = Entry(desk.now, desk.officer.who(desk.origin), verb, row.node, {"task": row.engine_id})
    history.record(tx, row.case_id, entry)
