"""Compares what became of a case before and after, and says why they differ, as codes with arguments. For this package.

Only what a case came to counts: a timer that was set for another instant and never mattered is no difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any

from engine.simulation.facts import OVERDUE, Facts
from engine.simulation.record import PastCase
from engine.simulation.run import Ran

PATH, UNIT, DEADLINE, RUNG, MARK, OUTCOME, END, FAILED = (
    "path",
    "unit",
    "deadline",
    "rung",
    "mark",
    "outcome",
    "end",
    "failed",
)
KINDS = (PATH, UNIT, DEADLINE, RUNG, MARK, OUTCOME, END, FAILED)

# Instants closer than this are the same: a worker fires a timer some seconds after it is due.
CLOSE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a case differs: a sentence's code and what the sentence names; of which kind of difference it is."""

    kind: str
    code: str
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """A case that differs: how, why, and in short what became of it before and after."""

    id: int
    code: str
    kinds: tuple[str, ...]
    reasons: tuple[Reason, ...]
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Drawings:
    """The elements of both sets of diagrams: their names by id."""

    before: Mapping[str, str]
    after: Mapping[str, str]

    def name(self, node: str) -> str:
        """How people call an element."""
        return self.after.get(node) or self.before.get(node) or node


def compare(case: PastCase, before: Facts, ran: Ran, drawings: Drawings) -> Change | None:
    """What differs between a case as it was and as it ran, None when nothing does."""
    reasons = list(_reasons(before, ran, drawings))
    kinds = {reason.kind for reason in reasons}
    if not kinds:
        return None
    reasons += _remarks(ran, drawings)
    found = tuple(kind for kind in KINDS if kind in kinds)
    return Change(case.id, case.code, found, tuple(reasons), summary(before), summary(ran.facts))


def _reasons(before: Facts, ran: Ran, drawings: Drawings) -> Iterator[Reason]:
    if ran.failed is not None:
        node, message = ran.failed
        yield Reason(FAILED, "failed", {"element": node, "name": drawings.name(node), "message": message})
        return
    after = ran.facts
    yield from _path(before, after, drawings)
    yield from _units(before, after, drawings)
    if _apart(before.deadline, after.deadline):
        yield Reason(DEADLINE, "deadline", {"before": _at(before.deadline), "after": _at(after.deadline)})
    yield from _rungs(before, after)
    yield from _marks(before, after)
    yield from _end(before, after, drawings)


def _path(before: Facts, after: Facts, drawings: Drawings) -> Iterator[Reason]:
    """The first element that one way passes and the other does not; what comes in another order, when that is all."""
    gained, lost = _beyond(after.path, before.path), _beyond(before.path, after.path)
    if gained:
        yield Reason(PATH, *_passed(after, gained, drawings.before, ("new_step", "passes"), drawings))
    if lost:
        yield Reason(PATH, *_passed(before, lost, drawings.after, ("gone_step", "passes_not"), drawings))
    if not gained and not lost and before.done != after.done:
        one, other = next((a, b) for a, b in zip_longest(before.done, after.done, fillvalue="") if a != b)
        yield Reason(PATH, "order", {"before": drawings.name(one), "after": drawings.name(other)})


def _beyond(way: Sequence[str], other: Sequence[str]) -> list[int]:
    """Where a way passes an element more often than the other way does."""
    left, found = Counter(other), []
    for index, element in enumerate(way):
        left[element] -= 1
        if left[element] < 0:
            found.append(index)
    return found


def _passed(
    facts: Facts, beyond: Sequence[int], drawn: Mapping[str, str], codes: tuple[str, str], drawings: Drawings
) -> tuple[str, dict[str, Any]]:
    """The sentence on one of these elements: the first that the other side does not draw at all, else the first.

    It names the element, the one that the case came from, and how many more there are.
    """
    way = facts.path
    index = next((place for place in beyond if way[place] not in drawn), beyond[0])
    element, comes_after = way[index], facts.origins[index]
    return codes[element in drawn], {
        "element": element,
        "name": drawings.name(element),
        "after": comes_after,
        "after_name": drawings.name(comes_after),
        "more": len({way[place] for place in beyond}) - 1,
    }


def _units(before: Facts, after: Facts, drawings: Drawings) -> Iterator[Reason]:
    old, new = before.units, after.units
    for node in sorted(old.keys() & new.keys()):
        if old[node] != new[node]:
            args = {"element": node, "name": drawings.name(node), "before": old[node], "after": new[node]}
            yield Reason(UNIT, "unit", args)
    everybody = [{unit for units in found.values() for unit in units} for found in (old, new)]
    for code, units in (("unit_gained", everybody[1] - everybody[0]), ("unit_lost", everybody[0] - everybody[1])):
        if units:
            yield Reason(UNIT, code, {"units": sorted(units)})


def _rungs(before: Facts, after: Facts) -> Iterator[Reason]:
    old, new = before.rungs, after.rungs
    for rung in sorted(old.keys() | new.keys()):
        if old.get(rung, 0) != new.get(rung, 0):
            yield Reason(RUNG, "rung", {"rung": rung, "before": old.get(rung, 0), "after": new.get(rung, 0)})
        elif before.recipients[rung] != after.recipients[rung]:
            args = {"rung": rung, "before": before.recipients[rung], "after": after.recipients[rung]}
            yield Reason(RUNG, "rung_to", args)


def _marks(before: Facts, after: Facts) -> Iterator[Reason]:
    old, new = Counter(before.marks), Counter(after.marks)
    for mark in sorted((old - new).keys() | (new - old).keys()):
        code = "overdue" if mark == OVERDUE and mark in new and mark not in old else "mark"
        code = "in_time" if mark == OVERDUE and mark in old and mark not in new else code
        yield Reason(MARK, code, {"mark": mark, "before": old[mark], "after": new[mark]})


def _end(before: Facts, after: Facts, drawings: Drawings) -> Iterator[Reason]:
    if (before.ended is None) != (after.ended is None):
        code, closed, left = ("finished", after, before) if before.ended is None else ("left_open", before, after)
        args = {"end": drawings.name(closed.end), "at": _at(closed.ended), "waiting": _named(left.waiting, drawings)}
        yield Reason(OUTCOME, code, args)
        return
    if before.end != after.end:
        args = {"before": drawings.name(before.end), "after": drawings.name(after.end)}
        yield Reason(OUTCOME, "outcome", args)
    if before.waiting != after.waiting:
        args = {"before": _named(before.waiting, drawings), "after": _named(after.waiting, drawings)}
        yield Reason(OUTCOME, "waiting", args)
    if _apart(before.ended, after.ended):
        yield Reason(END, "ended", {"before": _at(before.ended), "after": _at(after.ended)})


def _named(nodes: Sequence[str], drawings: Drawings) -> list[str]:
    return [drawings.name(node) for node in nodes]


def _remarks(ran: Ran, drawings: Drawings) -> list[Reason]:
    """What explains a difference without being one."""
    found = [Reason("", "refused", {"message": name}) for name in ran.refused]
    for node, times in sorted(ran.assumed.items()):
        if times:
            found.append(Reason("", "assumed", {"element": node, "name": drawings.name(node), "times": times}))
    return found


def summary(facts: Facts) -> dict[str, Any]:
    """What became of a case, in short."""
    return {
        "steps": facts.done,
        "units": facts.units,
        "deadline": _at(facts.deadline),
        "overdue": facts.overdue,
        "rungs": facts.rungs,
        "marks": facts.marks,
        "outcome": facts.end,
        "waiting": facts.waiting,
        "ended": _at(facts.ended),
    }


def _apart(one: datetime | None, other: datetime | None) -> bool:
    if one is None or other is None:
        return one is not other
    return abs(one - other) >= CLOSE


def _at(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
