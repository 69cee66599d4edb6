"""What citizens see of their own report, and their feedback on its result (R11)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.cases import tasks
from engine.cases.calls import REPEAT
from engine.cases.tasks import Desk
from engine.errors import Stale
from engine.process.instances import OPEN
from engine.staff.access import CITIZEN
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Instance, Report, ReportLink, Submission, Task
from engine.world.world import World

FEEDBACK, ANSWER = "feedback", "answer"

_report, _instance, _task = table_of(Report), table_of(Instance), table_of(Task)
_link, _submission = table_of(ReportLink), table_of(Submission)


@dataclass(frozen=True, slots=True)
class ReportProgress:
    """The progress of a report: its row, its case, the open tasks, the answer, the task that asks for feedback."""

    report: Any
    case: Any
    open_tasks: Sequence[Any]
    answer: str
    feedback: int | None


def load_progress(tx: Transaction, report_id: int) -> ReportProgress:
    """The progress of a report; one that joined another shows the other's progress."""
    report = tx.read.execute(select(_report).where(_report.c.id == report_id)).one()
    main_query = select(_link.c.other_id).where(
        _link.c.report_id == report_id, _link.c.kind == REPEAT, _link.c.undone_at.is_(None)
    )
    main_report_id = tx.read.execute(main_query).scalar()
    case_query = (
        select(_instance).where(_instance.c.report_id == (main_report_id or report_id)).order_by(_instance.c.id.desc())
    )
    case = tx.read.execute(case_query.limit(1)).one_or_none()
    if case is None:
        return ReportProgress(report, None, (), "", None)
    task_query = select(_task).where(_task.c.instance_id == case.id, _task.c.state == OPEN).order_by(_task.c.id)
    open_tasks = tx.read.execute(task_query).all()
    feedback_ids = [task.id for task in open_tasks if task.node == FEEDBACK] if main_report_id is None else []
    return ReportProgress(
        report, case, open_tasks, _latest_answer(tx, case.id), feedback_ids[0] if feedback_ids else None
    )


def _latest_answer(tx: Transaction, instance_id: int) -> str:
    """The latest answer given to the citizen."""
    query = select(_submission.c.content).where(
        _submission.c.instance_id == instance_id, _submission.c.form.in_((ANSWER, "receive"))
    )
    for content in tx.read.execute(query.order_by(_submission.c.id.desc())).scalars():
        values = json.loads(content)
        text = values.get("answer_text") or values.get("given_answer") or values.get("divert_reason")
        if text:
            return str(text)
    return ""


def submit_feedback(
    tx: Transaction,
    report_progress: ReportProgress,
    values: Mapping[str, object],
    world: World,
    context: CitizenContext,
) -> None:
    """Submit the citizen's rating of the result, or request to reopen the case; raises Stale, InvalidForm."""
    if report_progress.feedback is None:
        raise Stale("opinion-not-awaited")
    desk = Desk(CITIZEN, context.origin, context.now, world)
    tasks.complete_as_citizen(tx, desk, report_progress.feedback, values)


@dataclass(frozen=True, slots=True)
class CitizenContext:
    """From where and when the citizen acts."""

    origin: str
    now: datetime
