"""Chains the looks at a report: one that is changed or removed afterwards shows, as a row of the history would (R14).

A seal keeps the number of looks and the digest of all of them in order. Writers of one report wait for each other at
its seal. The network address of a citizen is forgotten with the report, so the digest leaves it out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from engine.process.history import GENESIS
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.insert_once import insert_once
from engine.store.models import Look, LookHead

_look, _head = table_of(Look), table_of(LookHead)
_KEY = ("report_id", "viewer", "purpose", "period")
_UPDATE_HEAD = (
    update(_head)
    .where(_head.c.report_id == bindparam("b_report"))
    .values(looks=bindparam("b_count"), head=bindparam("b_head"))
)
ORDER = (_look.c.report_id, _look.c.seq)
LOOKS = select(_look).order_by(*ORDER)
CITIZEN = "citizen"


def append_looks(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the looks that are not stored yet, chained to those before them."""
    connection = tx.write()
    ids = sorted({row["report_id"] for row in rows})
    unsealed = [{"report_id": report_id, "looks": 0, "head": GENESIS} for report_id in ids]
    connection.execute(insert_once(connection, _head), unsealed)
    locked = select(_head).where(_head.c.report_id.in_(ids)).order_by(_head.c.report_id).with_for_update()
    heads = {row.report_id: (row.looks, row.head) for row in connection.execute(locked)}
    new_rows = {_key_of(row): row for row in rows}
    stored = select(*(_look.c[name] for name in _KEY)).where(
        _look.c.report_id.in_(ids), _look.c.period.in_(sorted({row["period"] for row in rows}))
    )
    for key in connection.execute(stored):
        new_rows.pop(tuple(key), None)
    chained = [_chain_row(heads, row) for row in new_rows.values()]
    if chained:
        connection.execute(insert(_look), chained)
        seals = [{"b_report": key, "b_count": count, "b_head": head} for key, (count, head) in heads.items()]
        connection.execute(_UPDATE_HEAD, seals)


def _key_of(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in _KEY)


def _chain_row(heads: dict[int, tuple[int, bytes]], row: Mapping[str, Any]) -> dict[str, Any]:
    count, head = heads[row["report_id"]]
    chained = {**row, "seq": count + 1}
    heads[row["report_id"]] = count + 1, _row_digest(head, chained)
    return chained


def _row_digest(previous: bytes, row: Mapping[Any, Any]) -> bytes:
    parts = [row["report_id"], row["seq"], row["viewer"], row["purpose"]]
    parts += [row["period"].timestamp().hex(), row["at"].timestamp().hex()]
    parts.append("" if row["viewer"] == CITIZEN else row["origin"])
    return hashlib.sha256(previous + json.dumps(parts, ensure_ascii=False).encode()).digest()


def first_broken_look(rows: Sequence[Any], head: Any, anchored: tuple[int, str] = (0, "")) -> int | None:
    """The number of looks among which one does not match the seal of their report, or what an anchor says of them.

    `rows` are the looks of one report in order, `head` is its seal, `anchored` a count and the digest there. None means
    that all match.
    """
    digest, count = GENESIS, 0
    for row in (row for row in rows if row.seq is not None):
        count += 1
        if row.seq != count:
            return count
        digest = _row_digest(digest, row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
        if count == anchored[0] and digest.hex() != anchored[1]:
            return count
    sealed = (head.looks, head.head) if head is not None else (0, GENESIS)
    if (count, digest) != sealed or count < anchored[0]:
        return max(count, sealed[0], anchored[0], 1)
    return None
