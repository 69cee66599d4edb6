"""Which standard answers citizens were given: recorded when a call is answered at once, counted by period (R2).

A use is a fact about a case without personal data: which answer, which version, whether word for word. It is stored in
a table for counting and in the case's history as proof.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Executable, and_, case, exists, func, insert, or_, select

from engine.answers import library
from engine.answers.library import AnswerVersion
from engine.cases.masking import tokenize
from engine.cases.tasks import Desk
from engine.clock import VIETNAM
from engine.errors import BadInput, NotFound
from engine.process import history
from engine.process.act_detail import ActDetail
from engine.process.history import AuditEntry
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import AnswerUse, Instance, Mark, Report, ReportLink, Spell
from engine.store.typed_rows import read_rows
from engine.whole_number import parse_whole_number

LONGEST_PERIOD = timedelta(days=366)
MIN_WORD_SHARE = 0.5  # The share of an answer's words that must be in what the caller was told.

_use, _instance, _report, _mark = table_of(AnswerUse), table_of(Instance), table_of(Report), table_of(Mark)
_link, _spell = table_of(ReportLink), table_of(Spell)


@dataclass(frozen=True, slots=True)
class DayRange:
    """The days from first to last, in Vietnamese time, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Raise BadInput for a period that ends before it begins, or is longer than a year."""
        if not timedelta(0) <= self.last - self.first < LONGEST_PERIOD:
            raise BadInput("answers-period-invalid")

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """The start (inclusive) and the end (exclusive)."""
        begin, end = (datetime.combine(day, time(), VIETNAM) for day in (self.first, self.last))
        return begin, end + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AnswerUsage:
    """How often an answer was given, and how often word for word.

    Also how many of the cases were reopened or rated badly, and how many of the callers reported in the same field
    again before the period ended.
    """

    answer: AnswerVersion
    given: int = 0
    unchanged: int = 0
    reopened: int = 0
    again: int = 0


class _UseCounts(NamedTuple):
    key: str
    given: int
    unchanged: int
    reopened: int
    again: int


def resolve_reference(tx: Transaction, reference: str) -> AnswerVersion | None:
    """The version that "key.version" refers to; None when there is none: a form may submit anything."""
    key, _dot, digits = reference.partition(".")
    version = parse_whole_number(digits)
    if version is None:
        return None
    try:
        return library.load_answer_version(tx, key, version)
    except NotFound:
        return None


def record_use(tx: Transaction, desk: Desk, instance_id: int, reference: str, reply: str) -> bool:
    """Record that a case was answered with a version; False when there is none or little of its text remains."""
    row = resolve_reference(tx, reference)
    if row is None or not _is_still_answer(row.answer, reply):
        return False
    use_row = {"instance_id": instance_id, "answer_key": row.key, "version": row.version, "field": row.field}
    is_verbatim = " ".join(row.answer.split()) == " ".join(reply.split())
    tx.write().execute(insert(_use), {**use_row, "at": desk.now, "unchanged": is_verbatim})
    absent = desk.behalf_by("take_calls")
    detail = ActDetail(answer=row.key, version=row.version, unchanged=is_verbatim, absent=absent)
    history.append_entry(tx, instance_id, AuditEntry(desk.now, desk.who, "standard_answer", "", detail))
    return True


def _is_still_answer(answer: str, reply: str) -> bool:
    answer_words = set(tokenize(answer))
    return len(answer_words & set(tokenize(reply))) >= MIN_WORD_SHARE * len(answer_words)


def count_uses(tx: Transaction, period: DayRange, fields: Collection[str]) -> list[AnswerUsage]:
    """The answers of some fields, most used first, unused ones last; retired ones only if they were used."""
    rows = {row.key: row for row in library.list_answers(tx, retired=True) if row.field in fields}
    counts = {row.key: row for row in read_rows(tx.read, _usage_query(period, rows), _UseCounts)}
    uses = list(_answer_usages(rows, counts))
    return sorted(uses, key=lambda item: (-item.given, item.answer.field, item.answer.question))


def _answer_usages(rows: Mapping[str, AnswerVersion], counts_by_key: Mapping[str, _UseCounts]) -> Iterator[AnswerUsage]:
    for key, row in rows.items():
        counts = counts_by_key.get(key)
        if counts is not None:
            yield AnswerUsage(row, *map(int, counts[1:]))
        elif row.retired_at is None:
            yield AnswerUsage(row)


def _usage_query(period: DayRange, keys: Collection[str]) -> Executable:
    """One range of the index on time; each use then looks up its case's marks and its caller's later reports."""
    begin, end = period.instants
    later = _report.alias("later")
    again = exists().where(
        later.c.phone == _report.c.phone,
        _report.c.phone != "",
        later.c.field == _report.c.field,
        later.c.id > _report.c.id,
        later.c.received_at < end,
    )
    reopened = or_(
        exists().where(_mark.c.instance_id == _use.c.instance_id, _mark.c.status == "reopened"),
        exists().where(_spell.c.instance_id == _use.c.instance_id, _spell.c.opinion == "dissatisfied"),
        exists().where(and_(_link.c.other_id == _report.c.id, _link.c.kind == "reopened", _link.c.undone_at.is_(None))),
    )
    return (
        select(
            _use.c.answer_key,
            func.count().label("given"),
            _count_where(_use.c.unchanged).label("unchanged"),
            _count_where(reopened).label("reopened"),
            _count_where(again).label("again"),
        )
        .join(_instance, _instance.c.id == _use.c.instance_id)
        .join(_report, _report.c.id == _instance.c.report_id)
        .where(_use.c.at >= begin, _use.c.at < end, _use.c.answer_key.in_(sorted(keys)))
        .group_by(_use.c.answer_key)
    )


def _count_where(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
