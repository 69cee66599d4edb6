"""Tells browsers of urgent work that has come into their persons' queues while no page is open: how many, no more.

State decides, not a row for each event: a subscription knows the newest task that it has been told of, so messages
are counted together, and one that fails is made anew when it is tried again. A subscription that its service no longer
knows is deleted. A message is sent at least once: twice only if the worker dies before it is noted.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Engine,
    Row,
    and_,
    delete,
    func,
    literal_column,
    or_,
    select,
    union_all,
    update,
)
from urllib3.connectionpool import HTTPConnectionPool

from engine.cases import arrivals
from engine.cases.inbox import QUEUE, InboxFilter
from engine.config.environment import Settings
from engine.config.secret_key import signing_key
from engine.errors import EngineError
from engine.mailing.gateway import post_once
from engine.mailing.outcome import PermanentFailure, TransientFailure
from engine.push import vapid
from engine.push.encryption import CURVE, SALT_BYTES, BrowserKeys, encrypt_message
from engine.push.endpoints import open_pool
from engine.staff import access
from engine.staff.accounts import open_condition
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import ORDINARY, PushSubscription, RoleAssignment, Substitute, Task, WebSession
from engine.translation.catalogue import N_, Language, translate

BATCH = 20
LEASE = timedelta(minutes=2)
BEGUN_WITHIN = timedelta(seconds=20)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=30)
MAX_ATTEMPTS = 6
STALE_SECONDS = 3600  # A service that has not reached the browser by then forgets the message.
TITLE = N_("Tổng đài 1022")
BODY = N_("Việc khẩn mới trong hàng chờ đơn vị: {count}")

_subscription, _session, _task = table_of(PushSubscription), table_of(WebSession), table_of(Task)
_assignment, _absence = table_of(RoleAssignment), table_of(Substitute)


@dataclass(frozen=True, slots=True)
class PushSender:
    """What sending needs: our key pair, whom services may ask about us, and how a service is reached."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)
    contact: str
    connect: Callable[[str], HTTPConnectionPool] = open_pool


def open_sender(settings: Settings) -> PushSender:
    """The sender of this installation; services may ask whoever sends its mails."""
    contact = parseaddr(settings.mail_from)[1]
    return PushSender(vapid.application_key(signing_key(settings)), f"mailto:{contact}")


def tell_browsers(
    engine: Engine, clock: Callable[[], datetime], sender: PushSender, on_outcome: Callable[[str], None]
) -> None:
    """Tell the browsers of those into whose queues something urgent has come; gets "sent", "later" or "refused"."""
    started_at = clock()
    with transaction(engine) as tx:
        due = _find_due(tx, started_at)
    for row in due:
        if clock() - started_at > BEGUN_WITHIN:
            break
        outcome = _tell_browser(engine, row, clock, sender)
        if outcome:
            on_outcome(outcome)


def _find_due(tx: Transaction, now: datetime) -> Sequence[Row[Any]]:
    """Subscriptions in whose persons' units something urgent is newer than what they know, with the newest of it."""
    # Written out as the partial index has it.
    urgent = literal_column(f"(task.urgency_rank < {ORDINARY} AND task.state = 'open')", Boolean)
    newer = _task.c.id > _subscription.c.seen_task
    pairs = [
        select(_subscription.c.session_digest, _task.c.id.label("task"))
        .join(_session, _session.c.digest == _subscription.c.session_digest)
        .join(link, post)
        .join(_task, _task.c.unit_code == link.c.unit_code)
        .where(open_condition(now), _is_free(now), newer, urgent)
        for link, post in _posts(now)
    ]
    newer_tasks = union_all(*pairs).subquery()
    newest = select(newer_tasks.c.session_digest, func.max(newer_tasks.c.task).label("newest")).group_by(
        newer_tasks.c.session_digest
    )
    whole = newest.subquery()
    query = select(_subscription, whole.c.newest).join(whole, whole.c.session_digest == _subscription.c.session_digest)
    return tx.read.execute(query.order_by(_subscription.c.available_at).limit(BATCH)).all()


def _posts(now: datetime) -> Iterator[tuple[Any, ColumnElement[bool]]]:
    """The tables that say in which units a person works, and stands in for somebody now."""
    yield _assignment, _assignment.c.person_id == _subscription.c.person_id
    standing_in = (_absence.c.starts_at <= now) & (_absence.c.ends_at > now) & _absence.c.declined_at.is_(None)
    yield _absence, (_absence.c.substitute_id == _subscription.c.person_id) & standing_in


def _is_free(now: datetime) -> ColumnElement[bool]:
    """The condition of a subscription that may be tried and that no worker tries."""
    leased = _subscription.c.leased_until
    return and_(_subscription.c.available_at <= now, or_(leased.is_(None), leased <= now))


def _tell_browser(engine: Engine, row: Row[Any], clock: Callable[[], datetime], sender: PushSender) -> str:
    """Tell one browser; returns the outcome, "" where another worker does it or there is nothing to tell."""
    with transaction(engine) as tx:
        count = _claim_and_count(tx, row, clock())
    if not count:
        return ""
    try:
        _send_message(row, count, sender, clock())
    except TransientFailure as error:
        with transaction(engine) as tx:
            return _retry_later(tx, row, clock(), error)
    except PermanentFailure:
        with transaction(engine) as tx:
            tx.write().execute(delete(_subscription).where(_is_row(row)))
        return "refused"
    with transaction(engine) as tx:
        _note_told(tx, row)
    return "sent"


def _is_row(row: Row[Any]) -> ColumnElement[bool]:
    """The condition of the subscription as it was read: not one made since by the same session."""
    same = (_subscription.c.session_digest == row.session_digest, _subscription.c.endpoint == row.endpoint)
    return and_(*same)


def _claim_and_count(tx: Transaction, row: Row[Any], now: datetime) -> int:
    """Take the subscription for this worker, and count what is new in its person's queue; 0 for nothing to tell."""
    try:
        officer = access.load_officer(tx, row.person_id, now)
        pressing = arrivals.list_arrivals(tx, officer, InboxFilter(QUEUE), now).pressing
    except EngineError:
        pressing = ()
    claim = update(_subscription).where(_is_row(row), _is_free(now), _subscription.c.seen_task == row.seen_task)
    if tx.write().execute(claim.values(leased_until=now + LEASE)).rowcount != 1:
        return 0
    count = len([task for task in pressing if task > row.seen_task])
    if not count:
        _note_told(tx, row)
    return count


def _note_told(tx: Transaction, row: Row[Any]) -> None:
    noted = update(_subscription).where(_is_row(row))
    tx.write().execute(noted.values(seen_task=row.newest, attempts=0, leased_until=None))


def _retry_later(tx: Transaction, row: Row[Any], now: datetime, error: TransientFailure) -> str:
    attempts = row.attempts + 1
    if attempts >= MAX_ATTEMPTS:
        tx.write().execute(delete(_subscription).where(_is_row(row)))
        return "refused"
    pause = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    pause = max(pause, min(timedelta(seconds=error.retry_after), LONGEST_PAUSE))
    values = {"attempts": attempts, "available_at": now + pause, "leased_until": None}
    tx.write().execute(update(_subscription).where(_is_row(row)).values(values))
    return "later"


def compose_message(count: int, language: Language) -> bytes:
    """What the browser shows: how many urgent tasks are new, and which page to open."""
    body = translate(BODY, language).format(count=count)
    content = {"title": translate(TITLE, language), "body": body, "page": "/inbox?view=queue"}
    return json.dumps(content, ensure_ascii=False).encode()


def _send_message(row: Row[Any], count: int, sender: PushSender, now: datetime) -> None:
    """Hand a message to the browser's service; raises TransientFailure or PermanentFailure."""
    parts = urlsplit(row.endpoint)
    origin = f"{parts.scheme}://{parts.netloc}"
    keys = BrowserKeys(row.point, row.secret)
    text_ = compose_message(count, row.language)
    body = encrypt_message(text_, keys, ec.generate_private_key(CURVE), secrets.token_bytes(SALT_BYTES))
    headers = {
        "Authorization": vapid.authorization(sender.key, origin, sender.contact, now),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "Host": parts.netloc,
        "TTL": str(STALE_SECONDS),
        "Topic": "urgent",  # A newer message takes the place of one that has not been delivered.
        "Urgency": "high",
    }
    target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    post_once(sender.connect(parts.hostname or ""), target, body, headers)
