"""Fires due timers: found by index, fired in batches, each through the same `advance` as an officer's act.

A batch holds one timer per instance and is written in one transaction; if the database refuses it for what a step
holds, its timers are fired one by one, and that step's alone has failed. Several workers share the due timers: on
PostgreSQL a batch locks its instances and skips those that others have locked; on SQLite the steps are taken before the
batch's write transaction begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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
from engine.process.attempts import REFUSALS, attempt_step
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
_SELECT_CLAIMED = select(Task.instance_id, Task.engine_id).where(
    Task.instance_id.in_(bindparam("instances", expanding=True)),
    Task.state == instances.OPEN,
    Task.assignee_id.is_not(None),
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
    return _earliest_of_each(rows)


def _claim_timer(tx: Transaction, now: datetime, timer_id: int) -> list[Row[Any]]:
    """One timer for this worker, if it is due and nobody else has it."""
    query = (_LOCK_DUE if tx.locks_rows else _SELECT_DUE).where(_timer.c.id == timer_id)
    connection = tx.write() if tx.locks_rows else tx.read
    return list(connection.execute(query, {"now": now, "limit": 1}))


def _earliest_of_each(rows: Iterable[Row[Any]]) -> list[Row[Any]]:
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
    run = _TimerRun(engine, now, world, totals, attempts)
    try:
        return run.fire(partial(claim_due_timers, now=now))
    except REFUSALS:
        with transaction(engine) as tx:
            rows = find_due_timers(tx, now, BATCH)
    for row in rows:
        run.fire_alone(row)
    return True


@dataclass(frozen=True, slots=True)
class _TimerRun:
    """Fires claimed timers at one instant, and counts what came of them."""

    engine: Engine
    now: datetime
    world: World
    totals: TimerTotals
    attempts: int

    def fire(self, claim: Callable[[Transaction], Sequence[Row[Any]]]) -> bool:
        """Fire what `claim` returns in one transaction; returns whether there was anything. Raises REFUSALS."""
        with transaction(self.engine) as tx:
            rows = claim(tx)
            steps = _prepare_timers(tx, rows, self.now, self.world)
            fired = [row for row, step in zip(rows, steps, strict=True) if _write_fired(tx, row, step)]
        self.totals.fired += len(fired)
        self.totals.late += [self.now - row.due for row in fired]
        for row, step in zip(rows, steps, strict=True):
            if isinstance(step, StepFailed):
                self._fail(row, step)
        return bool(rows)

    def fire_alone(self, row: Row[Any]) -> None:
        """Fire one of several timers of which the database has refused some; its own refusal is its own failure."""
        try:
            self.fire(partial(_claim_timer, now=self.now, timer_id=row.id))
        except REFUSALS as error:
            self._fail(row, StepFailed("step-unwritable", node=row.node, kind=type(error).__name__))

    def _fail(self, row: Row[Any], error: StepFailed) -> None:
        with transaction(self.engine) as tx:
            _retry_later(tx, row, self.now, error, self.attempts)
        self.totals.failed += 1


def fire_until(
    engine: Engine,
    until: datetime,
    world: World,
    *,
    since: datetime | None = None,
    attempts: int = MAX_ATTEMPTS,
    tick: Callable[[TimerTotals], None] | None = None,
) -> TimerTotals:
    """Advance the clock: every timer due up to `until` fires at its own due time, in order, those of starts too.

    At the same instant those of open instances come first. What was due before `since`, because an act of then set it
    so, fires at `since`: the clock does not go back.
    """
    totals = TimerTotals()
    while True:
        with transaction(engine) as tx:
            at, start = next_due_time(tx), start_timers.next_start_time(tx)
        if start is not None and start <= until and (at is None or start < at):
            _begin_at(engine, start, world, totals)
        elif at is not None and at <= until:
            fire_due_timers(engine, at if since is None else max(at, since), world, totals, attempts)
        else:
            return totals
        if tick is not None:
            tick(totals)


def _begin_at(engine: Engine, at: datetime, world: World, totals: TimerTotals) -> None:
    starts = StartTotals()
    start_timers.begin_due(engine, at, world, starts)
    totals.begun += starts.begun
    totals.failed += starts.failed


def _prepare_timers(
    tx: Transaction, rows: Sequence[Row[Any]], now: datetime, world: World
) -> list[PreparedStep | StepFailed | None]:
    """The step of each timer, in order, read together: on PostgreSQL every question is a round trip."""
    if not rows:
        return []
    ids = [row.instance_id for row in rows]
    stored, claimed = instances.load_instances(tx, ids), _claimed_tasks(tx, ids)
    return [
        attempt_step(
            partial(
                instances.prepare_step,
                tx,
                row.instance_id,
                _command_of(row, claimed.get(row.instance_id, frozenset()), now),
                world,
                stored.get(row.instance_id),
            ),
            row.node,
        )
        for row in rows
    ]


def _write_fired(tx: Transaction, row: Row[Any], step: PreparedStep | StepFailed | None) -> bool:
    """Write what came of a timer; returns whether it has fired."""
    if step is None:
        tx.write().execute(_DELETE_TIMER, {"b_id": row.id})
    return isinstance(step, PreparedStep) and instances.write_step(tx, step)


def fire_command(tx: Transaction, row: Row[Any], now: datetime) -> Command:
    """The command that fires one timer; history records when it was due, and so how late it fired."""
    return _command_of(row, _claimed_tasks(tx, [row.instance_id]).get(row.instance_id, frozenset()), now)


def _claimed_tasks(tx: Transaction, instance_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """The claimed open tasks of instances, by instance."""
    claimed: dict[int, set[int]] = {}
    for instance_id, task_id in tx.read.execute(_SELECT_CLAIMED, {"instances": instance_ids}):
        claimed.setdefault(instance_id, set()).add(task_id)
    return {instance_id: frozenset(task_ids) for instance_id, task_ids in claimed.items()}


def _command_of(row: Row[Any], claimed: frozenset[int], now: datetime) -> Command:
    fire, detail = Fire((row.engine_id,), claimed), ActDetail(due=row.due.isoformat())
    return Command(fire, SYSTEM, now, detail=detail, node=row.node)


def _retry_later(tx: Transaction, row: Row[Any], now: datetime, error: StepFailed, attempts: int) -> None:
    """Count the failure and retry later; after the last attempt, only when somebody retries the incident."""
    failed = row.attempts + 1
    wake = None if failed >= attempts else now + BACKOFF * 2 ** min(failed, 10)
    later = update(_timer).where(_timer.c.id == row.id).values(attempts=failed, wake=wake)
    tx.write().execute(later)
    if wake is None:
        incidents.report_failure(tx, row.instance_id, fire_command(tx, row, now), error)
