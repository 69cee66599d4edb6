"""Turns notices and acts on cases into calls: each once for each webhook, without personal data.

Rows of the past OVERLAP are looked at again, because a long transaction may bring one whose time is past already.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, func, select, update

from engine.process.outbox import NOTICE
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.insert_once import insert_once
from engine.store.models import History, Instance, Matter, Outbox, Report, Webhook, WebhookCall
from engine.store.unreadable import UnreadableInstant

OVERLAP = timedelta(minutes=10)
SLICE = timedelta(hours=1)  # Of a standstill that is caught up at once.
NOTED_EVERY = timedelta(minutes=1)  # So often it is noted that nothing has happened.

_webhook, _call, _history = table_of(Webhook), table_of(WebhookCall), table_of(History)
_outbox, _instance, _report, _matter = table_of(Outbox), table_of(Instance), table_of(Report), table_of(Matter)
_code = func.coalesce(_report.c.code, _matter.c.code, "").label("code")


def gather_events(engine: Engine, now: datetime) -> int:
    """Make the calls for what has happened since the last time; returns how many."""
    with transaction(engine) as tx:
        webhooks = tx.read.execute(select(_webhook).where(_webhook.c.ended_at.is_(None))).all()
    made = 0
    for webhook in webhooks:
        with transaction(engine) as tx:
            made += _gather_for(tx, webhook, now)
    return made


def _gather_for(tx: Transaction, webhook: Any, now: datetime) -> int:
    seen_at = now - SLICE if isinstance(webhook.seen_at, UnreadableInstant) else webhook.seen_at
    first, last = max(seen_at - OVERLAP, webhook.made_at), min(now, seen_at + SLICE)
    events = dict((*_changes(tx, first, last), *_notices(tx, first, last)))
    seen = select(_call.c.source).where(_call.c.webhook_id == webhook.id, _call.c.created_at >= first)
    known = set(tx.read.execute(seen).scalars())
    rows = [
        {"webhook_id": webhook.id, "source": source, "body": json.dumps({"id": source, **event}, ensure_ascii=False)}
        | {"created_at": now, "available_at": now}
        for source, event in events.items()
        if source not in known
    ]
    if rows or last - seen_at > NOTED_EVERY:
        connection = tx.write()
        if rows:
            connection.execute(insert_once(connection, _call), rows)
        connection.execute(update(_webhook).where(_webhook.c.id == webhook.id).values(seen_at=last))
    return len(rows)


def _changes(tx: Transaction, first: datetime, last: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    """Acts on cases: what was done at which step, not by whom."""
    columns = [_history.c[name] for name in ("instance_id", "seq", "at", "action", "node")]
    query = _with_codes(select(*columns, _code), _history).where(_history.c.at > first, _history.c.at <= last)
    for row in tx.read.execute(query.order_by(_history.c.at, _history.c.instance_id, _history.c.seq)):
        event = {"event": "change", "case": row.code, "act": row.action, "step": row.node, "at": row.at.isoformat()}
        yield f"change:{row.instance_id}.{row.seq}", event


def _notices(tx: Transaction, first: datetime, last: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    columns = [_outbox.c[name] for name in ("id", "rung", "occurrence", "created_at")]
    within = (_outbox.c.created_at > first, _outbox.c.created_at <= last, _outbox.c.kind == NOTICE)
    # The index is of when a notice may be sent, which is never before it was made; nothing of one that was given up.
    recent = (_outbox.c.available_at > first) | _outbox.c.available_at.is_(None)
    query = _with_codes(select(*columns, _code), _outbox).where(*within, recent).order_by(_outbox.c.id)
    for row in tx.read.execute(query):
        event = {"event": "notice", "case": row.code, "rung": row.rung, "occurrence": row.occurrence}
        yield f"notice:{row.id}", {**event, "at": row.created_at.isoformat()}


def _with_codes(query: Any, table: Any) -> Any:
    joined = query.join(_instance, _instance.c.id == table.c.instance_id)
    joined = joined.outerjoin(_report, _report.c.id == _instance.c.report_id)
    return joined.outerjoin(_matter, _matter.c.instance_id == _instance.c.id)
