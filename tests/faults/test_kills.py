"""Processes killed at random instants under load: nothing acknowledged is lost, nothing happens twice (R8, R13)."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine, func, select

from engine import clock
from engine.store import db
from engine.store.db import transaction
from engine.store.models import Incident, Mail
from tests.faults import town
from tests.faults.farm import Farm, mail_server
from tests.faults.load import Crowd
from tests.kit.waiting import free_port, listening, wait_for

pytestmark = pytest.mark.slow

# Processes on both databases together are killed eight times in a test run; `make faults` asks for a thousand.
KILLS = int(os.environ.get("FAULT_KILLS", "8")) // 2
CASES, MORE = (120, 10) if "FAULT_KILLS" in os.environ else (16, 4)
PAUSE = (0.05, 0.5)  # Seconds between two kills.
PATIENCE = 100  # How often to look, every twentieth of a second, whether an act was acknowledged.


@pytest.fixture
def durable(database: str) -> Iterator[Engine]:
    """The database as the program opens it, with its full durability."""
    engine = db.engine_for(database)
    yield engine
    engine.dispose()


@pytest.mark.timeout(1800)
def test_whatever_dies_when_nothing_is_lost_and_nothing_happens_twice(
    durable: Engine, database: str, tmp_path: Path, record_property: object
) -> None:
    town.found(durable, clock.now())
    town.file(durable, CASES, clock.now() - timedelta(days=3))
    port = free_port()
    with mail_server() as (sink, smtp):
        farm = Farm(environment(database, tmp_path, port, smtp), tmp_path / "log")
        with farm:
            processes = {"web": "web", "worker": "worker"}
            if durable.dialect.name == "postgresql":
                processes["second worker"] = "worker"
            for name, command in processes.items():
                farm.start(name, command)
            wait_for(lambda: listening(port))
            with Crowd(port, town.OPERATORS) as crowd:
                wait_for(lambda: bool(crowd.acknowledged))
                _kill(farm, durable, crowd, random.Random(durable.dialect.name))
            _expire(farm, durable)
            wait_for(town.idle(durable))
    print(_counted(durable, farm, crowd, sink.accepted))  # noqa: T201 - for docs/reliability.md
    assert crowd.errors == []
    assert len(crowd.acknowledged) > 0
    assert farm.kills >= KILLS
    assert town.lost(durable, crowd.acknowledged) == []
    assert town.fired_twice(durable) == []
    assert town.told_twice(durable) == []
    assert town.broken(durable) == []
    assert town.half_written(durable) == []
    assert town.mails_agree(durable, sink.accepted) == (set(), set())
    assert sum(sink.accepted.values()) - len(sink.accepted) <= farm.kills
    with transaction(durable) as tx:
        assert tx.read.execute(select(Incident.message)).all() == []


def environment(database: str, folder: Path, port: int, smtp: int) -> dict[str, str]:
    return {
        "TONGDAI_DATABASE": database,
        "TONGDAI_VAR": str(folder / "var"),
        "TONGDAI_SECRET_KEY": "0123456789abcdef0123456789abcdef",
        "TONGDAI_PORT": str(port),
        "TONGDAI_SMTP": f"smtp://127.0.0.1:{smtp}",
        "TONGDAI_MAIL_FROM": town.SENDER,
        "TONGDAI_MAILS_PER_HOUR": "1000",
    }


def _kill(farm: Farm, engine: Engine, crowd: Crowd, chance: random.Random) -> None:
    """Kill one process after another at random instants; new work keeps coming.

    The pages are killed again once officers have got something done, or a machine that starts them slowly would show
    nothing but starts.
    """
    pause, done = Event(), 0
    for number in range(KILLS):
        pause.wait(chance.uniform(*PAUSE))
        if number % 10 == 0:
            town.file(engine, MORE, clock.now() - timedelta(days=3))
        names = sorted(farm.running)
        name = chance.choices(names, [1 if name == "web" else 2 for name in names])[0]
        if name == "web":
            for _ in range(PATIENCE):
                if len(crowd.acknowledged) > done:
                    break
                pause.wait(0.05)
            done = len(crowd.acknowledged)
        farm.kill(name)


def _expire(farm: Farm, engine: Engine) -> None:
    """The workers are lost for good, and the time has passed after which another one takes over their mails."""
    workers = [name for name, (command, _number) in farm.running.items() if command == "worker"]
    for name in workers:
        farm.end(name)
    town.end_leases(engine)
    farm.start("another worker", "worker")


def _counted(engine: Engine, farm: Farm, crowd: Crowd, accepted: object) -> dict[str, object]:
    """What a run came to, for the table in docs/reliability.md."""
    with transaction(engine) as tx:
        mails = tx.read.execute(select(func.count()).select_from(Mail)).scalar()
    total = dict(accepted)  # type: ignore[call-overload]
    return {
        "database": engine.dialect.name,
        "kills": farm.kills,
        "acknowledged acts": dict(crowd.acts),
        "timers fired": town.fired(engine),
        "mails": mails,
        "accepted twice": sum(total.values()) - len(total),
    }
