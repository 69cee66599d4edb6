"""Which standard answers citizens were given: noted when a call is answered at once, counted by period. For pages (R2).

A use is a fact about a case without anything personal: which answer, which version, whether word for word. It stands in
a table to be counted and in the case's history to be believed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, case, exists, func, insert, or_, select

from engine.answers import library
from engine.cases.tasks import Desk
from engine.cases.text_search import tokenize
from engine.clock import VIETNAM
from engine.errors import BadInput, NotFound
from engine.process import history
from engine.process.history import AuditEntry
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import AnswerUse, Instance, Mark, Report, ReportLink, Spell

LONGEST_PERIOD = timedelta(days=366)
MIN_WORD_SHARE = 0.5  # Of its words, so many have to stand in what the caller was told.

_use, _instance, _report, _mark = table_of(AnswerUse), table_of(Instance), table_of(Report), table_of(Mark)
_link, _spell = table_of(ReportLink), table_of(Spell)


@dataclass(frozen=True, slots=True)
class DayRange:
    """From the first day to the last, both counted in Vietnam and both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Raise BadInput for a period that ends before it begins, or is longer than a year."""
        if not timedelta(0) <= self.last - self.first < LONGEST_PERIOD:
            raise BadInput("answers-period-invalid")

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """The beginning, and the end, which does not belong to it."""
        begin, end = (datetime.combine(day, time(), VIETNAM) for day in (self.first, self.last))
        return begin, end + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AnswerUsage:
    """How often an answer was given, how often word for word; how many of the cases were reopened or rated badly, and
    how many of the callers reported in the same field again before the period ended."""

    answer: Any
    given: int = 0
    unchanged: int = 0
    reopened: int = 0
    again: int = 0


def resolve_reference(tx: Transaction, reference: str) -> Any | None:
    """The version that "key.version" names; None for what names none: a form may say anything."""
    key, _dot, version_number = reference.partition(".")
    if not (version_number.isascii() and version_number.isdigit() and len(version_number) < 6):
        return None
    try:
        return library.load_answer_version(tx, key, int(version_number))
    except NotFound:
        return None


def record_use(tx: Transaction, desk: Desk, instance_id: int, reference: str, reply: str) -> bool:
    """Note that a case was answered with a version; False when there is none or little of it was left."""
    row = resolve_reference(tx, reference)
    if row is None or not _is_still_answer(row.answer, reply):
        return False
    use_row = {"instance_id": instance_id, "answer_key": row.key, "version": row.version, "field": row.field}
    is_verbatim = " ".join(row.answer.split()) == " ".join(reply.split())
    tx.write().execute(insert(_use), {**use_row, "at": desk.now, "unchanged": is_verbatim})
    detail = {"answer": row.key, "version": row.version, "unchanged": is_verbatim}
    history.append_entry(tx, instance_id, AuditEntry(desk.now, desk.who, "standard_answer", "", detail))
    return True


def _is_still_answer(answer: str, reply: str) -> bool:
    answer_words = set(tokenize(answer))
    return len(answer_words & set(tokenize(reply))) >= MIN_WORD_SHARE * len(answer_words)


def count_uses(tx: Transaction, period: DayRange, fields: Collection[str]) -> list[AnswerUsage]:
    """The answers of some fields, the most used first, those never used last; retired ones only when they were used."""
    rows = {row.key: row for row in library.list_answers(tx, retired=True) if row.field in fields}
    counts_by_key: dict[str, Mapping[Any, Any]] = {
        row.answer_key: row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping.
        for row in tx.read.execute(_usage_query(period, rows))
    }
    uses = list(_answer_usages(rows, counts_by_key))
    return sorted(uses, key=lambda item: (-item.given, item.answer.field, item.answer.question))


def _answer_usages(rows: Mapping[str, Any], counts_by_key: Mapping[str, Mapping[Any, Any]]) -> Iterator[AnswerUsage]:
    for key, row in rows.items():
        counts = counts_by_key.get(key)
        if counts is not None:
            yield AnswerUsage(row, *(int(counts[name]) for name in ("given", "unchanged", "reopened", "again")))
        elif row.retired_at is None:
            yield AnswerUsage(row)


def _usage_query(period: DayRange, keys: Collection[str]) -> Any:
    """One range of the index by time; each use then looks up its case's marks and its caller's later reports."""
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


def _count_where(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))
