"""A person's own sessions: which are open, and ending them (ASVS 4.0.3, 3.3.3 and 3.3.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from engine.actor import ActStamp, person_key
from engine.errors import NotFound
from engine.journal import acts, journal
from engine.staff.accounts import Account, open_condition
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import WebSession

_HANDLE_LENGTH = 16  # Of a digest: enough to name one of a person's few sessions.

_session = table_of(WebSession)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session: what names it to its person, since when and until when, from where, and whether it is this one."""

    handle: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    device: str
    is_current: bool


def list_sessions(tx: Transaction, account: Account, now: datetime) -> list[OpenSession]:
    """The person's open sessions, this one first, then the last used."""
    query = (
        select(_session)
        .where(_session.c.person_id == account.id, open_condition(now))
        .order_by(_session.c.seen_at.desc())
    )
    sessions = [
        OpenSession(
            row.digest[:_HANDLE_LENGTH],
            row.created_at,
            row.seen_at,
            row.expires_at,
            row.address,
            row.device,
            row.digest == account.digest,
        )
        for row in tx.read.execute(query)
    ]
    return sorted(sessions, key=lambda session: not session.is_current)


def end_one(tx: Transaction, account: Account, handle: str, by: ActStamp) -> None:
    """End one other session of the person; raises NotFound when it has ended or is not theirs."""
    if len(handle) != _HANDLE_LENGTH or not handle.isalnum():
        raise NotFound("session-unknown")
    named = (_session.c.person_id == account.id) & _session.c.digest.startswith(handle)
    if not _end(tx, account, named, by):
        raise NotFound("session-unknown")


def end_others(tx: Transaction, account: Account, by: ActStamp) -> int:
    """End all sessions of the person but this one; returns how many there were."""
    return _end(tx, account, _session.c.person_id == account.id, by)


def _end(tx: Transaction, account: Account, named: object, by: ActStamp) -> int:
    statement = delete(_session).where(named, _session.c.digest != account.digest)  # type: ignore[arg-type]
    count = tx.write().execute(statement).rowcount
    if count:
        journal.record(tx, by, acts.END_SESSIONS, person_key(account.id), sessions=count)
    return int(count)
