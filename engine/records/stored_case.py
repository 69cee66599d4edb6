"""The rows of cases as they are stored now, read for many cases at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import or_, select

from engine.cases.report_links import MERGED, REPEAT, SPLIT
from engine.process.outbox import NOTICE
from engine.records import look_chain
from engine.store.columns import read_rows, table_of
from engine.store.db import Transaction
from engine.store.models import (
    Contact,
    DataHold,
    Deployment,
    History,
    Instance,
    Look,
    LookHead,
    Mark,
    Matter,
    MatterHold,
    Outbox,
    ProcessDefinition,
    Report,
    ReportLink,
    Submission,
    Task,
)

_instance, _history, _task, _mark = table_of(Instance), table_of(History), table_of(Task), table_of(Mark)
_submission, _outbox, _report, _contact = table_of(Submission), table_of(Outbox), table_of(Report), table_of(Contact)
_matter, _matter_hold = table_of(Matter), table_of(MatterHold)
_link, _hold, _look, _look_head = table_of(ReportLink), table_of(DataHold), table_of(Look), table_of(LookHead)
_NOTICE_COLUMNS = (_outbox.c.instance_id, _outbox.c.rung, _outbox.c.occurrence, _outbox.c.payload)


_Row = TypeVar("_Row")


class StoredNotice(NamedTuple):
    """A notice as the outbox has it."""

    instance_id: int
    rung: str
    occurrence: int
    payload: str


@dataclass(slots=True)
class StoredReport:
    """A report with the rows that hang on it: contacts, its hold, its looks in their order and their seal."""

    row: Report
    contacts: Sequence[Contact] = ()
    hold: DataHold | None = None
    looks: Sequence[Look] = ()
    look_head: LookHead | None = None


@dataclass(slots=True)
class StoredCase:
    """An instance and everything about it that history speaks of.

    `links` are the links that history of this case records, as (kind, the other report's code, row). A report whose
    case ended with another one's may get a second case later: then `superseded` is the first one, whose history does
    not speak of the report any more. `matter` and its hold are those of an instance begun without a report.
    """

    instance: Any
    history: Sequence[History] = ()
    tasks: Sequence[Task] = ()
    marks: Sequence[Mark] = ()
    submissions: Sequence[Submission] = ()
    notices: Sequence[StoredNotice] = ()
    report: StoredReport | None = None
    links: list[tuple[str, str, ReportLink]] = field(default_factory=list)
    joined: dict[str, StoredReport] = field(default_factory=dict)
    superseded: bool = False
    matter: Matter | None = None
    matter_hold: MatterHold | None = None


def load_cases(tx: Transaction, ids: Sequence[int]) -> list[StoredCase]:
    """The cases with these ids that exist, in order."""
    query = (
        select(_instance, Deployment.number.label("deployment"))
        .join(ProcessDefinition, ProcessDefinition.id == _instance.c.definition_id)
        .join(Deployment, Deployment.id == ProcessDefinition.deployment_id)
        .where(_instance.c.id.in_(ids))
        .order_by(_instance.c.id)
    )
    cases = [StoredCase(row) for row in tx.read.execute(query)]
    _add_parts(tx, {case.instance.id: case for case in cases})
    _add_reports(tx, [case for case in cases if case.instance.report_id is not None])
    _add_matters(tx, {case.instance.id: case for case in cases if case.instance.report_id is None})
    return cases


def _add_parts(tx: Transaction, cases: Mapping[int, StoredCase]) -> None:
    """Add what hangs on the instances: history, tasks, marks, submissions, notices."""
    acts = read_rows(tx.read, History, _history.c.instance_id.in_(cases), _history.c.seq)
    history = _by_id(acts, lambda row: row.instance_id)
    tasks = _by_id(read_rows(tx.read, Task, _task.c.instance_id.in_(cases)), lambda row: row.instance_id)
    marks = _by_id(read_rows(tx.read, Mark, _mark.c.instance_id.in_(cases), _mark.c.id), lambda row: row.instance_id)
    forms = read_rows(tx.read, Submission, _submission.c.instance_id.in_(cases), _submission.c.id)
    submissions = _by_id(forms, lambda row: row.instance_id)
    sent = select(*_NOTICE_COLUMNS).where(_outbox.c.kind == NOTICE, _outbox.c.instance_id.in_(cases))
    notices = _by_id((StoredNotice(*row) for row in tx.read.execute(sent)), lambda row: row.instance_id)
    for number, case in cases.items():
        case.history, case.tasks, case.marks = history.get(number, ()), tasks.get(number, ()), marks.get(number, ())
        case.submissions, case.notices = submissions.get(number, ()), notices.get(number, ())


def _by_id(rows: Iterable[_Row], id_of: Callable[[_Row], int]) -> Mapping[int, Sequence[_Row]]:
    by_id: dict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        by_id[id_of(row)].append(row)
    return by_id


def _add_matters(tx: Transaction, cases: Mapping[int, StoredCase]) -> None:
    begun = _matter.c.instance_id.in_(cases) & _matter.c.unit_code.is_not(None)
    for matter in read_rows(tx.read, Matter, begun):
        assert matter.instance_id is not None
        cases[matter.instance_id].matter = matter
    for hold in read_rows(tx.read, MatterHold, _matter_hold.c.instance_id.in_(cases)):
        cases[hold.instance_id].matter_hold = hold


def _add_reports(tx: Transaction, cases: Sequence[StoredCase]) -> None:
    own_ids = [case.instance.report_id for case in cases]
    links = _load_links(tx, own_ids)
    joined_ids = [row.report_id for row in links if row.kind == REPEAT]
    reports = _load_reports(tx, {*own_ids, *joined_ids})
    codes = _codes_of(tx, {row.report_id for row in links} | {row.other_id for row in links})
    starts = _starts_of(tx, own_ids)
    by_report = _by_id(links, lambda row: row.report_id if row.kind == MERGED else row.other_id)
    for case in cases:
        report = reports.get(case.instance.report_id)
        first, until = _time_of(case, starts[case.instance.report_id])
        case.superseded = until is not None
        if report is not None:
            kept = [row for row in report.contacts if _within(row.recorded_at, first, until)]
            case.report = replace(report, contacts=kept)
        for row in by_report.get(case.instance.report_id, ()):
            if not _within(row.created_at, first, until):
                continue
            other_id = row.other_id if row.kind == MERGED else row.report_id
            case.links.append((row.kind, codes.get(other_id, ""), row))
            if row.kind == REPEAT and other_id in reports:
                case.joined[codes[other_id]] = reports[other_id]


def _starts_of(tx: Transaction, report_ids: Sequence[int]) -> Mapping[int, list[tuple[int, datetime]]]:
    """The cases of each report in order, with their beginnings."""
    columns = (_instance.c.report_id, _instance.c.id, _instance.c.started_at)
    starts: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    for row in tx.read.execute(select(*columns).where(_instance.c.report_id.in_(report_ids)).order_by(_instance.c.id)):
        starts[row.report_id].append((row.id, row.started_at))
    return starts


def _time_of(case: StoredCase, starts: Sequence[tuple[int, datetime]]) -> tuple[datetime | None, datetime | None]:
    """From when to when this case's history speaks of its report; None where no other case of the report is."""
    position = [instance_id for instance_id, _start in starts].index(case.instance.id)
    first = starts[position][1] if position else None
    return first, starts[position + 1][1] if position + 1 < len(starts) else None


def _within(at: datetime, first: datetime | None, until: datetime | None) -> bool:
    return (first is None or at >= first) and (until is None or at < until)


def _load_links(tx: Transaction, ids: Sequence[int]) -> Sequence[ReportLink]:
    """The links that the histories of these reports' cases record: merged into, split into, joined by."""
    is_merge = (_link.c.kind == MERGED) & _link.c.report_id.in_(ids)
    is_part = _link.c.kind.in_((SPLIT, REPEAT)) & _link.c.other_id.in_(ids)
    return read_rows(tx.read, ReportLink, or_(is_merge, is_part), _link.c.id)


def _codes_of(tx: Transaction, ids: set[int]) -> Mapping[int, str]:
    query = select(_report.c.id, _report.c.code).where(_report.c.id.in_(ids))
    return {row.id: row.code or "" for row in tx.read.execute(query)} if ids else {}


def _load_reports(tx: Transaction, ids: set[int]) -> dict[int, StoredReport]:
    made = read_rows(tx.read, Contact, _contact.c.report_id.in_(ids), _contact.c.id)
    contacts = _by_id(made, lambda row: row.report_id)
    holds = {row.report_id: row for row in read_rows(tx.read, DataHold, _hold.c.report_id.in_(ids))}
    heads = {row.report_id: row for row in read_rows(tx.read, LookHead, _look_head.c.report_id.in_(ids))}
    looked = read_rows(tx.read, Look, _look.c.report_id.in_(ids), *look_chain.ORDER)
    looks = _by_id(looked, lambda row: row.report_id)
    return {
        row.id: StoredReport(
            row,
            contacts.get(row.id, ()),
            holds.get(row.id),
            looks.get(row.id, ()),
            heads.get(row.id),
        )
        for row in read_rows(tx.read, Report, _report.c.id.in_(ids))
    }
