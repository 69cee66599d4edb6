"""Random walks: what to do next, both sides side by side, and the first step at which they differ."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.walks.drawing import Files
from tests.walks.oracle.side import Oracle, Seen
from tests.walks.sides import DONE, FAILED, REFUSED, Broadcast, Complete, Deliver, Fire, Offers, Side, Step, differences
from tests.walks.stored import PLACE

BEGIN = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""A Monday morning in Vietnam. A step takes a minute, so that no timer of a diagram comes due by itself."""


@dataclass
class Walk:
    """What was done and how it ended: `outcomes` has one entry for the start and one per step.

    `passed` are the elements that were done, `seen` is what the other side showed each time.
    """

    data: dict[str, Any]
    steps: list[Step] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    completed: bool = False
    passed: set[str] = field(default_factory=set)
    seen: list[Seen] = field(default_factory=list)
    difference: list[str] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether the other side ended in an exception."""
        return bool(self.seen) and self.seen[-1][1] is None


def walk(files: Files, other: Side | None, rnd: random.Random, limit: int, *, nested: bool = True) -> Walk:
    """Walk at most `limit` steps beside the oracle; stop where the other side shows what no order of moves explains."""
    return accompany(Giver(rnd, nested), Oracle(files), other, limit)


def accompany(
    giver: Giver, oracle: Oracle, other: Side | None, limit: int, pace: timedelta = timedelta(minutes=1)
) -> Walk:
    """Walk beside an oracle that has not begun, with what `giver` chooses, one step each `pace`."""
    return _follow(
        Walk(giver.first_data()), oracle, other, limit, lambda number: giver.choose(oracle.offers(), number), pace
    )


def replay(files: Files, other: Side | None, data: dict[str, Any], steps: list[Step]) -> Walk:
    """Take exactly these steps; for a saved walk."""
    return _follow(Walk(data), Oracle(files), other, len(steps), lambda number: steps[number])


def _follow(
    made: Walk,
    oracle: Oracle,
    other: Side | None,
    limit: int,
    pick: Callable[[int], Step | None],
    pace: timedelta = timedelta(minutes=1),
) -> Walk:
    made.outcomes.append(oracle.begin(made.data, BEGIN))
    if other is not None:
        made.seen.append(_shown(other, other.begin(made.data, BEGIN)))
        made.difference = _compare(oracle, made)
    for number in range(limit):
        step = None if made.difference or made.outcomes[-1] == FAILED else pick(number)
        if step is None:
            break
        now = BEGIN + (number + 1) * pace
        made.steps.append(step)
        made.outcomes.append(oracle.take(step, now))
        if other is not None:
            made.seen.append(_shown(other, other.take(step, now)))
            made.difference = _compare(oracle, made)
    made.completed = oracle.view().completed
    made.passed = oracle.passed()
    return made


def _shown(other: Side, outcome: str) -> Seen:
    return outcome, other.view() if outcome in (DONE, REFUSED) else None


def _compare(oracle: Oracle, made: Walk) -> list[str]:
    expected, (outcome, view) = made.outcomes[-1], made.seen[-1]
    if view is None:
        agreed = outcome == expected or (outcome == FAILED and oracle.explains(made.seen))
        return [] if agreed else [f"outcome: {expected!r} is not {outcome!r}"]
    found = differences(oracle.view(), view)
    found += [f"outcome: {expected!r} is not {outcome!r}"] if expected != outcome else []
    return [] if not found or oracle.explains(made.seen) else found


@dataclass(frozen=True)
class Giver:
    """Chooses what the outside does and says; with `nested`, values have several levels, otherwise one."""

    rnd: random.Random
    nested: bool

    def first_data(self) -> dict[str, Any]:
        """The data an instance starts with; scripts and conditions rely on these names."""
        inner = {"sub": {"n": 0, "list": []}} if self.nested else {}
        return {"place": PLACE, "x": self._small(), "n": self._kind(0), "log": [], "doc": {"n": 0, **inner}}

    def _small(self) -> int:
        """A small number; 0 and 1 may come as what equals them in Python, and is something else."""
        value = self.rnd.randrange(5)
        return bool(value) if value < 2 and self.rnd.randrange(3) == 0 else value

    def _kind(self, value: int) -> Any:
        """A value, now and then of another kind that equals it."""
        return self.rnd.choice((value, value, float(value), bool(value) if value < 2 else value))

    def choose(self, offers: Offers, number: int) -> Step | None:
        """A random thing the outside could do now; None when there is nothing."""
        events: list[Step] = [Fire(element, rank) for element, rank in offers.timers]
        events += [self._message(name, shape, held, number) for name, shape, held in offers.messages]
        events += [Broadcast(name) for name in offers.signals]
        if not events and not offers.tasks:
            return None
        if self.rnd.randrange(40) == 0:
            return Deliver(self.rnd.choice(("m1", "m2", "m3")), {"n": number})
        if offers.tasks and (not events or self.rnd.randrange(10) < 7):
            element, rank = self.rnd.choice(offers.tasks)
            return Complete(element, rank, self._answers(element, number))
        return self.rnd.choice(events)

    def _answers(self, element: str, number: int) -> dict[str, Any]:
        """What an officer enters. `v_<task>` is the answer a multi-instance task collects."""
        base, value = element.rpartition("/")[2], self.rnd.randrange(10)
        answers = {
            "n": self._kind(number),
            "x": self._small(),
            f"v_{base}": [number, self._kind(value)],
            "flag": self.rnd.choice((0, False, 1, True, 1.0, 0.0)),
            "shared": {base: self._kind(value % 3), "last": self.rnd.choice((None, "Đã xử lý", ""))},
            "obj": {"by": base, "value": value / 4},
            "good": value > 4,
        }
        deep = {"by": {base: value, "notes": [[number], {"value": value}]}, "last": {"by": base}}
        return {**answers, "nested": deep} if self.nested else answers

    def _message(self, name: str, shape: Mapping[str, list[str]], held: Mapping[str, Any], number: int) -> Deliver:
        """A message; with correlation properties it answers, more often than not, what the instance has asked."""
        payload: dict[str, Any] = {"n": number}
        if self.nested:
            payload["from"] = {"list": [self.rnd.randrange(5)]}
        correlations: dict[str, dict[str, Any]] = {}
        for key, names in shape.items():
            known = held.get(key, {}) if self.rnd.randrange(10) < 7 else {}
            correlations[key] = {prop: known.get(prop, self.rnd.randrange(5)) for prop in names}
            payload.update(correlations[key])
        return Deliver(name, payload, correlations)
