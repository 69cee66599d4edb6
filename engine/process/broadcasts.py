"""Thrown signals as rows: to whom each goes is settled when it is thrown, in the transaction of the throwing step.

A signal is for everybody who waits for it at that moment (BPMN 2.0, 10.5.1). Its row says which subscriptions there
were; `signals.py` visits their instances one by one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, insert, select, update

from engine.actor import SYSTEM, Actor
from engine.bpmn.actions import AWAITS_SIGNAL, Signal, ThrownEvent
from engine.errors import Stale
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import SignalBroadcast, Subscription

_broadcast, _subscription = table_of(SignalBroadcast), table_of(Subscription)
_AWAITED = (_subscription.c.kind == AWAITS_SIGNAL, _subscription.c.name == bindparam("b_name"))
_COUNT_WAITING = select(func.count(_subscription.c.instance_id.distinct())).where(
    *_AWAITED, _subscription.c.instance_id != bindparam("b_sender")
)
_INSERT_BROADCAST = (
    insert(_broadcast)
    .values(
        waiting=_COUNT_WAITING.scalar_subquery(),
        last_subscription=select(func.coalesce(func.max(_subscription.c.id), 0)).scalar_subquery(),
    )
    .returning(_broadcast.c.id)
)
_SELECT_OPEN = select(_broadcast).where(_broadcast.c.done_at.is_(None)).order_by(_broadcast.c.id).limit(1)
_LOCK_OPEN = _SELECT_OPEN.with_for_update(skip_locked=True)
_SELECT_NEXT = select(func.min(_subscription.c.instance_id)).where(
    *_AWAITED,
    _subscription.c.id <= bindparam("b_last"),
    _subscription.c.instance_id > bindparam("b_visited"),
    _subscription.c.instance_id != bindparam("b_sender"),
)
# Only one of several workers finds the row as it has read it.
_UPDATE_UNCHANGED = update(_broadcast).where(
    _broadcast.c.id == bindparam("b_id"), _broadcast.c.visited == bindparam("b_visited"), _broadcast.c.done_at.is_(None)
)
NOBODY = 0  # In place of the number of a sending instance.


def queue_thrown(connection: Connection, instance_id: int, signals: Iterable[ThrownEvent], now: datetime) -> None:
    """Send the signals that a step has thrown; what waits in its own case has got them in the step."""
    for item in signals:
        _insert_row(connection, Signal(item.name, item.payload), SYSTEM, now, sender_id=instance_id)


def queue_signal(tx: Transaction, signal: Signal, who: Actor, now: datetime) -> int:
    """Send a signal that somebody has given from outside every case; returns the number of the broadcast."""
    return _insert_row(tx.write(), signal, who, now, sender_id=None)


def _insert_row(connection: Connection, signal: Signal, who: Actor, now: datetime, *, sender_id: int | None) -> int:
    row = {
        "name": signal.name,
        "payload": json.dumps(signal.payload, ensure_ascii=False),
        "sender_id": sender_id,
        "thrown_at": now,
        "thrown_by": who.actor,
        "origin": who.origin,
        "b_name": signal.name,
        "b_sender": sender_id or NOBODY,
    }
    return int(connection.execute(_INSERT_BROADCAST, row).scalar_one())


def claim_oldest(tx: Transaction) -> Row[Any] | None:
    """The oldest unfinished broadcast, on PostgreSQL one that no other worker holds; None when there is none."""
    if tx.locks_rows:
        return tx.write().execute(_LOCK_OPEN).one_or_none()
    return tx.read.execute(_SELECT_OPEN).one_or_none()


def load_broadcast(tx: Transaction, broadcast_id: int) -> Row[Any]:
    """A broadcast that exists."""
    return tx.read.execute(select(_broadcast).where(_broadcast.c.id == broadcast_id)).one()


def next_receiver(tx: Transaction, row: Row[Any]) -> int | None:
    """The next instance that waited when the signal was thrown and still does; None when all have been visited."""
    places = {"b_name": row.name, "b_last": row.last_subscription, "b_visited": row.visited}
    receiver: int | None = tx.read.execute(_SELECT_NEXT, {**places, "b_sender": row.sender_id or NOBODY}).scalar()
    return receiver


def update_broadcast(tx: Transaction, row: Row[Any], **columns: object) -> None:
    """Write what has become of a broadcast since it was read; raises Stale when another worker has been faster."""
    unchanged = {"b_id": row.id, "b_visited": row.visited}
    if tx.write().execute(_UPDATE_UNCHANGED, {**unchanged, **columns}).rowcount != 1:
        raise Stale("signal-delivered-already")


def list_broadcasts(tx: Transaction, name: str) -> list[Row[Any]]:
    """All broadcasts of a signal, the oldest first."""
    query: Select[Any] = select(_broadcast).where(_broadcast.c.name == name).order_by(_broadcast.c.id)
    return list(tx.read.execute(query).all())


def missed_count(row: Row[Any]) -> int:
    """How many of those that waited had ended or gone on when their turn came; of an unfinished broadcast, are left."""
    return max(0, int(row.waiting) - int(row.delivered) - int(row.failed))
