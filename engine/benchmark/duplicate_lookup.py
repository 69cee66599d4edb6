"""Measures how long it takes to look up similar open cases while an operator types: `python -m` with a database's URL.

The database is one that `tongdai seed` has filled. Each round asks for one commune, the fullest first; times are in
milliseconds, those of the processor without the waiting for a server.
"""

from __future__ import annotations

import statistics
import sys
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter, process_time

from sqlalchemy import Engine, func, select

from engine import clock
from engine.cases import callers
from engine.store.columns import table_of
from engine.store.db import engine_for, transaction
from engine.store.models import Report

ROUNDS = 60
TYPED = "Rác chưa được thu gom ba ngày nay, đề nghị kiểm tra đường Lê Lợi"

_report = table_of(Report)


@dataclass(frozen=True, slots=True)
class LookupFigures:
    """How many reports there are, and the median and the 95th percentile of the processor's and of all time."""

    reports: int
    processor: tuple[float, float]
    elapsed: tuple[float, float]


def measure_lookup(engine: Engine, now: datetime, rounds: int = ROUNDS) -> LookupFigures:
    """Look up similar cases `rounds` times, of one commune after the other."""
    with transaction(engine) as tx:
        per_place = select(_report.c.place).group_by(_report.c.place).order_by(func.count().desc())
        places = list(tx.read.execute(per_place).scalars())
        reports = tx.read.execute(select(func.count()).select_from(_report)).scalar_one()
    times: list[tuple[float, float]] = []
    for number in range(rounds):
        with transaction(engine) as tx:
            began = process_time(), perf_counter()
            callers.list_similar_cases(tx, places[number % len(places)], TYPED, now)
            times.append(((process_time() - began[0]) * 1000, (perf_counter() - began[1]) * 1000))
    return LookupFigures(reports, _summary([one for one, _ in times]), _summary([one for _, one in times]))


def _summary(times: list[float]) -> tuple[float, float]:
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


if __name__ == "__main__":
    sys.stdout.write(f"{measure_lookup(engine_for(sys.argv[1]), clock.now())}\n")
