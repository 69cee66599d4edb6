"""What a walk does and sees: steps, views, and the interface that both sides of the comparison answer.

A step names a task by element and by its rank among the open tasks of that element, longest open first: ids differ
between the sides and must not matter.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Protocol

DONE = "done"
"""The step was taken."""
REFUSED = "refused"
"""Nobody waits for that message or signal; the instance is as before. Any other outcome names an exception."""


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


Sent = tuple[str, str, str, str]
"""An event thrown outwards: kind, name, payload, correlations."""
Step = Complete | Fire | Deliver | Broadcast


@dataclass(frozen=True)
class View:
    """What the outside can notice of an instance; task data and payloads as JSON text, collections in a fixed order."""

    open: tuple[tuple[str, str], ...]
    """Open user tasks: element, data."""
    waiting: tuple[tuple[str, str], ...]
    """Events waited for: element, due time of a single timer (else empty)."""
    order: tuple[str, ...]
    """The same elements in the order in which they would catch an event."""
    completed: bool
    success: bool
    data: str
    inner: tuple[tuple[str, str, str], ...]
    """Running sub-processes: name, data, correlations."""
    correlations: str
    thrown: tuple[Sent, ...]
    """Events the step threw that nothing in the instance caught, in order."""


class Side(Protocol):
    """One running instance. `now` is when a step happens; its outcome is DONE, REFUSED or an exception's type."""

    def begin(self, data: Mapping[str, Any], now: datetime) -> str: ...

    def take(self, step: Step, now: datetime) -> str: ...

    def view(self) -> View: ...


def text(value: object) -> str:
    """JSON of process data: what is not JSON-native is an error of the diagram."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def differences(left: View, right: View) -> list[str]:
    """One line per field in which two views differ."""
    names = [item.name for item in fields(View) if getattr(left, item.name) != getattr(right, item.name)]
    return [f"{name}: {getattr(left, name)!r} is not {getattr(right, name)!r}" for name in names]
