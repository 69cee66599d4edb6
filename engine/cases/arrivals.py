"""What has come into an officer's lists, for pages that ask every few seconds: the newest ids and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, literal, select, text, union_all

from engine.cases import inbox
from engine.cases.inbox import InboxFilter
from engine.staff.access import Officer
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import ORDINARY, Task

MOST_SHOWN = 200  # A list that is longer shows arrivals among its newest.

_task = table_of(Task)


@dataclass(frozen=True, slots=True)
class ListArrivals:
    """The newest tasks of the list, and the newest pressing ones of the officer's queue, as ids, newest first."""

    listed: Sequence[int]
    pressing: Sequence[int]


def list_arrivals(tx: Transaction, officer: Officer, filters: InboxFilter, now: datetime) -> ListArrivals:
    """What stands in a list now; one statement, plus one before it for a text search."""
    listed = inbox.ordered_ranges(tx, officer, filters, now)
    queue = inbox.ordered_ranges(tx, officer, InboxFilter(inbox.QUEUE), now)
    # Written out as the partial index has it.
    pressing = [part.where(text(f"task.urgency_rank < {ORDINARY}")) for part in queue]
    rows = tx.read.execute(union_all(_newest("listed", listed), _newest("pressing", pressing))).all()
    by_kind = {
        kind: sorted((row[1] for row in rows if row[0] == kind), reverse=True) for kind in ("listed", "pressing")
    }
    return ListArrivals(**by_kind)


def _newest(kind: str, ranges: Sequence[Select[Any]]) -> Select[Any]:
    whole = union_all(*ranges).subquery()
    newest = select(whole.c.id).order_by(whole.c.id.desc()).limit(MOST_SHOWN).subquery()
    return select(literal(kind), newest.c.id)
