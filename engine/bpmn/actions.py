"""What can be asked of an instance, and all that can follow from it. Plain values, for step and the writer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Start:
    """Begin a new instance with this process data."""

    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Complete:
    """Complete an open user task; `data` are the form's process values."""

    task: int
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fire:
    """Let waiting timers fire, in this order; `taken` are the open tasks that somebody has claimed."""

    timers: tuple[int, ...]
    taken: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Message:
    """Deliver a message; an instance that does not wait for it refuses it."""

    name: str
    payload: Any = None
    correlations: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signal:
    """Deliver a signal that comes from outside the diagram."""

    name: str


@dataclass(frozen=True, slots=True)
class Reschedule:
    """Compute every due instant again, because holidays or hours changed; `dues` sets single timers by hand."""

    dues: Mapping[int, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cancel:
    """End the instance where it stands."""


Action = Start | Complete | Fire | Message | Signal | Reschedule | Cancel


@dataclass(frozen=True, slots=True)
class Opened:
    """A user task that became open: who may do it (`role` in `unit`), with which form.

    `passed_from` are the units that would have had it but have nobody in the role (R19).
    """

    task: int
    node: str
    name: str
    role: str
    unit: str
    passed_from: tuple[str, ...]
    form: str


@dataclass(frozen=True, slots=True)
class TimerSet:
    """A timer that waits until `due`; `due` is None while the case's clock stands still."""

    timer: int
    node: str
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Subscription:
    """A waiting message event with correlation: the message it waits for, and the keys that must match."""

    event: int
    name: str
    correlations: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice to create: once per instance, rung and occurrence. `to` are unit codes, or "citizen"."""

    rung: str
    occurrence: int
    template: str
    to: tuple[str, ...]
    node: str


@dataclass(frozen=True, slots=True)
class Thrown:
    """An event that nothing in the instance caught, for example a message for another instance."""

    kind: str
    name: str
    payload: Any
    correlations: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """Everything that one action changed.

    `path` are the ids of the diagram's elements that were passed, in order; `deadline` is the case's deadline after
    the step, None before one is set and while the clock stands still.
    """

    state: bytes
    opened: tuple[Opened, ...]
    closed: tuple[int, ...]
    timers: tuple[TimerSet, ...]
    cleared: tuple[int, ...]
    subscribed: tuple[Subscription, ...]
    unsubscribed: tuple[int, ...]
    notices: tuple[Notice, ...]
    thrown: tuple[Thrown, ...]
    marks: tuple[str, ...]
    path: tuple[str, ...]
    deadline: datetime | None
    finished: bool
