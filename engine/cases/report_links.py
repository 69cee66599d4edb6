"""Which case a report belongs to: its own, or that of the report that it has joined or been merged into.

A caller who joins an open case has no case of their own (`repeat`); a merged case waits for its main case (`merged`).
Both hang on another report, which may hang on a third: the main report is the one at the end of the chain.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from engine.errors import Stale
from engine.process.instances import ACTIVE
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Instance, Report, ReportLink

REPEAT, MERGED, SPLIT = "repeat", "merged", "split"
JOINING_KINDS = (REPEAT, MERGED)

_report, _link, _instance = table_of(Report), table_of(ReportLink), table_of(Instance)
LINK = _link  # For conditions on reports that hang on another.
IN_FORCE = _link.c.kind.in_(JOINING_KINDS) & _link.c.undone_at.is_(None)


@dataclass(frozen=True, slots=True)
class HangingReport:
    """A report that hangs on another one's case: its particulars, the link, and the report that it hangs on."""

    id: int
    code: str
    received_at: datetime
    reporter_name: str
    phone: str
    link_id: int
    kind: str
    parent_id: int


def main_reports(tx: Transaction, report_ids: Collection[int]) -> dict[int, int]:
    """For each of the reports the one whose case answers it: itself unless it hangs on another."""
    parents: dict[int, int] = {}
    todo, visited = set(report_ids), set()
    while todo:
        visited |= todo
        query = select(_link.c.report_id, _link.c.other_id).where(IN_FORCE, _link.c.report_id.in_(sorted(todo)))
        parents |= {row.report_id: row.other_id for row in tx.read.execute(query.order_by(_link.c.id))}
        todo = set(parents.values()) - visited
    return {report_id: _head_of(report_id, parents) for report_id in report_ids}


def _head_of(report_id: int, parents: Mapping[int, int]) -> int:
    """The end of the chain; of a circle, which nothing should have made, the report before it closes."""
    seen = {report_id}
    while parents.get(report_id, report_id) not in seen:
        report_id = parents[report_id]
        seen.add(report_id)
    return report_id


def main_report_id(tx: Transaction, report_id: int) -> int:
    """The report whose case answers this one."""
    return main_reports(tx, [report_id])[report_id]


def left_report_id(tx: Transaction, report_id: int) -> int | None:
    """The main report of what a report last hung on and has left, None if it never left one."""
    query = select(_link.c.other_id).where(_link.c.report_id == report_id, _link.c.undone_at.is_not(None))
    other_id = tx.read.execute(query.order_by(_link.c.id.desc()).limit(1)).scalar()
    return None if other_id is None else main_report_id(tx, other_id)


def list_hanging_reports(tx: Transaction, report_id: int) -> list[HangingReport]:
    """All reports that hang on this one, directly or through others, the oldest first."""
    rows: dict[int, HangingReport] = {}
    todo = {report_id}
    while todo:
        level = [HangingReport(*row) for row in tx.read.execute(_hanging_query(todo))]
        todo = {row.id for row in level} - rows.keys() - {report_id}
        rows |= {row.id: row for row in level if row.id in todo}
    return sorted(rows.values(), key=lambda row: (row.received_at, row.id))


def _hanging_query(parent_ids: Iterable[int]) -> Any:
    columns = [_report.c[name] for name in ("id", "code", "received_at", "reporter_name", "phone")]
    return (
        select(*columns, _link.c.id, _link.c.kind, _link.c.other_id)
        .join(_link, _link.c.report_id == _report.c.id)
        .where(IN_FORCE, _link.c.other_id.in_(sorted(parent_ids)))
    )


def link_in_force(tx: Transaction, report_id: int) -> Any | None:
    """The link by which a report hangs on another: its id, kind, and the other's id and code; None if it does not."""
    query = (
        select(_link.c.id, _link.c.kind, _link.c.other_id, _report.c.code)
        .join(_report, _report.c.id == _link.c.other_id)
        .where(IN_FORCE, _link.c.report_id == report_id)
    )
    return tx.read.execute(query.order_by(_link.c.id.desc()).limit(1)).one_or_none()


def add_link(tx: Transaction, report_id: int, other_id: int, kind: str, now: datetime, *, reason: str = "") -> None:
    """Link a report to another one."""
    row = {"report_id": report_id, "other_id": other_id, "kind": kind, "reason": reason, "created_at": now}
    tx.write().execute(insert(_link), row)


def undo_link(tx: Transaction, link_id: int, now: datetime) -> None:
    """Undo a link; raises Stale when somebody else has."""
    undone = update(_link).where(_link.c.id == link_id, _link.c.undone_at.is_(None)).values(undone_at=now)
    if tx.write().execute(undone).rowcount != 1:
        raise Stale("case-moved-on")


def settle_links(tx: Transaction, link_ids: Collection[int], now: datetime) -> None:
    """Note that the end of the main case has reached these reports."""
    if link_ids:
        tx.write().execute(update(_link).where(_link.c.id.in_(sorted(link_ids))).values(settled_at=now))


def newest_case_id(tx: Transaction, report_id: int) -> int | None:
    """The newest case of a report itself, None if it has none."""
    query = select(_instance.c.id).where(_instance.c.report_id == report_id).order_by(_instance.c.id.desc())
    instance_id: int | None = tx.read.execute(query.limit(1)).scalar()
    return instance_id


def open_case_id(tx: Transaction, report_id: int) -> int | None:
    """The open case of a report itself, None if it has none."""
    query = select(_instance.c.id).where(_instance.c.report_id == report_id, _instance.c.status == ACTIVE)
    instance_id: int | None = tx.read.execute(query.order_by(_instance.c.id.desc()).limit(1)).scalar()
    return instance_id
