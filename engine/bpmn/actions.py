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
    """Compute every due instant again, because holidays or hours changed or the deadline is extended.

    `dues` sets single timers by hand; `extend` moves the deadline by working days, counted from now when it has passed.
    """

    dues: Mapping[int, datetime] = field(default_factory=dict)
    extend: float = 0.0


@dataclass(frozen=True, slots=True)
class Cancel:
    """End the instance where it stands."""


@dataclass(frozen=True, slots=True)
class Migrate:
    """Go on in another version of the diagram; `old` is the process so far, `names` are new ids of elements by old."""

    old: Any
    id_mapping: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RevertMigration:
    """Go back to the version before, to the very `state` that was left; `old` is the process so far."""

    old: Any
    state: bytes


Action = Start | Complete | Fire | Message | Signal | Reschedule | Cancel | Migrate | RevertMigration

# Why an element at work cannot go on in another version: it is not there, is something else, or calls something else.
GONE, OTHER_KIND, OTHER_CALL = "gone", "other_kind", "other_call"


@dataclass(frozen=True, slots=True)
class MigrationBlocker:
    """What stands in the way of a migration: why, and at which element of the old version."""

    reason: str
    element: str


@dataclass(frozen=True, slots=True)
class OpenedTask:
    """A user task that became open: who may do it (`role` in `unit`), with which form.

    `passed_from` are the units that would have had it but have nobody in the role (R19).
    """

    task_id: int
    node: str
    name: str
    role: str
    unit: str
    passed_from: tuple[str, ...]
    form: str


@dataclass(frozen=True, slots=True)
class WaitingTimer:
    """A timer that waits until `due`; `due` is None while the case's clock stands still."""

    task_id: int
    node: str
    due: datetime | None


@dataclass(frozen=True, slots=True)
class MessageSubscription:
    """A waiting message event with correlation: the message it waits for, and the keys that must match."""

    task_id: int
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
class ThrownEvent:
    """An event that nothing in the instance caught, for example a message for another instance."""

    kind: str
    name: str
    payload: Any
    correlations: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """Everything that one action changed.

    `path` are the ids of the diagram's elements that were passed, in order; `skipped` are timers that were missed and
    are not wanted any more; `deadline` is the case's deadline after
    the step, None before one is set and while the clock stands still; `moved` says that the step may have changed it;
    `changed` are open tasks that a migration shows differently.
    """

    state: bytes
    opened_tasks: tuple[OpenedTask, ...]
    closed_tasks: tuple[int, ...]
    timers: tuple[WaitingTimer, ...]
    cleared_timers: tuple[int, ...]
    new_subscriptions: tuple[MessageSubscription, ...]
    ended_subscriptions: tuple[int, ...]
    notices: tuple[Notice, ...]
    thrown_events: tuple[ThrownEvent, ...]
    marks: tuple[str, ...]
    path: tuple[str, ...]
    skipped_timers: tuple[int, ...]
    deadline: datetime | None
    deadline_moved: bool
    finished: bool
    changed_tasks: tuple[OpenedTask, ...] = ()
