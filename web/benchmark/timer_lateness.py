"""Measures how late timers fire in real workers while very many others wait, on the configured database.

Workers are separate processes. The history records how late each timer was: when it was due and when it fired.
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
from engine.benchmark.lateness import TimerLateness
from engine.translation.catalogue import N_

LEAD = timedelta(seconds=15)  # The worker is running by then.
PATIENCE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class TimerLoad:
    """Timers to fire: `rate` a minute for `minutes` minutes, alongside `waiting` others, fired by `workers` workers."""

    waiting: int
    rate: int
    minutes: float
    workers: int = 1


def measure_in_workers(engine: Engine, root: Path, load: TimerLoad, tick: Callable[[str], None]) -> TimerLateness:
    """Let timers come due as planned, and measure; the database must be empty. `tick` gets progress in Vietnamese."""
    tick(N_("đang chuẩn bị hồ sơ"))
    number = round(load.rate * load.minutes)
    lateness.prepare_timers(engine, root, number, load.waiting)
    first_due = clock.now() + LEAD
    lateness.schedule_due_times(engine, number, first_due, timedelta(minutes=1) / load.rate)
    tick(N_("các tiến trình nền đang chạy"))
    with ExitStack() as stack:
        for _ in range(load.workers):
            stack.enter_context(_worker_process(engine))
        _wait_until_fired(engine, number, first_due + timedelta(minutes=load.minutes) + PATIENCE)
    return lateness.measure_delays(engine)


@contextmanager
def _worker_process(engine: Engine) -> Iterator[None]:
    command = [sys.executable, "-c", "from web.cli import main; main()", "worker"]
    environment = {**os.environ, "TONGDAI_DATABASE": engine.url.render_as_string(hide_password=False)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own program.
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def _wait_until_fired(engine: Engine, number: int, end: datetime) -> None:
    patience = Event()
    while lateness.count_fired(engine) < number and clock.now() < end:
        patience.wait(1)
