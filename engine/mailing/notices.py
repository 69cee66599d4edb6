"""Resolves the recipients of due notices in the outbox: in working time, each notice once (R8).

A notice created by a step names the units it is for. Here, in one transaction per batch, it is postponed to the next
opening or becomes one row for each person, citizen or system that receives it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, update

from engine.errors import NotFound
from engine.mailing import facts, recipients
from engine.mailing.recipients import Recipient
from engine.process import incidents, outbox
from engine.process.incidents import NewIncident
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.insert_once import insert_once
from engine.store.models import NoticeRecipient, Outbox
from engine.world.roles import CITIZEN
from engine.world.world import World

BATCH = 50

_outbox, _recipient = table_of(Outbox), table_of(NoticeRecipient)


@dataclass(slots=True)
class ResolutionCounts:
    """How many due notices got recipients, wait for an opening, or reach nobody."""

    resolved: int = 0
    waiting: int = 0
    unreachable: int = 0


def resolve_recipients(engine: Engine, now: datetime, world: World, channels: Collection[str]) -> ResolutionCounts:
    """Resolve the recipients of every due notice, in batches; several workers can share the notices."""
    counts = ResolutionCounts()
    while True:
        with transaction(engine) as tx:
            connection = tx.write()
            rows = connection.execute(_due_notices(now)).all()
            for row in rows:
                _resolve_notice(tx, connection, row, _RunContext(now, world, channels), counts)
        if len(rows) < BATCH:
            return counts


@dataclass(frozen=True, slots=True)
class _RunContext:
    now: datetime
    world: World
    channels: Collection[str]


def _due_notices(now: datetime) -> Any:
    return (
        facts.notice_query()
        .where(_outbox.c.kind == outbox.NOTICE, _outbox.c.sent_at.is_(None), _outbox.c.available_at <= now)
        .order_by(_outbox.c.available_at, _outbox.c.id)
        .limit(BATCH)
        .with_for_update(of=_outbox, skip_locked=True)
    )


def _resolve_notice(
    tx: Transaction, connection: Connection, row: Row[Any], context: _RunContext, counts: ResolutionCounts
) -> None:
    opening = facts.postponed_until(row, context.world, context.now)
    notice_update = update(_outbox).where(_outbox.c.id == row.id)
    if opening is not None:
        connection.execute(notice_update.values(available_at=opening))
        counts.waiting += 1
        return
    receivers = recipients.resolve_addressees(tx, row, context.world, context.channels, context.now)
    if not _reaches_officer(row, receivers):
        connection.execute(notice_update.values(available_at=None, attempts=row.attempts + 1))
        incidents.open_incident(connection, _unreachable_incident(row, context))
        counts.unreachable += 1
        return
    rows = [_recipient_row(row.id, receiver) for receiver in receivers]
    if rows:
        connection.execute(insert_once(connection, _recipient), rows)
    connection.execute(notice_update.values(sent_at=context.now))
    counts.resolved += 1


def _reaches_officer(row: Row[Any], receivers: list[Recipient]) -> bool:
    """Whether a notice to units reaches an officer; True for citizens: operators call those without an address."""
    return facts.addressees_of(row) == [CITIZEN] or any(receiver.unit is not None for receiver in receivers)


def _recipient_row(outbox_id: int, receiver: Recipient) -> dict[str, object]:
    return {"outbox_id": outbox_id, "channel": receiver.channel, "recipient": receiver.name, "unit_code": receiver.unit}


def _unreachable_incident(row: Row[Any], context: _RunContext) -> NewIncident:
    units = context.world.units
    names = [units.get(code).name if units.knows(code) else code for code in facts.units_addressed(row)]
    fault, attempts = NotFound("notice-reaches-nobody", notice=row.rung, units=names), row.attempts + 1
    return NewIncident(row.instance_id, outbox.NOTICE, fault, str(row.id), context.now, attempts=attempts)
