"""What is asked most in a field, and what has no good answer yet: texts grouped by the words they share (R2).

The grouping can be explained to anybody: words and pairs of words are weighted by their rarity in the field; a text
joins the group whose first text is most similar, if the shared terms weigh enough, and starts a new group otherwise.
The work is bounded: the newest MAX_SCANNED questions and the newest MAX_SCANNED reports among the last REPORT_WINDOW of
the province.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from math import log, sqrt

from sqlalchemy import func, select

from engine.answers import library
from engine.answers.library import AnswerVersion
from engine.cases.masking import mask_personal_data, tokenize
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Report
from engine.text import strip_diacritics

MAX_SCANNED, REPORT_WINDOW = 400, 20_000
MAX_GROUPS = 30
SIMILARITY_THRESHOLD = 0.3  # The share of two texts' weight (the mean of both) that they must have in common.
COVERAGE_THRESHOLD = 0.5  # An answer fits when it contains half of a group's first text by weight.
MIN_REPORTS = 3  # This many reports without a fitting answer are a gap; a single recorded question is one by itself.
MAX_SHARED_WORDS = 8

_report = table_of(Report)
_TOKEN, _CLAUSES = re.compile(r"\w+"), re.compile(r"[^\w\s]+")


@dataclass(frozen=True, slots=True)
class AskedText:
    """A masked text that somebody asked: a recorded question with its id, or a report's content."""

    text: str
    question: int | None = None


@dataclass(slots=True)
class QuestionGroup:
    """Texts about the same thing: the first as an example, the words they share, the fitting answer if any."""

    example: str
    questions: list[int] = field(default_factory=list)
    reports: int = 0
    shared: list[str] = field(default_factory=list)
    answer: AnswerVersion | None = None

    @property
    def size(self) -> int:
        """The number of texts."""
        return len(self.questions) + self.reports

    @property
    def gap(self) -> bool:
        """Whether an answer is missing: operators found none, or none fits what many ask."""
        return bool(self.questions) or (self.answer is None and self.reports >= MIN_REPORTS)


def group_questions(tx: Transaction, of_field: str) -> list[QuestionGroup]:
    """What is asked in a field, gaps first, then the most asked; single reports are omitted."""
    asked_texts = [*_noted_questions(tx, of_field), *_newest_reports(tx, of_field)]
    answers = library.list_answers(tx, field=of_field)
    grouping = _Grouping([item.text for item in asked_texts], [row.folded for row in answers])
    all_groups = []
    for members in grouping.group_texts():
        group = QuestionGroup(asked_texts[members[0]].text, shared=grouping.shared_words(members))
        group.questions = [question_id for index in members if (question_id := asked_texts[index].question) is not None]
        group.reports = len(members) - len(group.questions)
        answer_index = grouping.best_answer(members[0])
        group.answer = answers[answer_index] if answer_index is not None else None
        all_groups.append(group)
    frequent = [group for group in all_groups if group.questions or group.reports > 1]
    return sorted(frequent, key=lambda group: (not group.gap, -len(group.questions), -group.size))[:MAX_GROUPS]


def _noted_questions(tx: Transaction, of_field: str) -> list[AskedText]:
    return [
        AskedText(mask_personal_data(row.text), row.id)
        for row in library.list_open_questions(tx, (of_field,), MAX_SCANNED)
    ]


def _newest_reports(tx: Transaction, of_field: str) -> list[AskedText]:
    """The newest reports of the field; only the end of the table is read, however rare the field is."""
    newest = tx.read.execute(select(func.max(_report.c.id))).scalar() or 0
    columns = [_report.c[name] for name in ("content", "reporter_name", "address", "phone", "email")]
    query = select(*columns).where(
        _report.c.id > newest - REPORT_WINDOW, _report.c.field == of_field, _report.c.content != ""
    )
    rows = tx.read.execute(query.order_by(_report.c.id.desc()).limit(MAX_SCANNED)).all()
    return [AskedText(mask_personal_data(row.content, row)) for row in rows]


def _text_terms(text: str) -> set[str]:
    """A text's words and pairs of words: many Vietnamese words are written as two syllables."""
    tokens = [word for word in tokenize(text) if len(word) > 1]
    return {*tokens, *(" ".join(pair) for pair in pairwise(tokens))}


class _Grouping:
    """Texts of one field with the weights of their terms."""

    def __init__(self, texts: Sequence[str], answer_texts: Sequence[str]) -> None:
        self.texts = texts
        self.terms = [_text_terms(text) for text in texts]
        self.known = [_text_terms(text) for text in answer_texts]
        spread = Counter(term for terms in (*self.terms, *self.known) for term in terms)
        total = len(self.terms) + len(self.known) + 1
        self.weight = {term: log(total / count) for term, count in spread.items()}
        self.whole = [sum(self.weight[term] for term in terms) for terms in self.terms]

    def group_texts(self) -> list[list[int]]:
        """The indexes of the texts that belong together, each group's first text first."""
        members: dict[int, list[int]] = {}
        leading: dict[str, list[int]] = {}  # The first texts that contain a term, so that only these are compared.
        for index, terms in enumerate(self.terms):
            best = self._most_alike(index, leading)
            if best is not None:
                members[best].append(index)
                continue
            members[index] = [index]
            for term in terms:
                leading.setdefault(term, []).append(index)
        return list(members.values())

    def _most_alike(self, index: int, leading: dict[str, list[int]]) -> int | None:
        scores: defaultdict[int, float] = defaultdict(float)
        for term in sorted(self.terms[index]):
            for first in leading.get(term, ()):
                scores[first] += self.weight[term]
        alike = {first: score / (sqrt(self.whole[first] * self.whole[index]) or 1) for first, score in scores.items()}
        best = max(alike, key=lambda first: (alike[first], -first), default=None)
        return best if best is not None and alike[best] >= SIMILARITY_THRESHOLD else None

    def best_answer(self, index: int) -> int | None:
        """The index of the answer that contains most of a text's single words by weight, if it contains enough."""
        single = {term for term in self.terms[index] if " " not in term}
        total = sum(self.weight[term] for term in single) or 1
        coverage = [sum(self.weight[term] for term in single & known) / total for known in self.known]
        best = max(range(len(coverage)), key=lambda number: (coverage[number], -number), default=None)
        return best if best is not None and coverage[best] >= COVERAGE_THRESHOLD else None

    def shared_words(self, members: Sequence[int]) -> list[str]:
        """The rarest words found in half of the group and at least two texts, as the first text spells them.

        Adjacent words stay together.
        """
        if len(members) < 2:
            return []
        clauses = [_TOKEN.findall(clause) for clause in _CLAUSES.split(self.texts[members[0]])]
        counts = Counter(term for index in members for term in self.terms[index])
        enough = max(2, len(members) / 2)
        common = {term for tokens in clauses for token in tokens if counts[term := strip_diacritics(token)] >= enough}
        rarest = set(sorted(common, key=lambda term: (-self.weight[term], term))[:MAX_SHARED_WORDS])
        runs = (
            run for tokens in clauses for run in groupby(tokens, key=lambda token: strip_diacritics(token) in rarest)
        )
        return list(dict.fromkeys(" ".join(run) for is_rare, run in runs if is_rare))
