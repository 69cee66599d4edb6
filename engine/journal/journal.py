"""Records acts outside cases in hash chains, and finds what was changed, removed or added later (R13).

An act belongs to the chain of its kind: "account.close" to "account". Appending to a chain makes others wait who append
to the same one, so a row is written right before its transaction commits, however long the transaction took: sign-ins
wait for one another only during a commit, and never for a deployment. Measured in docs/why/records.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from engine.actor import ActStamp
from engine.errors import BadInput
from engine.journal import owner_mails
from engine.journal.acts import ACTS
from engine.journal.table_seals import SEALED_BY_ACT, seal_tables
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.insert_once import insert_once
from engine.store.models import JournalChain, JournalEntry
from engine.store.unreadable import READING_FAULTS, damaged_columns
from engine.translation.wording import say

GENESIS = bytes(32)
LONGEST_KEY = 80  # The length of the columns that hold names; what is longer comes from outside and is cut.
ROWS_AT_ONCE = 2_000
MOST_NAMED = 20  # Broken rows of one chain that are named; each becomes an incident.

# Digests are computed over exactly this text; encoding the same values differently would break every existing chain.
_DETAIL_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_PARTS_ENCODER = json.JSONEncoder(ensure_ascii=False)
_PARTS = ("chain", "seq", "actor", "origin", "act", "subject", "detail")

_entry, _chain = table_of(JournalEntry), table_of(JournalChain)
_SELECT_END = select(_chain.c.head, _chain.c.length).where(_chain.c.name == bindparam("name")).with_for_update()
_UPDATE_END = (
    update(_chain)
    .where(_chain.c.name == bindparam("b_name"))
    .values(head=bindparam("b_head"), length=bindparam("b_length"))
)


@dataclass(frozen=True, slots=True)
class JournalBreak:
    """A row of a chain of the journal that does not match it, and the rule that it breaks."""

    chain: str
    seq: int
    rule: str
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def facts(self) -> Mapping[str, object]:
        """The facts for the rule's sentence: the chain, the row and the details."""
        return {"chain": self.chain, "row": str(self.seq), **self.details}

    def __str__(self) -> str:
        return say(self, "en")


def record(tx: Transaction, stamp: ActStamp, act: str, subject: str, **facts: object) -> None:
    """Record an act on `subject` with JSON-native facts: no secret, nothing personal that the act does not need.

    The fact `changes` says what changed: [before, after] by name. The row is written when the transaction commits.
    """
    if act not in ACTS:
        raise ValueError(f"unknown act {act!r}")
    chain = act.partition(".")[0]
    row = {
        "chain": chain,
        "at": stamp.at,
        "actor": stamp.who.actor[:LONGEST_KEY],
        "origin": stamp.who.origin[:LONGEST_KEY],
        "act": act,
        "subject": subject[:LONGEST_KEY],
        "detail": _DETAIL_ENCODER.encode(facts),
    }
    tx.write_last(chain, partial(_append_row, tx, row, facts))


def _append_row(tx: Transaction, row: dict[str, Any], facts: dict[str, Any]) -> None:
    connection = tx.write()
    head, length = _lock_end(connection, row["chain"])
    row = {**row, "seq": length + 1}
    if row["act"] in SEALED_BY_ACT:
        seals = seal_tables(connection, SEALED_BY_ACT[row["act"]])
        row["detail"] = _DETAIL_ENCODER.encode({**facts, "tables": seals})
    digest = _row_digest(head, row)
    try:
        connection.execute(insert(_entry), {**row, "digest": digest})
    except (IntegrityError, OverflowError) as error:  # The row after the end is there, or cannot be numbered.
        raise BadInput("journal-end-damaged", chain=row["chain"]) from error
    connection.execute(_UPDATE_END, {"b_name": row["chain"], "b_head": digest, "b_length": length + 1})
    owner_mails.plan_mail(connection, row)


def _lock_end(connection: Connection, chain: str) -> tuple[bytes, int]:
    """The end of a chain, which stays ours until the commit; a chain begins with its first row."""
    end = connection.execute(_SELECT_END, {"name": chain}).one_or_none()
    if end is None:
        connection.execute(insert_once(connection, _chain), {"name": chain, "head": GENESIS, "length": 0})
        end = connection.execute(_SELECT_END, {"name": chain}).one()
    return end.head, end.length


def _row_digest(previous: bytes, row: Mapping[str, Any]) -> bytes:
    parts = [row["at"].timestamp().hex(), *(row[name] for name in _PARTS)]
    return hashlib.sha256(previous + _PARTS_ENCODER.encode(parts).encode()).digest()


def find_breaks(tx: Transaction) -> Iterator[JournalBreak]:
    """The broken rows of each chain that does not hold; `tx` should be a snapshot."""
    ends = {row.name: row for row in tx.read.execute(select(_chain))}
    names = set(tx.read.execute(select(_entry.c.chain).distinct()).scalars())
    for name in sorted(ends.keys() | names):
        end = ends.get(name)
        breaks = _chain_breaks(tx, name, *((end.head, end.length) if end is not None else (GENESIS, 0)))
        yield from islice(breaks, MOST_NAMED)


def _chain_breaks(tx: Transaction, name: str, stored_head: bytes, stored_count: int) -> Iterator[JournalBreak]:
    """The rows that do not match the digest before them, up to the first that is missing, and an end that differs."""
    head, count, whole = GENESIS, 0, True
    for row in _rows_of(tx, name):
        count += 1
        if row.seq != count:
            yield JournalBreak(name, count, "journal-row-missing", {"following": str(row.seq)})
            return
        rule = _broken_rule(head, row)
        if rule:
            whole = False
            yield JournalBreak(name, count, rule)
        head = row.digest
    if count != stored_count:
        details = {"written": stored_count, "left": count}
        yield JournalBreak(name, min(count, stored_count) + 1, "journal-count-differs", details)
    elif head != stored_head and whole:
        yield JournalBreak(name, count, "journal-rewritten")


def _broken_rule(head: bytes, row: Any) -> str:
    """The rule that a row breaks; empty when it matches the digest before it."""
    try:
        if _row_digest(head, row._mapping) == row.digest:  # noqa: SLF001 - SQLAlchemy's public name for it
            return ""
        facts_of(row)
    except READING_FAULTS:
        return "journal-row-unreadable"
    return "journal-row-changed"


def facts_of(row: Any) -> dict[str, Any]:
    """The facts of a stored row; raises BadInput, naming the row, when they or another value cannot be read."""
    try:
        facts = json.loads(row.detail)
    except (TypeError, ValueError):
        facts = None
    if not isinstance(facts, dict) or damaged_columns(_entry, row._mapping):  # noqa: SLF001 - public
        raise BadInput("journal-row-unreadable", chain=str(row.chain), row=str(row.seq))
    return facts


def _rows_of(tx: Transaction, chain: str) -> Iterator[Any]:
    """The rows of a chain in order, read a few at a time."""
    query = select(_entry).where(_entry.c.chain == chain).order_by(_entry.c.seq).limit(ROWS_AT_ONCE)
    rows = tx.read.execute(query).all()
    while rows:
        yield from rows
        rows = tx.read.execute(query.where(_entry.c.seq > rows[-1].seq)).all()


def list_ends(tx: Transaction) -> list[tuple[str, int, str]]:
    """The end of each chain as (name, number of rows, digest), for an anchor kept outside the database."""
    rows = tx.read.execute(select(_chain).order_by(_chain.c.name))
    return [(row.name, row.length, row.head.hex()) for row in rows]


def compare_ends(tx: Transaction, ends: Iterable[tuple[str, int, str]]) -> Iterator[JournalBreak]:
    """The chains that no longer contain the ends that an anchor kept."""
    for name, count, digest in ends:
        query = select(_entry.c.digest).where(_entry.c.chain == name, _entry.c.seq == count)
        stored = tx.read.execute(query).scalar_one_or_none()
        if stored is None and count:
            yield JournalBreak(name, count, "journal-row-gone")
        elif stored is not None and (not isinstance(stored, bytes) or stored.hex() != digest):
            yield JournalBreak(name, count, "journal-row-differs")
