"""Registers of the office's papers: a draft changes under its version, and an issued paper has its year's next number.

All in the caller's transaction, so that no number is lost or assigned twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select, update

from engine.errors import NotFound, Stale
from engine.store.db import Transaction
from engine.store.insert_once import insert_once

DRAFT, ISSUED, DISCARDED = "draft", "issued", "discarded"


@dataclass(frozen=True, slots=True)
class PaperRegister:
    """The papers of one kind: their table, the last number of each year, and the rules broken by a wrong draft."""

    papers: Table
    numbers: Table
    unknown: str
    changed: str

    def lock_draft(self, tx: Transaction, paper_id: int, version: int) -> Any:
        """Lock a draft's row until the transaction ends and return it; raises NotFound, Stale when it has changed."""
        query = select(self.papers).where(self.papers.c.id == paper_id).with_for_update()
        row = tx.write().execute(query).one_or_none()
        if row is None:
            raise NotFound(self.unknown)
        if row.state != DRAFT or row.version != version:
            raise Stale(self.changed)
        return row

    def update_draft(self, tx: Transaction, row: Any, values: Mapping[str, object]) -> None:
        """Change a locked draft, which then has the next version."""
        self.update_paper(tx, row.id, {**values, "version": row.version + 1})

    def update_paper(self, tx: Transaction, paper_id: int, values: Mapping[str, object]) -> None:
        """Change a paper that this transaction has locked."""
        tx.write().execute(update(self.papers).where(self.papers.c.id == paper_id).values(**values))

    def take_number(self, tx: Transaction, year: int) -> int:
        """Assign the next number of a year; concurrent issuers wait until this transaction ends."""
        connection = tx.write()
        connection.execute(insert_once(connection, self.numbers), {"year": year, "last": 0})
        increment = update(self.numbers).where(self.numbers.c.year == year).values(last=self.numbers.c.last + 1)
        number: int = connection.execute(increment.returning(self.numbers.c.last)).scalar_one()
        return number
