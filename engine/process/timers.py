"""Fires due timers: found by index, fired in batches, each through the same `advance` as an officer's act.

A batch holds one timer per instance, and each step is written in its own savepoint. Several workers share the due
timers: on PostgreSQL a batch locks its instances and skips those that others have locked; on SQLite the steps are taken
before the batch's write transaction begins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Engine, Row, bindparam, delete, func, select, update

from engine.actor import SYSTEM
from engine.bpmn.actions import Fire
from engine.errors import StepFailed
from engine.process import incidents, instances, start_timers
from engine.process.act_detail import ActDetail
from engine.process.acts import Command
from engine.process.attempts import attempt_step
from engine.process.instances import PreparedStep
from engine.process.start_timers import StartTotals
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Instance, Task, Timer
from engine.world.world import World

# Measured: batches of 20 fire about twice as fast as single transactions; larger ones gain nothing.
BATCH = 20
MAX_ATTEMPTS = 5
BACKOFF = timedelta(minutes=1)

_timer, _instance = table_of(Timer), table_of(Instance)
_SELECT_DUE = (
    select(_timer)
    .where(_timer.c.wake <= bindparam("now"))
    .order_by(_timer.c.wake, _timer.c.id)
    .limit(bindparam("limit"))
)
# Every other step of an instance writes the instance's row first, so transactions cannot deadlock.
_LOCK_DUE = _SELECT_DUE.join(_instance, _instance.c.id == _timer.c.instance_id).with_for_update(
    of=_instance, skip_locked=True
)
_DELETE_TIMER = delete(_timer).where(_timer.c.id == bindparam("b_id"))
_SELECT_NEXT = select(func.min(_timer.c.wake)).where(_timer.c.wake.is_not(None))
_SELECT_CLAIMED = select(Task.engine_id).where(
    Task.instance_id == bindparam("instance"), Task.state == instances.OPEN, Task.assignee_id.is_not(None)
)


@dataclass(slots=True)
class TimerTotals:
    """Totals of a run over the due timers; `begun` counts the instances that timers of start events began."""

    fired: int = 0
    failed: int = 0
    begun: int = 0
    late: list[timedelta] = field(default_factory=list)


def claim_due_timers(tx: Transaction, now: datetime, limit: int = BATCH) -> list[Row[Any]]:
    """The due timers for this worker, the earliest of each instance, ordered by due time."""
    parameters = {"now": now, "limit": limit}
    rows = tx.write().execute(_LOCK_DUE, parameters).all() if tx.locks_rows else find_due_timers(tx, now, limit)
    earliest: dict[int, Row[Any]] = {}
    for row in rows:
        earliest.setdefault(row.instance_id, row)
    return list(earliest.values())


def find_due_timers(tx: Transaction, now: datetime, limit: int) -> Sequence[Row[Any]]:
    """The first `limit` due timers, ordered by due time."""
    return tx.read.execute(_SELECT_DUE, {"now": now, "limit": limit}).all()


def next_due_time(tx: Transaction) -> datetime | None:
    """Due time of the next timer; None when none waits."""
    at: datetime | None = tx.read.execute(_SELECT_NEXT).scalar()
    return at


def fire_due_timers(
    engine: Engine, now: datetime, world: World, totals: TimerTotals, attempts: int = MAX_ATTEMPTS
) -> bool:
    """Fire one batch of the timers due at `now`; adds to `totals` and returns whether any were due.

    A timer that fails `attempts` times becomes an incident.
    """
    failures = []
    with transaction(engine) as tx:
        rows = claim_due_timers(tx, now)
        prepared = [(row, attempt_step(partial(_prepare_timer, tx, row, now, world), row.node)) for row in rows]
        for row, step in prepared:
            if isinstance(step, StepFailed):
                failures.append((row, step))
            elif step is None:
                tx.write().execute(_DELETE_TIMER, {"b_id": row.id})
            elif _write_fired(tx, step):
                totals.fired += 1
                totals.late.append(now - row.due)
    for row, error in failures:
        with transaction(engine) as tx:
            _retry_later(tx, row, now, error, attempts)
        totals.failed += 1
    return bool(rows)


def fire_until(
    engine: Engine,
    until: datetime,
    world: World,
    *,
    attempts: int = MAX_ATTEMPTS,
    tick: Callable[[TimerTotals], None] | None = None,
) -> TimerTotals:
    """Advance the clock: every timer due up to `until` fires at its own due time, in order, those of starts too.

    At the same instant those of open instances come first.
    """
    totals = TimerTotals()
    while True:
        with transaction(engine) as tx:
            at, start = next_due_time(tx), start_timers.next_start_time(tx)
        if start is not None and start <= until and (at is None or start < at):
            _begin_at(engine, start, world, totals)
        elif at is not None and at <= until:
            fire_due_timers(engine, at, world, totals, attempts)
        else:
            return totals
        if tick is not None:
            tick(totals)


def _begin_at(engine: Engine, at: datetime, world: World, totals: TimerTotals) -> None:
    starts = StartTotals()
    start_timers.begin_due(engine, at, world, starts)
    totals.begun += starts.begun
    totals.failed += starts.failed


def _prepare_timer(tx: Transaction, row: Row[Any], now: datetime, world: World) -> PreparedStep:
    return instances.prepare_step(tx, row.instance_id, fire_command(tx, row, now), world)


def _write_fired(tx: Transaction, step: PreparedStep) -> bool:
    with tx.write().begin_nested():
        return instances.write_step(tx, step)


def fire_command(tx: Transaction, row: Row[Any], now: datetime) -> Command:
    """The command that fires one timer; history records when it was due, and so how late it fired."""
    claimed = frozenset(tx.read.execute(_SELECT_CLAIMED, {"instance": row.instance_id}).scalars())
    return Command(
        Fire((row.engine_id,), claimed), SYSTEM, now, detail=ActDetail(due=row.due.isoformat()), node=row.node
    )


def _retry_later(tx: Transaction, row: Row[Any], now: datetime, error: StepFailed, attempts: int) -> None:
    """Count the failure and retry later; after the last attempt, only when somebody retries the incident."""
    failed = row.attempts + 1
    wake = None if failed >= attempts else now + BACKOFF * 2 ** min(failed, 10)
    later = update(_timer).where(_timer.c.id == row.id).values(attempts=failed, wake=wake)
    tx.write().execute(later)
    if wake is None:
        incidents.report_failure(tx, row.instance_id, fire_command(tx, row, now), error)
