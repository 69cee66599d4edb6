"""After a changed holiday or changed hours: every open case's deadline and timers are computed again, and it is logged.

Called by commands and administration. The blob and the rows change together, by one action per case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from engine.actor import Who
from engine.bpmn.actions import Reschedule
from engine.errors import Stale, StepFailed
from engine.process import incidents
from engine.process.acts import Act
from engine.process.instances import ACTIVE
from engine.store.db import transaction
from engine.store.models import Instance
from engine.world.world import World

PAGE = 500


@dataclass(slots=True)
class Rescheduled:
    """How many open cases were looked at, and how many of them had an instant that moved."""

    cases: int = 0
    moved: int = 0
    failed: int = 0


def reschedule(engine: Engine, who: Who, now: datetime, world: World, reason: str) -> Rescheduled:
    """Bring every open case in line with `world`; `reason` goes into each case's history."""
    done, last = Rescheduled(), 0
    while cases := _open_cases(engine, last):
        for case in cases:
            _one(engine, case, Act(Reschedule(), who, now, detail={"reason": reason}), world, done)
        last = cases[-1].id
    return done


def _open_cases(engine: Engine, after: int) -> Sequence[Any]:
    open_ = select(Instance.id, Instance.due_at).where(Instance.id > after, Instance.status == ACTIVE)
    with transaction(engine) as tx:
        return tx.read.execute(open_.order_by(Instance.id).limit(PAGE)).all()


def _one(engine: Engine, case: Any, act: Act, world: World, done: Rescheduled) -> None:
    done.cases += 1
    try:
        step = incidents.attempt(engine, case.id, act, world)
    except Stale:
        return
    except StepFailed:
        done.failed += 1
    else:
        done.moved += bool(step.timers) or step.deadline != case.due_at
