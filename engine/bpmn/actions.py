"""Plain values: the actions an instance can take, and everything that can follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Start:
    """Begin a new instance with this process data, at the start event `node`; "" is the one without a trigger.

    `payload` is what the message or signal that begins it has brought.
    """

    data: Mapping[str, Any]
    node: str = ""
    payload: Any = None


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
    """Deliver a message; an instance that is not waiting for it refuses it."""

    name: str
    payload: Any = None
    correlations: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signal:
    """Deliver a signal from outside the case to everything in it that waits for the signal."""

    name: str
    payload: Any = None


@dataclass(frozen=True, slots=True)
class Reschedule:
    """Recompute every due instant, because holidays or hours changed or the deadline is extended.

    `dues` sets individual timers by hand; `extend` moves the deadline by working days, counted from now when it has
    passed.
    """

    dues: Mapping[int, datetime] = field(default_factory=dict)
    extend: float = 0.0


@dataclass(frozen=True, slots=True)
class Cancel:
    """End the instance in its current state."""


@dataclass(frozen=True, slots=True)
class Migrate:
    """Continue in another version of the diagram; `old` is the process so far, `id_mapping` maps old ids to new."""

    old: Any
    id_mapping: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RevertMigration:
    """Return to the previous version and exactly the `state` it was left in; `old` is the process so far."""

    old: Any
    state: bytes


Action = Start | Complete | Fire | Message | Signal | Reschedule | Cancel | Migrate | RevertMigration

# Why an active element cannot continue in another version: it is missing, of another kind, or calls something else.
GONE, OTHER_KIND, OTHER_CALL = "gone", "other_kind", "other_call"


@dataclass(frozen=True, slots=True)
class MigrationBlocker:
    """What prevents a migration: why, and at which element of the old version."""

    reason: str
    element: str


@dataclass(frozen=True, slots=True)
class OpenedTask:
    """A user task that became open: who may do it (`role` in `unit`), with which form.

    `passed_from` are the units that would have had it but have nobody in the role (R19). `keeper` is the person whose
    task it is from the beginning: who has begun the instance, where the diagram gives it to them.
    """

    task_id: int
    node: str
    name: str
    role: str
    unit: str
    passed_from: tuple[str, ...]
    form: str
    keeper: int | None = None


@dataclass(frozen=True, slots=True)
class WaitingTimer:
    """A timer that waits until `due`; `due` is None while the case's clock is paused."""

    task_id: int
    node: str
    due: datetime | None


AWAITS_MESSAGE, AWAITS_SIGNAL = "message", "signal"
MESSAGE_EVENT, SIGNAL_EVENT = "MessageEventDefinition", "SignalEventDefinition"
"""The kinds of subscriptions, and those of the thrown events that other cases can get."""


@dataclass(frozen=True, slots=True)
class EventSubscription:
    """What a waiting event can get from other cases: a signal, or a message with the keys that must match."""

    task_id: int
    kind: str
    name: str
    correlations: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice to create: once per instance, rung and occurrence. `to` holds unit codes, or "citizen"."""

    rung: str
    occurrence: int
    template: str
    to: tuple[str, ...]
    node: str


@dataclass(frozen=True, slots=True)
class ThrownEvent:
    """An event for the world outside: a signal, or a message that nothing in the instance caught."""

    kind: str
    name: str
    payload: Any
    correlations: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """Everything that one action changed.

    `path` holds the ids of the elements passed, in order; `skipped_timers` are missed timers that are no longer wanted;
    `deadline` is the case's deadline after the step, None before one is set and while the clock is paused;
    `deadline_moved` says that the step may have changed it; `changed_tasks` are open tasks that a migration shows
    differently.
    """

    state: bytes
    opened_tasks: tuple[OpenedTask, ...]
    closed_tasks: tuple[int, ...]
    timers: tuple[WaitingTimer, ...]
    cleared_timers: tuple[int, ...]
    new_subscriptions: tuple[EventSubscription, ...]
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
