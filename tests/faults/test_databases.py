"""The database goes away under load: restarted, or lost and its standby promoted. No acknowledged act is lost."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine

from engine import clock
from engine.store import db, schema_migrations
from tests.faults import town
from tests.faults.farm import Farm, mail_server
from tests.faults.load import Crowd
from tests.faults.test_kills import environment
from tests.kit import postgres
from tests.kit.waiting import free_port, listening, wait_for

pytestmark = pytest.mark.slow

LONG = "FAULT_LONG" in os.environ
CASES, RESTARTS = (30, 2) if LONG else (10, 1)


@contextmanager
def at_work(url: str, engine: Engine, folder: Path) -> Iterator[Crowd]:
    """Web and worker of the program, and operators at work; all of it goes on whatever happens to the database."""
    port = free_port()
    with mail_server() as (_sink, smtp), Farm(environment(url, folder, port, smtp), folder / "log") as farm:
        farm.start("web", "web")
        farm.start("worker", "worker")
        wait_for(lambda: listening(port))
        with Crowd(port, town.OPERATORS) as crowd:
            wait_for(lambda: len(crowd.acknowledged) >= 5)
            yield crowd
        engine.dispose()  # The test's own connections went with the server.
        town.end_leases(engine)
        wait_for(town.idle(engine))


def resumed(crowd: Crowd) -> None:
    """Work goes on, without restarting our processes: five more acts are acknowledged."""
    before = len(crowd.acknowledged)
    wait_for(lambda: len(crowd.acknowledged) >= before + 5)


def nothing_lost(engine: Engine, crowd: Crowd) -> None:
    """What was acknowledged is there, once."""
    assert town.lost(engine, crowd.acknowledged) == []
    assert town.fired_twice(engine) == []
    assert town.broken(engine) == []
    assert town.half_written(engine) == []


@pytest.mark.timeout(600)
def test_work_goes_on_after_the_database_was_restarted_and_with_the_standby_when_the_primary_is_lost(
    tmp_path: Path,
) -> None:
    with postgres.running(durable=True) as primary, postgres.standby_of(primary) as standby:
        hosts = "&".join(f"host=127.0.0.1:{server.port}" for server in (primary, standby))
        url = f"postgresql+psycopg://postgres@/postgres?{hosts}&target_session_attrs=read-write&connect_timeout=3"
        engine = _founded(url)
        with at_work(url, engine, tmp_path) as crowd:
            for _time in range(RESTARTS):
                primary.stop()
                Event().wait(1)
                primary.start(durable=True)
                resumed(crowd)
            primary.stop()
            standby.promote()
            resumed(crowd)
        nothing_lost(engine, crowd)
        engine.dispose()


def _founded(url: str) -> Engine:
    schema_migrations.upgrade(url)
    engine = db.engine_for(url)
    town.found(engine, clock.now())
    town.file(engine, CASES, clock.now() - timedelta(days=3))
    return engine
