"""The append-only record of every act on an instance, chained by digests (R13). Imported by the writer and use cases.

Each row's digest covers the row and the digest before it; the last digest and the number of rows stand on the instance.
So a changed, reordered or removed row shows, also at the tail. A whole case removed with its instance shows against the
daily anchor: a signed list of all heads, exported outside the database. Personal values appear only as salted digests.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from engine.actor import Who
from engine.clock import parse_instant
from engine.errors import BadInput, NotFound, Tampered
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import History, Instance
from engine.store.statements import Statement

GENESIS = bytes(32)
ANCHOR_FORMAT = 1

# Digests are taken of exactly this text; another spelling of the same values would break every chain there is.
_DETAIL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_PARTS = json.JSONEncoder(ensure_ascii=False)

_history = table_of(History)
_instance = table_of(Instance)
_INSERT = Statement(insert(_history))
_HEAD = select(_instance.c.history_head, _instance.c.history_count).where(_instance.c.id == bindparam("id"))
_MOVE = (
    update(_instance)
    .where(_instance.c.id == bindparam("b_id"))
    .values(
        history_head=bindparam("b_head"),
        history_count=bindparam("b_count"),
        version=_instance.c.version + 1,
    )
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One act to record; `detail` holds JSON-native facts without personal data."""

    at: datetime
    who: Who
    action: str
    node: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chain:
    """Where an instance's history stands: the digest of its last row, and how many rows there are."""

    head: bytes = GENESIS
    count: int = 0


@dataclass(frozen=True, slots=True)
class Break:
    """The first row of an instance's history that does not agree with its chain."""

    instance_id: int
    seq: int
    reason: str

    def __str__(self) -> str:
        return f"case {self.instance_id}, history row {self.seq}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Link:
    """A row to add and the chain after it."""

    row: Mapping[str, Any]
    chain: Chain


def link(instance_id: int, chain: Chain, entry: Entry) -> Link:
    """The row that follows `chain`; the caller writes it and stores the new chain on the instance."""
    row = _values(instance_id, chain.count + 1, entry)
    digest = _digest(chain.head, row)
    return Link({**row, "digest": digest}, Chain(digest, chain.count + 1))


def write(connection: Connection, new: Link) -> None:
    """Add the row of a link."""
    _INSERT.write(connection, new.row)


def record(tx: Transaction, instance_id: int, entry: Entry) -> None:
    """Add a row for an act that is not a step of the process (claim, hand over, move of a unit)."""
    connection = tx.write()
    found = connection.execute(_HEAD.with_for_update(), {"id": instance_id}).one_or_none()
    if found is None:
        raise NotFound(f"There is no case {instance_id}.")
    new = link(instance_id, Chain(found.history_head, found.history_count), entry)
    write(connection, new)
    connection.execute(_MOVE, {"b_id": instance_id, "b_head": new.chain.head, "b_count": new.chain.count})


def _values(instance_id: int, seq: int, entry: Entry) -> dict[str, Any]:
    return {
        "instance_id": instance_id,
        "seq": seq,
        "at": entry.at,
        "actor": entry.who.actor,
        "origin": entry.who.origin,
        "action": entry.action,
        "node": entry.node,
        "detail": _DETAIL.encode(entry.detail),
    }


def _digest(head: bytes, row: Mapping[str, Any]) -> bytes:
    at: datetime = row["at"]
    parts = [row["instance_id"], row["seq"], at.timestamp().hex()]
    parts += [row[name] for name in ("actor", "origin", "action", "node", "detail")]
    return hashlib.sha256(head + _PARTS.encode(parts).encode()).digest()


def salted(salt: bytes, values: Mapping[str, Any]) -> dict[str, str]:
    """What history keeps of personal values: per key a digest that says nothing without the salt kept beside them."""
    return {
        key: hmac.digest(salt, _PARTS.encode([key, value]).encode(), "sha256").hex()[:32]
        for key, value in sorted(values.items())
    }


def verify(tx: Transaction, instance_id: int | None = None) -> Iterator[Break]:
    """The first broken row of each instance whose history does not agree with its chain."""
    wanted = select(_instance.c.id, _instance.c.history_head, _instance.c.history_count).order_by(_instance.c.id)
    if instance_id is not None:
        wanted = wanted.where(_instance.c.id == instance_id)
    for found in tx.read.execute(wanted).all():
        broken = _verify(tx.read, found)
        if broken is not None:
            yield broken


def _verify(connection: Connection, instance: Any) -> Break | None:
    rows = connection.execute(
        select(_history).where(_history.c.instance_id == instance.id).order_by(_history.c.seq)
    ).all()
    head, expected = GENESIS, 0
    for row in rows:
        expected += 1
        if row.seq != expected:
            return Break(instance.id, expected, f"the row is missing; the next one is {row.seq}")
        head = _digest(head, dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's public name for it
        if head != row.digest:
            return Break(instance.id, row.seq, "its content was changed")
    if expected != instance.history_count:
        return Break(instance.id, expected + 1, f"{instance.history_count} rows were written, {expected} are left")
    if head != instance.history_head:
        return Break(instance.id, expected, "the chain was written anew")
    return None


def anchor(tx: Transaction, now: datetime, key: bytes) -> str:
    """A signed list of every instance's head and count, to be kept outside the database: one JSON text."""
    heads = tx.read.execute(
        select(_instance.c.id, _instance.c.history_count, _instance.c.history_head).order_by(_instance.c.id)
    ).all()
    body = {
        "format": ANCHOR_FORMAT,
        "at": now.isoformat(),
        "heads": [[row.id, row.history_count, row.history_head.hex()] for row in heads],
    }
    return json.dumps({**body, "signature": _sign(body, key)})


def _sign(body: Mapping[str, Any], key: bytes) -> str:
    return hmac.new(key, json.dumps(body, sort_keys=True).encode(), "sha256").hexdigest()


def check_anchor(tx: Transaction, text: str, key: bytes) -> Iterator[Break]:
    """The instances that no longer agree with an anchor: gone, cut short, or rewritten before it was made.

    Raises BadInput when `text` is no anchor, Tampered when its signature is wrong.
    """
    yield from compare(tx, read_anchor(text, key))


def compare(tx: Transaction, heads: Iterable[tuple[int, int, str]]) -> Iterator[Break]:
    """The instances that no longer agree with heads of an anchor, as (instance, count, digest)."""
    for instance_id, count, digest in heads:
        found = tx.read.execute(
            select(_history.c.digest).where(_history.c.instance_id == instance_id, _history.c.seq == count)
        ).scalar_one_or_none()
        if found is None and count:
            yield Break(instance_id, count, "the anchor knows this row; it is gone")
        elif found is not None and found.hex() != digest:
            yield Break(instance_id, count, "the anchor knows another content")


def read_anchor(text: str, key: bytes) -> list[tuple[int, int, str]]:
    """The heads of an anchor as (instance, count, digest), by instance; raises BadInput, Tampered."""
    try:
        body = json.loads(text)
        signature = body.pop("signature")
        parse_instant(body["at"])
        heads = [(int(number), int(count), str(digest)) for number, count, digest in body["heads"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput("The anchor is not a file of this program.") from error
    if not hmac.compare_digest(signature, _sign(body, key)):
        raise Tampered("The anchor's signature is wrong: the file was changed or signed with another key.")
    return heads
