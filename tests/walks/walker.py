"""Random walks: what to do next, both sides side by side, and the first step at which they differ."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.walks.engine_view import Offers
from tests.walks.plain import PLACE, Plain
from tests.walks.sides import DONE, REFUSED, Broadcast, Complete, Deliver, Fire, Side, Step, differences

BEGIN = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""A Monday morning in Vietnam. A step takes a minute, so that no timer of a diagram comes due by itself."""


@dataclass
class Walk:
    """What was done and how it ended: `outcomes` has one entry for the start and one per step.

    `passed` are the elements that were completed, `size` is the largest number of tasks on the plain side.
    """

    data: dict[str, Any]
    steps: list[Step] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    completed: bool = False
    size: int = 0
    passed: set[str] = field(default_factory=set)
    difference: list[str] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether the walk ended in an exception, on both sides unless they differ."""
        return self.outcomes[-1] not in (DONE, REFUSED)


def walk(plain: Plain, other: Side | None, rnd: random.Random, limit: int) -> Walk:
    """Walk at most `limit` steps on the plain side and, step by step, on the other; stop where they differ."""
    giver = Giver(rnd, nested=not plain.sharing)
    return _follow(Walk(giver.first_data()), plain, other, limit, lambda number: giver.choose(plain.offers(), number))


def replay(plain: Plain, other: Side | None, data: dict[str, Any], steps: list[Step]) -> Walk:
    """Take exactly these steps; for a saved walk."""
    return _follow(Walk(data), plain, other, len(steps), lambda number: steps[number])


def _follow(made: Walk, plain: Plain, other: Side | None, limit: int, pick: Callable[[int], Step | None]) -> Walk:
    made.outcomes.append(plain.begin(made.data, BEGIN))
    if other is not None:
        made.difference = _compare(plain, other, made.outcomes[-1], other.begin(made.data, BEGIN))
    for number in range(limit):
        if made.difference or made.failed:
            break
        step = pick(number)
        if step is None:
            break
        _take(made, plain, other, step, BEGIN + timedelta(minutes=number + 1))
    made.completed = not made.failed and plain.view().completed
    made.passed = plain.passed()
    return made


def _take(made: Walk, plain: Plain, other: Side | None, step: Step, now: datetime) -> None:
    made.steps.append(step)
    made.outcomes.append(plain.take(step, now))
    if other is not None:
        made.difference = _compare(plain, other, made.outcomes[-1], other.take(step, now))
    made.size = max(made.size, plain.size())


def _compare(plain: Plain, other: Side, outcome: str, answer: str) -> list[str]:
    # After an exception the plain side stands in the middle of a step that the other side has not taken.
    seen = [] if outcome not in (DONE, REFUSED) else differences(plain.view(), other.view())
    # A task of a sub-process that has ended may go on listening on the plain side: what it catches changes nothing.
    unheard = (outcome, answer) == (DONE, REFUSED) and not seen
    return seen if outcome == answer or unheard else [f"outcome: {outcome!r} is not {answer!r}"]


@dataclass(frozen=True)
class Giver:
    """Chooses what the outside does and says; with `nested`, values have several levels, otherwise one."""

    rnd: random.Random
    nested: bool

    def first_data(self) -> dict[str, Any]:
        """The data an instance starts with; scripts and conditions rely on these names."""
        inner = {"sub": {"n": 0, "list": []}} if self.nested else {}
        return {"place": PLACE, "x": self.rnd.randrange(5), "n": 0, "log": [], "doc": {"n": 0, **inner}}

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
        base, value = element.removesuffix(" [child]"), self.rnd.randrange(10)
        answers = {
            "n": number,
            "x": self.rnd.randrange(5),
            f"v_{base}": [number, value],
            "shared": {base: value, "last": self.rnd.choice((None, "Đã xử lý", ""))},
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
