"""Announcements: what a commit tells all server processes, so that open pages look at once (R22).

An announcement has a kind and receivers and no fact of any case: a page asks for what it may see by a request of its
own. It goes out with the commit and never without it. PostgreSQL carries it (NOTIFY); on SQLite it is a row that every
process reads when the file's version has changed (`engine.live.listening`).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import partial

from sqlalchemy import bindparam, delete, func, insert, select

from engine.actor import person_key
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import AnnouncementRow
from engine.store.statements import CompiledStatement

LISTS = "lists"  # Something has come into a list of tasks.
EVERYBODY = "*"
CHANNEL = "tongdai"
MOST_BYTES = 7500  # PostgreSQL carries 8,000 bytes (documentation of NOTIFY).
KEPT = 1000  # Rows on SQLite; a process that has missed more tells everybody.

_announcement = table_of(AnnouncementRow)
_INSERT = CompiledStatement(insert(_announcement))
_NOTIFY = CompiledStatement(select(func.pg_notify(bindparam("channel"), bindparam("content"))))
_encode = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Announcement:
    """Something has come: of which kind, and for whom, as `unit_receiver` and `person_receiver` name them."""

    kind: str
    receivers: frozenset[str]


def unit_receiver(code: str) -> str:
    """Everybody who works in a unit, or stands in for somebody there."""
    return f"unit:{code}"


def person_receiver(person_id: int) -> str:
    """One person."""
    return person_key(person_id)


def announce(tx: Transaction, kind: str, receivers: Iterable[str]) -> None:
    """Tell the receivers with the commit that something of `kind` has come; several times are one."""
    tx.write_together(f"announcement {kind}", receivers, partial(_send, tx, kind))


def _send(tx: Transaction, kind: str, receivers: Collection[str]) -> None:
    text = _encode([kind, *sorted(receivers)])
    if len(text) > MOST_BYTES:
        text = json.dumps([kind, EVERYBODY])
    if tx.locks_rows:
        _NOTIFY.send(tx.write(), {"channel": CHANNEL, "content": text})
    else:
        _INSERT.send(tx.write(), {"content": text})


def read_announcement(text: str) -> Announcement:
    """The announcement in what a database carries."""
    kind, *receivers = json.loads(text)
    return Announcement(kind, frozenset(receivers))


def delete_old(tx: Transaction) -> None:
    """Delete the rows that every process has read long ago; the newest stay, so that numbers go on."""
    newest = tx.read.execute(select(func.max(_announcement.c.id))).scalar()
    if newest is not None and newest > KEPT:
        tx.write().execute(delete(_announcement).where(_announcement.c.id <= newest - KEPT))
