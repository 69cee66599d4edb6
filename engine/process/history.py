"""The append-only record of every act on an instance, chained by digests (R13).

Each row's digest covers the row and the digest before it; the instance stores the last digest and the number of rows.
A changed, reordered or removed row therefore shows, even at the tail. A case removed together with its instance, or
written anew with its head, shows against the daily anchor (`engine.records.anchors`). Personal values appear only as
salted digests; `engine.records.proof` compares what is stored with them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from engine.actor import Actor
from engine.errors import NotFound
from engine.process.act_detail import NO_DETAIL, ActDetail, canonical_text, encode_detail
from engine.process.damaged_acts import is_readable
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import History, Instance
from engine.store.statements import CompiledStatement
from engine.store.unreadable import READING_FAULTS
from engine.translation.wording import say

GENESIS = bytes(32)

_PARTS_ENCODER = json.JSONEncoder(ensure_ascii=False)

_history = table_of(History)
_instance = table_of(Instance)
_INSERT_ROW = CompiledStatement(insert(_history))
_SELECT_HEAD = select(_instance.c.history_head, _instance.c.history_count).where(_instance.c.id == bindparam("id"))
_UPDATE_HEAD = (
    update(_instance)
    .where(_instance.c.id == bindparam("b_id"))
    .values(
        history_head=bindparam("b_head"),
        history_count=bindparam("b_count"),
        version=_instance.c.version + 1,
    )
)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act to record; `detail` holds facts without personal data."""

    at: datetime
    who: Actor
    action: str
    node: str
    detail: ActDetail = NO_DETAIL


@dataclass(frozen=True, slots=True)
class ChainState:
    """The state of an instance's history: the digest of its last row and the number of rows."""

    head: bytes = GENESIS
    count: int = 0


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """A row of an instance's history that does not match its chain, and the rule that it breaks."""

    instance_id: int
    seq: int
    rule: str
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def facts(self) -> Mapping[str, object]:
        """The facts for the rule's sentence: the case, the row and the details."""
        return {"case": str(self.instance_id), "row": str(self.seq), **self.details}

    def __str__(self) -> str:
        return say(self, "en")


@dataclass(frozen=True, slots=True)
class ChainLink:
    """A row to append and the chain after it."""

    row: Mapping[str, Any]
    chain: ChainState


def next_link(instance_id: int, chain: ChainState, entry: AuditEntry) -> ChainLink:
    """The next row after `chain`; the caller writes it and stores the new chain on the instance."""
    row = _entry_row(instance_id, chain.count + 1, entry)
    digest = _row_digest(chain.head, row)
    return ChainLink({**row, "digest": digest}, ChainState(digest, chain.count + 1))


def insert_link(connection: Connection, chain_link: ChainLink) -> None:
    """Insert the row of a link."""
    _INSERT_ROW.send(connection, chain_link.row)


def append_entry(tx: Transaction, instance_id: int, entry: AuditEntry) -> None:
    """Append a row for an act that is not a step of the process (claim, handover, move of a unit)."""
    connection = tx.write()
    head = connection.execute(_SELECT_HEAD.with_for_update(), {"id": instance_id}).one_or_none()
    if head is None:
        raise NotFound("instance-unknown", number=str(instance_id))
    chain_link = next_link(instance_id, ChainState(head.history_head, head.history_count), entry)
    insert_link(connection, chain_link)
    connection.execute(
        _UPDATE_HEAD, {"b_id": instance_id, "b_head": chain_link.chain.head, "b_count": chain_link.chain.count}
    )


def _entry_row(instance_id: int, seq: int, entry: AuditEntry) -> dict[str, Any]:
    return {
        "instance_id": instance_id,
        "seq": seq,
        "at": entry.at,
        "actor": entry.who.actor,
        "origin": entry.who.origin,
        "action": entry.action,
        "node": entry.node,
        "detail": encode_detail(entry.detail),
    }


def _row_digest(previous: bytes, row: Mapping[str, Any]) -> bytes:
    at: datetime = row["at"]
    parts = [row["instance_id"], row["seq"], at.timestamp().hex()]
    parts += [row[name] for name in ("actor", "origin", "action", "node", "detail")]
    return hashlib.sha256(previous + _PARTS_ENCODER.encode(parts).encode()).digest()


def state_digest(state: bytes) -> str:
    """What history keeps of a case's state after a step."""
    return hashlib.sha256(state).hexdigest()[:32]


def plain_digest(value: object) -> str:
    """What history keeps of a value that is not personal and stays as it is."""
    return hashlib.sha256(canonical_text(value).encode()).hexdigest()[:32]


def find_breaks(tx: Transaction, instance_id: int | None = None) -> Iterator[ChainBreak]:
    """The broken rows of each instance whose history does not match its chain."""
    query = select(_instance.c.id, _instance.c.history_head, _instance.c.history_count).order_by(_instance.c.id)
    if instance_id is not None:
        query = query.where(_instance.c.id == instance_id)
    rows_query = select(_history).where(_history.c.instance_id == bindparam("id")).order_by(_history.c.seq)
    for instance in tx.read.execute(query).all():
        yield from chain_breaks(instance, tx.read.execute(rows_query, {"id": instance.id}).all())


def chain_breaks(instance: Any, rows: Sequence[Any]) -> list[ChainBreak]:
    """The rows of an instance's history, in order, that do not match its chain, up to the first that is missing.

    A row is compared with the digest that stands before it: one that was changed hides none behind it.
    """
    breaks: list[ChainBreak] = []
    head, expected = GENESIS, 0
    for row in rows:
        expected += 1
        if row.seq != expected:
            return [*breaks, ChainBreak(instance.id, expected, "history-row-missing", {"following": str(row.seq)})]
        rule = _broken_rule(head, row)
        if rule:
            breaks.append(ChainBreak(instance.id, row.seq, rule))
        head = row.digest
    if expected != instance.history_count:
        details = {"written": instance.history_count, "left": expected}
        breaks.append(ChainBreak(instance.id, expected + 1, "history-rows-lost", details))
    elif head != instance.history_head and not breaks:
        breaks.append(ChainBreak(instance.id, expected, "history-rewritten"))
    return breaks


def _broken_rule(head: bytes, row: Any) -> str:
    """The rule that a row breaks; empty when it matches the digest before it."""
    try:
        if _row_digest(head, row._mapping) == row.digest:  # noqa: SLF001 - SQLAlchemy's public name for it
            return ""
    except READING_FAULTS:
        return "history-row-damaged"
    return "history-row-changed" if is_readable(row) else "history-row-damaged"
