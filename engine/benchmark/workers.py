"""Timers fired by one, two and four processes on one PostgreSQL. For `engine.benchmark.run` and the tests of faults."""

from __future__ import annotations

from datetime import datetime, timedelta
from multiprocessing import get_context
from time import perf_counter
from typing import Any

from sqlalchemy import Engine

from engine.benchmark.cases import NOW, START, WHO
from engine.bpmn.actions import Start
from engine.process import definitions, instances, timers
from engine.process.acts import Act
from engine.process.timers import Fired
from engine.province import snapshot
from engine.store.db import connect, transaction
from engine.world.world import World

WORKERS = (1, 2, 4)
SOON = NOW + timedelta(hours=4)
CHUNK = 500


def wait(engine: Engine, number: int) -> None:
    """Begin so many cases, each with a timer that is due at SOON."""
    with transaction(engine) as tx:
        definition, world = definitions.find(tx, "citizen_report"), snapshot.world(tx, 10)
    for first in range(0, number, CHUNK):
        with transaction(engine) as tx:
            for _ in range(first, min(first + CHUNK, number)):
                instances.start(tx, definition, Act(Start(START), WHO, NOW), world)


def race(url: str, workers: int, now: datetime = SOON) -> tuple[int, float]:
    """Let so many processes fire everything that is due; returns how many they fired, and the seconds it took."""
    context = get_context("spawn")  # A forked process would share the connections of this one.
    start, answers = context.Barrier(workers), context.SimpleQueue()
    processes = [context.Process(target=_work, args=(url, now, start, answers)) for _ in range(workers)]
    for process in processes:
        process.start()
    found = [answers.get() for _ in processes]
    for process in processes:
        process.join()
    begun = min(first for _count, first, _last in found)
    return sum(count for count, _first, _last in found), max(last for _count, _first, last in found) - begun


def _work(url: str, now: datetime, start: Any, answers: Any) -> None:
    """Fire until nothing is due; what is read once, such as diagrams, is read before the start."""
    engine = connect(url)
    with transaction(engine) as tx:
        world = snapshot.world(tx, 10)
        row = next(iter(timers.find_due(tx, now, 1)))
        instances.prepare(tx, row.instance_id, timers.fire_act(tx, row, now), world)
    start.wait()
    begun = perf_counter()
    fired = fire_all(engine, world, now)
    answers.put((fired, begun, perf_counter()))
    engine.dispose()


def fire_all(engine: Engine, world: World, now: datetime = SOON) -> int:
    """Fire until nothing is due; returns how many timers."""
    done = Fired()
    while timers.fire_due(engine, now, world, done):
        pass
    return done.fired
