"""Departments review how localities answered: a random sample of answered cases, a verdict, the unit's reply (R2).

A case counts as answered by a locality when one of its spells ended with a result and the commune it belongs to, or the
tier-2 unit above, completed one of its tasks; a case that the hotline answered at once is therefore not the commune's.
The draw is by digest of the seed and the case: the same seed gives the same sample on every machine, and every unit
with answered cases has at least one in it. Reviewers read the case without the reporter's particulars.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, case, cast, exists, func, select, update

from engine.answers.usage import DayRange
from engine.cases import own_work
from engine.cases.masking import mask_personal_data
from engine.cases.reports import PARTICULARS
from engine.cases.tasks import Desk
from engine.errors import BadInput, Forbidden, Invalid, NotFound, Stale
from engine.process import history
from engine.process.act_detail import ActDetail
from engine.process.history import AuditEntry
from engine.process.instances import DONE
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.insert_once import insert_once
from engine.store.json_text import stored_object
from engine.store.models import AnswerReview, Contact, Instance, Person, Report, Spell, Submission, Task
from engine.store.typed_rows import columns_named, read_row, read_rows

ACT = "review_answers"
GOOD, IMPROVE, WRONG = VERDICTS = ("good", "improve", "wrong")
LONGEST_PERIOD = timedelta(days=92)
MOST_CASES = 20_000  # The draw covers at most this many of a period's answered cases, the newest ones.
MAX_PER_UNIT = 5
SHORTEST_NOTE, LONGEST_NOTE, LONGEST_SEED = 5, 1000, 20
MOST_LISTED = 200
# Localities write every form but these: the receipt, which identifies the reporter, and the citizen's feedback.
EXCLUDED_FORMS = ("receive", "complete_report", "feedback")

_review, _spell, _task, _report = table_of(AnswerReview), table_of(Spell), table_of(Task), table_of(Report)
_instance, _person, _contact = table_of(Instance), table_of(Person), table_of(Contact)
_submission = table_of(Submission)
_SPELL_COLUMNS = ("instance_id", "unit", "field", "ended_at", "ended_by", "opinion", "report_id")
_REPORT_COLUMNS = ("code", "received_at", "content", "reporter_name", "address", "phone", "email")
_ANSWERED_BY_LOCALITY = (
    _spell.c.ended_by.in_(("on_time", "late")),
    exists().where(
        _task.c.instance_id == _spell.c.instance_id, _task.c.state == DONE, _task.c.role.in_(("commune", "tier2_focal"))
    ),
)


@dataclass(frozen=True, slots=True)
class SampleCriteria:
    """What to draw from: a period of at most 92 days, fields, the seed, how many cases per unit."""

    period: DayRange
    fields: tuple[str, ...]
    seed: str
    each: int = 1

    def __post_init__(self) -> None:
        """Raise BadInput for criteria that cannot be drawn from."""
        if self.period.last - self.period.first >= LONGEST_PERIOD:
            raise BadInput("sample-period-too-long", most=LONGEST_PERIOD.days)
        if not 1 <= self.each <= MAX_PER_UNIT:
            raise Invalid("each", "sample-size-out-of-range", most=MAX_PER_UNIT)
        if not 0 < len(self.seed) <= LONGEST_SEED or not self.seed.isprintable():
            raise Invalid("seed", "sample-seed-length", most=LONGEST_SEED)


class SampledCase(NamedTuple):
    """A drawn case: its last result, and the verdict on it if it has been reviewed."""

    instance_id: int
    unit: str
    field: str
    ended_at: datetime
    ended_by: str
    code: str
    verdict: str | None
    reviewer: str | None


class ContactAttempt(NamedTuple):
    """An attempt to reach the citizen."""

    at: datetime
    means: str
    reached: bool


class StoredReview(NamedTuple):
    """A verdict as stored, and the name of whoever gave it."""

    id: int
    instance_id: int
    unit_code: str
    field: str
    verdict: str
    note: str
    at: datetime
    reviewer_id: int
    reviewer_unit: str
    reply: str | None
    replied_at: datetime | None
    replied_by: int | None
    reviewer: str
    code: str = ""


_REVIEW_COLUMNS = StoredReview._fields[:-2]


class VerdictCounts(NamedTuple):
    """How many verdicts a unit received, or a reviewer gave."""

    of: str
    reviewed: int
    good: int
    improve: int
    wrong: int
    replied: int


class _AnsweredCase(NamedTuple):
    instance_id: int
    unit: str
    field: str
    ended_at: datetime
    ended_by: str
    opinion: str | None
    report_id: int
    code: str
    received_at: datetime
    content: str
    reporter_name: str
    address: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class ReviewSample:
    """A sample: its cases by unit, drawn from how many of how many units, and whether the limit cut off older cases."""

    rows: Sequence[SampledCase]
    cases: int
    units: int
    cut: bool


@dataclass(frozen=True, slots=True)
class MaskedCase:
    """A case as a reviewer reads it: nothing identifies the reporter."""

    instance_id: int
    code: str
    unit: str
    field: str
    received_at: datetime
    ended_at: datetime
    late: bool
    opinion: str | None
    content: str
    contacts: Sequence[ContactAttempt]
    written: Sequence[tuple[str, datetime, Mapping[str, str]]]
    review: StoredReview | None


def draw_sample(tx: Transaction, criteria: SampleCriteria, communes: Collection[str]) -> ReviewSample:
    """The sample with its existing reviews, by unit in the order of `communes`."""
    rows = tx.read.execute(_answered_cases_query(criteria)).all()
    pool: dict[str, set[int]] = {}
    for instance_id, unit in rows[:MOST_CASES]:
        if unit in communes:
            pool.setdefault(unit, set()).add(instance_id)
    instance_ids = [
        instance_id
        for unit in communes
        for instance_id in sorted(pool.get(unit, ()), key=lambda instance_id: _lot_digest(criteria.seed, instance_id))[
            : criteria.each
        ]
    ]
    return ReviewSample(_sample_rows(tx, instance_ids), sum(map(len, pool.values())), len(pool), len(rows) > MOST_CASES)


def _lot_digest(seed: str, instance_id: int) -> str:
    return hashlib.sha256(f"{seed}:{instance_id}".encode()).hexdigest()


def _answered_cases_query(criteria: SampleCriteria) -> Select[int, str]:
    within = _spell.c.ended_on.between(criteria.period.first, criteria.period.last)
    columns = (_spell.c.instance_id, _spell.c.unit)
    query = select(*columns).where(within, _spell.c.field.in_(criteria.fields), *_ANSWERED_BY_LOCALITY)
    return query.order_by(_spell.c.ended_on.desc(), _spell.c.id.desc()).limit(MOST_CASES + 1)


def _sample_rows(tx: Transaction, instance_ids: Sequence[int]) -> list[SampledCase]:
    """The chosen cases in the given order, each with its last result and its review."""
    last = select(func.max(_spell.c.id)).where(_spell.c.instance_id.in_(instance_ids), *_ANSWERED_BY_LOCALITY)
    columns = (_spell.c.instance_id, _spell.c.unit, _spell.c.field, _spell.c.ended_at, _spell.c.ended_by)
    query = (
        select(*columns, _report.c.code, _review.c.verdict, _person.c.name.label("reviewer"))
        .join(_report, _report.c.id == _spell.c.report_id)
        .outerjoin(_review, _review.c.instance_id == _spell.c.instance_id)
        .outerjoin(_person, _person.c.id == _review.c.reviewer_id)
        .where(_spell.c.id.in_(last.group_by(_spell.c.instance_id)))
    )
    rows = {row.instance_id: row for row in read_rows(tx.read, query, SampledCase)}
    return [rows[instance_id] for instance_id in instance_ids if instance_id in rows]


def load_masked_case(tx: Transaction, instance_id: int, fields: Collection[str]) -> MaskedCase:
    """An answered case of one of the fields; raises NotFound when no locality answered it, Forbidden."""
    query = (
        select(*columns_named(_spell, _SPELL_COLUMNS), *columns_named(_report, _REPORT_COLUMNS))
        .join(_report, _report.c.id == _spell.c.report_id)
        .where(_spell.c.instance_id == instance_id, *_ANSWERED_BY_LOCALITY)
        .order_by(_spell.c.id.desc())
        .limit(1)
    )
    row = read_row(tx.read, query, _AnsweredCase)
    if row is None:
        raise NotFound("reviewable-case-unknown")
    if row.field not in fields:
        raise Forbidden("field-of-other-department")
    contacts = select(_contact.c.at, _contact.c.means, _contact.c.reached).where(_contact.c.report_id == row.report_id)
    return MaskedCase(
        instance_id=instance_id,
        code=row.code,
        unit=row.unit,
        field=row.field,
        received_at=row.received_at,
        ended_at=row.ended_at,
        late=row.ended_by == "late",
        opinion=row.opinion,
        content=mask_personal_data(row.content, row),
        contacts=read_rows(tx.read, contacts.order_by(_contact.c.at), ContactAttempt),
        written=_masked_submissions(tx, row),
        review=_review_of(tx, instance_id),
    )


def _masked_submissions(tx: Transaction, row: _AnsweredCase) -> Sequence[tuple[str, datetime, Mapping[str, str]]]:
    """What officers wrote in their forms, as (form, when, texts by field), masked; particulars are omitted."""
    query = select(_submission.c.form, _submission.c.at, _submission.c.content).where(
        _submission.c.instance_id == row.instance_id, _submission.c.form.not_in(EXCLUDED_FORMS)
    )
    submissions = []
    for item in tx.read.execute(query.order_by(_submission.c.id)):
        texts = {
            key: mask_personal_data(value, row)
            for key, value in stored_object(item.content).items()
            if isinstance(value, str) and value.strip() and key not in PARTICULARS
        }
        submissions.append((item.form, item.at, texts))
    return submissions


def _review_of(tx: Transaction, instance_id: int) -> StoredReview | None:
    query = select(*columns_named(_review, _REVIEW_COLUMNS), _person.c.name.label("reviewer")).join(
        _person, _person.c.id == _review.c.reviewer_id
    )
    return read_row(tx.read, query.where(_review.c.instance_id == instance_id), StoredReview)


@dataclass(frozen=True, slots=True)
class ReviewVerdict:
    """A reviewer's verdict: how good the answer was, a note for the unit, and the unit they review for."""

    verdict: str
    note: str
    reviewer_unit: str


def record_verdict(tx: Transaction, desk: Desk, masked_case: MaskedCase, verdict: ReviewVerdict) -> None:
    """Record the verdict on a case, once; history records it without the note.

    Raises BadInput naming the field or for the officer's own work, Stale when somebody has already reviewed the case.
    """
    if verdict.verdict not in VERDICTS:
        raise Invalid("verdict", "verdict-missing")
    borrows = bool(desk.behalf_by(ACT))
    own_work.require_other_eyes(tx, desk.officer, masked_case.instance_id, "verdict", borrows=borrows)
    if verdict.verdict != GOOD or verdict.note:
        _require_length("note", "verdict-note-length", verdict.note)
    row = {
        "instance_id": masked_case.instance_id,
        "unit_code": masked_case.unit,
        "field": masked_case.field,
        "verdict": verdict.verdict,
    }
    row |= {"note": mask_personal_data(verdict.note), "at": desk.now, "reviewer_id": desk.officer.id}
    row |= {"reviewer_unit": verdict.reviewer_unit, "reply": None, "replied_at": None, "replied_by": None}
    connection = tx.write()
    if connection.execute(insert_once(connection, _review).returning(_review.c.id), row).scalar() is None:
        raise Stale("case-reviewed-already")
    detail = ActDetail(verdict=verdict.verdict, absent=desk.behalf_by(ACT))
    history.append_entry(tx, masked_case.instance_id, AuditEntry(desk.now, desk.who, "answer_review", "", detail))


def _require_length(name: str, rule: str, text: str) -> None:
    if not SHORTEST_NOTE <= len(text) <= LONGEST_NOTE or "\x00" in text:
        raise Invalid(name, rule, least=SHORTEST_NOTE, most=LONGEST_NOTE)


def list_unit_verdicts(tx: Transaction, units: Collection[str]) -> list[StoredReview]:
    """The verdicts on answers of some units, newest first."""
    query = (
        select(*columns_named(_review, _REVIEW_COLUMNS), _person.c.name.label("reviewer"), _report.c.code)
        .join(_instance, _instance.c.id == _review.c.instance_id)
        .join(_report, _report.c.id == _instance.c.report_id)
        .join(_person, _person.c.id == _review.c.reviewer_id)
        .where(_review.c.unit_code.in_(sorted(units)))
    )
    query = query.order_by(_review.c.at.desc(), _review.c.id.desc()).limit(MOST_LISTED)
    return read_rows(tx.read, query, StoredReview)


def record_reply(tx: Transaction, desk: Desk, review_id: int, units: Collection[str], text: str) -> None:
    """Reply to a verdict on one of the units, once; raises NotFound, Forbidden, BadInput, Stale."""
    _require_length("reply", "verdict-reply-length", text)
    row = tx.read.execute(select(_review).where(_review.c.id == review_id)).one_or_none()
    if row is None:
        raise NotFound("verdict-unknown")
    if row.unit_code not in units:
        raise Forbidden("verdict-on-other-unit")
    values = {"reply": mask_personal_data(text), "replied_at": desk.now, "replied_by": desk.officer.id}
    waiting = (_review.c.id == review_id) & _review.c.reply.is_(None)
    if tx.write().execute(update(_review).where(waiting).values(values)).rowcount != 1:
        raise Stale("verdict-replied-already")
    detail = ActDetail(absent=desk.behalf_by("read_verdicts"))
    history.append_entry(tx, row.instance_id, AuditEntry(desk.now, desk.who, "review_reply", "", detail))


def count_verdicts_by_unit(tx: Transaction, period: DayRange, fields: Collection[str]) -> list[VerdictCounts]:
    """How many verdicts of each kind each unit received, those with most to improve first."""
    return _count_verdicts(tx, period, fields, _review.c.unit_code)


def count_verdicts_by_reviewer(tx: Transaction, period: DayRange, fields: Collection[str]) -> list[VerdictCounts]:
    """How many verdicts of each kind each reviewer gave."""
    return _count_verdicts(tx, period, fields, _person.c.name)


def _count_verdicts(
    tx: Transaction, period: DayRange, fields: Collection[str], group_column: ColumnElement[str]
) -> list[VerdictCounts]:
    begin, end = period.instants
    counts = [func.sum(case((_review.c.verdict == name, 1), else_=0)).label(name) for name in VERDICTS]
    replied = func.sum(cast(_review.c.reply.is_not(None), Integer)).label("replied")
    query = (
        select(group_column.label("of"), func.count().label("reviewed"), *counts, replied)
        .join(_person, _person.c.id == _review.c.reviewer_id)
        .where(_review.c.at >= begin, _review.c.at < end, _review.c.field.in_(sorted(fields)))
        .group_by(*({_person.c.id, group_column} if group_column is _person.c.name else {group_column}))
    )
    rows = read_rows(tx.read, query, VerdictCounts)
    return sorted(rows, key=lambda row: (-row.wrong, -row.improve, -row.reviewed, row.of))
