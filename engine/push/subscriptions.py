"""Which browsers want to be told of urgent work while no page is open: one for a session, as long as the session."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, or_, select

from engine.errors import Invalid
from engine.push.encryption import POINT_BYTES, SECRET_BYTES, BrowserKeys
from engine.push.endpoints import is_allowed
from engine.push.vapid import decode_text
from engine.staff.accounts import Account
from engine.staff.person_turns import wait_turn
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import PushSubscription, Task
from engine.translation.catalogue import Language

_subscription, _task = table_of(PushSubscription), table_of(Task)


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """What a browser says of itself: where its service is, and its keys."""

    endpoint: str
    keys: BrowserKeys


def parse_subscription(form: Mapping[str, str], hosts: Collection[str]) -> NewSubscription:
    """A subscription as a page sends it; raises Invalid for another service than those at `hosts`, or wrong keys."""
    endpoint = form.get("endpoint", "")
    if not is_allowed(endpoint, hosts):
        raise Invalid("endpoint", "push-service-refused")
    try:
        keys = BrowserKeys(decode_text(form.get("point", "")[:200]), decode_text(form.get("secret", "")[:200]))
        keys.public_key()
    except ValueError as error:
        raise Invalid("point", "push-keys-malformed") from error
    if len(keys.point) != POINT_BYTES or len(keys.secret) != SECRET_BYTES:
        raise Invalid("point", "push-keys-malformed")
    return NewSubscription(endpoint, keys)


def subscribe(tx: Transaction, account: Account, new: NewSubscription, language: Language, now: datetime) -> None:
    """Tell this session's browser from now on; whoever was told in the same browser before is not any more."""
    same = or_(_subscription.c.session_digest == account.digest, _subscription.c.endpoint == new.endpoint)
    newest = tx.read.execute(select(func.coalesce(func.max(_task.c.id), 0))).scalar_one()
    wait_turn(tx, account.id)
    connection = tx.write()
    connection.execute(delete(_subscription).where(same))
    row = {
        "session_digest": account.digest,
        "person_id": account.id,
        "endpoint": new.endpoint,
        "point": new.keys.point,
        "secret": new.keys.secret,
        "language": language,
        "created_at": now,
        "available_at": now,
        "seen_task": newest,
        "attempts": 0,
    }
    connection.execute(insert(_subscription), row)


def unsubscribe(tx: Transaction, account: Account) -> None:
    """Tell this session's browser no more."""
    tx.write().execute(delete(_subscription).where(_subscription.c.session_digest == account.digest))


def is_subscribed(tx: Transaction, account: Account) -> bool:
    """Whether this session's browser is told."""
    query = select(_subscription.c.person_id).where(_subscription.c.session_digest == account.digest)
    return tx.read.execute(query).scalar() is not None
