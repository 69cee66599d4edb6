"""Standard answers: departments own, version and retire them; operators find them while typing (R2).

An answer never changes: a new version replaces it, so that what a citizen was told can always be read again. Retiring
and restoring create versions too, so the list of versions shows everything that was done, by whom and why.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, insert, select, update

from engine.actor import person_ids, person_key
from engine.cases.masking import tokenize
from engine.errors import BadInput, Invalid, NotFound, Stale
from engine.process import known_fields
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.insert_once import insert_once
from engine.store.models import Person, Question, StandardAnswer
from engine.store.typed_rows import columns_named, read_row, read_rows
from engine.text import strip_diacritics, vietnamese_order

MAX_SUGGESTIONS = 5
LONGEST_QUESTION, LONGEST_ANSWER = 500, 4000
SHORTEST_NOTE, LONGEST_NOTE = 5, 500
MIN_WORD_LENGTH = 2
MIN_RELATIVE_SCORE = 0.4  # Relative to the best answer's score; a much worse match only distracts during a call.

_answer, _question, _person = table_of(StandardAnswer), table_of(Question), table_of(Person)
# Of two concurrent editors, one writes the next version; the other's row is not written.


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """A standard answer as a department writes it."""

    field: str
    owner: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """A change to an answer: the version it is based on, why, by whom, when."""

    base: int
    note: str
    by: str
    at: datetime


VersionColumns = dict[str, str | int | datetime | None]  # Of a row to insert, by name.


class AnswerVersion(NamedTuple):
    """One version of a standard answer, as stored."""

    id: int
    key: str
    version: int
    field: str
    owner_code: str
    question: str
    answer: str
    folded: str
    created_at: datetime
    created_by: str
    retired_at: datetime | None
    note: str
    from_version: int | None


class OpenQuestion(NamedTuple):
    """A question of a citizen that no answer fits, which nobody has settled yet."""

    id: int
    field: str
    text: str
    asked_at: datetime
    asked_by: str


def _newest_versions(tx: Transaction, *conditions: ColumnElement[bool]) -> list[AnswerVersion]:
    """The newest version of each answer that the conditions leave."""
    newest = select(_answer.c.key, func.max(_answer.c.version).label("version")).group_by(_answer.c.key).subquery()
    on = (newest.c.key == _answer.c.key) & (newest.c.version == _answer.c.version)
    query = select(*columns_named(_answer, AnswerVersion._fields)).join(newest, on).where(*conditions)
    return read_rows(tx.read, query, AnswerVersion)


def list_answers(
    tx: Transaction, *, owners: Collection[str] | None = None, retired: bool = False, field: str = ""
) -> list[AnswerVersion]:
    """The newest versions by field and question, optionally of certain departments or a field, or with retired ones."""
    conditions: list[ColumnElement[bool]] = []
    if owners is not None:
        conditions.append(_answer.c.owner_code.in_(sorted(owners)))
    if field:
        conditions.append(_answer.c.field == field)
    if not retired:
        conditions.append(_answer.c.retired_at.is_(None))
    return sorted(_newest_versions(tx, *conditions), key=lambda row: (row.field, vietnamese_order(row.question)))


def suggest_answers(tx: Transaction, text: str, field: str = "") -> list[AnswerVersion]:
    """The answers that match what has been typed so far, best first: words are weighted by rarity."""
    terms = {word for word in tokenize(text) if len(word) >= MIN_WORD_LENGTH}
    if not terms:
        return []
    current = _newest_versions(tx, _answer.c.retired_at.is_(None))
    rows = [(row, set(tokenize(row.folded))) for row in current]
    rarity = {word: sum(word in known for _row, known in rows) for word in terms}
    scored = []
    for row, known in rows:
        score = sum(1 / rarity[word] for word in terms & known)
        if score:
            scored.append((score + (0.25 if row.field == field else 0), row))
    scored.sort(key=lambda item: (-item[0], item[1].question))
    return [row for score, row in scored[:MAX_SUGGESTIONS] if score >= scored[0][0] * MIN_RELATIVE_SCORE]


def create_answer(tx: Transaction, new: NewAnswer, by: str, now: datetime) -> str:
    """Store a new answer and return its key; raises BadInput."""
    key = secrets.token_hex(6)
    row = {**_checked_columns(tx, new), "key": key, "version": 1, "created_by": by, "created_at": now}
    _insert_version(tx, row)
    return key


def revise_standard_answer(tx: Transaction, key: str, new: NewAnswer, change: AnswerChange) -> None:
    """Store a new version of an answer; a retired one stays retired.

    Raises NotFound, BadInput, and Stale when another editor was faster.
    """
    row = _checked_columns(tx, new)
    newest = _load_base_version(tx, key, change)
    if row == _text_columns(newest):
        raise Invalid("answer", "answer-unchanged")
    _insert_version(tx, {**row, **_next_version(newest, change), "retired_at": newest.retired_at})


def retire_standard_answer(tx: Transaction, key: str, change: AnswerChange) -> None:
    """Retire an answer; raises NotFound, BadInput, and Stale when it is already retired or has changed."""
    newest = _load_base_version(tx, key, change)
    if newest.retired_at is not None:
        raise Stale("answer-retired-already")
    _insert_version(tx, {**_text_columns(newest), **_next_version(newest, change), "retired_at": change.at})


def restore_standard_answer(tx: Transaction, key: str, version_number: int, change: AnswerChange) -> None:
    """Restore an earlier version or a retired answer, as a new version.

    Raises NotFound, BadInput when that version is already current, Stale when another editor was faster.
    """
    newest, earlier = _load_base_version(tx, key, change), load_answer_version(tx, key, version_number)
    if newest.retired_at is None and _text_columns(newest) == _text_columns(earlier):
        raise Invalid("version", "answer-version-in-use")
    _insert_version(tx, {**_text_columns(earlier), **_next_version(newest, change), "from_version": version_number})


def load_answer(tx: Transaction, key: str) -> AnswerVersion:
    """The newest version of an answer; raises NotFound."""
    rows = _newest_versions(tx, _answer.c.key == key)
    if not rows:
        raise NotFound("answer-unknown")
    return rows[0]


def load_answer_version(tx: Transaction, key: str, version_number: int) -> AnswerVersion:
    """One version of an answer; raises NotFound."""
    query = select(*columns_named(_answer, AnswerVersion._fields)).where(_answer.c.key == key)
    row = read_row(tx.read, query.where(_answer.c.version == version_number), AnswerVersion)
    if row is None:
        raise NotFound("answer-version-unknown", number=str(version_number))
    return row


def list_answer_versions(tx: Transaction, key: str) -> list[AnswerVersion]:
    """All versions of an answer, newest first."""
    query = select(*columns_named(_answer, AnswerVersion._fields)).where(_answer.c.key == key)
    return read_rows(tx.read, query.order_by(_answer.c.version.desc()), AnswerVersion)


def _load_base_version(tx: Transaction, key: str, change: AnswerChange) -> AnswerVersion:
    """The newest version, if it is the one that the editor has read."""
    if not SHORTEST_NOTE <= len(change.note) <= LONGEST_NOTE or not change.note.isprintable():
        raise Invalid("note", "answer-note-length", least=SHORTEST_NOTE, most=LONGEST_NOTE)
    newest = load_answer(tx, key)
    if newest.version != change.base:
        raise Stale("answer-changed-meanwhile")
    return newest


def _text_columns(row: AnswerVersion) -> VersionColumns:
    names = ("field", "owner_code", "question", "answer", "folded")
    return {name: getattr(row, name) for name in names}


def _next_version(newest: AnswerVersion, change: AnswerChange) -> VersionColumns:
    """The columns of the version after the newest one."""
    provenance: VersionColumns = {"created_by": change.by, "created_at": change.at, "note": change.note}
    return {"key": newest.key, "version": newest.version + 1, **provenance}


def _checked_columns(tx: Transaction, new: NewAnswer) -> VersionColumns:
    question, answer = new.question.strip(), new.answer.strip().replace("\r\n", "\n")
    if not new.owner:
        raise Invalid("owner_code", "answer-owner-missing")
    if not known_fields.is_known(tx, new.field):
        raise Invalid("field", "answer-field-unknown")
    if not 0 < len(question) <= LONGEST_QUESTION or not question.isprintable():
        raise Invalid("question", "answer-question-length", most=LONGEST_QUESTION)
    if not 0 < len(answer) <= LONGEST_ANSWER or "\x00" in answer:
        raise Invalid("answer", "answer-text-length", most=LONGEST_ANSWER)
    folded = strip_diacritics(f"{question} {answer}")
    row = {"field": new.field, "owner_code": new.owner, "question": question, "answer": answer}
    return {**row, "folded": folded}


def _insert_version(tx: Transaction, row: VersionColumns) -> None:
    connection = tx.write()
    if connection.execute(insert_once(connection, _answer).returning(_answer.c.id), row).scalar() is None:
        raise Stale("answer-changed-meanwhile")


def add_open_question(tx: Transaction, field: str, text: str, by: str, now: datetime) -> None:
    """Record a question that no answer fits; raises BadInput."""
    question = text.strip()[:LONGEST_QUESTION]
    if not question or field not in known_fields.active_keys(tx):
        raise BadInput("open-question-incomplete")
    tx.write().execute(insert(_question), {"field": field, "text": question, "asked_at": now, "asked_by": by})


def list_open_questions(tx: Transaction, fields: Collection[str], limit: int = 400) -> list[OpenQuestion]:
    """The questions of some fields that wait for an answer, newest first, at most `limit`."""
    waiting = (_question.c.settled_at.is_(None), _question.c.field.in_(sorted(fields)))
    query = select(*columns_named(_question, OpenQuestion._fields)).where(*waiting)
    return read_rows(tx.read, query.order_by(_question.c.id.desc()).limit(limit), OpenQuestion)


def load_open_questions(tx: Transaction, question_ids: Collection[int], fields: Collection[str]) -> list[OpenQuestion]:
    """The questions with these ids that still wait for an answer, in these fields only."""
    waiting = (_question.c.settled_at.is_(None), _question.c.field.in_(sorted(fields)))
    query = select(*columns_named(_question, OpenQuestion._fields)).where(*waiting)
    query = query.where(_question.c.id.in_(sorted(question_ids)))
    return read_rows(tx.read, query.order_by(_question.c.id), OpenQuestion)


def close_questions(
    tx: Transaction, question_ids: Collection[int], fields: Collection[str], change: AnswerChange, key: str = ""
) -> int:
    """Close questions of these fields, linking the answer `key` if one was written; returns how many.

    Questions that somebody else has closed in the meantime stay unchanged.
    """
    waiting = (_question.c.id.in_(sorted(question_ids)), _question.c.settled_at.is_(None))
    query = update(_question).where(*waiting, _question.c.field.in_(sorted(fields)))
    row = {"settled_at": change.at, "settled_by": change.by, "answer_key": key or None}
    return tx.write().execute(query.values(row)).rowcount


def author_names(tx: Transaction, actors: Collection[str]) -> dict[str, str]:
    """The names behind "person:12"; actors that are not people are omitted."""
    query = select(_person.c.id, _person.c.name).where(_person.c.id.in_(sorted(person_ids(actors))))
    return {person_key(row.id): row.name for row in tx.read.execute(query)}
