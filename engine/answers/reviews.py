"""Departments review how localities answered: a drawn sample of answered cases, a verdict, the unit's reply (R2). For
pages.

A case counts as answered by a locality when a spell of it ended with a result and the commune it belongs to, or the
tier-2 unit above, completed a task of it; so what the hotline answered at once is no case of the commune's. The draw is
by digest of the seed and the case: the same seed gives the same sample on every machine, and every unit with answered
cases has at least one in it. Whoever reviews reads the case without the reporter's particulars.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, case, cast, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.answers.masking import masked
from engine.answers.usage import Period
from engine.cases.reports import PARTICULARS
from engine.cases.tasks import Desk
from engine.errors import BadInput, Forbidden, NotFound, Stale
from engine.process import history
from engine.process.history import Entry
from engine.process.instances import DONE
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import AnswerReview, Contact, Instance, Person, Report, Spell, Submission, Task

GOOD, IMPROVE, WRONG = VERDICTS = ("good", "improve", "wrong")
LONGEST_PERIOD = timedelta(days=92)
MOST_CASES = 20_000  # The newest so many answered cases of a period are drawn from.
MOST_EACH = 5
SHORTEST_NOTE, LONGEST_NOTE, LONGEST_SEED = 5, 1000, 20
MOST_LISTED = 200
# What localities write: everything but the receipt, which tells who reported, and what the citizen says in the end.
UNREAD = ("receive", "complete_report", "feedback")

_review, _spell, _task, _report = table_of(AnswerReview), table_of(Spell), table_of(Task), table_of(Report)
_instance, _person, _contact = table_of(Instance), table_of(Person), table_of(Contact)
_submission = table_of(Submission)
_ONCE = {
    "sqlite": sqlite.insert(_review).on_conflict_do_nothing().returning(_review.c.id),
    "postgresql": postgresql.insert(_review).on_conflict_do_nothing().returning(_review.c.id),
}
_ANSWERED = (
    _spell.c.ended_by.in_(("on_time", "late")),
    exists().where(
        _task.c.instance_id == _spell.c.instance_id, _task.c.state == DONE, _task.c.role.in_(("commune", "tier2_focal"))
    ),
)


@dataclass(frozen=True, slots=True)
class Draw:
    """What is drawn from: a period of at most 92 days, fields, the seed, how many cases of each unit."""

    period: Period
    fields: tuple[str, ...]
    seed: str
    each: int = 1

    def __post_init__(self) -> None:
        """Raise BadInput for what cannot be drawn from."""
        if self.period.last - self.period.first >= LONGEST_PERIOD:
            raise BadInput("period: at most 92 days.")
        if not 1 <= self.each <= MOST_EACH:
            raise BadInput(f"each: 1 to {MOST_EACH} cases of each unit.")
        if not 0 < len(self.seed) <= LONGEST_SEED or not self.seed.isprintable():
            raise BadInput(f"seed: 1 to {LONGEST_SEED} signs.")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sample: its cases by unit, from how many of how many units, and whether the limit cut older cases off."""

    rows: Sequence[Any]
    cases: int
    units: int
    cut: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A case as a reviewer reads it: nothing says who reported."""

    instance_id: int
    code: str
    unit: str
    field: str
    received_at: datetime
    ended_at: datetime
    late: bool
    opinion: str | None
    content: str
    contacts: Sequence[Any]
    written: Sequence[tuple[str, datetime, Mapping[str, str]]]
    review: Any | None


def draw(tx: Transaction, wanted: Draw, communes: Collection[str]) -> Drawn:
    """The sample with the reviews that there are, by unit in the order of `communes`."""
    rows = tx.read.execute(_answered(wanted)).all()
    pool: dict[str, dict[int, Any]] = {}
    for row in rows[:MOST_CASES]:
        if row.unit in communes:
            pool.setdefault(row.unit, {}).setdefault(row.instance_id, row)
    chosen = [
        number
        for unit in communes
        for number in sorted(pool.get(unit, ()), key=lambda number: _lot(wanted.seed, number))[: wanted.each]
    ]
    return Drawn(_told(tx, chosen), sum(map(len, pool.values())), len(pool), len(rows) > MOST_CASES)


def _lot(seed: str, number: int) -> str:
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()


def _answered(wanted: Draw) -> Any:
    within = _spell.c.ended_on.between(wanted.period.first, wanted.period.last)
    columns = (_spell.c.instance_id, _spell.c.unit)
    found = select(*columns).where(within, _spell.c.field.in_(wanted.fields), *_ANSWERED)
    return found.order_by(_spell.c.ended_on.desc(), _spell.c.id.desc()).limit(MOST_CASES + 1)


def _told(tx: Transaction, chosen: Sequence[int]) -> list[Any]:
    """The chosen cases in their order, each with its last result and its review."""
    last = select(func.max(_spell.c.id)).where(_spell.c.instance_id.in_(chosen), *_ANSWERED)
    columns = (_spell.c.instance_id, _spell.c.unit, _spell.c.field, _spell.c.ended_at, _spell.c.ended_by)
    wanted = (
        select(*columns, _report.c.code, _review.c.verdict, _person.c.name.label("reviewer"))
        .join(_report, _report.c.id == _spell.c.report_id)
        .outerjoin(_review, _review.c.instance_id == _spell.c.instance_id)
        .outerjoin(_person, _person.c.id == _review.c.reviewer_id)
        .where(_spell.c.id.in_(last.group_by(_spell.c.instance_id)))
    )
    rows = {row.instance_id: row for row in tx.read.execute(wanted)}
    return [rows[number] for number in chosen if number in rows]


def read(tx: Transaction, instance_id: int, fields: Collection[str]) -> Reading:
    """An answered case of one of the fields; raises NotFound for what no locality answered, Forbidden."""
    wanted = (
        select(_spell, _report.c.code, _report.c.received_at, _report.c.content, *_naming())
        .join(_report, _report.c.id == _spell.c.report_id)
        .where(_spell.c.instance_id == instance_id, *_ANSWERED)
        .order_by(_spell.c.id.desc())
        .limit(1)
    )
    row = tx.read.execute(wanted).one_or_none()
    if row is None:
        raise NotFound("No locality has answered such a case.")
    if row.field not in fields:
        raise Forbidden("Another department answers for this field.")
    contacts = select(_contact.c.at, _contact.c.means, _contact.c.reached).where(_contact.c.report_id == row.report_id)
    return Reading(
        instance_id=instance_id,
        code=row.code,
        unit=row.unit,
        field=row.field,
        received_at=row.received_at,
        ended_at=row.ended_at,
        late=row.ended_by == "late",
        opinion=row.opinion,
        content=masked(row.content, row),
        contacts=tx.read.execute(contacts.order_by(_contact.c.at)).all(),
        written=_written(tx, row),
        review=_review_of(tx, instance_id),
    )


def _naming() -> list[Any]:
    return [_report.c[name] for name in ("reporter_name", "address", "phone", "email")]


def _written(tx: Transaction, row: Any) -> Sequence[tuple[str, datetime, Mapping[str, str]]]:
    """What officers wrote in their forms, as (form, when, texts by field), masked; particulars are left out."""
    wanted = select(_submission.c.form, _submission.c.at, _submission.c.content).where(
        _submission.c.instance_id == row.instance_id, _submission.c.form.not_in(UNREAD)
    )
    found = []
    for item in tx.read.execute(wanted.order_by(_submission.c.id)):
        texts = {
            key: masked(value, row)
            for key, value in json.loads(item.content).items()
            if isinstance(value, str) and value.strip() and key not in PARTICULARS
        }
        found.append((item.form, item.at, texts))
    return found


def _review_of(tx: Transaction, instance_id: int) -> Any | None:
    wanted = select(_review, _person.c.name.label("reviewer")).join(_person, _person.c.id == _review.c.reviewer_id)
    return tx.read.execute(wanted.where(_review.c.instance_id == instance_id)).one_or_none()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reviewer says: how good the answer was, a note for the unit, and the unit for which they review."""

    verdict: str
    note: str
    reviewer_unit: str


def review(tx: Transaction, desk: Desk, seen: Reading, said: Verdict) -> None:
    """Record the verdict on a case, once; the history says so without the note.

    Raises BadInput naming the field, Stale when somebody has reviewed the case already.
    """
    if said.verdict not in VERDICTS:
        raise BadInput("verdict: there is no such verdict.")
    if said.verdict != GOOD or said.note:
        _require_text("note", said.note)
    row = {"instance_id": seen.instance_id, "unit_code": seen.unit, "field": seen.field, "verdict": said.verdict}
    row |= {"note": masked(said.note), "at": desk.now, "reviewer_id": desk.officer.id}
    row |= {"reviewer_unit": said.reviewer_unit, "reply": None, "replied_at": None, "replied_by": None}
    connection = tx.write()
    if connection.execute(_ONCE[connection.dialect.name], row).scalar() is None:
        raise Stale("Somebody has reviewed this case already.")
    history.record(tx, seen.instance_id, Entry(desk.now, desk.who, "answer_review", "", {"verdict": said.verdict}))


def _require_text(name: str, text: str) -> None:
    if not SHORTEST_NOTE <= len(text) <= LONGEST_NOTE or "\x00" in text:
        raise BadInput(f"{name}: {SHORTEST_NOTE} to {LONGEST_NOTE} signs.")


def of_units(tx: Transaction, units: Collection[str]) -> Sequence[Any]:
    """The verdicts on answers of some units, the newest first."""
    wanted = (
        select(_review, _report.c.code, _person.c.name.label("reviewer"))
        .join(_instance, _instance.c.id == _review.c.instance_id)
        .join(_report, _report.c.id == _instance.c.report_id)
        .join(_person, _person.c.id == _review.c.reviewer_id)
        .where(_review.c.unit_code.in_(sorted(units)))
    )
    return tx.read.execute(wanted.order_by(_review.c.at.desc(), _review.c.id.desc()).limit(MOST_LISTED)).all()


def reply(tx: Transaction, desk: Desk, number: int, units: Collection[str], text: str) -> None:
    """Answer a verdict on one of the units, once; raises NotFound, Forbidden, BadInput, Stale."""
    _require_text("reply", text)
    row = tx.read.execute(select(_review).where(_review.c.id == number)).one_or_none()
    if row is None:
        raise NotFound("There is no such review.")
    if row.unit_code not in units:
        raise Forbidden("The verdict is about another unit.")
    said = {"reply": masked(text), "replied_at": desk.now, "replied_by": desk.officer.id}
    waiting = (_review.c.id == number) & _review.c.reply.is_(None)
    if tx.write().execute(update(_review).where(waiting).values(said)).rowcount != 1:
        raise Stale("Somebody has replied already.")
    history.record(tx, row.instance_id, Entry(desk.now, desk.who, "review_reply", "", {}))


def by_unit(tx: Transaction, period: Period, fields: Collection[str]) -> Sequence[Any]:
    """How many verdicts of each kind each unit got, those with most to mend first."""
    return _totals(tx, period, fields, _review.c.unit_code)


def by_reviewer(tx: Transaction, period: Period, fields: Collection[str]) -> Sequence[Any]:
    """How many verdicts of each kind each reviewer gave."""
    return _totals(tx, period, fields, _person.c.name)


def _totals(tx: Transaction, period: Period, fields: Collection[str], by: Any) -> Sequence[Any]:
    begin, end = period.instants
    counts = [func.sum(case((_review.c.verdict == name, 1), else_=0)).label(name) for name in VERDICTS]
    replied = func.sum(cast(_review.c.reply.is_not(None), Integer)).label("replied")
    wanted = (
        select(by.label("of"), func.count().label("reviewed"), *counts, replied)
        .join(_person, _person.c.id == _review.c.reviewer_id)
        .where(_review.c.at >= begin, _review.c.at < end, _review.c.field.in_(sorted(fields)))
        .group_by(*({_person.c.id, by} if by is _person.c.name else {by}))
    )
    rows = tx.read.execute(wanted).all()
    return sorted(rows, key=lambda row: (-row.wrong, -row.improve, -row.reviewed, row.of))
