"""How late timers fire in real workers while very many wait: for `tongdai bench-timers`, on the configured database.

Workers are processes of their own. How late each timer was, the history says: when it was due, and when it fired.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

from sqlalchemy import Engine

from engine import clock
from engine.benchmark import lateness
from engine.benchmark.lateness import Lateness

LEAD = timedelta(seconds=15)  # The worker has started by then.
PATIENCE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Plan:
    """What comes due: `rate` timers a minute for so many minutes, beside `waiting` others, fired by so many workers."""

    waiting: int
    rate: int
    minutes: float
    workers: int = 1


def run(engine: Engine, root: Path, plan: Plan, tick: Callable[[str], None]) -> Lateness:
    """Let timers come due as planned, and measure; the database must be empty."""
    tick("preparing cases")
    number = round(plan.rate * plan.minutes)
    lateness.prepare(engine, root, number, plan.waiting)
    begin = clock.now() + LEAD
    lateness.spread(engine, number, begin, timedelta(minutes=1) / plan.rate)
    tick("workers work")
    with ExitStack() as stack:
        for _ in range(plan.workers):
            stack.enter_context(_worker(engine))
        _until_done(engine, number, begin + timedelta(minutes=plan.minutes) + PATIENCE)
    return lateness.measured(engine)


@contextmanager
def _worker(engine: Engine) -> Iterator[None]:
    command = [sys.executable, "-c", "from web.cli import main; main()", "worker"]
    environment = {**os.environ, "TONGDAI_DATABASE": engine.url.render_as_string(hide_password=False)}
    worker = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own program.
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(60)


def _until_done(engine: Engine, number: int, end: datetime) -> None:
    patience = Event()
    while lateness.fired(engine) < number and clock.now() < end:
        patience.wait(1)
