"""Reads past cases and statistics of their tasks from the database.

Workers read their own share, so that no case is sent between processes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, func, select

from engine.errors import BadInput
from engine.process import past_acts
from engine.process.instances import DONE, FINISHED, OPEN
from engine.simulation import record
from engine.simulation.record import PastCase
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Deployment, History, Instance, ProcessDefinition, Report, Task
from engine.world.work_calendar import WorkCalendar

# Assumptions follow from the newest cases; more of them add nothing new.
SAMPLE_SIZE = 3000

# The last act on any of this many newest cases is the end of history.
RECENT_CASES = 1000

_history, _instance, _task = table_of(History), table_of(Instance), table_of(Task)
# A case begins with a report; other process instances, such as a directive's, are not simulated.
_NEWEST = (
    select(_instance.c.id)
    .where(_instance.c.report_id.is_not(None))
    .order_by(_instance.c.id.desc())
    .limit(bindparam("number"))
)
_CASES = (
    select(
        _instance.c.id,
        _instance.c.status,
        _instance.c.due_at,
        Report.code,
        ProcessDefinition.key,
        Deployment.digest,
    )
    .join(ProcessDefinition, ProcessDefinition.id == _instance.c.definition_id)
    .join(Deployment, Deployment.id == ProcessDefinition.deployment_id)
    .join(Report, Report.id == _instance.c.report_id)
    .where(_instance.c.id.between(bindparam("first"), bindparam("last")))
    .order_by(_instance.c.id)
)
_ACTS = (
    select(_history.c.instance_id, _history.c.at, _history.c.action, _history.c.node, _history.c.detail)
    .where(
        _history.c.instance_id.between(bindparam("first"), bindparam("last")),
        _history.c.action.in_(past_acts.PROCESS_STEPS | past_acts.ASSIGNMENT_CHANGES | past_acts.MIGRATIONS),
    )
    .order_by(_history.c.instance_id, _history.c.seq)
)
_WORKED = select(
    _task.c.node, _task.c.role, _task.c.state, _task.c.opened_at, _task.c.closed_at, _task.c.assignee_id
).where(_task.c.instance_id >= bindparam("first"), _task.c.state != OPEN)


@dataclass(slots=True)
class PastTaskStats:
    """Statistics of the tasks of one node or role: working hours if completed, ended and claimed counts, answers."""

    hours: list[float] = field(default_factory=list)
    ended: int = 0
    claimed: int = 0
    answers: Counter[str] = field(default_factory=Counter)

    def add_task(self, row: Any, calendar: WorkCalendar) -> None:
        """Count one task that is no longer open."""
        self.ended += 1
        self.claimed += row.assignee_id is not None
        if row.state == DONE:
            self.hours.append(calendar.between(row.opened_at, row.closed_at).total_seconds() / 3600)


def newest_case_ids(tx: Transaction, number: int) -> list[int]:
    """The ids of the newest cases, ascending; raises BadInput if there are none."""
    ids = sorted(tx.read.execute(_NEWEST, {"number": number}).scalars())
    if not ids:
        raise BadInput("simulation-without-cases")
    return ids


def history_horizon(tx: Transaction, first: int) -> datetime:
    """The instant of the last act on the cases from `first` on and on the newest ones: history ends there."""
    recent = newest_case_ids(tx, RECENT_CASES)[0]
    last = select(func.max(_history.c.at)).where(_history.c.instance_id >= min(first, recent))
    at: datetime | None = tx.read.execute(last).scalar()
    if at is None:
        raise BadInput("simulation-without-history")
    return at


def load_past_cases(tx: Transaction, ids: Sequence[int]) -> Iterator[PastCase]:
    """Load the cases with these ids, given in ascending order, from their history."""
    span = {"first": ids[0], "last": ids[-1]}
    groups = groupby(tx.read.execute(_ACTS, span), key=lambda row: row.instance_id)
    acts_by_case = {case_id: tuple(past_acts.decode_event(*row[1:]) for row in rows) for case_id, rows in groups}
    for row in tx.read.execute(_CASES, span):
        if row.id in acts_by_case:
            case_acts = acts_by_case[row.id]
            finished = row.status == FINISHED
            yield PastCase(
                row.id, row.code, row.key, row.digest, finished, row.due_at, case_acts, record.collect_tasks(case_acts)
            )


def collect_task_stats(
    tx: Transaction, ids: Sequence[int], calendar: WorkCalendar
) -> tuple[dict[str, PastTaskStats], dict[str, PastTaskStats]]:
    """Statistics of the tasks of the newest of these cases, by node and by role."""
    nodes: dict[str, PastTaskStats] = defaultdict(PastTaskStats)
    roles: dict[str, PastTaskStats] = defaultdict(PastTaskStats)
    first = ids[-SAMPLE_SIZE:][0]
    for row in tx.read.execute(_WORKED, {"first": first}):
        nodes[row.node].add_task(row, calendar)
        roles[row.role].add_task(row, calendar)
    for node, data in _past_completions(tx, first):
        nodes[node].answers[data] += 1
    return nodes, roles


def _past_completions(tx: Transaction, first: int) -> Iterator[tuple[str, str]]:
    """Each completion as its node and the process data as JSON."""
    completed = select(_history.c.node, _history.c.at, _history.c.detail).where(
        _history.c.instance_id >= first, _history.c.action == past_acts.COMPLETE
    )
    for row in tx.read.execute(completed):
        act = past_acts.decode_event(row.at, past_acts.COMPLETE, row.node, row.detail)
        yield row.node, record.canonical_json(act.detail.form_data)
