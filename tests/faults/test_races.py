"""Two officers complete the same task at the same moment: one succeeds, the other is told clearly (B 4)."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, select

from engine.bpmn.actions import Start
from engine.cases import tasks
from engine.cases.tasks import Desk
from engine.errors import Stale
from engine.process import instances
from engine.process.acts import Command
from engine.store import db
from engine.store.db import transaction
from engine.store.models import Task
from tests.kit import hotline
from tests.kit.hotline import DATA, NOW, PLACE, WHO, WORLD
from tests.kit.record import differences

pytestmark = pytest.mark.slow

CLEAR = ("task-moved-on", "step-task-not-open")
RACES = int(os.environ.get("FAULT_RACES", "120"))


@pytest.fixture
def durable(database: str) -> Iterator[Engine]:
    """The database as the program opens it."""
    engine = db.engine_for(database, durable="FAULT_RACES" in os.environ)
    yield engine
    engine.dispose()


@pytest.mark.timeout(1800)
def test_of_two_officers_one_succeeds_and_one_is_told(durable: Engine) -> None:
    with transaction(durable) as tx:
        desks = [hotline.desk(tx, (PLACE, "commune"), person=number) for number in (1, 2)]
        definition = hotline.deployed(tx)
        for _ in range(RACES):
            instances.start_instance(tx, definition, Command(Start(DATA), WHO, NOW), WORLD)
    with transaction(durable) as tx:
        open_tasks = [row.id for row in tx.read.execute(select(Task.id).where(Task.state == "open").order_by(Task.id))]
    outcomes: list[list[str]] = [[], []]
    barrier = Barrier(2)

    def officer(number: int, desk: Desk) -> None:
        for task in open_tasks:
            barrier.wait(300)
            try:
                with transaction(durable) as tx:
                    tasks.complete(tx, desk, task, 1, {"note": f"officer {number}", "outcome": "correct"})
            except Stale as error:
                outcomes[number].append(error.rule)
            else:
                outcomes[number].append("done")

    threads = [Thread(target=officer, args=(number, desk)) for number, desk in enumerate(desks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pairs = Counter(tuple(sorted(pair)) for pair in zip(*outcomes, strict=True))
    assert sum(pairs.values()) == RACES
    assert set(pairs) <= {tuple(sorted((rule, "done"))) for rule in CLEAR}, pairs
    with transaction(durable) as tx:
        assert differences(tx) == []
        done = tx.read.execute(select(Task.closed_by).where(Task.id.in_(open_tasks), Task.state == "done")).all()
    assert len(done) == RACES
