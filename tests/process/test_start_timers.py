"""Promises of starts by the time, a message or a signal: of the newest deployment, once each, missed ones once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from threading import Barrier

import pytest
from sqlalchemy import Engine, select

from engine.actor import SYSTEM
from engine.bpmn.actions import Complete, Signal, Start
from engine.clock import parse_instant
from engine.process import broadcasts, definitions, instances, messages, signals
from engine.process.acts import Command
from engine.process.messages import deliver_messages
from engine.process.signals import SignalTotals
from engine.process.start_timers import StartTotals, begin_due
from engine.process.timers import fire_until
from engine.store.db import transaction
from engine.store.models import Incident, Instance, Matter, StartTimer, Task
from tests.kit import hotline
from tests.kit.errand import start_event
from tests.kit.hotline import DATA, NOW, WHO, WORLD, diagram, node, script, user_task
from tests.kit.record import differences

HOUR = timedelta(hours=1)


def timed(kind: str, text: str, key: str = "round", more: str = "", **properties: str) -> bytes:
    """A process that begins by itself, with a task of the office."""
    definition = f"<bpmn:timerEventDefinition><bpmn:{kind}>{text}</bpmn:{kind}></bpmn:timerEventDefinition>"
    tasks = [script("count", more)] if more else []
    chain = "tick > count > look > done" if more else "tick > look > done"
    look = user_task("look", role="provincial_office")
    return diagram(
        key, [start_event("tick", "Rà soát", properties, definition), *tasks, look, node("endEvent", "done")], chain
    )


def deploy(engine_db: Engine, now: datetime = NOW, **diagrams: bytes) -> None:
    files = hotline.FILES | {PurePosixPath(f"workflows/{key}.bpmn"): content for key, content in diagrams.items()}
    with transaction(engine_db) as tx:
        definitions.deploy_files(tx, files, by=SYSTEM, message="", now=now)


def tick(engine_db: Engine, now: datetime) -> StartTotals:
    totals = StartTotals()
    begin_due(engine_db, now, WORLD, totals)
    return totals


def begun(engine_db: Engine) -> list[datetime]:
    with transaction(engine_db) as tx:
        return list(tx.read.execute(select(Instance.started_at).order_by(Instance.id)).scalars())


def test_a_cycle_begins_an_instance_each_time_with_a_code_and_a_place(engine_db: Engine) -> None:
    deploy(engine_db, round=timed("timeCycle", '"R3/PT1H"'))
    assert tick(engine_db, NOW).begun == 0
    for hours in (1, 2, 3, 4, 5):
        assert tick(engine_db, NOW + hours * HOUR).begun == (1 if hours <= 3 else 0)
    with transaction(engine_db) as tx:
        rows = tx.read.execute(select(Matter.code, Matter.name, Matter.unit_code)).all()
        assert [(row.code[:12], row.name, row.unit_code) for row in rows] == [
            (f"CV-26-00000{number}", "Rà soát", "75.VP") for number in (1, 2, 3)
        ]
        assert differences(tx) == []


def test_the_clock_begins_instances_at_their_own_times_however_far_it_goes_at_once(engine_db: Engine) -> None:
    deploy(
        engine_db, round=timed("timeCycle", '"R3/PT1H"'), once=timed("timeDate", '"2026-11-25T11:30:00+07:00"', "once")
    )
    totals = fire_until(engine_db, NOW + 10 * HOUR, WORLD)
    assert (totals.begun, totals.failed) == (4, 0)
    assert begun(engine_db) == [NOW + HOUR, NOW + 1.5 * HOUR, NOW + 2 * HOUR, NOW + 3 * HOUR]
    assert fire_until(engine_db, NOW + 100 * HOUR, WORLD).begun == 0
    with transaction(engine_db) as tx:
        codes = tx.read.execute(select(Matter.code).order_by(Matter.instance_id)).scalars()
        assert [code[:12] for code in codes] == [f"CV-26-00000{number}" for number in (1, 2, 3, 4)]
        assert differences(tx) == []


def test_what_was_missed_while_nobody_looked_is_begun_once(engine_db: Engine) -> None:
    deploy(engine_db, round=timed("timeCycle", '"R/PT1H"'))
    tick(engine_db, NOW)
    late = NOW + 100.5 * HOUR
    assert tick(engine_db, late).begun == 1
    assert tick(engine_db, late + timedelta(minutes=29)).begun == 0
    assert tick(engine_db, NOW + 101 * HOUR).begun == 1
    assert begun(engine_db) == [late, NOW + 101 * HOUR]


@pytest.mark.parametrize(
    ("kind", "text", "due"),
    [
        ("timeDate", '"2026-11-26T08:00:00+07:00"', "2026-11-26T08:00:00+07:00"),
        ("timeDate", "working_hours(8)", "2026-11-26T10:00:00+07:00"),
        ("timeDuration", '"PT90M"', "2026-11-25T11:30:00+07:00"),
        ("timeCycle", '"R1/2026-11-30T08:00:00+07:00/P1M"', "2026-11-30T08:00:00+07:00"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_start_of_any_kind_happens_at_its_time_and_then_no_more(
    engine_db: Engine, kind: str, text: str, due: str
) -> None:
    deploy(engine_db, round=timed(kind, text))
    at = parse_instant(due)
    assert [tick(engine_db, at - HOUR / 60).begun, tick(engine_db, at).begun] == [0, 1]
    assert tick(engine_db, at + 10_000 * HOUR).begun == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_start_in_office_hours_waits_for_the_next_opening_and_counts_once_there(engine_db: Engine) -> None:
    deploy(engine_db, round=timed("timeCycle", '"R/2026-11-27T20:00:00+07:00/PT6H"', hours="working"))
    tick(engine_db, NOW)
    monday = parse_instant("2026-11-30T07:00:00+07:00")
    assert tick(engine_db, monday).begun == 0
    assert tick(engine_db, monday + 2 * HOUR).begun == 1
    assert tick(engine_db, monday + 2.1 * HOUR).begun == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_date_that_has_passed_before_the_deployment_begins_nothing(engine_db: Engine) -> None:
    deploy(engine_db, round=timed("timeDate", '"2026-11-01T08:00:00+07:00"'))
    assert tick(engine_db, NOW + HOUR).begun == 0


def test_a_new_deployment_keeps_replaces_and_drops_the_timers(engine_db: Engine) -> None:
    hourly, daily = timed("timeCycle", '"R/PT1H"'), timed("timeCycle", '"R/P1D"', key="other")
    deploy(engine_db, round=hourly, other=daily)
    tick(engine_db, NOW)
    deploy(engine_db, NOW + HOUR / 2, round=timed("timeCycle", '"R/PT1H"', more="x = 1"))
    assert tick(engine_db, NOW + HOUR).begun == 1  # The same rule goes on, with the newest diagram.
    with transaction(engine_db) as tx:
        assert list(tx.read.execute(select(StartTimer.process)).scalars()) == ["round"]
        digests = tx.read.execute(instances._SELECT_INSTANCE, {"id": 1}).one()
        assert digests.key == "round"
    deploy(engine_db, NOW + 1.25 * HOUR, round=timed("timeCycle", '"R/PT2H"'))
    assert tick(engine_db, NOW + 2 * HOUR).begun == 0
    assert tick(engine_db, NOW + 3.25 * HOUR).begun == 1
    deploy(engine_db, NOW + 4 * HOUR)
    assert tick(engine_db, NOW + 50 * HOUR).begun == 0


def test_many_workers_at_once_begin_each_once(engine_db: Engine) -> None:
    deploy(engine_db, NOW, **{f"round{n}": timed("timeCycle", '"R/PT1H"', key=f"round{n}") for n in range(4)})
    tick(engine_db, NOW)
    barrier = Barrier(4)

    def work(_number: int) -> int:
        barrier.wait()
        return sum(tick(engine_db, NOW + hours * HOUR).begun for hours in (1, 2, 3))

    with ThreadPoolExecutor(4) as pool:
        total = sum(pool.map(work, range(4)))
    with transaction(engine_db) as tx:
        rows = tx.read.execute(select(Matter.code)).scalars().all()
    assert total == len(rows) == len(set(rows)) == 12


def test_a_process_that_cannot_begin_is_an_incident_and_the_timer_goes_on(engine_db: Engine) -> None:
    deploy(engine_db, round=timed("timeCycle", '"R/PT1H"', more="x = 1 / 0"))
    tick(engine_db, NOW)
    assert (tick(engine_db, NOW + HOUR).failed, tick(engine_db, NOW + 2 * HOUR).failed) == (1, 1)
    with transaction(engine_db) as tx:
        assert tx.read.execute(select(Incident.node)).scalars().all() != []
        assert tx.read.execute(select(Instance.id)).all() == []


PING = (
    '<bpmn:messageEventDefinition messageRef="ping_message"><bpmn:extensionElements>{}</bpmn:extensionElements>'
    "</bpmn:messageEventDefinition>"
)
VARIABLE = "<spiffworkflow:messageVariable>brought</spiffworkflow:messageVariable>"
SENDING = diagram(
    "sending",
    [
        node("startEvent", "begin"),
        user_task("ask"),
        '<bpmn:intermediateThrowEvent id="send" name="send">'
        + PING.format("<spiffworkflow:messagePayload>{'field': field}</spiffworkflow:messagePayload>")
        + "</bpmn:intermediateThrowEvent>",
        node("endEvent", "done"),
    ],
    "begin > ask > send > done",
    messages=("ping",),
)
CALLED = diagram(
    "called",
    [
        start_event("got", "Có yêu cầu", {"code": "YC"}, PING.format(VARIABLE)),
        user_task("answer"),
        node("endEvent", "done"),
    ],
    "got > answer > done",
    messages=("ping",),
)


def test_a_message_that_nobody_waits_for_begins_one_instance(engine_db: Engine) -> None:
    deploy(engine_db, sending=SENDING, called=CALLED)
    throw_ping(engine_db)
    assert [deliver_messages(engine_db, NOW, WORLD).delivered for _ in range(2)] == [1, 0]
    with transaction(engine_db) as tx:
        (row,) = tx.read.execute(select(Matter.code, Matter.name, Matter.instance_id)).all()
        assert (row.code[:2], row.name) == ("YC", "Có yêu cầu")
        assert tx.read.execute(select(Task.node).where(Task.instance_id == row.instance_id)).scalars().all() == [
            "answer"
        ]
        assert differences(tx) == []


def throw_ping(engine_db: Engine) -> None:
    with transaction(engine_db) as tx:
        act = Command(Start(DATA), WHO, NOW)
        sender, step = instances.start_instance(tx, definitions.find_by_key(tx, "sending"), act, WORLD)
        instances.take_step(tx, sender, Command(Complete(step.opened_tasks[0].task_id, {}), WHO, NOW), WORLD)


def test_many_workers_begin_one_instance_for_each_message_and_one_that_dies_none(
    engine_db: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(engine_db, sending=SENDING, called=CALLED)
    for _ in range(3):
        throw_ping(engine_db)

    def die(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(messages, "_mark_delivered", die)
        with pytest.raises(KeyboardInterrupt):
            deliver_messages(engine_db, NOW, WORLD)
    with transaction(engine_db) as tx:
        assert tx.read.execute(select(Matter.code)).all() == []
    barrier = Barrier(4)

    def work(_number: int) -> int:
        barrier.wait()
        return sum(deliver_messages(engine_db, NOW, WORLD).delivered for _ in range(2))

    with ThreadPoolExecutor(4) as pool:
        delivered = sum(pool.map(work, range(4)))
    with transaction(engine_db) as tx:
        assert len(set(tx.read.execute(select(Matter.code)).scalars())) == delivered == 3
        assert differences(tx) == []


def test_a_signal_begins_one_instance_of_every_process_that_starts_with_it(engine_db: Engine) -> None:
    def started(key: str) -> bytes:
        body = '<bpmn:signalEventDefinition signalRef="storm_signal"/>'
        content = diagram(
            key,
            [start_event("got", key, {}, body), user_task("look", role="provincial_office"), node("endEvent", "done")],
            "got > look > done",
        )
        return content.replace(b"<bpmn:process", b'<bpmn:signal id="storm_signal" name="storm"/><bpmn:process', 1)

    deploy(engine_db, one=started("one"), two=started("two"))
    with transaction(engine_db) as tx:
        broadcasts.queue_signal(tx, Signal("storm"), SYSTEM, NOW)
    totals = SignalTotals()
    while signals.deliver_signals(engine_db, lambda: NOW, WORLD, totals):
        pass
    with transaction(engine_db) as tx:
        assert sorted(tx.read.execute(select(Matter.name)).scalars()) == ["one", "two"]
        assert differences(tx) == []
