"""Standard answers: departments own, version and retire them; operators find them while typing (R2). Called by pages.

An answer is never changed: a new version takes its place, so that what a citizen was told can always be read again.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from engine.columns import table_of
from engine.db import Transaction
from engine.errors import BadInput, NotFound
from engine.intake import FIELDS
from engine.models import Question, StandardAnswer
from engine.search import fold, words

MOST = 5
LONGEST_QUESTION, LONGEST_ANSWER = 500, 4000
SHORTEST_WORD = 2
WORTH_SHOWING = 0.4  # Of the best answer's score; what fits much worse only distracts during a call.

_answer, _question = table_of(StandardAnswer), table_of(Question)


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """A standard answer as a department writes it."""

    field: str
    owner: str
    question: str
    answer: str


def _latest() -> Any:
    """The newest version of each answer."""
    newest = select(_answer.c.key, func.max(_answer.c.version).label("version")).group_by(_answer.c.key).subquery()
    on = (newest.c.key == _answer.c.key) & (newest.c.version == _answer.c.version)
    return select(_answer).join(newest, on)


def listed(tx: Transaction, *, owners: Sequence[str] | None = None, retired: bool = False) -> Sequence[Any]:
    """The newest versions, by field and question; of certain departments, retired ones too when asked for."""
    wanted = _latest().order_by(_answer.c.field, _answer.c.question)
    if owners is not None:
        wanted = wanted.where(_answer.c.owner_code.in_(list(owners)))
    if not retired:
        wanted = wanted.where(_answer.c.retired_at.is_(None))
    return tx.read.execute(wanted).all()


def find(tx: Transaction, text: str, field: str = "") -> list[Any]:
    """The answers that fit what was typed so far, the best first: words count by how rare they are."""
    asked = {word for word in words(text) if len(word) >= SHORTEST_WORD}
    if not asked:
        return []
    rows = [(row, set(words(row.folded))) for row in listed(tx)]
    rarity = {word: sum(word in known for _row, known in rows) for word in asked}
    scored = []
    for row, known in rows:
        score = sum(1 / rarity[word] for word in asked & known)
        if score:
            scored.append((score + (0.25 if row.field == field else 0), row))
    scored.sort(key=lambda item: (-item[0], item[1].question))
    return [row for score, row in scored[:MOST] if score >= scored[0][0] * WORTH_SHOWING]


def add(tx: Transaction, new: NewAnswer, by: str, now: datetime) -> str:
    """Store a new answer and return its key; raises BadInput."""
    return _store(tx, secrets.token_hex(6), 1, new, (by, now))


def revise(tx: Transaction, key: str, new: NewAnswer, by: str, now: datetime) -> None:
    """Store a new version of an answer; raises NotFound, BadInput."""
    _store(tx, key, latest(tx, key).version + 1, new, (by, now))


def retire(tx: Transaction, key: str, now: datetime) -> None:
    """Offer an answer no more; raises NotFound when there is none that is offered."""
    live = (_answer.c.key == key) & _answer.c.retired_at.is_(None)
    if tx.write().execute(update(_answer).where(live).values(retired_at=now)).rowcount == 0:
        raise NotFound("There is no such answer.")


def latest(tx: Transaction, key: str) -> Any:
    """The newest version of an answer; raises NotFound."""
    row = tx.read.execute(_latest().where(_answer.c.key == key)).one_or_none()
    if row is None:
        raise NotFound("There is no such answer.")
    return row


def versions(tx: Transaction, key: str) -> Sequence[Any]:
    """All versions of an answer, the newest first."""
    return tx.read.execute(select(_answer).where(_answer.c.key == key).order_by(_answer.c.version.desc())).all()


def _store(tx: Transaction, key: str, version: int, new: NewAnswer, by: tuple[str, datetime]) -> str:
    question, answer = new.question.strip(), new.answer.strip()
    if not new.owner:
        raise BadInput("owner: an answer belongs to a department.")
    if new.field not in FIELDS:
        raise BadInput("field: there is no such field.")
    if not 0 < len(question) <= LONGEST_QUESTION:
        raise BadInput(f"question: 1 to {LONGEST_QUESTION} signs.")
    if not 0 < len(answer) <= LONGEST_ANSWER:
        raise BadInput(f"answer: 1 to {LONGEST_ANSWER} signs.")
    row = {"field": new.field, "owner_code": new.owner, "question": question, "answer": answer}
    made = {"key": key, "version": version, "created_by": by[0], "created_at": by[1]}
    tx.write().execute(insert(_answer), {**row, **made, "folded": fold(f"{question} {answer}")})
    return key


def ask(tx: Transaction, field: str, text: str, by: str, now: datetime) -> None:
    """List a question for which no answer fitted; raises BadInput."""
    question = text.strip()[:LONGEST_QUESTION]
    if not question or field not in FIELDS:
        raise BadInput("A question has a text and a field.")
    tx.write().execute(insert(_question), {"field": field, "text": question, "asked_at": now, "asked_by": by})


def unanswered(tx: Transaction) -> Sequence[Any]:
    """The questions that wait for an answer, the oldest first."""
    return tx.read.execute(select(_question).where(_question.c.settled_at.is_(None)).order_by(_question.c.id)).all()


def settle(tx: Transaction, question_id: int, now: datetime) -> None:
    """Take a question off the list; raises NotFound."""
    open_ = (_question.c.id == question_id) & _question.c.settled_at.is_(None)
    if tx.write().execute(update(_question).where(open_).values(settled_at=now)).rowcount == 0:
        raise NotFound("There is no such question.")
