"""By when a citizen may expect the result: told at once, before anybody has looked at the report (R8, R21)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from engine.actor import SYSTEM
from engine.bpmn.actions import Complete
from engine.cases import calls, report_links
from engine.errors import Stale, StepFailed
from engine.process import instances
from engine.process.acts import Command
from engine.process.instances import OPEN
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Instance, Report, Task
from engine.world.world import World

_instance, _report, _task = table_of(Instance), table_of(Report), table_of(Task)


def expected_deadline(tx: Transaction, report_id: int, world: World, now: datetime) -> datetime | None:
    """The deadline of the case that answers a report; one not taken in yet has the one it would get if it were now.

    None where the diagram sets none. Until a report is taken in, the case's own deadline is for that alone.
    """
    main_id = report_links.main_report_id(tx, report_id)
    case_id = report_links.open_case_id(tx, main_id)
    if case_id is None:
        return None
    task_id = _intake_task(tx, case_id)
    if task_id is not None:
        return _deadline_if_taken_in(tx, main_id, (case_id, task_id), world, now)
    due: datetime | None = tx.read.execute(select(_instance.c.due_at).where(_instance.c.id == case_id)).scalar()
    return due


def _intake_task(tx: Transaction, case_id: int) -> int | None:
    """The open task in which the hotline takes a report in, as the engine knows it."""
    at_intake = (_task.c.instance_id == case_id) & (_task.c.node == calls.RECEIVE) & (_task.c.state == OPEN)
    task_id: int | None = tx.read.execute(select(_task.c.engine_id).where(at_intake)).scalar()
    return task_id


def _deadline_if_taken_in(
    tx: Transaction, report_id: int, at_intake: tuple[int, int], world: World, now: datetime
) -> datetime | None:
    """The deadline that the diagram and its tables would set; nothing is written.

    `at_intake` is the case and its task.
    """
    case_id, task_id = at_intake
    columns = [_report.c[name] for name in ("place", "field", "urgency")]
    report = tx.read.execute(select(*columns).where(_report.c.id == report_id)).one()
    data = {**report._mapping, "outcome": "handed_over"}  # noqa: SLF001 - SQLAlchemy's public name for it.
    try:
        prepared = instances.prepare_step(tx, case_id, Command(Complete(task_id, data), SYSTEM, now), world)
    except (Stale, StepFailed):
        return None
    return prepared.step.deadline
