"""Messages between instances: outbox rows, each delivered once to the instance that waits for it.

A message is addressed by its name and correlation keys. While no instance waits for it, it stays queued and is retried;
after waiting too long, it becomes an incident on its sender. What nobody waits for begins an instance of the process
that starts with it, if the newest deployment has one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Engine, Row, bindparam, select, update

from engine.actor import SYSTEM
from engine.bpmn.actions import AWAITS_MESSAGE, Message, Start
from engine.bpmn.comparisons import equal_values
from engine.bpmn.message_keys import usable_keys
from engine.bpmn.starting import MESSAGE
from engine.errors import Stale, StepFailed
from engine.process import event_starts, incidents, instances, outbox
from engine.process.act_detail import ActDetail
from engine.process.acts import Command
from engine.process.attempts import REFUSALS
from engine.process.incidents import NewIncident
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.json_text import stored_object
from engine.store.models import Outbox, Subscription
from engine.store.unreadable import READING_FAULTS
from engine.world.world import World

BATCH = 50
MAX_WAIT = timedelta(days=7)
RETRY_DELAY = timedelta(minutes=1)

_outbox = table_of(Outbox)
_subscription = table_of(Subscription)
_SELECT_DUE = (
    select(_outbox)
    .where(_outbox.c.kind == outbox.MESSAGE, _outbox.c.sent_at.is_(None), _outbox.c.available_at <= bindparam("now"))
    .order_by(_outbox.c.available_at, _outbox.c.id)
    .limit(BATCH)
)
_SELECT_SUBSCRIPTIONS = (
    select(_subscription)
    .where(_subscription.c.kind == AWAITS_MESSAGE, _subscription.c.name == bindparam("name"))
    .order_by(_subscription.c.id)
)
_UPDATE_MESSAGE = update(_outbox).where(_outbox.c.id == bindparam("b_id"), _outbox.c.sent_at.is_(None))


MessageOutcome = Literal["delivered", "waiting", "failed"]


@dataclass(slots=True)
class MessageTotals:
    """Outcome counts of a run over the queued messages."""

    delivered: int = 0
    waiting: int = 0
    failed: int = 0

    def count_outcome(self, outcome: MessageOutcome) -> None:
        """Count one message."""
        setattr(self, outcome, getattr(self, outcome) + 1)


def deliver_messages(engine: Engine, now: datetime, world: World) -> MessageTotals:
    """Deliver the due messages, each in its own transaction together with the step it causes."""
    totals = MessageTotals()
    with transaction(engine) as tx:
        rows = tx.read.execute(_SELECT_DUE, {"now": now}).all()
    for row in rows:
        try:
            with transaction(engine) as tx:
                outcome = _deliver_message(tx, row, now, world)
        except StepFailed as error:
            with transaction(engine) as tx:
                totals.count_outcome(_give_up(tx, row, now, error))
        except Stale:
            continue  # Another worker delivered it in the meantime; the step taken here is rolled back.
        except (*REFUSALS, *READING_FAULTS) as error:  # Somebody damaged it, or who waits for it.
            refused = StepFailed("step-unwritable", kind=type(error).__name__)
            with transaction(engine) as tx:
                totals.count_outcome(_give_up(tx, row, now, refused))
        else:
            totals.count_outcome(outcome)
    return totals


def _deliver_message(tx: Transaction, row: Row[Any], now: datetime, world: World) -> MessageOutcome:
    """Deliver one message; "waiting" when no instance waits for it yet, "failed" when none has for too long."""
    envelope = json.loads(row.payload)
    instance_id = find_receiver(tx, row.rung, envelope["correlations"], row.instance_id)
    if instance_id is None:
        return _begin_instance(tx, row, envelope, now, world)
    command = Command(
        Message(row.rung, envelope["payload"], envelope["correlations"]),
        SYSTEM,
        now,
        detail=ActDetail(origin=row.instance_id),
    )
    try:
        instances.take_step(tx, instance_id, command, world)
    except Stale:
        return _keep_waiting(tx, row, now)
    return _mark_delivered(tx, row, now)


def _begin_instance(
    tx: Transaction, row: Row[Any], envelope: Mapping[str, Any], now: datetime, world: World
) -> MessageOutcome:
    """Begin an instance of the process that starts with a message for which nobody waits; else keep it waiting."""
    starts = event_starts.list_event_starts(tx, MESSAGE, row.rung)
    if not starts:
        return _keep_waiting(tx, row, now)
    command = Command(Start({}), SYSTEM, now, detail=ActDetail(origin=row.instance_id))
    event_starts.begin_by_event(tx, starts[0], envelope["payload"], row.instance_id, command, world)
    return _mark_delivered(tx, row, now)


def _mark_delivered(tx: Transaction, row: Row[Any], now: datetime) -> MessageOutcome:
    if tx.write().execute(_UPDATE_MESSAGE, {"b_id": row.id, "sent_at": now}).rowcount != 1:
        raise Stale("message-delivered-already")
    return "delivered"


def find_receiver(
    tx: Transaction, name: str, correlations: Mapping[str, Any], sender_id: int | None = None
) -> int | None:
    """The instance whose keys fit a message best, of those the one that waits longest; never the sender itself."""
    best, receiver = -1, None
    for subscription in tx.read.execute(_SELECT_SUBSCRIPTIONS, {"name": name}):
        fit = matching_keys(stored_object(subscription.correlations), correlations)
        if fit > best and subscription.instance_id != sender_id:
            best, receiver = fit, int(subscription.instance_id)
    return receiver


def matching_keys(keys: Mapping[str, Any], correlations: Mapping[str, Any]) -> int:
    """How many of an instance's keys a message has; -1 when one says that it is meant for another.

    An instance without any key has not spoken yet and takes what is meant for nobody else (0).
    """
    keys, correlations = usable_keys(keys), usable_keys(correlations)
    shared = [key for key in correlations if key in keys]
    if not all(equal_values(keys[key], correlations[key]) for key in shared) or (keys and not shared):
        return -1
    return len(shared)


def _keep_waiting(tx: Transaction, row: Row[Any], now: datetime) -> MessageOutcome:
    if now - row.created_at > MAX_WAIT:
        return _give_up(tx, row, now, StepFailed("message-not-awaited", name=row.rung, days=MAX_WAIT.days))
    tx.write().execute(
        _UPDATE_MESSAGE, {"b_id": row.id, "available_at": now + RETRY_DELAY, "attempts": row.attempts + 1}
    )
    return "waiting"


def _give_up(tx: Transaction, row: Row[Any], now: datetime, error: StepFailed) -> MessageOutcome:
    connection = tx.write()
    connection.execute(_UPDATE_MESSAGE, {"b_id": row.id, "available_at": None, "attempts": row.attempts + 1})
    attempts = row.attempts + 1
    incidents.open_incident(
        connection, NewIncident(row.instance_id, outbox.MESSAGE, error, str(row.id), now, attempts=attempts)
    )
    return "failed"
