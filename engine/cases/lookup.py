"""Searches the cases that an officer may see.

By a full case code, and by words of the matter, everybody finds what they may open. A full phone number is the
operator's daily question; all others by number, and everybody by name and other personal words, find only cases whose
reporter they may see (R14).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, union

from engine.cases import calls, inbox, matter_lines, report_links, reveals, text_search
from engine.cases.report_links import REPEAT
from engine.cases.tasks import Desk
from engine.errors import BadInput, NotFound
from engine.process.instances import OPEN
from engine.staff import access
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Instance, Matter, Report, ReportLink, Task

MAX_RESULTS = 50
_MAX_SCANNED = 200

_report, _instance, _task = table_of(Report), table_of(Instance), table_of(Task)
_matter = table_of(Matter)
_link = table_of(ReportLink)


@dataclass(frozen=True, slots=True)
class FoundCase:
    """A report and the case that answers it, which may be another one's; nothing personal."""

    id: int
    code: str
    received_at: datetime
    field: str
    place: str
    status: str
    due_at: datetime | None
    instance_id: int
    case_place: str
    urgency: str


@dataclass(frozen=True, slots=True)
class CaseSearch:
    """The newest matching cases, at most MAX_RESULTS; `exact` when the text was a code or number.

    `fault` is what is wrong with a text that looks like a code: its check letter.
    """

    rows: Sequence[FoundCase]
    exact: bool
    fault: BadInput | None = None


def find_cases(tx: Transaction, desk: Desk, text: str) -> CaseSearch:
    """The cases that match a code, a full phone number or words, as far as the officer may know of them.

    Digits that may be a code or a word find both, the case first.
    """
    try:
        key = text_search.parse_exact(text, desk.world.province.letters)
    except BadInput as fault:
        return CaseSearch(_rows_by_words(tx, desk, text), exact=False, fault=fault)
    if key is None:
        return CaseSearch(_rows_by_words(tx, desk, text), exact=False)
    if key.phones and not access.has_permission(desk.officer, calls.PERMISSION):
        readable = _readable_reports(tx, desk, key.condition)
        return CaseSearch(_visible_rows(tx, desk, _report.c.id.in_(readable.ids), readable.handled), exact=True)
    named = _visible_rows(tx, desk, key.condition, ())
    if key.certain:
        return CaseSearch(named, exact=True)
    others = [row for row in _rows_by_words(tx, desk, text) if row.id not in {named_row.id for named_row in named}]
    return CaseSearch([*named, *others][:MAX_RESULTS], exact=False)


def _rows_by_words(tx: Transaction, desk: Desk, text: str) -> Sequence[FoundCase]:
    """The cases with these words: in everything where the officer may see who reported, else in their matter."""
    readable = ReadableReports()
    if text_search.has_words(text):
        readable = _readable_reports(tx, desk, text_search.words_condition(text))
    scanned = text_search.find_by_matter(tx, text, _MAX_SCANNED)
    return _visible_rows(tx, desk, _report.c.id.in_({*readable.ids, *scanned}), readable.handled)


def _visible_rows(
    tx: Transaction, desk: Desk, condition: ColumnElement[bool], handled: Collection[int]
) -> Sequence[FoundCase]:
    """The matching cases that the officer may open; those that they have `handled` now need no further check."""
    columns = [_report.c[name] for name in ("id", "code", "received_at", "field", "place")]
    query = (
        select(*columns, _report.c.urgency, _instance.c.status, _instance.c.due_at, _instance.c.id.label("instance_id"))
        .join(_instance, _instance.c.report_id == _report.c.id)
        .where(condition)
        .order_by(_report.c.id.desc(), _instance.c.id)
        .limit(_MAX_SCANNED)
    )
    own = {
        row.id: FoundCase(**row._mapping, case_place=row.place)  # noqa: SLF001 - SQLAlchemy's public name for it.
        for row in tx.read.execute(query)
    }
    rows = sorted((own | _joined_rows(tx, condition)).values(), key=lambda row: -row.id)
    posts = matter_lines.posts_by_case(tx, [row.instance_id for row in rows])
    visible = [
        row
        for row in rows
        if row.id in handled
        or access.may_see_case(desk.officer, desk.world.units, row.case_place, posts.get(row.instance_id, set()))
    ]
    return visible[:MAX_RESULTS]


def _joined_rows(tx: Transaction, condition: ColumnElement[bool]) -> dict[int, FoundCase]:
    """The matching reports without a case of their own, with the case that answers them; whoever sees it, sees them."""
    columns = [_report.c[name] for name in ("id", "code", "received_at", "field", "place")]
    query = (
        select(*columns)
        .join(_link, _link.c.report_id == _report.c.id)
        .where(condition, _link.c.kind == REPEAT, _link.c.undone_at.is_(None))
    )
    joined = tx.read.execute(query.order_by(_report.c.id.desc()).limit(_MAX_SCANNED)).all()
    mains = report_links.main_reports(tx, [row.id for row in joined])
    case_columns = (_instance.c.status, _instance.c.due_at, _instance.c.id.label("instance_id"))
    case_query = (
        select(_instance.c.report_id, *case_columns, _report.c.place.label("case_place"), _report.c.urgency)
        .join(_report, _report.c.id == _instance.c.report_id)
        .where(_instance.c.report_id.in_(set(mains.values())))
        .order_by(_instance.c.id)
    )
    cases = {row.pop("report_id"): row for row in map(dict, tx.read.execute(case_query).mappings())} if mains else {}
    return {
        row.id: FoundCase(**row._mapping, **cases[mains[row.id]])  # noqa: SLF001 - SQLAlchemy's public name for it.
        for row in joined
        if mains[row.id] in cases
    }


@dataclass(frozen=True, slots=True)
class ReadableReports:
    """Reports whose reporter an officer may see: of cases that they handle, and of cases that they have revealed.

    Whoever has revealed a case may have lost the right to open it since: it was lent, or revoked.
    """

    handled: frozenset[int] = frozenset()
    revealed: frozenset[int] = frozenset()

    @property
    def ids(self) -> list[int]:
        """The newest of them all."""
        return sorted(self.handled | self.revealed, reverse=True)[:_MAX_SCANNED]


def _readable_reports(tx: Transaction, desk: Desk, condition: ColumnElement[bool]) -> ReadableReports:
    """The matching reports whose reporter the officer may see.

    Only these reports are tested against the condition, so that nobody searches what is masked for them.
    """
    revealed = reveals.cases_in_force(tx, desk)
    places = [(_task.c.state == OPEN) & place for place in inbox.handled_places(desk.officer)]
    open_tasks = union(*(select(_task.c.id, _task.c.instance_id).where(place) for place in places)).subquery()
    columns = [_task.c[name] for name in ("unit_code", "role", "assignee_id", "owner_id")]
    handled = (
        select(_instance.c.report_id, *columns)
        .select_from(open_tasks)
        .join(_task, _task.c.id == open_tasks.c.id)
        .join(_instance, _instance.c.id == open_tasks.c.instance_id)
        .join(_report, _report.c.id == _instance.c.report_id)
        .where(condition)
    )
    own = {row.report_id for row in tx.read.execute(handled) if access.handles_task(desk.officer, row)}
    query = select(_report.c.id).join(_instance, _instance.c.report_id == _report.c.id)
    query = query.where(_instance.c.id.in_(revealed), condition)
    return ReadableReports(frozenset(own), frozenset(tx.read.execute(query).scalars() if revealed else ()))


def case_id_by_code(tx: Transaction, code: str) -> int:
    """The id of the case with this code, of a report or begun without one; raises NotFound."""
    query = (
        select(_instance.c.id)
        .outerjoin(_report, _report.c.id == _instance.c.report_id)
        .outerjoin(_matter, _matter.c.instance_id == _instance.c.id)
        .where(or_(_report.c.code == code, _matter.c.code == code))
    )
    instance_id: int | None = tx.read.execute(query.order_by(_instance.c.id).limit(1)).scalar()
    if instance_id is None:
        raise NotFound("case-code-unknown", code=code)
    return instance_id
