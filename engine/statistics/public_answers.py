"""Answers that everybody may read: what an officer of the provincial office has read and released (R10).

No program can tell with certainty that a text names nobody. So nothing is published by itself: masks are laid over the
answer, an officer reads what is left, takes out what they find, and says that it may be shown. What still has signs of
people is refused. Shown are the field, the unit, the month and the text. The unit is left out where fewer than LEAST
cases of the field were resolved there in the month, the answer where there were fewer in the whole province
(k-anonymity, k = LEAST). An answer that was given anew after the decision is shown only after another one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, delete, exists, insert, select

from engine.cases import report_links, tracking
from engine.cases.masking import mask_for_public
from engine.cases.tasks import Desk
from engine.errors import Invalid, NotFound
from engine.process import history, spells
from engine.process.act_detail import ActDetail
from engine.process.history import AuditEntry
from engine.statistics.period import ReportingPeriod
from engine.statistics.public_figures import LEAST
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Instance, PublishedAnswer, Report, Spell
from engine.store.typed_rows import read_rows

ACT = "publish_answers"
PUBLISHED, WITHHELD = RECORDED_ACTS = ("publish_answer", "withhold_answer")  # As the history names them.
OFFERED_DAYS, MOST_OFFERED, MOST_SHOWN = 30, 50, 20
LONGEST = 4000

_published, _spell, _report = table_of(PublishedAnswer), table_of(Spell), table_of(Report)
_instance, _later = table_of(Instance), table_of(Spell).alias()
_RESOLVED_LAST = (
    _spell.c.ended_by.in_((spells.ON_TIME, spells.LATE)),
    ~exists().where(_later.c.instance_id == _spell.c.instance_id, _later.c.id > _spell.c.id),
)
_DECIDED = (_published.c.instance_id == _spell.c.instance_id) & (_published.c.decided_at >= _spell.c.ended_at)


class AnsweredCase(NamedTuple):
    """A case whose result stands: where it belongs, when it was answered, and its report's code."""

    instance_id: int
    code: str
    unit: str
    field: str
    ended_at: datetime


class PublicAnswer(NamedTuple):
    """A published answer; `unit` is "" where naming it would be too much."""

    field: str
    unit: str
    month: date
    text: str


@dataclass(frozen=True, slots=True)
class AnswerOffer:
    """A case whose answer may be published: the answer without what words tell of people, and what is shown of it now.

    `shown` is None before a decision, "" after one against it.
    """

    case: AnsweredCase
    masked: str
    shown: str | None


def list_undecided(tx: Transaction, now: datetime) -> list[AnsweredCase]:
    """The cases answered in the last days that nobody has decided about, newest first."""
    since = spells.day_of(now) - timedelta(days=OFFERED_DAYS)
    query = _cases().where(_spell.c.ended_on >= since, ~exists().where(_DECIDED))
    return read_rows(tx.read, query.order_by(_spell.c.ended_at.desc()).limit(MOST_OFFERED), AnsweredCase)


def list_released(tx: Transaction) -> list[AnsweredCase]:
    """The cases whose answers were released last, newest first."""
    query = _cases().join(_published, _DECIDED).where(_published.c.text != "")
    return read_rows(tx.read, query.order_by(_published.c.decided_at.desc()).limit(MOST_OFFERED), AnsweredCase)


def _cases() -> Select[Any]:
    columns = (_spell.c.instance_id, _report.c.code, _spell.c.unit, _spell.c.field, _spell.c.ended_at)
    return select(*columns).join(_report, _report.c.id == _spell.c.report_id).where(*_RESOLVED_LAST)


def load_offer(tx: Transaction, instance_id: int) -> AnswerOffer:
    """The answer of a case as it may be published; raises NotFound for a case without a result that stands."""
    rows = read_rows(tx.read, _cases().where(_spell.c.instance_id == instance_id), AnsweredCase)
    answer = tracking.latest_answer(tx, instance_id) if rows else ""
    if not answer:
        raise NotFound("answer-to-publish-unknown")
    decided = select(_published.c.text).join(_spell, _DECIDED)
    shown = tx.read.execute(decided.where(_published.c.instance_id == instance_id, *_RESOLVED_LAST)).scalar()
    return AnswerOffer(rows[0], mask_answer(tx, instance_id, answer), shown)


def mask_answer(tx: Transaction, instance_id: int, text: str) -> str:
    """A text about a case with masks over what tells of people, its reporters' particulars too."""
    return mask_for_public(text, *_reports_of(tx, instance_id))


def _reports_of(tx: Transaction, instance_id: int) -> Sequence[Any]:
    """The case's report and those that hang on it."""
    of_case = select(_instance.c.report_id).where(_instance.c.id == instance_id)
    main_id = tx.read.execute(of_case).scalar_one()
    hanging = [row.id for row in report_links.list_hanging_reports(tx, main_id)]
    return tx.read.execute(select(_report).where(_report.c.id.in_([main_id, *hanging]))).all()


def release_answer(tx: Transaction, desk: Desk, instance_id: int, text: str) -> None:
    """Show `text` as the answer of a case; raises NotFound, Invalid for a text that still has signs of people."""
    load_offer(tx, instance_id)
    if not text or len(text) > LONGEST or "\x00" in text:
        raise Invalid("text", "published-answer-length", most=LONGEST)
    if mask_answer(tx, instance_id, text) != text:
        raise Invalid("text", "published-answer-personal")
    _decide(tx, desk, instance_id, text)


def withhold_answer(tx: Transaction, desk: Desk, instance_id: int) -> None:
    """Show the answer of a case to nobody, also one that was shown; raises NotFound."""
    load_offer(tx, instance_id)
    _decide(tx, desk, instance_id, "")


def _decide(tx: Transaction, desk: Desk, instance_id: int, text: str) -> None:
    connection = tx.write()
    connection.execute(delete(_published).where(_published.c.instance_id == instance_id))
    row = {"instance_id": instance_id, "text": text, "decided_at": desk.now, "decided_by": desk.officer.id}
    connection.execute(insert(_published), row)
    act, detail = PUBLISHED if text else WITHHELD, ActDetail(absent=desk.behalf_by(ACT))
    history.append_entry(tx, instance_id, AuditEntry(desk.now, desk.who, act, "", detail))


def list_public(
    tx: Transaction, period: ReportingPeriod, resolved: Mapping[tuple[str, str], int]
) -> list[PublicAnswer]:
    """The newest published answers given in a month; `resolved` counts its resolved cases by unit and field."""
    query = (
        select(_spell.c.unit, _spell.c.field, _published.c.text)
        .join(_published, _DECIDED)
        .where(*_RESOLVED_LAST, _published.c.text != "")
        .where(_spell.c.ended_on.between(period.first, period.last))
        .order_by(_spell.c.ended_at.desc(), _spell.c.id.desc())
        .limit(MOST_SHOWN)
    )
    by_field: Counter[str] = Counter()
    for (_unit, field), count in resolved.items():
        by_field[field] += count
    answers = []
    for row in tx.read.execute(query):
        unit = row.unit if resolved.get((row.unit, row.field), 0) >= LEAST else ""
        if by_field[row.field] >= LEAST:
            answers.append(PublicAnswer(row.field, unit, period.first, row.text))
    return answers
