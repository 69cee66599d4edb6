"""What a table answers from the rows that match (DMN 1.5, 8.2.10 and 8.2.11)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.feel.builtins.catalogue import BUILTINS
from engine.feel.calls import call_value
from engine.feel.comparison import equals
from engine.feel.value_text import value_text
from engine.feel.values import FeelRun, FeelValue

Hits = Sequence[tuple[int, FeelValue]]  # The rows that match, by their number from 1 on, and what each says.
Ranking = Callable[[FeelValue], tuple[int, ...] | None]
SINGLE = frozenset({"UNIQUE", "ANY", "PRIORITY", "FIRST"})
MULTIPLE = frozenset({"RULE ORDER", "OUTPUT ORDER", "COLLECT"})
AGGREGATIONS = {"SUM": "sum", "MIN": "min", "MAX": "max", "COUNT": "count"}


def answer_of_hits(run: FeelRun, policy: str, aggregation: str, hits: Hits, ranking: Ranking) -> FeelValue:
    """The answer when at least one row matches."""
    if policy == "UNIQUE" and len(hits) > 1:
        return run.null_because("dmn-rules-many", rows=_numbers(hits))
    if policy == "ANY" and any(equals(run, hits[0][1], value) is not True for _, value in hits[1:]):
        return run.null_because("dmn-rules-differ", rows=_numbers(hits))
    if policy in ("PRIORITY", "OUTPUT ORDER"):
        return _ranked(run, policy, hits, ranking)
    if policy in SINGLE:
        return hits[0][1]
    values = [value for _, value in hits]
    if policy == "COLLECT" and aggregation in AGGREGATIONS:
        return call_value(run, BUILTINS[AGGREGATIONS[aggregation]], [values])
    return values


def _numbers(hits: Hits) -> str:
    return ", ".join(str(number) for number, _ in hits[:20])


def _ranked(run: FeelRun, policy: str, hits: Hits, ranking: Ranking) -> FeelValue:
    ranked: list[tuple[tuple[int, ...], int, FeelValue]] = []
    for number, value in hits:
        rank = ranking(value)
        if rank is None:
            return run.null_because("dmn-output-not-listed", value=value_text(value)[:100])
        ranked.append((rank, number, value))
    ranked.sort(key=lambda item: item[:2])
    values = [value for _, _, value in ranked]
    return values[0] if policy == "PRIORITY" else values
