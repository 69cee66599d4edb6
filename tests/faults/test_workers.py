"""Several workers on one PostgreSQL share what is due: each timer fires once (R8)."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import Engine

from engine.benchmark import cases, workers
from engine.store import db
from tests.faults import town
from tests.paths import ROOT

pytestmark = pytest.mark.slow

TIMERS = 20_000 if "FAULT_LONG" in os.environ else 150


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("number", [2, 4] if "FAULT_LONG" in os.environ else [2])
def test_each_timer_is_fired_by_one_of_the_workers(database: str, number: int) -> None:
    engine: Engine = db.engine_for(database)
    cases.prepare_office(engine, ROOT)
    workers.start_waiting_cases(engine, TIMERS)
    fired, seconds = workers.race_workers(database, number)
    print({"workers": number, "timers": fired, "seconds": round(seconds, 1)})  # noqa: T201 - for docs/reliability.md
    assert fired == TIMERS
    assert town.fired(engine) == TIMERS
    assert town.fired_twice(engine) == []
    assert town.broken(engine) == []
    engine.dispose()
