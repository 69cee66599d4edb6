"""The measurement of a real worker: its timers fire, and it says how late they were."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import Engine

from engine.benchmark import lateness
from engine.translation.catalogue import translate
from tests.faults import town
from tests.paths import ROOT
from web.benchmark import timer_lateness
from web.benchmark.timer_lateness import TimerLoad

# Two workers on PostgreSQL share what is due in `tests/faults/test_workers.py`; `make faults` measures them here too.
MEASURED = [("sqlite", 1), ("postgresql", 2)] if "FAULT_LONG" in os.environ else [("sqlite", 1)]


@pytest.mark.slow
@pytest.mark.parametrize(("database", "workers"), MEASURED, indirect=["database"])
def test_every_timer_that_comes_due_is_fired_and_measured(
    engine_db: Engine, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    monkeypatch.setattr(timer_lateness, "LEAD", timer_lateness.LEAD / 15)
    monkeypatch.setattr(lateness, "CHUNK", 20)
    told: list[str] = []
    late = timer_lateness.measure_in_workers(engine_db, ROOT, TimerLoad(50, 1_200, 1 / 60, workers), told.append)
    assert late.fired == town.fired(engine_db) == 20
    assert 0 <= late.p50 <= late.p99 <= late.most < 60
    assert [translate(sentence, "en") for sentence in told] == ["preparing cases", "workers work"]
