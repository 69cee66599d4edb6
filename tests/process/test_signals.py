"""Promises of signals between cases: whoever waited at the throw gets it once, in a transaction of its own, counted."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text

from engine.actor import SYSTEM
from engine.bpmn.actions import Cancel, Complete, Signal, Start
from engine.bpmn.step import process_data_of
from engine.errors import StepFailed
from engine.process import broadcasts, definitions, incidents, instances
from engine.process.acts import Command
from engine.process.instances import PreparedStep
from engine.process.signals import SignalTotals, deliver_signals
from engine.store import schema_migrations
from engine.store.db import Transaction, transaction
from engine.store.models import History, Instance, Subscription, Task
from tests.kit import hotline
from tests.kit.hotline import DATA, NOW, WHO, WORLD, node, script, user_task
from tests.kit.record import differences

STORM = (
    '<bpmn:signal id="storm" name="storm_over"><bpmn:extensionElements>'
    "<spiffworkflow:payloadExpression>damage</spiffworkflow:payloadExpression>"
    "<spiffworkflow:variableName>report</spiffworkflow:variableName></bpmn:extensionElements></bpmn:signal>"
)
DEFINITION = '<bpmn:signalEventDefinition signalRef="storm"/>'


def event(kind: str, name: str, attributes: str = "") -> str:
    """An event with the signal."""
    return f'<bpmn:{kind} id="{name}" name="{name}" {attributes}>{DEFINITION}</bpmn:{kind}>'


def border(name: str, *, interrupts: bool) -> str:
    attributes = f'attachedToRef="work" cancelActivity="{str(interrupts).lower()}"'
    return event("boundaryEvent", name, attributes)


def storm_diagram(key: str, nodes: list[str], *chains: str) -> bytes:
    content = hotline.diagram(key, [node("startEvent", "begin"), *nodes, node("endEvent", "done")], *chains)
    return content.replace(b"<bpmn:process", STORM.encode() + b"<bpmn:process", 1)


SIREN = storm_diagram(
    "siren", [user_task("watch"), event("intermediateThrowEvent", "blow")], "begin > watch > blow > done"
)
EAR = storm_diagram(
    "ear",
    [event("intermediateCatchEvent", "hear"), script("share", "share = 100 / parts"), user_task("clear")],
    "begin > hear > share > clear > done",
)
GUARD = storm_diagram(
    "guard",
    [
        user_task("work"),
        border("noticed", interrupts=False),
        user_task("note_down"),
        node("endEvent", "noted"),
    ],
    "begin > work > done",
    "noticed > note_down > noted",
)
ROUND = storm_diagram(
    "round",
    [
        node("exclusiveGateway", "again"),
        event("intermediateCatchEvent", "hear"),
        script("count", "heard = heard + 1"),
        node("exclusiveGateway", "enough").replace("/>", ' default="enough_again"/>'),
    ],
    "begin > again > hear > count > enough > again",
    "enough > done [heard == 9]",
)
BOTH = storm_diagram(
    "both",
    [
        node("parallelGateway", "fork"),
        user_task("watch"),
        event("intermediateThrowEvent", "blow"),
        event("intermediateCatchEvent", "hear"),
        user_task("clear"),
        node("endEvent", "cleared"),
    ],
    "begin > fork > watch > blow > done",
    "fork > hear > clear > cleared",
)
END = storm_diagram("end", [user_task("watch"), event("endEvent", "blown")], "begin > watch > blown").replace(
    b'<bpmn:endEvent id="done" name="done"/>', b""
)


def alert(key: str, *, interrupts: bool) -> bytes:
    """A process with an event sub-process that the signal begins."""
    inside = [
        event("startEvent", "alarm", f'isInterrupting="{str(interrupts).lower()}"'),
        user_task("secure"),
        node("endEvent", "safe"),
        '<bpmn:sequenceFlow id="in_1" sourceRef="alarm" targetRef="secure"/>',
        '<bpmn:sequenceFlow id="in_2" sourceRef="secure" targetRef="safe"/>',
    ]
    beside = (
        f'<bpmn:subProcess id="{key}_beside" name="beside" triggeredByEvent="true">{"".join(inside)}</bpmn:subProcess>'
    )
    return storm_diagram(key, [user_task("work"), beside], "begin > work > done")


FILES = {
    **hotline.FILES,
    **{
        PurePosixPath(f"workflows/{key}.bpmn"): content
        for key, content in {
            "alert": alert("alert", interrupts=True),
            "watchful": alert("watchful", interrupts=False),
            "siren": SIREN,
            "ear": EAR,
            "guard": GUARD,
            "round": ROUND,
            "both": BOTH,
            "end": END,
        }.items()
    },
}


def begin(engine_db: Engine, key: str, count: int = 1, **data: object) -> list[int]:
    """New cases of one of the processes."""
    start = Command(Start({**DATA, "parts": 4, "heard": 0, "damage": {"roofs": 3}, **data}), WHO, NOW)
    with transaction(engine_db) as tx:
        definitions.deploy_files(tx, FILES, by=SYSTEM, message="", now=NOW)
        definition = definitions.find_by_key(tx, key)
        return [instances.start_instance(tx, definition, start, WORLD)[0] for _ in range(count)]


def blow(engine_db: Engine) -> int:
    """A case throws the signal."""
    (siren,) = begin(engine_db, "siren")
    complete(engine_db, siren)
    return siren


def complete(engine_db: Engine, instance: int) -> None:
    with transaction(engine_db) as tx:
        query = select(Task.engine_id).where(Task.instance_id == instance, Task.state == "open")
        task = tx.read.execute(query.order_by(Task.id).limit(1)).scalar_one()
        instances.take_step(tx, instance, Command(Complete(task, {}), WHO, NOW), WORLD)


def deliver(engine_db: Engine) -> SignalTotals:
    totals = SignalTotals()
    while deliver_signals(engine_db, lambda: NOW, WORLD, totals):
        pass
    return totals


def counts(engine_db: Engine) -> list[tuple[int, int, int, int, bool]]:
    """Of each broadcast: who waited, got it, missed it, could not go on; whether it is done."""
    with transaction(engine_db) as tx:
        rows = broadcasts.list_broadcasts(tx, "storm_over")
    missed = [broadcasts.missed_count(row) for row in rows]
    return [
        (row.waiting, row.delivered, gone, row.failed, row.done_at is not None)
        for row, gone in zip(rows, missed, strict=True)
    ]


def heard(engine_db: Engine) -> list[int]:
    """The cases whose history says that they got the signal, once for each time."""
    with transaction(engine_db) as tx:
        query = select(History.instance_id).where(History.action == "signal")
        return sorted(tx.read.execute(query).scalars())


def open_nodes(engine_db: Engine, instance: int) -> list[str]:
    with transaction(engine_db) as tx:
        query = select(Task.node).where(Task.instance_id == instance, Task.state == "open").order_by(Task.id)
        return list(tx.read.execute(query).scalars())


def data(engine_db: Engine, instance: int, key: str) -> dict[str, Any]:
    with transaction(engine_db) as tx:
        stored = instances.load_instance(tx, instance)
        return process_data_of(definitions.load_deployment(tx, stored.digest).get_process(key), stored.state)


# Who gets it


def test_a_case_that_waits_goes_on_when_another_one_throws(engine_db: Engine) -> None:
    (ear,) = begin(engine_db, "ear")
    siren = blow(engine_db)
    assert open_nodes(engine_db, ear) == []
    assert deliver(engine_db) == SignalTotals(delivered=1, finished=1)
    assert open_nodes(engine_db, ear) == ["clear"]
    assert data(engine_db, ear, "ear")["report"] == {"roofs": 3}
    with transaction(engine_db) as tx:
        row = tx.read.execute(select(History).where(History.action == "signal")).one()
        thrown = tx.read.execute(select(History).where(History.action == "complete")).one()
        assert differences(tx) == []
    assert (row.instance_id, row.actor) == (ear, SYSTEM.actor)
    assert {key: json.loads(row.detail)[key] for key in ("signal", "from", "data")} == {
        "signal": "storm_over",
        "from": siren,
        "data": {"roofs": 3},
    }
    assert json.loads(thrown.detail)["signals"] == ["storm_over"]


def test_every_waiting_case_gets_it_and_each_event_on_a_border_as_often_as_it_is_thrown(engine_db: Engine) -> None:
    ears, guards = begin(engine_db, "ear", 2), begin(engine_db, "guard", 2)
    for _ in range(2):
        blow(engine_db)
        deliver(engine_db)
    assert heard(engine_db) == sorted([*ears, *guards, *guards])
    assert [open_nodes(engine_db, case) for case in guards] == [["work", "note_down", "note_down"]] * 2
    assert counts(engine_db) == [(4, 4, 0, 0, True), (2, 2, 0, 0, True)]


@pytest.mark.parametrize(("key", "tasks"), [("alert", ["secure"]), ("watchful", ["work", "secure", "secure"])])
def test_an_event_sub_process_hears_what_an_end_event_throws(engine_db: Engine, key: str, tasks: list[str]) -> None:
    """One that interrupts begins once, one that does not each time."""
    (case,) = begin(engine_db, key)
    for thrower in begin(engine_db, "end", 2):
        complete(engine_db, thrower)
        deliver(engine_db)
    assert open_nodes(engine_db, case) == tasks


def test_what_waits_in_the_throwing_case_gets_it_in_the_step_and_no_second_time(engine_db: Engine) -> None:
    (case,), (ear,) = begin(engine_db, "both"), begin(engine_db, "ear")
    complete(engine_db, case)
    assert open_nodes(engine_db, case) == ["clear"]
    assert deliver(engine_db) == SignalTotals(delivered=1, finished=1)
    assert heard(engine_db) == [ear]


def test_only_those_get_it_who_waited_when_it_was_thrown(engine_db: Engine) -> None:
    early = begin(engine_db, "ear")
    blow(engine_db)
    begin(engine_db, "ear")
    assert deliver(engine_db).delivered == 1
    assert heard(engine_db) == early


def test_who_has_gone_on_and_waits_anew_waits_for_the_next_one(engine_db: Engine) -> None:
    (case,) = begin(engine_db, "round")
    blow(engine_db)
    with transaction(engine_db) as tx:
        instances.take_step(tx, case, Command(Signal("storm_over"), WHO, NOW), WORLD)
    assert deliver(engine_db) == SignalTotals(missed=1, finished=1)
    assert data(engine_db, case, "round")["heard"] == 1


def test_who_waits_again_gets_it_once(engine_db: Engine) -> None:
    rounds = begin(engine_db, "round", 3)
    blow(engine_db)
    assert deliver(engine_db).delivered == 3
    assert [data(engine_db, case, "round")["heard"] for case in rounds] == [1, 1, 1]


# Who misses it, and who cannot go on


def test_who_has_ended_or_gone_on_has_missed_it(engine_db: Engine) -> None:
    ears = begin(engine_db, "ear", 3)
    blow(engine_db)
    with transaction(engine_db) as tx:
        instances.take_step(tx, ears[0], Command(Cancel(), WHO, NOW), WORLD)
        instances.take_step(tx, ears[1], Command(Signal("storm_over"), WHO, NOW), WORLD)
    assert deliver(engine_db) == SignalTotals(delivered=1, missed=2, finished=1)
    assert counts(engine_db) == [(3, 1, 2, 0, True)]
    with transaction(engine_db) as tx:
        assert incidents.list_oldest_first(tx) == []


def test_a_case_that_cannot_go_on_has_an_incident_and_the_others_get_it(engine_db: Engine) -> None:
    (broken,), (good,) = begin(engine_db, "ear", parts=0), begin(engine_db, "ear")
    blow(engine_db)
    assert deliver(engine_db) == SignalTotals(delivered=1, failed=1, finished=1)
    assert heard(engine_db) == [good]
    with transaction(engine_db) as tx:
        (incident,) = incidents.list_oldest_first(tx)
    assert (incident.instance_id, incident.kind, incident.node) == (broken, "step", "share")
    assert "division by zero" in incidents.incident_sentence(incident, "en")
    with pytest.raises(StepFailed):
        incidents.retry_incident(engine_db, incident.id, SYSTEM, NOW, WORLD)


def test_a_signal_that_nobody_waits_for_is_done_at_once(engine_db: Engine) -> None:
    blow(engine_db)
    assert deliver(engine_db) == SignalTotals(finished=1)
    assert deliver(engine_db) == SignalTotals()


# Once, whoever delivers and whoever dies


def test_another_worker_that_was_faster_moves_nothing_twice(engine_db: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    ears = begin(engine_db, "ear", 3)
    blow(engine_db)
    prepare: Callable[..., PreparedStep] = instances.prepare_step
    others: list[int] = []

    def slowly(tx: Transaction, target: int, *args: Any) -> PreparedStep:
        if not others and not tx.locks_rows:  # On PostgreSQL nobody else comes to the row.
            others.append(target)
            deliver_signals(engine_db, lambda: NOW, WORLD, SignalTotals(), limit=1)
        return prepare(tx, target, *args)

    monkeypatch.setattr(instances, "prepare_step", slowly)
    deliver(engine_db)
    assert heard(engine_db) == ears
    assert counts(engine_db) == [(3, 3, 0, 0, True)]


@pytest.mark.parametrize("deaths", [[0], [1, 1], [2, 0, 1]])
def test_the_next_worker_goes_on_where_one_has_died(
    engine_db: Engine, monkeypatch: pytest.MonkeyPatch, deaths: Sequence[int]
) -> None:
    ears = begin(engine_db, "ear", 4)
    blow(engine_db)
    write: Callable[..., bool] = instances.write_step
    for steps in deaths:
        written: list[PreparedStep] = []

        def die(tx: Transaction, step: PreparedStep, *, written: list[Any] = written, steps: int = steps) -> bool:
            done = write(tx, step)
            if len(written) == steps:
                raise KeyboardInterrupt
            written.append(step)
            return done

        monkeypatch.setattr(instances, "write_step", die)
        with pytest.raises(KeyboardInterrupt):
            deliver(engine_db)
    monkeypatch.setattr(instances, "write_step", write)
    deliver(engine_db)
    assert heard(engine_db) == ears
    assert counts(engine_db) == [(4, 4, 0, 0, True)]


def test_a_busy_case_is_not_passed_over(engine_db: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody acts on a case between reading and writing it: the step is taken anew."""
    (guard,) = begin(engine_db, "guard")
    blow(engine_db)
    write: Callable[..., bool] = instances.write_step
    tries: list[bool] = []

    def busy(tx: Transaction, step: PreparedStep) -> bool:
        tries.append(True)
        return len(tries) > 1 and write(tx, step)

    monkeypatch.setattr(instances, "write_step", busy)
    assert deliver(engine_db).delivered == 1
    assert heard(engine_db) == [guard]
    with transaction(engine_db) as tx:
        waits = select(func.count()).select_from(Subscription).where(Subscription.kind == "signal")
        assert tx.read.execute(waits).scalar_one() == 1
        assert tx.read.execute(select(Instance.version).where(Instance.id == guard)).scalar_one() == 2


def test_totals_add_up(engine_db: Engine) -> None:
    ears = begin(engine_db, "ear", 3)
    blow(engine_db)
    totals = SignalTotals()
    assert deliver_signals(engine_db, lambda: NOW, WORLD, totals, limit=2)
    assert totals == SignalTotals(2)
    assert counts(engine_db) == [(3, 2, 1, 0, False)]
    deliver_signals(engine_db, lambda: NOW, WORLD, totals)
    assert totals == SignalTotals(3, finished=1)
    assert totals.receivers == ears


def test_cases_that_waited_before_signals_left_their_case_get_those_thrown_from_now_on(
    engine_db: Engine, database: str
) -> None:
    """The revision before knew no subscriptions to signals."""
    ears = begin(engine_db, "ear", 2)
    schema_migrations.downgrade(database, "20261201_0562")
    with transaction(engine_db) as tx:
        assert tx.read.execute(text("SELECT count(*) FROM subscription")).scalar_one() == 0
    schema_migrations.upgrade(database)
    blow(engine_db)
    assert deliver(engine_db).delivered == 2
    assert heard(engine_db) == ears
