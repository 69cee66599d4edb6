"""The task that somebody works on, read once for everything that one act asks of it: itself, its case, its report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from engine.cases import evidence
from engine.errors import NotFound
from engine.process import definitions
from engine.process.history import ChainState
from engine.process.instances import OPEN, InstanceSnapshot
from engine.staff import access
from engine.staff.access import Officer
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Deployment, Instance, ProcessDefinition, Report, Task
from engine.store.statements import CompiledStatement, instant_of_driver
from forms.schema import Form, FormFacts

_task, _instance, _report = table_of(Task), table_of(Instance), table_of(Report)
_TASK_COLUMNS = (
    *("id", "engine_id", "node", "name", "role", "unit_code", "form", "state", "version", "assignee_id", "owner_id"),
)
_PLAIN = (*_TASK_COLUMNS, "case_id", "report_id", "code")
_READ_TASK = CompiledStatement(
    select(
        *(_task.c[name] for name in (*_TASK_COLUMNS, "opened_at")),
        _instance.c.id.label("case_id"),
        _instance.c.report_id,
        _report.c.code,
        _report.c.received_at,
        _instance.c.status,
        _instance.c.version.label("case_version"),
        _instance.c.state.label("blob"),
        _instance.c.history_head,
        _instance.c.history_count,
        ProcessDefinition.key.label("process"),
        Deployment.digest,
    )
    .join(_instance, _instance.c.id == _task.c.instance_id)
    .join(ProcessDefinition, ProcessDefinition.id == _instance.c.definition_id)
    .join(Deployment, Deployment.id == ProcessDefinition.deployment_id)
    .outerjoin(_report, _report.c.id == _instance.c.report_id)
    .where(_task.c.id == bindparam("task"))
)


@dataclass(frozen=True, slots=True)
class TaskInHand:
    """A task with what its acts need; `report_id`, `code` and `received_at` are None where nobody has reported."""

    id: int
    engine_id: int
    node: str
    name: str
    role: str
    unit_code: str
    form: str
    state: str
    version: int
    assignee_id: int | None
    owner_id: int | None
    opened_at: datetime
    case_id: int
    report_id: int | None
    code: str | None
    received_at: datetime | None
    instance: InstanceSnapshot

    @property
    def digest(self) -> str:
        """The content of the deployment that its case runs on."""
        return self.instance.digest

    @property
    def is_open(self) -> bool:
        """Whether it has still to be done."""
        return self.state == OPEN


def load_task(tx: Transaction, task_id: int) -> TaskInHand:
    """The task, in one statement; raises NotFound."""
    row = _READ_TASK.read_row(tx.read, {"task": task_id})
    if row is None:
        raise NotFound("case-task-unknown")
    chain = ChainState(row.history_head, row.history_count)
    opened_at = instant_of_driver(tx.read, row.opened_at)
    assert opened_at is not None
    return TaskInHand(
        **{name: getattr(row, name) for name in _PLAIN},
        opened_at=opened_at,
        received_at=instant_of_driver(tx.read, row.received_at),
        instance=InstanceSnapshot(row.case_id, row.status, row.case_version, row.blob, chain, row.process, row.digest),
    )


def load_workable(tx: Transaction, officer: Officer, task_id: int) -> TaskInHand:
    """The task of a report, if the officer may work on it; raises NotFound, Forbidden."""
    task = load_task(tx, task_id)
    if task.report_id is None:
        raise NotFound("case-missing")
    access.require_work_on(officer, task.unit_code, task.role, task.assignee_id if task.is_open else None)
    return task


def form_of(tx: Transaction, task: TaskInHand) -> Form:
    """The task's form, as its case's deployment has it; raises NotFound."""
    form = definitions.load_deployment(tx, task.digest).forms.get(task.form)
    if form is None:
        raise NotFound("report-form-missing", form=task.form)
    return form


def form_facts(tx: Transaction, form: Form, task: TaskInHand, now: datetime) -> FormFacts:
    """What a task's form may ask: the time, when the report was received and the task opened, the evidence needed."""
    if not any(field.rules for field in form.fields):
        return FormFacts()
    needed = evidence.needed_evidence(tx, task.instance) if evidence.asks_for_evidence(form) else ""
    return FormFacts(now=now, received=task.received_at, opened=task.opened_at, evidence=needed)
