"""Promises of due timers: found in order, fired once, retried when they fail, never lost."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, func, insert, select

from engine.actor import SYSTEM
from engine.bpmn.actions import Complete, Start
from engine.errors import StepFailed
from engine.process import definitions, incidents, instances, timers
from engine.process.acts import Command
from engine.process.timers import MAX_ATTEMPTS, TimerTotals, fire_due_timers, fire_until, next_due_time
from engine.store.db import Transaction, transaction
from engine.store.models import History, Incident, Outbox, Task, Timer
from tests.kit import hotline
from tests.kit.hotline import DATA, NOW, WHO, WORLD, deployed


def begin(engine_db: Engine, cases: int = 1) -> list[int]:
    with transaction(engine_db) as tx:
        definition = deployed(tx)
        return [
            instances.start_instance(tx, definition, Command(Start(DATA), WHO, NOW), WORLD)[0] for _ in range(cases)
        ]


def test_nothing_fires_before_its_time(engine_db: Engine) -> None:
    begin(engine_db)
    done = TimerTotals()
    assert fire_due_timers(engine_db, NOW, WORLD, done) is False
    assert done.fired == 0


def test_the_clock_fires_each_timer_at_its_own_instant_in_order(engine_db: Engine) -> None:
    begin(engine_db, cases=3)
    done = fire_until(engine_db, NOW + timedelta(days=10), WORLD)
    assert done.fired == 6
    assert set(done.late) == {timedelta(0)}
    with transaction(engine_db) as tx:
        assert next_due_time(tx) is None
        rungs = tx.read.execute(select(Outbox.instance_id, Outbox.rung).order_by(Outbox.id)).all()
        assert [row.rung for row in rungs] == ["reminder"] * 3 + ["overdue"] * 3


def test_a_late_worker_fires_what_was_missed_and_keeps_how_late_it_was(engine_db: Engine) -> None:
    begin(engine_db)
    late = NOW + timedelta(days=10)
    done = TimerTotals()
    while fire_due_timers(engine_db, late, WORLD, done):
        pass
    assert done.fired == 2
    assert min(done.late) > timedelta(days=7)


def test_more_timers_than_a_batch_all_fire_once(engine_db: Engine) -> None:
    begin(engine_db, cases=timers.BATCH + 5)
    done = fire_until(engine_db, NOW + timedelta(days=10), WORLD)
    assert done.fired == 2 * (timers.BATCH + 5)
    with transaction(engine_db) as tx:
        assert tx.read.execute(select(func.count()).select_from(Outbox)).scalar_one() == done.fired


def test_a_timer_of_a_completed_task_is_gone(engine_db: Engine) -> None:
    (instance,) = begin(engine_db)
    with transaction(engine_db) as tx:
        task = next(iter(tx.read.execute(select(Task.engine_id)).scalars()))
        instances.take_step(tx, instance, Command(Complete(task, {}), WHO, NOW), WORLD)
    assert fire_until(engine_db, NOW + timedelta(days=10), WORLD).fired == 0


FAILING = hotline.diagram(
    "failing",
    [
        hotline.node("startEvent", "begin"),
        hotline.user_task("work"),
        hotline.timer("alarm", "work", "working_hours(1)"),
        hotline.script("divide", "x = 1 / zero"),
        hotline.node("endEvent", "rang"),
        hotline.node("endEvent", "done"),
    ],
    "begin > work > done",
    "alarm > divide > rang",
)


@pytest.fixture
def failing(engine_db: Engine, monkeypatch: pytest.MonkeyPatch) -> int:
    """A case whose timer leads to a division by the case's `zero`."""
    files = {next(iter(hotline.FILES)): FAILING, **dict(list(hotline.FILES.items())[1:])}
    monkeypatch.setattr(hotline, "FILES", files)
    with transaction(engine_db) as tx:
        definitions.deploy_files(tx, files, by=SYSTEM, message="", now=NOW)
        definition = definitions.find_by_key(tx, "failing")
        return instances.start_instance(tx, definition, Command(Start({**DATA, "zero": 0}), WHO, NOW), WORLD)[0]


def failures(engine_db: Engine, at: datetime) -> TimerTotals:
    done = TimerTotals()
    for hours in range(200):
        fire_due_timers(engine_db, at + timedelta(hours=hours), WORLD, done)
    return done


def test_a_failing_timer_is_tried_again_and_then_becomes_an_incident(engine_db: Engine, failing: int) -> None:
    assert failures(engine_db, NOW + timedelta(hours=1)).failed == MAX_ATTEMPTS
    with transaction(engine_db) as tx:
        (incident,) = incidents.list_oldest_first(tx)
        assert (incident.instance_id, incident.node) == (failing, "divide")
        assert "division by zero" in incidents.incident_sentence(incident, "en")
        assert next_due_time(tx) is None
        assert tx.read.execute(select(func.count()).select_from(Timer)).scalar_one() == 1


def test_an_incident_that_is_retried_in_vain_counts_and_one_put_aside_is_closed(
    engine_db: Engine, failing: int
) -> None:
    failures(engine_db, NOW + timedelta(hours=1))
    with transaction(engine_db) as tx:
        number = incidents.list_oldest_first(tx)[0].id
    with pytest.raises(StepFailed):
        incidents.retry_incident(engine_db, number, SYSTEM, NOW, WORLD)
    with transaction(engine_db) as tx:
        assert incidents.find_incident(tx, number).attempts == 2
        incidents.resolve_incident(tx, number, SYSTEM, NOW)
    with transaction(engine_db) as tx:
        assert incidents.list_oldest_first(tx) == []
        assert tx.read.execute(select(Incident.resolved_by)).scalar_one() == "system"


def test_what_the_database_refuses_of_one_case_keeps_no_other_timer(engine_db: Engine) -> None:
    first, refused, last = begin(engine_db, cases=3)
    with transaction(engine_db) as tx:  # The next row of this history is there already, so that no step can be written.
        row = tx.read.execute(select(History).where(History.instance_id == refused)).one()
        tx.write().execute(insert(History), {**row._asdict(), "seq": row.seq + 1})
    done = TimerTotals()
    for hours in range(200):
        fire_due_timers(engine_db, NOW + timedelta(days=10, hours=hours), WORLD, done)
    assert (done.fired, done.failed) == (4, 2 * MAX_ATTEMPTS)
    with transaction(engine_db) as tx:
        notices = set(tx.read.execute(select(Outbox.instance_id)).scalars())
        reported = incidents.list_oldest_first(tx)
    assert notices == {first, last}
    assert [incident.instance_id for incident in reported] == [refused, refused]
    assert all("IntegrityError" in incidents.incident_sentence(incident, "en") for incident in reported)


def test_history_says_when_a_timer_was_due(tx: Transaction) -> None:
    instances.start_instance(tx, deployed(tx), Command(Start(DATA), WHO, NOW), WORLD)
    row = timers.claim_due_timers(tx, NOW + timedelta(days=10))[0]
    act = timers.fire_command(tx, row, NOW + timedelta(days=10))
    instances.take_step(tx, row.instance_id, act, WORLD)
    detail = tx.read.execute(select(History.detail).where(History.action == "fire")).scalar_one()
    assert row.due.isoformat() in detail
