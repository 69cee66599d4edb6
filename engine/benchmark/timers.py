"""Measures finding and firing due timers among very many."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter

from sqlalchemy import Engine, insert, select, text

from engine.benchmark import cases, floor
from engine.benchmark.cases import NOW, START_DATA, WHO, BenchmarkOffice
from engine.bpmn.actions import Start
from engine.process import instances, timers
from engine.process.acts import Command
from engine.process.timers import TimerTotals
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import Timer

DUE = 200
FIRES = 400
SEARCHES = 21
CHUNK = 50_000


@dataclass(frozen=True, slots=True)
class TimerMeasures:
    """Milliseconds to search 100,000 and 1,000,000 waiting timers, fires per second, their ratio to the floor."""

    search_100k_ms: float
    search_1m_ms: float
    fires_per_second: float
    ratio: float


def measure_timers(engine: Engine, office: BenchmarkOffice) -> TimerMeasures:
    """Fill a prepared database with waiting timers, search, then fire `FIRES` real ones among a million others."""
    cases.start_cases(engine, office, 1)
    _fill_waiting(engine, 0, 100_000)
    small = _search_seconds(engine)
    _fill_waiting(engine, 100_000, 1_000_000)
    large = _search_seconds(engine)
    _disarm_due(engine)
    rate, minimal = _fire_rates(engine, office)
    return TimerMeasures(small * 1000, large * 1000, rate, rate / minimal)


def _fill_waiting(engine: Engine, first: int, last: int) -> None:
    """Insert timers of one case from `first` to `last`; the first 200 are due, the others in later years."""
    with transaction(engine) as tx:
        connection = tx.write()
        for start in range(first, last, CHUNK):
            rows = [_timer_row(number) for number in range(start, min(start + CHUNK, last))]
            connection.execute(insert(table_of(Timer)), rows)
    with transaction(engine) as tx:
        tx.write().execute(text("ANALYZE"))


def _timer_row(number: int) -> dict[str, object]:
    due = NOW + timedelta(minutes=number - DUE if number < DUE else number)
    return {"instance_id": 1, "engine_id": number + 1_000, "node": "bench", "due": due, "wake": due, "attempts": 0}


def _search_seconds(engine: Engine) -> float:
    """Seconds to find 200 due timers, median of 21 searches."""
    costs = []
    for _ in range(SEARCHES):
        with transaction(engine) as tx:
            tx.read.execute(select(1))  # Opening a connection is not part of the search.
            started = perf_counter()
            rows = timers.find_due_timers(tx, NOW, DUE)
            costs.append(perf_counter() - started)
        assert len(rows) == DUE
    return statistics.median(costs)


def _disarm_due(engine: Engine) -> None:
    with transaction(engine) as tx:
        timer = table_of(Timer)
        tx.write().execute(timer.update().where(timer.c.wake <= NOW).values(wake=None))


def _fire_rates(engine: Engine, office: BenchmarkOffice) -> tuple[float, float]:
    """Fires per second of the product, and of its statements through the raw driver in batches of the same size."""
    with transaction(engine) as tx:
        for _ in range(FIRES):
            instances.start_instance(tx, office.definition, Command(Start(START_DATA), WHO, NOW), office.desk.world)
    soon = NOW + timedelta(hours=4)
    rates: list[float] = []

    def fire() -> None:
        total, started = TimerTotals(), perf_counter()
        while total.fired < FIRES and timers.fire_due_timers(engine, soon, office.desk.world, total):
            pass
        rates.append(total.fired / (perf_counter() - started))

    database = str(engine.url.database)
    with transaction(engine) as tx:
        tx.read.execute(text(f"VACUUM INTO '{database}.floor'"))
    recording = floor.record_statements(engine, fire)
    started = perf_counter()
    floor.replay_sqlite(f"{database}.floor", recording)
    return rates[0], FIRES / (perf_counter() - started)
