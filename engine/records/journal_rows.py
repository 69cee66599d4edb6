"""Acts of the journal as proofs read them: a row that cannot be read is named, and those behind it still count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Select

from engine.journal import journal
from engine.store.db import Transaction
from engine.store.unreadable import READING_FAULTS
from engine.translation.plain_faults import PlainFault

ActReader = Callable[[Any, Mapping[str, Any]], None]
"""Takes a row of the journal and its facts."""


def apply_acts(tx: Transaction, query: Select[Any], apply: ActReader) -> list[PlainFault]:
    """Hand the rows of a query over the whole journal to `apply`; returns what names those that it could not read."""
    faults = []
    for row in tx.read.execute(query):
        try:
            apply(row, journal.facts_of(row))
        except READING_FAULTS:
            faults.append(PlainFault("journal-row-unreadable", {"chain": str(row.chain), "row": str(row.seq)}))
    return faults
