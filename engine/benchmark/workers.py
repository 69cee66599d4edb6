"""Measures timers fired by one, two and four processes on one PostgreSQL database."""

from __future__ import annotations

from datetime import datetime, timedelta
from multiprocessing import get_context
from time import perf_counter
from typing import Any

from sqlalchemy import Engine

from engine.benchmark.cases import NOW, START_DATA, WHO
from engine.bpmn.actions import Start
from engine.process import definitions, instances, timers
from engine.process.acts import Command
from engine.process.timers import TimerTotals
from engine.province import snapshot
from engine.store.db import engine_for, transaction
from engine.world.world import World

WORKERS = (1, 2, 4)
SOON = NOW + timedelta(hours=4)
CHUNK = 500


def start_waiting_cases(engine: Engine, number: int) -> None:
    """Start `number` cases, each with a timer that is due at SOON."""
    with transaction(engine) as tx:
        definition, world = definitions.find_by_key(tx, "citizen_report"), snapshot.load_world(tx, 10)
    for first in range(0, number, CHUNK):
        with transaction(engine) as tx:
            for _ in range(first, min(first + CHUNK, number)):
                instances.start_instance(tx, definition, Command(Start(START_DATA), WHO, NOW), world)


def race_workers(url: str, workers: int, now: datetime = SOON) -> tuple[int, float]:
    """Let `workers` processes fire all due timers; returns how many they fired, and the seconds it took."""
    context = get_context("spawn")  # A forked process would share the connections of this one.
    start, queue = context.Barrier(workers), context.SimpleQueue()
    processes = [context.Process(target=_run_worker, args=(url, now, start, queue)) for _ in range(workers)]
    for process in processes:
        process.start()
    results = [queue.get() for _ in processes]
    for process in processes:
        process.join()
    started = min(first for _count, first, _last in results)
    return sum(count for count, _first, _last in results), max(last for _count, _first, last in results) - started


def _run_worker(url: str, now: datetime, start: Any, queue: Any) -> None:
    """Fire until nothing is due; whatever is read once, such as diagrams, is read before the start."""
    engine = engine_for(url)
    with transaction(engine) as tx:
        world = snapshot.load_world(tx, 10)
        row = next(iter(timers.find_due_timers(tx, now, 1)))
        instances.prepare_step(tx, row.instance_id, timers.fire_command(tx, row, now), world)
    start.wait()
    started = perf_counter()
    fired = fire_all(engine, world, now)
    queue.put((fired, started, perf_counter()))
    engine.dispose()


def fire_all(engine: Engine, world: World, now: datetime = SOON) -> int:
    """Fire until nothing is due; returns the number of fired timers."""
    total = TimerTotals()
    while timers.fire_due_timers(engine, now, world, total):
        pass
    return total.fired
