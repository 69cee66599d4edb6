"""What other systems may learn of reports (R17): that there is one, its field and commune, and how its case stands.

Nothing that a citizen or an officer wrote is read here: no text, name, number, house or point on the map leaves.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from engine.cases import case_ends, report_links
from engine.cases.calls import RECEIVE
from engine.cases.case_ends import CaseStanding
from engine.process.instances import FINISHED, OPEN
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import History, Instance, Report, Task

# Where a case stands, as other systems are told it, besides the mark under which it has ended.
RECEIVED, IN_PROGRESS, ENDED = "received", "in_progress", "ended"
CITIZEN_ROLE = "citizen"

_report, _instance, _task, _history = table_of(Report), table_of(Instance), table_of(Task), table_of(History)


@dataclass(frozen=True, slots=True)
class RequestQuery:
    """Which reports to list, newest first: received in a time, of fields (none: all), open or closed (None: both)."""

    since: datetime
    until: datetime
    fields: tuple[str, ...] = ()
    is_open: bool | None = None
    limit: int = 1000
    offset: int = 0


@dataclass(frozen=True, slots=True)
class OutsideRequest:
    """A report as other systems see it; `unit` is who works on it now, "" for nobody, `due_at` when it is promised."""

    code: str
    field: str
    place: str
    received_at: datetime
    updated_at: datetime
    standing: str
    is_open: bool
    unit: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class _CaseFacts:
    """What some cases have by their ids: how they stand, open tasks, last acts."""

    standings: Mapping[int, CaseStanding]
    tasks: Mapping[int, Sequence[Any]]
    acted_at: Mapping[int, datetime]


def list_requests(tx: Transaction, query: RequestQuery) -> list[OutsideRequest]:
    """The reports of a query. A report that hangs on another stands as that one's case does.

    Asked for open or closed ones a page may be shorter than its limit; only an empty one is the last.
    """
    columns = _selected().where(_report.c.received_at.between(query.since, query.until))
    if query.fields:
        columns = columns.where(_report.c.field.in_(query.fields))
    if query.is_open is not None:
        columns = columns.where(_may_stand(is_open=query.is_open))
    ordered = columns.order_by(_report.c.received_at.desc(), _report.c.id.desc())
    rows = tx.read.execute(ordered.limit(query.limit).offset(query.offset)).all()
    return [one for one in _describe_reports(tx, rows) if query.is_open in (None, one.is_open)]


def _may_stand(*, is_open: bool) -> Any:
    """Whether a report's own case is open or not; one that hangs on another is looked at afterwards."""
    of_report = _instance.c.report_id == _report.c.id
    open_case = select(_instance.c.id).where(of_report, _instance.c.status != FINISHED).exists()
    hangs = select(report_links.LINK.c.id).where(report_links.IN_FORCE, report_links.LINK.c.report_id == _report.c.id)
    return (open_case if is_open else ~open_case) | hangs.exists()


def find_requests(tx: Transaction, codes: Collection[str]) -> list[OutsideRequest]:
    """The reports with these codes, newest first; codes that nobody has are passed over."""
    query = _selected().where(_report.c.code.in_(sorted(codes)))
    return _describe_reports(tx, tx.read.execute(query.order_by(_report.c.id.desc())).all())


def _selected() -> Select[Any]:
    return select(*(_report.c[name] for name in ("id", "code", "field", "place", "received_at")))


def _describe_reports(tx: Transaction, rows: Sequence[Any]) -> list[OutsideRequest]:
    mains = report_links.main_reports(tx, [row.id for row in rows])
    query = select(_instance.c.id, _instance.c.report_id, _instance.c.due_at)
    query = query.where(_instance.c.report_id.in_(sorted(set(mains.values())))).order_by(_instance.c.id)
    newest = {case.report_id: case for case in tx.read.execute(query)}
    facts = _load_facts(tx, newest)
    return [_describe_report(row, newest.get(mains[row.id]), facts) for row in rows]


def _load_facts(tx: Transaction, newest: Mapping[int, Any]) -> _CaseFacts:
    ids = sorted(case.id for case in newest.values())
    tasks: dict[int, list[Any]] = {}
    of_cases = select(_task.c.instance_id, _task.c.unit_code, _task.c.role, _task.c.form).where(
        _task.c.instance_id.in_(ids), _task.c.state == OPEN
    )
    for task in tx.read.execute(of_cases.order_by(_task.c.id)):
        tasks.setdefault(task.instance_id, []).append(task)
    last = select(_history.c.instance_id, func.max(_history.c.at).label("at")).where(_history.c.instance_id.in_(ids))
    acted_at = {row.instance_id: row.at for row in tx.read.execute(last.group_by(_history.c.instance_id))}
    return _CaseFacts(case_ends.case_standings(tx, ids), tasks, acted_at)


def _describe_report(row: Any, case: Any | None, facts: _CaseFacts) -> OutsideRequest:
    known = (row.code, row.field, row.place, row.received_at)
    if case is None:
        return OutsideRequest(*known, row.received_at, RECEIVED, is_open=True, unit="", due_at=None)
    standing, tasks = facts.standings[case.id], facts.tasks.get(case.id, ())
    is_open, at_intake = standing.finished_at is None, any(task.form == RECEIVE for task in tasks)
    words = standing.mark or (IN_PROGRESS if is_open else ENDED)
    unit = next((task.unit_code for task in tasks if task.role != CITIZEN_ROLE), "")
    due_at = case.due_at if is_open and not at_intake else None
    updated_at = facts.acted_at.get(case.id, row.received_at)
    words = RECEIVED if is_open and at_intake else words
    return OutsideRequest(*known, max(updated_at, row.received_at), words, is_open, unit, due_at)
