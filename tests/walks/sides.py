"""What a walk does and sees: steps, views, and the interface that both sides of the comparison answer.

A step names a task by element, with the activities it runs in, and by its rank among the open tasks of that element,
longest open first: ids differ between the sides and must not matter.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Protocol

ROOT = "main"
"""The key of the process a walk starts."""
DONE = "done"
"""The step was taken."""
REFUSED = "refused"
"""Nobody waits for that message or signal; the instance is as before."""
FAILED = "failed"
"""An expression or a timer has no answer; the instance is as before. Any other outcome names an exception."""


@dataclass(frozen=True)
class Complete:
    """An officer completes an open user task."""

    element: str
    rank: int
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Fire:
    """A waiting timer comes due."""

    element: str
    rank: int


@dataclass(frozen=True)
class Deliver:
    """A message arrives from outside; `correlations` is key -> property -> value."""

    name: str
    payload: Mapping[str, Any]
    correlations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Broadcast:
    """A signal arrives from outside."""

    name: str


Sent = tuple[str, str, str]
"""A message or signal thrown outwards: name, payload, correlations."""
Step = Complete | Fire | Deliver | Broadcast


@dataclass(frozen=True)
class View:
    """What the outside can notice of an instance; data and payloads as JSON text, collections in a fixed order."""

    open: tuple[tuple[str, str], ...]
    """Open user tasks: element, data."""
    waiting: tuple[tuple[str, str], ...]
    """Events waited for: element, due time of a single timer (else empty)."""
    completed: bool
    data: str
    """The data at the end."""
    thrown: tuple[Sent, ...]
    """Signals the step threw, and messages that nothing in the case caught."""


@dataclass(frozen=True)
class Offers:
    """What the outside could do now: open tasks and timers by element and rank, messages and signals by name.

    A message comes with the correlation keys and properties it must carry and with the values the instance holds.
    """

    tasks: list[tuple[str, int]]
    timers: list[tuple[str, int]]
    messages: list[tuple[str, dict[str, list[str]], dict[str, Any]]]
    signals: list[str]


class Side(Protocol):
    """One running instance. `now` is when a step happens; its outcome is DONE, REFUSED or an exception's type."""

    def begin(self, data: Mapping[str, Any], now: datetime) -> str: ...

    def take(self, step: Step, now: datetime) -> str: ...

    def view(self) -> View: ...


def text(value: object) -> str:
    """JSON of process data: what is not JSON-native is an error of the diagram."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def ranked(elements: Iterable[str]) -> list[tuple[str, int]]:
    """Each element with its rank among those of the same name."""
    seen: Counter[str] = Counter()
    named = []
    for element in elements:
        named.append((element, seen[element]))
        seen[element] += 1
    return named


def differences(left: View, right: View) -> list[str]:
    """One line per field in which two views differ; the left one leaves a due time empty that it cannot know."""
    names = [item.name for item in fields(View) if getattr(left, item.name) != getattr(right, item.name)]
    if _same_waiting(left.waiting, right.waiting) and "waiting" in names:
        names.remove("waiting")
    if sorted(left.thrown) == sorted(right.thrown) and "thrown" in names:
        names.remove("thrown")
    return [f"{name}: {getattr(left, name)!r} is not {getattr(right, name)!r}" for name in names]


def _same_waiting(left: tuple[tuple[str, str], ...], right: tuple[tuple[str, str], ...]) -> bool:
    pairs = zip(left, right, strict=False)
    return len(left) == len(right) and all(one[0] == two[0] and one[1] in ("", two[1]) for one, two in pairs)
