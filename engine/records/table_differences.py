"""Proves what the province works by: the tables that acts in the journal have sealed (R13)."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from engine.journal.table_seals import SEALED_BY_ACT, seal_tables
from engine.records.journal_rows import apply_acts
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import JournalEntry
from engine.translation.plain_faults import PlainFault

_entry = table_of(JournalEntry)


def find_differing_tables(tx: Transaction) -> Iterator[PlainFault]:
    """Each table that is not as the last act on it left it; one that no act has sealed is unproven."""
    query = select(_entry).where(_entry.c.act.in_(SEALED_BY_ACT))
    sealed: dict[str, str] = {}
    in_order = query.order_by(_entry.c.at, _entry.c.chain, _entry.c.seq)
    yield from apply_acts(tx, in_order, lambda _row, facts: sealed.update(facts.get("tables", {})))
    present = seal_tables(tx.read, sealed)
    for name in sorted(sealed):
        if present[name] != sealed[name]:
            yield PlainFault("table-differs", {"table": name})
