"""What is asked most in a field, and what has no good answer yet: texts grouped by the words they share (R2).

Called by pages. The grouping can be explained to anybody: words and pairs of words count by how rare they are in the
field; a text joins the group whose first text is most like it, when what both hold weighs enough, and begins a group
otherwise. The work is bounded: the newest LOOKED_AT questions and the newest LOOKED_AT reports among the last AMONG of
the province.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from math import log, sqrt
from typing import Any

from sqlalchemy import func, select

from engine.answers import library
from engine.answers.masking import masked
from engine.cases.text_search import words
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Report
from engine.text import fold

LOOKED_AT, AMONG = 400, 20_000
SHOWN = 30
ALIKE = 0.3  # Of what two texts weigh (the mean of both), so much must stand in both.
FITTING = 0.5  # An answer fits when it holds half of what a group's first text is about.
FEWEST = 3  # So many reports without a fitting answer are a gap; a question that was noted is one by itself.
MOST_SHARED = 8

_report = table_of(Report)
_TOKEN, _CLAUSES = re.compile(r"\w+"), re.compile(r"[^\w\s]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """A text that somebody asked: a noted question with its number, or a report's, masked."""

    text: str
    question: int | None = None


@dataclass(slots=True)
class Group:
    """Texts about the same thing: the first as an example, the words they share, the answer that fits if any."""

    example: str
    questions: list[int] = field(default_factory=list)
    reports: int = 0
    shared: list[str] = field(default_factory=list)
    answer: Any = None

    @property
    def size(self) -> int:
        """How many texts."""
        return len(self.questions) + self.reports

    @property
    def gap(self) -> bool:
        """Whether an answer is missing: operators found none, or many ask what none fits."""
        return bool(self.questions) or (self.answer is None and self.reports >= FEWEST)


def groups(tx: Transaction, of_field: str) -> list[Group]:
    """What is asked in a field, gaps first, then the most asked; single reports are left out."""
    asked = [*_questions(tx, of_field), *_reports(tx, of_field)]
    live = library.listed(tx, field=of_field)
    found = _Grouping([item.text for item in asked], [row.folded for row in live])
    result = []
    for members in found.groups():
        group = Group(asked[members[0]].text, shared=found.shared(members))
        group.questions = [number for at in members if (number := asked[at].question) is not None]
        group.reports = len(members) - len(group.questions)
        best = found.fitting(members[0])
        group.answer = live[best] if best is not None else None
        result.append(group)
    kept = [group for group in result if group.questions or group.reports > 1]
    return sorted(kept, key=lambda group: (not group.gap, -len(group.questions), -group.size))[:SHOWN]


def _questions(tx: Transaction, of_field: str) -> list[Asked]:
    return [Asked(masked(row.text), row.id) for row in library.unanswered(tx, (of_field,), LOOKED_AT)]


def _reports(tx: Transaction, of_field: str) -> list[Asked]:
    """The newest reports of the field; only the end of the table is read, however rare the field is."""
    newest = tx.read.execute(select(func.max(_report.c.id))).scalar() or 0
    columns = [_report.c[name] for name in ("content", "reporter_name", "address", "phone", "email")]
    wanted = select(*columns).where(_report.c.id > newest - AMONG, _report.c.field == of_field, _report.c.content != "")
    rows = tx.read.execute(wanted.order_by(_report.c.id.desc()).limit(LOOKED_AT)).all()
    return [Asked(masked(row.content, row)) for row in rows]


def _terms(text: str) -> set[str]:
    """A text's words and pairs of words: much of Vietnamese is written in two syllables."""
    told = [word for word in words(text) if len(word) > 1]
    return {*told, *(" ".join(pair) for pair in pairwise(told))}


class _Grouping:
    """Texts of one field with the weights of their terms."""

    def __init__(self, texts: Sequence[str], known: Sequence[str]) -> None:
        self.texts = texts
        self.terms = [_terms(text) for text in texts]
        self.known = [_terms(text) for text in known]
        spread = Counter(term for terms in (*self.terms, *self.known) for term in terms)
        total = len(self.terms) + len(self.known) + 1
        self.weight = {term: log(total / count) for term, count in spread.items()}
        self.whole = [sum(self.weight[term] for term in terms) for terms in self.terms]

    def groups(self) -> list[list[int]]:
        """The numbers of the texts that belong together, each group's first text first."""
        members: dict[int, list[int]] = {}
        leading: dict[str, list[int]] = {}  # Which first texts hold a term, so that only these are compared.
        for at, terms in enumerate(self.terms):
            best = self._most_alike(at, leading)
            if best is not None:
                members[best].append(at)
                continue
            members[at] = [at]
            for term in terms:
                leading.setdefault(term, []).append(at)
        return list(members.values())

    def _most_alike(self, at: int, leading: dict[str, list[int]]) -> int | None:
        scores: defaultdict[int, float] = defaultdict(float)
        for term in sorted(self.terms[at]):
            for first in leading.get(term, ()):
                scores[first] += self.weight[term]
        alike = {first: score / (sqrt(self.whole[first] * self.whole[at]) or 1) for first, score in scores.items()}
        best = max(alike, key=lambda first: (alike[first], -first), default=None)
        return best if best is not None and alike[best] >= ALIKE else None

    def fitting(self, at: int) -> int | None:
        """The number of the answer that holds most of a text's single words by weight, when it holds enough."""
        single = {term for term in self.terms[at] if " " not in term}
        whole = sum(self.weight[term] for term in single) or 1
        held = [sum(self.weight[term] for term in single & known) / whole for known in self.known]
        best = max(range(len(held)), key=lambda number: (held[number], -number), default=None)
        return best if best is not None and held[best] >= FITTING else None

    def shared(self, members: Sequence[int]) -> list[str]:
        """The rarest words that half of the group and two texts at least have, in the first one's spelling; neighbours
        stay together."""
        if len(members) < 2:
            return []
        clauses = [_TOKEN.findall(clause) for clause in _CLAUSES.split(self.texts[members[0]])]
        held = Counter(term for at in members for term in self.terms[at])
        enough = max(2, len(members) / 2)
        common = {term for tokens in clauses for token in tokens if held[term := fold(token)] >= enough}
        rarest = set(sorted(common, key=lambda term: (-self.weight[term], term))[:MOST_SHARED])
        runs = (run for tokens in clauses for run in groupby(tokens, key=lambda token: fold(token) in rarest))
        return list(dict.fromkeys(" ".join(run) for told, run in runs if told))
