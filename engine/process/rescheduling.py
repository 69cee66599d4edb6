"""Recomputes and logs every open case's deadline and timers after holidays or working hours change.

The serialized state and the rows change together, by one action per case.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from engine.actor import Actor, ActStamp
from engine.bpmn.actions import Message, Reschedule
from engine.errors import Stale, StepFailed
from engine.journal import acts, journal
from engine.process import incidents
from engine.process.act_detail import ActDetail
from engine.process.acts import Command
from engine.process.instances import ACTIVE
from engine.store.db import transaction
from engine.store.models import Instance
from engine.world.world import World

PAGE = 500
DEADLINE_MOVED = "deadline_moved"


@dataclass(slots=True)
class RescheduleTotals:
    """How many open cases were processed, and how many of them had a deadline or timer that moved."""

    cases: int = 0
    moved: int = 0
    failed: int = 0


def reschedule_cases(engine: Engine, who: Actor, now: datetime, world: World, reason: str) -> RescheduleTotals:
    """Reschedule every open case by the calendar of `world`; `reason` is recorded."""
    totals, last = RescheduleTotals(), 0
    while cases := _open_cases(engine, last):
        for case in cases:
            _reschedule_case(
                engine, case, Command(Reschedule(), who, now, detail=ActDetail(reason=reason)), world, totals
            )
        last = cases[-1].id
    with transaction(engine) as tx:
        facts = {"reason": reason, "cases": totals.cases, "moved": totals.moved, "failed": totals.failed}
        journal.record(tx, ActStamp(who, now), acts.RESCHEDULE, "province:", **facts)
    return totals


def _open_cases(engine: Engine, after: int) -> Sequence[Any]:
    open_ = select(Instance.id, Instance.due_at, Instance.overdue_at).where(
        Instance.id > after, Instance.status == ACTIVE
    )
    with transaction(engine) as tx:
        return tx.read.execute(open_.order_by(Instance.id).limit(PAGE)).all()


def _reschedule_case(engine: Engine, case: Any, command: Command, world: World, totals: RescheduleTotals) -> None:
    totals.cases += 1
    try:
        step = incidents.attempt_step(engine, case.id, command, world)
    except Stale:
        return
    except StepFailed:
        totals.failed += 1
    else:
        totals.moved += bool(step.timers) or step.deadline != case.due_at
        if is_overdue_no_more(case, step.deadline, command.now):
            _watch_again(engine, case.id, command, world)


def is_overdue_no_more(case: Any, deadline: datetime | None, now: datetime) -> bool:
    """Whether a case that has been marked overdue has a deadline that has not come."""
    return case.overdue_at is not None and deadline is not None and deadline > now


def watching_command(moved: Command) -> Command:
    """The act by which the diagram watches a deadline again whose marks and notices have been used up."""
    return Command(Message(DEADLINE_MOVED), moved.who, moved.now, detail=moved.detail)


def _watch_again(engine: Engine, instance_id: int, moved: Command, world: World) -> None:
    """Have the ladder begin anew; diagrams that do not know the message stay where they are."""
    with suppress(Stale, StepFailed):
        incidents.attempt_step(engine, instance_id, watching_command(moved), world)
