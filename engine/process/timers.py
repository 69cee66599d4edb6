"""Due timers become steps: found by index, fired in batches, each through the same `advance` as an officer's act.

Called by the worker, by commands and by whatever turns a virtual clock. A batch holds one timer per instance, and each
step is written in a savepoint of its own. Several workers share what is due: on PostgreSQL a batch locks its instances
and leaves those that others have locked, on SQLite the steps are taken before the batch's write transaction begins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Row, bindparam, delete, func, select, update
from sqlalchemy.exc import DBAPIError

from engine.actor import SYSTEM
from engine.bpmn.actions import Fire
from engine.errors import Stale, StepFailed
from engine.process import incidents, instances
from engine.process.acts import Act
from engine.process.instances import Prepared
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Instance, Task, Timer
from engine.world.world import World

# Measured: batches of 20 fire about twice as fast as single transactions; larger ones gain nothing.
BATCH = 20
ATTEMPTS = 5
BACKOFF = timedelta(minutes=1)

_timer, _instance = table_of(Timer), table_of(Instance)
_DUE = (
    select(_timer)
    .where(_timer.c.wake <= bindparam("now"))
    .order_by(_timer.c.wake, _timer.c.id)
    .limit(bindparam("limit"))
)
# The instance's row is what every other step of it writes first, so that nobody waits for anybody in a circle.
_CLAIM = _DUE.join(_instance, _instance.c.id == _timer.c.instance_id).with_for_update(of=_instance, skip_locked=True)
_GONE = delete(_timer).where(_timer.c.id == bindparam("b_id"))
_NEXT = select(func.min(_timer.c.wake)).where(_timer.c.wake.is_not(None))
_TAKEN = select(Task.engine_id).where(
    Task.instance_id == bindparam("instance"), Task.state == instances.OPEN, Task.assignee_id.is_not(None)
)


@dataclass(slots=True)
class Fired:
    """What a run over due timers did."""

    fired: int = 0
    failed: int = 0
    late: list[timedelta] = field(default_factory=list)


def due(tx: Transaction, now: datetime, limit: int = BATCH) -> list[Row[Any]]:
    """The due timers that are this worker's, the earliest of each instance, in the order of their due instants."""
    wanted = {"now": now, "limit": limit}
    rows = tx.write().execute(_CLAIM, wanted).all() if tx.locks_rows else find_due(tx, now, limit)
    found: dict[int, Row[Any]] = {}
    for row in rows:
        found.setdefault(row.instance_id, row)
    return list(found.values())


def find_due(tx: Transaction, now: datetime, limit: int) -> Sequence[Row[Any]]:
    """The first `limit` due timers, in the order of their due instants."""
    return tx.read.execute(_DUE, {"now": now, "limit": limit}).all()


def next_due(tx: Transaction) -> datetime | None:
    """When the next timer wants to be looked at; None when none waits."""
    at: datetime | None = tx.read.execute(_NEXT).scalar()
    return at


def fire_due(engine: Engine, now: datetime, world: World, done: Fired, attempts: int = ATTEMPTS) -> bool:
    """Fire one batch of what is due at `now`; adds to `done` and returns whether there was anything.

    A timer that fails `attempts` times becomes an incident.
    """
    failures = []
    with transaction(engine) as tx:
        rows = due(tx, now)
        taken = [(row, _take(tx, row, now, world)) for row in rows]
        for row, step in taken:
            if isinstance(step, StepFailed):
                failures.append((row, step))
            elif step is None:
                tx.write().execute(_GONE, {"b_id": row.id})
            elif _write(tx, step):
                done.fired += 1
                done.late.append(now - row.due)
    for row, error in failures:
        with transaction(engine) as tx:
            _retry_later(tx, row, now, error, attempts)
        done.failed += 1
    return bool(rows)


def run_until(
    engine: Engine,
    until: datetime,
    world: World,
    *,
    attempts: int = ATTEMPTS,
    tick: Callable[[Fired], None] | None = None,
) -> Fired:
    """Turn the clock: fire every timer that is due up to `until`, each at its own instant, in order."""
    done = Fired()
    while True:
        with transaction(engine) as tx:
            at = next_due(tx)
        if at is None or at > until:
            return done
        fire_due(engine, at, world, done, attempts)
        if tick is not None:
            tick(done)


def _take(tx: Transaction, row: Row[Any], now: datetime, world: World) -> Prepared | StepFailed | None:
    """One timer's step, not yet written; None when the timer is gone, its failure when the process cannot go on."""
    try:
        return instances.prepare(tx, row.instance_id, fire_act(tx, row, now), world)
    except Stale:
        return None
    except StepFailed as error:
        return error
    except DBAPIError:
        raise
    except Exception as error:  # noqa: BLE001 - one broken case must not stop the timers of all others.
        return StepFailed(f"The case cannot be read or moved ({type(error).__name__}).", row.node)


def _write(tx: Transaction, step: Prepared) -> bool:
    with tx.write().begin_nested():
        return instances.write(tx, step)


def fire_act(tx: Transaction, row: Row[Any], now: datetime) -> Act:
    """The act of firing one timer; history keeps when it was due, and so how late it was."""
    taken = frozenset(tx.read.execute(_TAKEN, {"instance": row.instance_id}).scalars())
    return Act(Fire((row.engine_id,), taken), SYSTEM, now, detail={"due": row.due.isoformat()}, node=row.node)


def _retry_later(tx: Transaction, row: Row[Any], now: datetime, error: StepFailed, attempts: int) -> None:
    """Count the failure; look again later, after the last attempt only when somebody retries the incident."""
    failed = row.attempts + 1
    wake = None if failed >= attempts else now + BACKOFF * 2 ** min(failed, 10)
    later = update(_timer).where(_timer.c.id == row.id).values(attempts=failed, wake=wake)
    tx.write().execute(later)
    if wake is None:
        incidents.report(tx, row.instance_id, fire_act(tx, row, now), error)
