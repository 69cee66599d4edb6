"""Decides which reports may be erased and erases them: after the retention period, or earlier on request (R14).

Linked reports are kept together: while a case is open or its data is held, everything linked to it stays. The hash
chain of a case's history remains valid afterwards: it never contained the data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, func, or_, select, update
from sqlalchemy import text as sql

from engine.actor import SYSTEM, Actor
from engine.cases import calls
from engine.privacy import erasure
from engine.process import history
from engine.process.act_detail import ActDetail
from engine.process.history import AuditEntry
from engine.records import batch_cursor
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import DataHold, DataRequest, Instance, Matter, Question, Report, ReportLink

SCAN_WINDOW = 2000  # Ids scanned at once.
SLICE_SIZE = 50  # Reports erased in one transaction.
OPEN, LINKED, HELD, RECENT = "open", "linked", "held", "recent"

_report, _instance, _link, _hold = table_of(Report), table_of(Instance), table_of(ReportLink), table_of(DataHold)
_question, _request, _matter = table_of(Question), table_of(DataRequest), table_of(Matter)


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """The reports that may be erased, and why each of the others may not."""

    ready: list[int]
    retention_reasons: dict[int, str]


@dataclass(slots=True)
class ErasureTotals:
    """What was, or would be, erased: reports, rows by table, and the number of reports kept for each reason."""

    reports: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    retained_by_reason: Counter[str] = field(default_factory=Counter)


def plan_erasure(tx: Transaction, ids: Sequence[int], cutoff: datetime) -> ErasurePlan:
    """Sort reports that are not erased yet; their cases must have ended by `cutoff`."""
    family = _linked_families(tx, ids)
    everyone = set().union(*family.values()) if family else set()
    reasons = _retention_reasons(tx, everyone, cutoff)
    result = ErasurePlan([], {})
    for report_id in ids:
        others = {reasons.get(other, "") for other in family[report_id] - {report_id}}
        own = reasons.get(report_id, "")
        if HELD in others | {own}:
            result.retention_reasons[report_id] = HELD
        elif own:
            result.retention_reasons[report_id] = own
        elif others - {""}:
            result.retention_reasons[report_id] = LINKED
        else:
            result.ready.append(report_id)
    return result


def _linked_families(tx: Transaction, ids: Iterable[int]) -> dict[int, set[int]]:
    """For each report every report linked to it, directly or indirectly, including itself."""
    neighbours: dict[int, set[int]] = {}
    visited: set[int] = set()
    todo = set(ids)
    while todo:
        query = select(_link.c.report_id, _link.c.other_id).where(
            or_(_link.c.report_id.in_(todo), _link.c.other_id.in_(todo)), _link.c.undone_at.is_(None)
        )
        visited |= todo
        for one, other in tx.read.execute(query):
            neighbours.setdefault(one, set()).add(other)
            neighbours.setdefault(other, set()).add(one)
        todo = set(neighbours) - visited
    return {report_id: _connected_to(report_id, neighbours) for report_id in ids}


def _connected_to(start: int, neighbours: dict[int, set[int]]) -> set[int]:
    reached, todo = {start}, [start]
    while todo:
        new = neighbours.get(todo.pop(), set()) - reached
        reached |= new
        todo += new
    return reached


def _retention_reasons(tx: Transaction, ids: Iterable[int], cutoff: datetime) -> dict[int, str]:
    """Why reports must be kept: held, with an open case, or ended too recently; the others are omitted."""
    reasons: dict[int, str] = {}
    report_ids = sorted(ids)
    last_change = func.max(func.coalesce(_instance.c.finished_at, _instance.c.started_at)).label("late")
    running = func.sum(sql("CASE WHEN instance.status = 'active' THEN 1 ELSE 0 END")).label("running")
    cases = select(_report.c.id, _report.c.received_at, last_change, running)
    cases = cases.outerjoin(_instance, _instance.c.report_id == _report.c.id).where(_report.c.id.in_(report_ids))
    for row in tx.read.execute(cases.group_by(_report.c.id, _report.c.received_at)):
        if row.running:
            reasons[row.id] = OPEN
        elif (row.late or row.received_at) > cutoff:
            reasons[row.id] = RECENT
    holds = select(_hold.c.report_id).where(_hold.c.report_id.in_(report_ids))
    return reasons | dict.fromkeys(tx.read.execute(holds).scalars(), HELD)


def erase_reports(tx: Transaction, ids: Sequence[int], who: Actor, now: datetime, reason: str = "") -> Counter[str]:
    """Erase reports that their plan lists as ready; returns rows by table. Each case's history records it."""
    connection = tx.write()
    scope = erasure.load_erasure_scope(tx, ids)
    with secure_delete(connection):
        rows = Counter(erasure.erase_rows(tx, scope))
    connection.execute(update(_report).where(_report.c.id.in_(ids)).values(anonymised_at=now))
    for instance_id in scope.instances:
        detail = ActDetail(reason=reason, kept=history.plain_digest(erasure.kept_answers(tx, instance_id)))
        history.append_entry(tx, instance_id, AuditEntry(now, who, "anonymise", "", detail))
    for instance_id, code in calls.list_joined_cases(tx, ids):
        history.append_entry(
            tx, instance_id, AuditEntry(now, who, "anonymise", "", ActDetail(reason=reason, code=code))
        )
    return rows


@contextmanager
def secure_delete(connection: Connection) -> Iterator[None]:
    """On SQLite, deleted data would otherwise stay in the file until its space is reused, and in the full-text index
    until its segments are merged."""
    if connection.dialect.name != "sqlite":
        yield
        return
    before = connection.execute(sql("PRAGMA secure_delete")).scalar_one()
    connection.execute(sql("PRAGMA secure_delete = ON"))
    yield
    connection.execute(sql("INSERT INTO report_search(report_search, rank) VALUES ('merge', -64)"))
    connection.execute(sql(f"PRAGMA secure_delete = {int(before)}"))


def list_candidates(tx: Transaction, after: int, cutoff: datetime) -> tuple[list[int], int | None]:
    """Reports among the next SCAN_WINDOW ids that are old enough and not erased, and the id to continue after.

    The id is None after the last window."""
    last: int | None = tx.read.execute(select(func.max(_report.c.id))).scalar()
    query = select(_report.c.id).where(
        _report.c.id > after,
        _report.c.id <= after + SCAN_WINDOW,
        _report.c.anonymised_at.is_(None),
        _report.c.received_at <= cutoff,
    )
    ids = list(tx.read.execute(query.order_by(_report.c.id)).scalars())
    return ids, after + SCAN_WINDOW if last is not None and after + SCAN_WINDOW < last else None


class NightlyErasure:
    """Advances the nightly sweep over all reports."""

    def __init__(self, database: Engine, days: int) -> None:
        self._database, self._keep = database, timedelta(days=days)

    def erase_slice(self, now: datetime) -> bool:
        """Erase one slice; returns whether there is more to do."""
        cutoff = now - self._keep
        with transaction(self._database) as tx:
            sweep = batch_cursor.sweep_to_advance(tx, batch_cursor.RETENTION, now)
            if sweep is None:
                return False
            ids, following = list_candidates(tx, sweep.after, cutoff)
            ready = plan_erasure(tx, ids, cutoff).ready
            if len(ready) > SLICE_SIZE:
                ready, following = ready[:SLICE_SIZE], ready[SLICE_SIZE - 1]
                ids = [report_id for report_id in ids if report_id <= following]
            progress: dict[str, object] = {"looked_at": sweep.looked_at + len(ids), "found": sweep.found + len(ready)}
            progress |= {"after": following} if following is not None else {"finished_at": now}
            if batch_cursor.advance_sweep(tx, sweep, **progress):
                ready = plan_erasure(tx, ready, cutoff).ready  # A case may have been reopened before the write.
                if ready:
                    erase_reports(tx, ready, SYSTEM, now)
                if following is None:
                    erase_unlinked(tx, cutoff)
        return following is not None


def erase_unlinked(tx: Transaction, cutoff: datetime) -> Counter[str]:
    """Erase what belongs to no report: old questions, and the requesters of data requests."""
    connection = tx.write()
    questions = connection.execute(delete(_question).where(_question.c.asked_at <= cutoff)).rowcount
    statement = update(_request).where(_request.c.closed_at <= cutoff, _request.c.phone != "")
    requests = connection.execute(statement.values(phone="", name="", identity="")).rowcount
    return Counter({_question.name: questions, _request.name: requests})


def rehearse(database: Engine, now: datetime, days: int) -> ErasureTotals:
    """What would be erased, and why the rest is kept; changes nothing."""
    return _walk_all(database, now, days, None)


def erase_expired(database: Engine, now: datetime, days: int, who: Actor) -> ErasureTotals:
    """Erase everything past its retention period, in bounded transactions."""
    return _walk_all(database, now, days, who)


def _walk_all(database: Engine, now: datetime, days: int, who: Actor | None) -> ErasureTotals:
    cutoff, totals, after = now - timedelta(days=days), ErasureTotals(), 0
    following: int | None = 0
    while following is not None:
        with transaction(database) as tx:
            ids, following = list_candidates(tx, after, cutoff)
            erasure_plan = plan_erasure(tx, ids, cutoff)
        totals.retained_by_reason.update(erasure_plan.retention_reasons.values())
        for start in range(0, len(erasure_plan.ready), SLICE_SIZE):
            with transaction(database) as tx:
                _erase_slice(tx, erasure_plan.ready[start : start + SLICE_SIZE], (cutoff, now), who, totals)
        after = following or 0
    with transaction(database) as tx:
        if who is not None:
            totals.rows.update(erase_unlinked(tx, cutoff))
        young = select(func.count()).select_from(_report).where(_report.c.anonymised_at.is_(None))
        totals.retained_by_reason[RECENT] += int(
            tx.read.execute(young.where(_report.c.received_at > cutoff)).scalar_one()
        )
    return totals


def _erase_slice(
    tx: Transaction, ids: Sequence[int], at: tuple[datetime, datetime], who: Actor | None, totals: ErasureTotals
) -> None:
    """Erase one slice of a command's run; planned again, because a case may have been reopened in the meantime."""
    cutoff, now = at
    if who is not None:
        tx.write()
    ready = plan_erasure(tx, ids, cutoff).ready
    totals.reports += len(ready)
    if ready and who is not None:
        totals.rows.update(erase_reports(tx, ready, who, now))
    elif ready:
        totals.rows.update(erasure.count_erasable(tx, erasure.load_erasure_scope(tx, ready)))


def reapply_erasures(tx: Transaction, codes: Sequence[str], who: Actor, now: datetime) -> int:
    """Erase again reports that had been erased before the database was restored from a backup; returns how many."""
    query = select(_report.c.id).where(_report.c.code.in_(codes), _report.c.anonymised_at.is_(None))
    ids = list(tx.read.execute(query).scalars())
    ready = plan_erasure(tx, ids, now).ready
    if ready:
        erase_reports(tx, ready, who, now)
    return len(ready)


def list_erased_codes(tx: Transaction) -> list[str]:
    """The codes of all that is erased, reports and work without one, to be stored alongside a backup."""
    reports = select(_report.c.code).where(_report.c.anonymised_at.is_not(None)).order_by(_report.c.id)
    matters = select(_matter.c.code).where(_matter.c.anonymised_at.is_not(None)).order_by(_matter.c.instance_id)
    return [*tx.read.execute(reports).scalars(), *tx.read.execute(matters).scalars()]
