"""The systems that are told: made and ended by an administrator, with a log of what each has been told.

An address is public and HTTPS, as those of push services are: the server sends no request into the network that it
stands in, unless the settings name the host.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete, func, insert, select, update

from engine.actor import ActStamp
from engine.errors import Invalid, NotFound
from engine.journal import acts, journal
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Webhook, WebhookCall

LONGEST_NAME, LONGEST_URL = 80, 1000
MOST_LISTED = 100
KEPT = timedelta(days=30)
_PUBLIC = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*")  # A name, never an address.

_webhook, _call = table_of(Webhook), table_of(WebhookCall)


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A webhook to make: what the other system is called, and where it listens."""

    name: str
    url: str


def is_inner_host(host: str, inner_hosts: Collection[str]) -> bool:
    """Whether the settings name a host, of which one that begins with *. has any below it."""
    return any(host == one or (one.startswith("*.") and host.endswith(one[1:])) for one in inner_hosts)


def is_address_allowed(url: str, inner_hosts: Collection[str]) -> bool:
    """Whether a webhook may have this address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    host = (parts.hostname or "").lower()
    if not host or parts.username is not None or len(url) > LONGEST_URL or not (url.isascii() and url.isprintable()):
        return False
    if is_inner_host(host, inner_hosts):
        return parts.scheme in ("http", "https")
    return parts.scheme == "https" and port in (None, 443) and _PUBLIC.fullmatch(host) is not None


def make_webhook(tx: Transaction, secret: bytes, new: NewWebhook, inner_hosts: Collection[str], by: ActStamp) -> str:
    """Make a webhook, which is told of everything from now on; returns the key that signs, for this once.

    Raises Invalid.
    """
    name, url = new.name.strip(), new.url.strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise Invalid("name", "webhook-name", most=LONGEST_NAME)
    if not is_address_allowed(url, inner_hosts):
        raise Invalid("url", "webhook-address")
    handle = secrets.token_urlsafe(16)
    row = {"name": name, "url": url, "handle": handle, "made_by": by.who.actor}
    times = {"made_at": by.at, "seen_at": by.at}
    number = tx.write().execute(insert(_webhook).returning(_webhook.c.id), {**row, **times}).scalar_one()
    journal.record(tx, by, acts.MAKE_WEBHOOK, f"webhook:{number}", name=name, address=urlsplit(url).hostname or "")
    return key_of_webhook(secret, handle)


def key_of_webhook(secret: bytes, handle: str) -> str:
    """The key that signs calls of a webhook; nothing of it is stored."""
    return hmac.new(secret, f"webhook\0{handle}".encode(), hashlib.sha256).hexdigest()


def end_webhook(tx: Transaction, number: int, by: ActStamp) -> None:
    """Tell a webhook nothing more, not even what waits; raises NotFound."""
    connection = tx.write()
    ended = update(_webhook).where(_webhook.c.id == number, _webhook.c.ended_at.is_(None)).values(ended_at=by.at)
    if connection.execute(ended).rowcount != 1:
        raise NotFound("webhook-unknown")
    connection.execute(update(_call).where(_call.c.webhook_id == number).values(available_at=None))
    journal.record(tx, by, acts.END_WEBHOOK, f"webhook:{number}")


def list_webhooks(tx: Transaction) -> Sequence[Any]:
    """All webhooks, those in use first, each with how many calls were taken, wait and were given up."""
    is_waiting, is_taken = _call.c.available_at.is_not(None), _call.c.sent_at.is_not(None)
    counts = (
        select(
            _call.c.webhook_id,
            func.count().filter(is_taken).label("taken"),
            func.count().filter(is_waiting).label("waiting"),
            func.count().filter(~is_waiting, ~is_taken).label("given_up"),
        )
        .group_by(_call.c.webhook_id)
        .subquery()
    )
    columns = [func.coalesce(counts.c[name], 0).label(name) for name in ("taken", "waiting", "given_up")]
    query = select(_webhook, *columns).outerjoin(counts, counts.c.webhook_id == _webhook.c.id)
    return tx.read.execute(query.order_by(_webhook.c.ended_at.is_not(None), _webhook.c.id.desc())).all()


def list_calls(tx: Transaction, number: int) -> Sequence[Any]:
    """The newest calls of a webhook; raises NotFound."""
    if tx.read.execute(select(_webhook.c.id).where(_webhook.c.id == number)).first() is None:
        raise NotFound("webhook-unknown")
    query = select(_call).where(_call.c.webhook_id == number).order_by(_call.c.id.desc()).limit(MOST_LISTED)
    return tx.read.execute(query).all()


def replay_call(tx: Transaction, call_id: int, by: ActStamp) -> int:
    """Tell something once more, with the same identity; returns its webhook. Raises NotFound, also for an ended one."""
    in_use = select(_webhook.c.id).where(_webhook.c.ended_at.is_(None))
    again = update(_call).where(_call.c.id == call_id, _call.c.webhook_id.in_(in_use))
    values = {"available_at": by.at, "leased_until": None, "attempts": 0, "sent_at": None}
    number: int | None = tx.write().execute(again.values(values).returning(_call.c.webhook_id)).scalar()
    if number is None:
        raise NotFound("webhook-unknown")
    journal.record(tx, by, acts.REPLAY_WEBHOOK, f"webhook:{number}", call=call_id)
    return number


def delete_old_calls(tx: Transaction, now: datetime) -> None:
    """Delete what was told, or given up, long ago."""
    old = (_call.c.created_at < now - KEPT) & _call.c.available_at.is_(None)
    tx.write().execute(delete(_call).where(old))
