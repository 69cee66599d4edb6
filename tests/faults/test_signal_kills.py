"""Workers killed while a signal is on its way: every case that waited gets it once, and the counts say so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert

from engine.store import db
from engine.store.db import transaction
from engine.store.models import Unit
from tests.faults.farm import Farm
from tests.kit.hotline import UNITS
from tests.kit.record import differences
from tests.kit.waiting import wait_for
from tests.process import test_signals

pytestmark = pytest.mark.slow

LONG = "FAULT_LONG" in os.environ
WAITING, KILLS = (10_000, 100) if LONG else (24, 2)
SETTINGS = {"TONGDAI_SECRET_KEY": "0123456789abcdef0123456789abcdef"}


@pytest.fixture
def durable(database: str) -> Iterator[Engine]:
    """The database as the program opens it, with its full durability."""
    engine = db.engine_for(database)
    yield engine
    engine.dispose()


@pytest.mark.timeout(3600)
def test_a_signal_reaches_everybody_once_although_its_workers_die(
    durable: Engine, database: str, tmp_path: Path
) -> None:
    with transaction(durable) as tx:
        rows = [{"code": u.code, "name": u.name, "kind": u.kind, "parent_code": u.parent} for u in UNITS]
        tx.write().execute(insert(Unit), rows)
    guards = test_signals.begin(durable, "guard", WAITING)
    test_signals.blow(durable)
    names = ["worker", "second worker"] if durable.dialect.name == "postgresql" else ["worker"]
    environment = {**SETTINGS, "TONGDAI_DATABASE": database, "TONGDAI_VAR": str(tmp_path / "var")}
    with Farm(environment, tmp_path / "log") as farm:
        for name in names:
            farm.start(name, "worker")
        for number in range(1, KILLS + 1):
            wait_for(partial(_has_come_to, durable, WAITING * number // (KILLS + 1)))
            farm.kill(names[number % len(names)])
        wait_for(lambda: test_signals.counts(durable)[0][-1])
    assert test_signals.counts(durable) == [(WAITING, WAITING, 0, 0, True)]
    assert test_signals.heard(durable) == guards
    with transaction(durable) as tx:
        assert differences(tx) == []


def _has_come_to(engine: Engine, receivers: int) -> bool:
    ((_waiting, delivered, *_rest),) = test_signals.counts(engine)
    return delivered >= receivers
