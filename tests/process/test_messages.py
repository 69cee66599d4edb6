"""Promises of messages between cases: delivered once to the case that is meant, kept while nobody waits, never lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, update

from engine.actor import SYSTEM
from engine.bpmn.actions import Complete, Start, Step
from engine.bpmn.step import process_data_of
from engine.errors import EngineError
from engine.process import definitions, incidents, instances
from engine.process.acts import Command
from engine.process.messages import MAX_WAIT, RETRY_DELAY, MessageTotals, deliver_messages, matching_keys
from engine.store.db import Transaction, transaction
from engine.store.models import History, Outbox, Subscription, Task
from engine.world.world import World
from tests.kit import hotline
from tests.kit.hotline import DATA, NOW, WHO, WORLD, diagram, node, script, user_task
from tests.kit.record import differences

NAMES = ("asked", "answered")
CORRELATED = (
    '<bpmn:correlationProperty id="case_no" name="case_no">'
    + "".join(
        f'<bpmn:correlationPropertyRetrievalExpression messageRef="{name}_message"><bpmn:messagePath>case_no'
        "</bpmn:messagePath></bpmn:correlationPropertyRetrievalExpression>"
        for name in NAMES
    )
    + '</bpmn:correlationProperty><bpmn:collaboration id="talk"><bpmn:correlationKey id="by_case" name="by_case">'
    "<bpmn:correlationPropertyRef>case_no</bpmn:correlationPropertyRef></bpmn:correlationKey></bpmn:collaboration>"
)


def throw(name: str, message: str, payload: str) -> str:
    """An intermediate event that sends a message."""
    return _event(
        "intermediateThrowEvent",
        name,
        message,
        f"<spiffworkflow:messagePayload>{payload}</spiffworkflow:messagePayload>",
    )


def catch(name: str, message: str, variable: str) -> str:
    """An intermediate event that waits for a message."""
    body = f"<spiffworkflow:messageVariable>{variable}</spiffworkflow:messageVariable>"
    return _event("intermediateCatchEvent", name, message, body)


def _event(kind: str, name: str, message: str, body: str) -> str:
    inner = f"<bpmn:extensionElements>{body}</bpmn:extensionElements>"
    definition = f'<bpmn:messageEventDefinition messageRef="{message}_message">{inner}</bpmn:messageEventDefinition>'
    return f'<bpmn:{kind} id="{name}" name="{name}">{definition}</bpmn:{kind}>'


def talking(key: str, nodes: list[str], chain: str) -> bytes:
    """A diagram that knows both messages and what correlates them: the number of the case that asks."""
    content = diagram(key, [node("startEvent", "begin"), *nodes, node("endEvent", "done")], chain, messages=NAMES)
    return content.replace(b"<bpmn:process", f"{CORRELATED}<bpmn:process".encode(), 1)


ASKING = talking(
    "asking",
    [
        throw("ask", "asked", "{'case_no': case, 'field': field}"),
        catch("hear", "answered", "reply"),
        user_task("read"),
    ],
    "begin > ask > hear > read > done",
)
ANSWERING = talking(
    "answering",
    [
        catch("listen", "asked", "question"),
        script("count", "share = 100 / parts"),
        user_task("look_up"),
        throw("reply", "answered", "{'case_no': question['case_no'], 'text': 'xong'}"),
    ],
    "begin > listen > count > look_up > reply > done",
)
FILES = {
    **hotline.FILES,
    PurePosixPath("workflows/asking.bpmn"): ASKING,
    PurePosixPath("workflows/answering.bpmn"): ANSWERING,
}


def begin(engine_db: Engine, key: str, **data: object) -> int:
    """A new case of one of the two processes."""
    with transaction(engine_db) as tx:
        definitions.deploy_files(tx, FILES, by=SYSTEM, message="", now=NOW)
        act = Command(Start({**DATA, "parts": 1, **data}), WHO, NOW)
        return instances.start_instance(tx, definitions.find_by_key(tx, key), act, WORLD)[0]


def ask(engine_db: Engine, number: int = 7) -> int:
    return begin(engine_db, "asking", case=number)


def listen(engine_db: Engine, **data: object) -> int:
    return begin(engine_db, "answering", **data)


def open_tasks(engine_db: Engine) -> list[tuple[int, str]]:
    with transaction(engine_db) as tx:
        wanted = select(Task.instance_id, Task.node).where(Task.state == "open").order_by(Task.id)
        return [(row.instance_id, row.node) for row in tx.read.execute(wanted)]


def data(engine_db: Engine, instance: int, key: str) -> dict[str, Any]:
    with transaction(engine_db) as tx:
        found = instances.load_instance(tx, instance)
        return process_data_of(definitions.load_deployment(tx, found.digest).get_process(key), found.state)


def answer(engine_db: Engine, instance: int) -> None:
    """Complete the open task of the case that answers."""
    with transaction(engine_db) as tx:
        task = tx.read.execute(select(Task.engine_id).where(Task.instance_id == instance)).scalar_one()
        instances.take_step(tx, instance, Command(Complete(task, {}), WHO, NOW), WORLD)


def correlate(engine_db: Engine, instance: int, number: int) -> None:
    """Let a case wait for the messages of one asking case alone."""
    keys = json.dumps({"by_case": {"case_no": number}})
    with transaction(engine_db) as tx:
        waits = update(Subscription).where(Subscription.instance_id == instance, Subscription.name == "asked")
        tx.write().execute(waits.values(correlations=keys))


def waiting(engine_db: Engine) -> list[tuple[datetime | None, datetime | None, int]]:
    """When messages are looked at again, when they were sent, how often they were tried in vain."""
    with transaction(engine_db) as tx:
        rows = tx.read.execute(select(Outbox).where(Outbox.kind == "message").order_by(Outbox.id))
        return [(row.available_at, row.sent_at, row.attempts) for row in rows]


# Delivery


def test_a_message_reaches_the_case_that_waits_with_what_it_says(engine_db: Engine) -> None:
    listener = listen(engine_db)
    asker = ask(engine_db)
    assert deliver_messages(engine_db, NOW, WORLD) == MessageTotals(delivered=1)
    assert open_tasks(engine_db) == [(listener, "look_up")]
    assert data(engine_db, listener, "answering")["question"] == {"case_no": 7, "field": "health"}
    with transaction(engine_db) as tx:
        row = tx.read.execute(select(History).where(History.action == "message")).one()
        assert (row.instance_id, row.actor, json.loads(row.detail)["from"]) == (listener, SYSTEM.actor, asker)
        assert differences(tx) == []


def test_a_message_is_delivered_once(engine_db: Engine) -> None:
    listeners = [listen(engine_db), listen(engine_db)]
    ask(engine_db)
    deliver_messages(engine_db, NOW, WORLD)
    assert deliver_messages(engine_db, NOW + timedelta(days=1), WORLD) == MessageTotals()
    assert open_tasks(engine_db) == [(listeners[0], "look_up")]
    assert waiting(engine_db) == [(NOW, NOW, 0)]


def test_two_messages_reach_two_cases(engine_db: Engine) -> None:
    listeners = [listen(engine_db), listen(engine_db)]
    for number in (7, 8):
        ask(engine_db, number)
    assert deliver_messages(engine_db, NOW, WORLD).delivered == 2
    asked = [data(engine_db, listener, "answering")["question"]["case_no"] for listener in listeners]
    assert asked == [7, 8]


def test_the_answer_goes_to_the_case_that_asked_and_to_no_other(engine_db: Engine) -> None:
    other, asker = ask(engine_db, 8), ask(engine_db, 7)
    with transaction(engine_db) as tx:
        tx.write().execute(update(Outbox).where(Outbox.instance_id == other).values(available_at=None))
    listener = listen(engine_db)
    deliver_messages(engine_db, NOW, WORLD)
    answer(engine_db, listener)
    assert deliver_messages(engine_db, NOW, WORLD) == MessageTotals(delivered=1)
    assert open_tasks(engine_db) == [(asker, "read")]
    assert data(engine_db, asker, "asking")["reply"] == {"case_no": 7, "text": "xong"}


def test_a_case_that_waits_no_more_is_not_subscribed(engine_db: Engine) -> None:
    listen(engine_db)
    ask(engine_db)
    deliver_messages(engine_db, NOW, WORLD)
    with transaction(engine_db) as tx:
        assert tx.read.execute(select(Subscription.name)).scalars().all() == ["answered"]


# Waiting


def test_a_message_waits_until_somebody_waits_for_it(engine_db: Engine) -> None:
    ask(engine_db)
    assert deliver_messages(engine_db, NOW, WORLD) == MessageTotals(waiting=1)
    assert waiting(engine_db) == [(NOW + RETRY_DELAY, None, 1)]
    listener = listen(engine_db)
    assert deliver_messages(engine_db, NOW + RETRY_DELAY / 2, WORLD) == MessageTotals()
    assert deliver_messages(engine_db, NOW + RETRY_DELAY, WORLD) == MessageTotals(delivered=1)
    assert open_tasks(engine_db) == [(listener, "look_up")]


def test_a_message_is_never_delivered_to_its_sender(engine_db: Engine) -> None:
    asker = ask(engine_db)
    with transaction(engine_db) as tx:
        row = {"instance_id": asker, "engine_id": 999, "name": "asked", "correlations": "{}"}
        tx.write().execute(insert(Subscription), row)
    assert deliver_messages(engine_db, NOW, WORLD) == MessageTotals(waiting=1)


def test_a_message_that_nobody_has_waited_for_in_a_week_becomes_an_incident_of_its_sender(engine_db: Engine) -> None:
    asker = ask(engine_db)
    assert deliver_messages(engine_db, NOW + MAX_WAIT, WORLD) == MessageTotals(waiting=1)
    with transaction(engine_db) as tx:
        assert incidents.list_oldest_first(tx) == []
    late = NOW + MAX_WAIT + RETRY_DELAY
    assert deliver_messages(engine_db, late, WORLD) == MessageTotals(failed=1)
    with transaction(engine_db) as tx:
        (incident,) = incidents.list_oldest_first(tx)
    assert (incident.instance_id, incident.kind, incident.created_at) == (asker, "message", late)
    assert "'asked' for 7 days" in incidents.incident_sentence(incident, "en")
    assert incidents.incident_sentence(incident, "vi") == "Suốt 7 ngày không có hồ sơ nào chờ thông điệp “asked”."
    listen(engine_db)
    assert deliver_messages(engine_db, late + timedelta(days=1), WORLD) == MessageTotals()
    assert waiting(engine_db) == [(None, None, 2)]


# What goes wrong


def test_a_case_that_cannot_go_on_is_left_as_it_was_and_the_sender_has_an_incident(engine_db: Engine) -> None:
    listener = listen(engine_db, parts=0)
    asker = ask(engine_db)
    with transaction(engine_db) as tx:
        before = instances.load_instance(tx, listener)
    assert deliver_messages(engine_db, NOW, WORLD) == MessageTotals(failed=1)
    with transaction(engine_db) as tx:
        assert instances.load_instance(tx, listener) == before
        (incident,) = incidents.list_oldest_first(tx)
    assert incident.instance_id == asker
    assert "division by zero" in incidents.incident_sentence(incident, "en")
    assert deliver_messages(engine_db, NOW + timedelta(days=1), WORLD) == MessageTotals()


def test_one_message_that_fails_does_not_hold_up_the_others(engine_db: Engine) -> None:
    broken, asker = listen(engine_db, parts=0), ask(engine_db, 7)
    ask(engine_db, 8)
    good = listen(engine_db)
    correlate(engine_db, broken, 7)
    correlate(engine_db, good, 8)
    assert deliver_messages(engine_db, NOW, WORLD) == MessageTotals(delivered=1, failed=1)
    assert open_tasks(engine_db) == [(good, "look_up")]
    assert data(engine_db, good, "answering")["question"]["case_no"] == 8
    with transaction(engine_db) as tx:
        assert [incident.instance_id for incident in incidents.list_oldest_first(tx)] == [asker]


def test_a_message_that_another_worker_has_delivered_meanwhile_moves_nothing_twice(
    engine_db: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    listen(engine_db)
    ask(engine_db)
    take: Callable[..., Step] = instances.take_step

    def slowly(tx: Transaction, target: int, act: Command, world: World) -> Step:
        step = take(tx, target, act, world)
        tx.write().execute(update(Outbox).where(Outbox.kind == "message").values(sent_at=NOW))
        return step

    monkeypatch.setattr(instances, "take_step", slowly)
    assert deliver_messages(engine_db, NOW, WORLD) == MessageTotals()
    assert open_tasks(engine_db) == []


def test_an_incident_of_a_message_can_be_retried_or_is_refused_in_a_sentence(engine_db: Engine) -> None:
    ask(engine_db)
    deliver_messages(engine_db, NOW + MAX_WAIT + RETRY_DELAY, WORLD)
    with transaction(engine_db) as tx:
        (incident,) = incidents.list_oldest_first(tx)
    listen(engine_db)
    with suppress(EngineError):
        incidents.retry_incident(engine_db, incident.id, SYSTEM, NOW, WORLD)
        assert deliver_messages(engine_db, NOW, WORLD) == MessageTotals(delivered=1)


@pytest.mark.parametrize(
    ("keys", "message", "fit"),
    [
        ({}, {"case": 1}, 0),
        ({"case": 1}, {"case": 1}, 1),
        ({"case": 2}, {"case": 1}, -1),
        ({"case": 1, "unit": "A"}, {"case": 1, "unit": "A"}, 2),
        ({"case": 1, "unit": "B"}, {"case": 1, "unit": "A"}, -1),
        ({"unit": "A"}, {"case": 1}, -1),
        ({"case": 1}, {"case": True}, -1),
        ({"case": None}, {"case": 1}, 0),
        ({"case": None}, {"case": None}, 0),
        ({"case": 1}, {"case": None}, -1),
    ],
)
def test_a_message_fits_whoever_shares_its_keys_and_contradicts_none(
    keys: dict[str, Any], message: dict[str, Any], fit: int
) -> None:
    own, sent = ({key: {"no": value} for key, value in one.items()} for one in (keys, message))
    assert matching_keys(own, sent) == fit
