"""How much two reports are about the same thing: the words they share, weighted by how rarely reports use them (R1).

A word that half of all reports have says nothing, a rare one much (inverse document frequency). Vietnamese writes most
words as two syllables, so pairs of neighbouring syllables count like words. How often words are used is learnt from
the province's own reports; before there are any, the formulas of politeness in `engine/data/formulas.txt` are known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import log

from engine.cases.masking import tokenize

ASSUMED_REPORTS = 50  # So that the first reports of a province do not decide alone.
FORMULA_SHARE = 0.8  # So many reports are taken to have a formula's words, unless even more have.
LEAST_WEIGHT = 6.0  # Of what two reports share: less is chance.
SIMILARITY_THRESHOLD = 0.3  # The share of the shorter report's weight that the other has too.


def text_terms(text: str) -> frozenset[str]:
    """A text's syllables and pairs of neighbouring ones, folded."""
    return word_terms(tokenize(text))


def word_terms(words: Collection[str]) -> frozenset[str]:
    """The same of a text that is folded and split already."""
    return frozenset((*words, *(f"{one} {other}" for one, other in pairwise(words))))


@cache
def _formula_terms() -> frozenset[str]:
    """The terms of the usual formulas, which say nothing of the matter."""
    lines = (files("engine.data") / "formulas.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(term for line in lines for term in text_terms(line))


@dataclass(frozen=True, slots=True)
class WordWeights:
    """How many of `total` reports use each term; terms that are missing are used by none."""

    counts: Mapping[str, int]
    total: int

    def weight(self, term: str) -> float:
        """How much it says that two reports share a term; 0 for one that all use."""
        used, reports = self.counts.get(term, 0), max(self.total, ASSUMED_REPORTS)
        if term in _formula_terms():
            used = max(used, int(reports * FORMULA_SHARE))
        weight = log((reports + 1) / (used + 1))
        return weight if " " not in term else weight / 2  # Its syllables count already.

    def weigh(self, terms: Iterable[str]) -> float:
        """The weight of several terms."""
        return sum(map(self.weight, terms))

    def similarity(self, one: frozenset[str], other: frozenset[str]) -> float:
        """From 0 to 1: the share of the shorter text's weight that both have; 0 when that is too little to go by."""
        shared = self.weigh(one & other)
        shorter = min(self.weigh(one), self.weigh(other))
        return shared / shorter if shared >= LEAST_WEIGHT and len(one & other) > 1 else 0.0
