"""Measures on marked data how well reports about the same thing are recognised: `python -m` with a CSV of Baltimore.

The file has 311 requests with type, address, neighbourhood and status; a status with "Duplicate" marks what officers
found to be reported already. A request's text is its type and its address, its commune the neighbourhood.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from engine.cases.similarity import SIMILARITY_THRESHOLD, WordWeights, text_terms

WITHIN = timedelta(days=60)
DATE_FORMAT = "%m/%d/%Y %I:%M:%S %p"


@dataclass(frozen=True, slots=True)
class DuplicateFigures:
    """Of the marked and of the others: how many there are, have an earlier one of their kind, are offered one."""

    marked: int
    marked_with_earlier: int
    marked_offered: int
    others: int
    others_with_earlier: int
    others_offered: int


@dataclass(frozen=True, slots=True)
class _Request:
    at: datetime
    kind: str
    marked: bool
    terms: frozenset[str]


def measure_duplicates(rows: Iterable[Mapping[str, str]]) -> DuplicateFigures:
    """What would be offered for each request among the earlier ones of its neighbourhood, of at most 60 days."""
    by_place: dict[str, list[_Request]] = defaultdict(list)
    for row in rows:
        at = datetime.strptime(row["CreatedDate"], DATE_FORMAT)  # noqa: DTZ007 - only compared among themselves.
        text = f"{row['SRType']} {row['Address'].partition(', ')[0]}"
        request = _Request(at, row["SRType"], "Duplicate" in row["SRStatus"], text_terms(text))
        by_place[row["Neighborhood"]].append(request)
    counts = Counter(term for same in by_place.values() for request in same for term in request.terms)
    weights = WordWeights(counts, sum(map(len, by_place.values())))
    figures: Counter[tuple[bool, str]] = Counter()
    for same in by_place.values():
        same.sort(key=lambda request: request.at)
        for number, request in enumerate(same):
            earlier = [other for other in same[:number] if request.at - other.at <= WITHIN]
            figures[request.marked, "all"] += 1
            figures[request.marked, "earlier"] += any(other.kind == request.kind for other in earlier)
            scores = (weights.similarity(request.terms, other.terms) for other in earlier)
            figures[request.marked, "offered"] += any(score >= SIMILARITY_THRESHOLD for score in scores)
    kinds = ("all", "earlier", "offered")
    return DuplicateFigures(*(figures[marked, kind] for marked in (True, False) for kind in kinds))


if __name__ == "__main__":
    with Path(sys.argv[1]).open(encoding="utf-8-sig", newline="") as _file:
        sys.stdout.write(f"{measure_duplicates(csv.DictReader(_file))}\n")
