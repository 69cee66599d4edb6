"""What the hotline should know while somebody calls: this number's reports, and open cases like this one (R1).

Called by pages while the operator types, so each answer is one indexed statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, select

from engine.cases.text_search import words
from engine.process.instances import ACTIVE
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Instance, Mark, Report
from forms.texts import national_number

MOST = 5
LOOKED_AT = 300
RECENT = timedelta(days=60)
# Of the shorter text's telling words, this share has to stand in the other one too.
ALIKE = 0.5
SHORTEST_WORD, FEWEST_WORDS = 3, 2

_report, _instance, _mark = table_of(Report), table_of(Instance), table_of(Mark)
_FALSE = exists().where(_mark.c.instance_id == _instance.c.id, _mark.c.status == "false_report")
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
    _FALSE.label("was_false"),
)


@dataclass(frozen=True, slots=True)
class Caller:
    """What is known of a number: its latest reports, how many there are, how many of them were false."""

    reports: Sequence[Any]
    total: int
    false: int
    number: str | None = None


def known(tx: Transaction, phone: str) -> Caller:
    """What is known of a number, however it was typed; nothing for what is no number."""
    number = national_number(phone)
    if number is None:
        return Caller((), 0, 0)
    of_number = (
        select(*_COLUMNS).outerjoin(_instance, _instance.c.report_id == _report.c.id).where(_report.c.phone == number)
    )
    rows = tx.read.execute(of_number.order_by(_report.c.id.desc()).limit(LOOKED_AT)).all()
    return Caller(rows[:MOST], len(rows), sum(1 for row in rows if row.was_false), number)


def similar(tx: Transaction, place: str, content: str, now: datetime, but: int = 0) -> list[Any]:
    """Open cases of the same commune that tell of the same thing, the most alike first; `but` leaves one report out."""
    told = _telling(content)
    if len(told) < FEWEST_WORDS or not place:
        return []
    wanted = (
        select(*_COLUMNS, _report.c.folded)
        .join(_instance, _instance.c.report_id == _report.c.id)
        .where(
            _report.c.place == place,
            _instance.c.status == ACTIVE,
            _report.c.received_at > now - RECENT,
            _report.c.id != but,
        )
        .order_by(_report.c.id.desc())
        .limit(LOOKED_AT)
    )
    scored = [(_likeness(told, _telling(row.content)), row) for row in tx.read.execute(wanted)]
    alike = sorted((item for item in scored if item[0] >= ALIKE), key=lambda item: (-item[0], -item[1].id))
    return [row for _score, row in alike[:MOST]]


def _telling(text: str) -> set[str]:
    return {word for word in words(text) if len(word) >= SHORTEST_WORD}


def _likeness(one: set[str], other: set[str]) -> float:
    """The share of the shorter text's words that both have."""
    shorter = min(len(one), len(other))
    return len(one & other) / shorter if shorter >= FEWEST_WORDS else 0.0
