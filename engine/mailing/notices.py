"""Notices of the outbox get their recipients: when they are due, in working time, each once (R8). Called by the worker.

A notice that a step created says which units it is for. Here, in one transaction for a batch, it waits for the next
opening or becomes one row for each person, citizen or system that gets it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.mailing import facts, recipients
from engine.mailing.recipients import Recipient
from engine.process import outbox
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Incident, NoticeRecipient, Outbox
from engine.world.unit_tree import CITIZEN
from engine.world.world import World

BATCH = 50

_outbox, _recipient = table_of(Outbox), table_of(NoticeRecipient)
_ONCE = {
    "sqlite": sqlite.insert(_recipient).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_recipient).on_conflict_do_nothing(),
}


@dataclass(slots=True)
class Resolved:
    """What a run over due notices did: how many got recipients, wait for an opening, or reach nobody."""

    resolved: int = 0
    waiting: int = 0
    unreachable: int = 0


def resolve_due(engine: Engine, now: datetime, world: World, channels: Collection[str]) -> Resolved:
    """Give every due notice its recipients, in batches; several workers share the notices."""
    done = Resolved()
    while True:
        with transaction(engine) as tx:
            connection = tx.write()
            rows = connection.execute(_due(now)).all()
            for row in rows:
                _resolve(tx, connection, row, _Moment(now, world, channels), done)
        if len(rows) < BATCH:
            return done


@dataclass(frozen=True, slots=True)
class _Moment:
    now: datetime
    world: World
    channels: Collection[str]


def _due(now: datetime) -> Any:
    return (
        facts.notices()
        .where(_outbox.c.kind == outbox.NOTICE, _outbox.c.sent_at.is_(None), _outbox.c.available_at <= now)
        .order_by(_outbox.c.available_at, _outbox.c.id)
        .limit(BATCH)
        .with_for_update(of=_outbox, skip_locked=True)
    )


def _resolve(tx: Transaction, connection: Connection, row: Row[Any], moment: _Moment, done: Resolved) -> None:
    opening = facts.waits_until(row, moment.world, moment.now)
    this = update(_outbox).where(_outbox.c.id == row.id)
    if opening is not None:
        connection.execute(this.values(available_at=opening))
        done.waiting += 1
        return
    found = recipients.of_notice(tx, row, moment.world, moment.channels, moment.now)
    if not _reaches(row, found):
        connection.execute(this.values(available_at=None, attempts=row.attempts + 1))
        connection.execute(insert(Incident), _nobody(row, moment.now))
        done.unreachable += 1
        return
    rows = [_row(row.id, item) for item in found]
    if rows:
        connection.execute(_ONCE[connection.dialect.name], rows)
    connection.execute(this.values(sent_at=moment.now))
    done.resolved += 1


def _reaches(row: Row[Any], found: list[Recipient]) -> bool:
    """Whether at least one officer gets a notice to units; citizens without an address are called by the operators."""
    return facts.addressed(row) == [CITIZEN] or any(item.unit is not None for item in found)


def _row(outbox_id: int, item: Recipient) -> dict[str, Any]:
    return {"outbox_id": outbox_id, "channel": item.channel, "recipient": item.name, "unit_code": item.unit}


def _nobody(row: Row[Any], now: datetime) -> dict[str, Any]:
    units = ", ".join(facts.addressed(row))
    return {
        "instance_id": row.instance_id,
        "kind": outbox.NOTICE,
        "node": "",
        "message": f"The notice {row.rung!r} reaches nobody: no one in {units} or above has an e-mail address.",
        "action": str(row.id),
        "created_at": now,
        "attempts": row.attempts + 1,
    }
