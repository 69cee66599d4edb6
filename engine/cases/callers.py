"""What the hotline should know during a call: the caller's earlier reports, and similar open cases (R1).

Looked up while the operator types, so each answer is one indexed statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, select

from engine.cases import report_links, reports, word_weights
from engine.cases.masking import split_folded
from engine.cases.similarity import LEAST_WEIGHT, SIMILARITY_THRESHOLD, text_terms, word_terms
from engine.process.instances import ACTIVE
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Instance, Mark, Report
from forms.phones import read_phone_entry

MAX_SHOWN = 5
MAX_SCANNED = 300
MAX_CANDIDATES = 1000  # More than the fullest commune has open within the time.
SIMILAR_WITHIN = timedelta(days=60)
MAX_COMPARED = 20
ROUNDING = 1e-6  # Of sums in another order.
MIN_TERMS = 3  # Two words and their pair: one word is no report.

_report, _instance, _mark = table_of(Report), table_of(Instance), table_of(Mark)
_WAS_FALSE_REPORT = exists().where(_mark.c.instance_id == _instance.c.id, _mark.c.status == "false_report")
_COLUMNS = (
    _report.c.id,
    _report.c.code,
    _report.c.field,
    _report.c.place,
    _report.c.received_at,
    _report.c.content,
    _report.c.reporter_name,
    _report.c.address,
    _instance.c.id.label("instance_id"),
    _instance.c.status,
    _WAS_FALSE_REPORT.label("was_false"),
)


@dataclass(frozen=True, slots=True)
class CallerHistory:
    """What is known about a phone number: its latest reports, how many there are, how many of them were false.

    `mains` has for those that another one's case answers that case's code and status, by id.
    """

    reports: Sequence[Any]
    total: int
    false: int
    number: str | None = None
    mains: Mapping[int, Any] = field(default_factory=dict)


def look_up_phone(tx: Transaction, phone: str) -> CallerHistory:
    """What is known about a phone number, or about both of two, in any spelling; empty for text without a number."""
    entry = read_phone_entry(phone)
    if entry is None:
        return CallerHistory((), 0, 0)
    newest = _instance.alias("newest")
    newest_id = (
        select(func.max(newest.c.id)).where(newest.c.report_id == _report.c.id).correlate(_report).scalar_subquery()
    )
    numbers = filter(None, (entry.number, entry.second))
    ids = reports.ids_with_phones(numbers).limit(MAX_SCANNED)  # Whoever has called thousands of times costs no more.
    query = select(*_COLUMNS).select_from(_report).outerjoin(_instance, _instance.c.id == newest_id)
    rows = tx.read.execute(query.where(_report.c.id.in_(ids)).order_by(_report.c.id.desc())).all()
    latest = rows[:MAX_SHOWN]
    false = sum(1 for row in rows if row.was_false)
    return CallerHistory(latest, len(rows), false, entry.number, _main_cases(tx, [row.id for row in latest]))


def _main_cases(tx: Transaction, report_ids: Sequence[int]) -> dict[int, Any]:
    """For those of the reports that hang on another one: the code and the status of the case that answers them."""
    mains = {one: main for one, main in report_links.main_reports(tx, report_ids).items() if one != main}
    if not mains:
        return {}
    query = (
        select(_report.c.id, _report.c.code, _instance.c.status)
        .join(_instance, _instance.c.report_id == _report.c.id)
        .where(_report.c.id.in_(set(mains.values())))
        .order_by(_instance.c.id)
    )
    cases = {row.id: row for row in tx.read.execute(query)}
    return {one: cases[main] for one, main in mains.items() if main in cases}


def list_similar_cases(
    tx: Transaction, place: str, content: str, now: datetime, except_report_id: int = 0
) -> list[Any]:
    """Open cases of the same commune that report the same thing, most similar first: see `engine.cases.similarity`.

    `except_report_id` excludes one report.
    """
    typed = text_terms(content)
    if len(typed) < MIN_TERMS or not place:
        return []
    query = (
        select(_instance.c.id, _report.c.matter)
        .join(_instance, _instance.c.report_id == _report.c.id)
        .where(
            _report.c.place == place,
            _instance.c.status == ACTIVE,
            _report.c.received_at > now - SIMILAR_WITHIN,
            _report.c.id != except_report_id,
        )
        .order_by(_report.c.received_at.desc(), _report.c.id.desc())
        .limit(MAX_CANDIDATES)
    )
    best = _rank_similar(tx, typed, tx.read.execute(query).all())
    cases = select(*_COLUMNS).join(_instance, _instance.c.report_id == _report.c.id).where(_instance.c.id.in_(best))
    rows = {row.instance_id: row for row in tx.read.execute(cases)} if best else {}
    return [rows[number] for number in best if number in rows]


def _rank_similar(tx: Transaction, typed: frozenset[str], candidates: Sequence[Any]) -> list[int]:
    """The instances whose reports are about the same, most similar first; only the most likely are compared in full."""
    weights = word_weights.load_weights(tx, typed)
    weight_of = {term: weights.weight(term) for term in typed}  # Each is asked for by hundreds of reports.
    most_of = _most_by_word(weight_of)
    terms_of: dict[int, frozenset[str]] = {}
    for number, matter in candidates:
        words = split_folded(matter)
        if sum(map(most_of.__getitem__, most_of.keys() & words)) > LEAST_WEIGHT - ROUNDING:
            terms_of[number] = word_terms(words)
    shared = {number: sum(weight_of[term] for term in typed & terms) for number, terms in terms_of.items()}
    likely = sorted(shared, key=lambda number: (-shared[number], -number))[:MAX_COMPARED]
    weights = word_weights.load_weights(tx, typed.union(*(terms_of[number] for number in likely)))
    scores = {number: weights.similarity(typed, terms_of[number]) for number in likely}
    similar = [number for number in likely if scores[number] >= SIMILARITY_THRESHOLD]
    return sorted(similar, key=lambda number: (-scores[number], -number))[:MAX_SHOWN]


def _most_by_word(weight_of: Mapping[str, float]) -> dict[str, float]:
    """What sharing a word can weigh at most, with the pairs that begin with it: most reports share less than counts."""
    most = {term: weight for term, weight in weight_of.items() if " " not in term}
    for term, weight in weight_of.items():
        first, space, _other = term.partition(" ")
        if space:
            most[first] += weight
    return most
