"""Prepares cases whose timers come due one after another among very many that wait, and measures how late each fired.

`web.benchmark.timer_lateness` runs a real worker on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import quantiles

from sqlalchemy import Engine, func, insert, select, text, update

from engine.benchmark import cases
from engine.benchmark.cases import START_DATA, WHO, BenchmarkOffice
from engine.bpmn.actions import Start
from engine.process import instances
from engine.process.act_detail import decode_detail
from engine.process.acts import Command
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import History, Timer

CHUNK = 20_000
FIRST_OTHER = 1_000  # Engine ids of the rows that only wait start here; those of real cases are smaller.

_timer, _history = table_of(Timer), table_of(History)


@dataclass(frozen=True, slots=True)
class TimerLateness:
    """Seconds between due time and firing."""

    fired: int
    p50: float
    p99: float
    most: float


def prepare_timers(engine: Engine, root: Path, number: int, others: int) -> None:
    """Fill an empty, migrated database: real cases with a timer each, and timer rows that are due in years."""
    _fill_timers(engine, cases.prepare_office(engine, root), number, others)


def _fill_timers(engine: Engine, office: BenchmarkOffice, number: int, others: int) -> None:
    """Insert real cases with a timer each, and timer rows that are due in years."""
    for first in range(0, number, 500):
        with transaction(engine) as tx:
            for _ in range(first, min(first + 500, number)):
                instances.start_instance(
                    tx, office.definition, Command(Start(START_DATA), WHO, cases.NOW), office.desk.world
                )
    for first in range(0, others, CHUNK):
        with transaction(engine) as tx:
            rows = [_distant_timer_row(first + index) for index in range(min(CHUNK, others - first))]
            tx.write().execute(insert(_timer), rows)
    with transaction(engine) as tx:
        tx.write().execute(text("ANALYZE"))


def _distant_timer_row(number: int) -> dict[str, object]:
    due = cases.NOW + timedelta(days=3650, seconds=number)
    return {
        "instance_id": 1,
        "engine_id": number + FIRST_OTHER,
        "node": "bench",
        "due": due,
        "wake": due,
        "attempts": 0,
    }


def schedule_due_times(engine: Engine, number: int, begin: datetime, pause: timedelta) -> None:
    """Let the timers of the cases come due one after another."""
    with transaction(engine) as tx:
        ids = (
            tx.read.execute(select(_timer.c.id).where(_timer.c.engine_id < FIRST_OTHER).order_by(_timer.c.id))
            .scalars()
            .all()
        )
        connection = tx.write()
        for index, row_id in enumerate(ids):
            due = begin + pause * index if index < number else None
            connection.execute(update(_timer).where(_timer.c.id == row_id).values(due=due or cases.NOW, wake=due))


def count_fired(engine: Engine) -> int:
    """The number of timers that have fired."""
    with transaction(engine) as tx:
        return int(tx.read.execute(select(func.count()).where(_history.c.action == "fire")).scalar_one())


def measure_delays(engine: Engine) -> TimerLateness:
    """How late the timers fired."""
    query = select(_history.c.at, _history.c.detail).where(_history.c.action == "fire")
    with transaction(engine) as tx:
        rows = tx.read.execute(query).all()
    delays = sorted((row.at - datetime.fromisoformat(decode_detail(row.detail).due)).total_seconds() for row in rows)
    cuts = quantiles(delays, n=100, method="inclusive")
    return TimerLateness(len(delays), cuts[49], cuts[98], delays[-1])
