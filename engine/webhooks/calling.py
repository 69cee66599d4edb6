"""Sends calls: claimed with a lease, sent outside any transaction, marked afterwards, tried again later and later.

A call is sent at least once, always with the same Idempotency-Key; the signature covers its time and its body
(docs/reference/gateways.md).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Engine, or_, select, update
from urllib3 import Timeout, connection_from_url
from urllib3.connectionpool import HTTPConnectionPool

from engine.config.environment import Settings
from engine.config.secret_key import signing_key
from engine.mailing.gateway import ANSWER_SECONDS, CONNECT_SECONDS, post_once, signed_headers
from engine.mailing.outcome import PermanentFailure, TransientFailure, retry_pause
from engine.push.endpoints import open_pool
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import Webhook, WebhookCall
from engine.webhooks.receivers import is_inner_host, key_of_webhook

BATCH = 20
LEASE = timedelta(minutes=5)
BEGUN_WITHIN = timedelta(seconds=20)
MAX_ATTEMPTS = 12

_webhook, _call = table_of(Webhook), table_of(WebhookCall)


@dataclass(frozen=True, slots=True)
class WebhookSender:
    """What sending needs: the server's secret, from which the keys follow, and how an address is reached."""

    secret: bytes = field(repr=False)
    connect: Callable[[str], HTTPConnectionPool]


def open_webhook_sender(settings: Settings) -> WebhookSender:
    """The sender of this installation."""
    return WebhookSender(signing_key(settings), partial(_open_connections, inner_hosts=settings.webhook_hosts))


def _open_connections(url: str, *, inner_hosts: Collection[str]) -> HTTPConnectionPool:
    """Connections to a public address that was looked at first, or to a host that the settings name."""
    host = (urlsplit(url).hostname or "").lower()
    if not is_inner_host(host, inner_hosts):
        return open_pool(host)
    timeout = Timeout(connect=CONNECT_SECONDS, read=ANSWER_SECONDS)
    return connection_from_url(url, timeout=timeout)


def send_due_calls(engine: Engine, clock: Callable[[], datetime], sender: WebhookSender) -> int:
    """Send a batch of the calls that are due; returns how many were taken by their receivers."""
    started_at, taken = clock(), 0
    for row in _claim_calls(engine, started_at):
        if clock() - started_at > BEGUN_WITHIN:
            break  # The lease of the rest ends by itself.
        taken += _send_call(engine, row, clock, sender)
    return taken


def _claim_calls(engine: Engine, now: datetime) -> Sequence[Any]:
    with transaction(engine) as tx:
        free = or_(_call.c.leased_until.is_(None), _call.c.leased_until <= now)
        query = select(_call, _webhook.c.url, _webhook.c.handle).join(_webhook, _webhook.c.id == _call.c.webhook_id)
        due = query.where(_call.c.available_at <= now, free).order_by(_call.c.available_at, _call.c.id).limit(BATCH)
        if tx.read.execute(due).first() is None:
            return ()
        connection = tx.write()
        rows = connection.execute(due.with_for_update(of=_call, skip_locked=True)).all()
        lease = update(_call).where(_call.c.id.in_([row.id for row in rows]))
        connection.execute(lease.values(leased_until=now + LEASE))
        return rows


def _send_call(engine: Engine, row: Any, clock: Callable[[], datetime], sender: WebhookSender) -> bool:
    """Send one call and note what has come of it; whether it was taken."""
    now = clock()
    try:
        _post_call(row, now, sender)
    except PermanentFailure as error:
        values: dict[str, Any] = {"available_at": None, "outcome": str(error)}
    except TransientFailure as error:
        is_last = row.attempts + 1 >= MAX_ATTEMPTS
        again = None if is_last else now + retry_pause(row.attempts + 1, error.retry_after)
        values = {"available_at": again, "outcome": str(error)}
    else:
        values = {"available_at": None, "sent_at": now, "outcome": ""}
    with transaction(engine) as tx:
        changed = update(_call).where(_call.c.id == row.id)
        tx.write().execute(changed.values(attempts=row.attempts + 1, leased_until=None, **values))
    return "sent_at" in values


def _post_call(row: Any, now: datetime, sender: WebhookSender) -> None:
    """Raises TransientFailure, PermanentFailure."""
    parts, body = urlsplit(row.url), row.body.encode()
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    key = key_of_webhook(sender.secret, row.handle).encode()
    headers = {"Host": parts.netloc, **signed_headers(key, f"{row.webhook_id}.{row.source}", body, now)}
    post_once(sender.connect(row.url), target, body, headers)
