"""The outbox: notices to send and messages between instances, as rows written in the act's own transaction.

Creating a notice twice creates it once (R8).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.bpmn.actions import Notice, ThrownEvent
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Mail, Outbox
from engine.store.statements import CompiledStatement

NOTICE = "notice"
MESSAGE = "message"
MAIL = "mail"
OFFICE_REMINDER = "office_reminder"  # The rung of a notice that the office sends by hand, once per case and day.

_outbox, _mail = table_of(Outbox), table_of(Mail)
_INSERT_ONCE = {
    "sqlite": CompiledStatement(sqlite.insert(_outbox).on_conflict_do_nothing()),
    "postgresql": CompiledStatement(postgresql.insert(_outbox).on_conflict_do_nothing()),
}


def enqueue_rows(connection: Connection, instance_id: int, rows: Iterable[dict[str, Any]], now: datetime) -> None:
    """Insert the rows that do not exist yet, by kind, rung and occurrence."""
    new_rows = [{**row, "instance_id": instance_id, "created_at": now, "available_at": now} for row in rows]
    if new_rows:
        _INSERT_ONCE[connection.dialect.name].send(connection, new_rows)


def notice_row(item: Notice) -> dict[str, object]:
    """A notice as a row; its recipients are units, and people are looked up when it is sent."""
    return {
        "kind": NOTICE,
        "rung": item.rung,
        "occurrence": item.occurrence,
        "template": item.template,
        "payload": json.dumps({"to": item.to, "node": item.node}),
    }


def message_row(item: ThrownEvent, occurrence: int) -> dict[str, object]:
    """A message for another instance as a row, addressed by its correlation keys."""
    return {
        "kind": MESSAGE,
        "rung": item.name,
        "occurrence": occurrence,
        "template": "",
        "payload": json.dumps({"payload": item.payload, "correlations": item.correlations}),
    }


def requeue_row(tx: Transaction, outbox_id: int, now: datetime) -> None:
    """Put an abandoned row back into the queue."""
    unsent = update(_outbox).where(_outbox.c.id == outbox_id, _outbox.c.sent_at.is_(None))
    tx.write().execute(unsent.values(available_at=now, created_at=now))


def requeue_mail(tx: Transaction, mail_id: int, now: datetime) -> None:
    """Put an abandoned mail back into the queue, with all its attempts available again."""
    unsent = update(_mail).where(_mail.c.id == mail_id, _mail.c.sent_at.is_(None))
    tx.write().execute(unsent.values(available_at=now, attempts=0, leased_until=None))


def mark_notices_sent(tx: Transaction, before: datetime) -> None:
    """Mark the notices created up to `before` as sent: a replay of the past no longer notifies anybody."""
    unsent = update(_outbox).where(
        _outbox.c.kind == NOTICE, _outbox.c.sent_at.is_(None), _outbox.c.created_at <= before
    )
    tx.write().execute(unsent.values(sent_at=_outbox.c.created_at))
