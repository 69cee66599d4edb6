"""Timer events that fire when the step names them, not when a clock has passed.

SpiffWorkflow checks the wall clock whenever it refreshes timers, so a due timer would fire inside an officer's step.
Here a timer only computes its due instant when it starts to wait; `Fire` names the timers that are to fire.
"""

from __future__ import annotations

import reprlib
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from SpiffWorkflow.bpmn.specs.event_definitions import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import (
    CycleTimerEventDefinition,
    DurationTimerEventDefinition,
    TimeDateEventDefinition,
    TimerEventDefinition,
)

from engine.bpmn.clockwork import DueBasis, DueInstant
from engine.clock import parse_instant
from engine.errors import ScriptError

# A timer that nobody checked for this long has been missed: the program was down, not just busy.
MISSED_AFTER = timedelta(minutes=15)
ONCE, SKIP, ALL = "once", "skip", "all"
MISSED_POLICIES = (ONCE, SKIP, ALL)


def missed_policy(task: Any) -> str:
    """How the diagram handles a missed timer (`missed`): late but once, not at all, or as often as it was missed."""
    extensions = getattr(task.task_spec, "extensions", None) or {}
    return str(extensions.get("properties", {}).get("missed", ONCE))


class InstantTimer(TimeDateEventDefinition):
    """Waits for the instant its expression gives."""

    def has_fired(self, my_task: Any) -> bool:
        """Whether the step has fired it; computes the due instant the first time."""
        internal = my_task.internal_data
        if internal.get("event_value") is None:
            value = my_task.workflow.script_engine.evaluate(my_task, self.expression)
            internal["event_value"] = _parse_due(value)
            if isinstance(value, DueInstant):
                internal["basis"] = msgspec.to_builtins(value.basis)
        return bool(internal.get("event_fired", False))


class DurationTimer(DurationTimerEventDefinition):
    """Waits for an ISO 8601 duration of elapsed time."""

    def has_fired(self, my_task: Any) -> bool:
        """Whether the step has fired it; computes the due instant the first time."""
        internal = my_task.internal_data
        if internal.get("event_value") is None:
            engine = my_task.workflow.script_engine
            duration = TimerEventDefinition.parse_iso_duration(engine.evaluate(my_task, self.expression))
            due = engine.now + TimerEventDefinition.get_timedelta_from_start(duration, engine.now)
            internal["event_value"] = due.isoformat()
        return bool(internal.get("event_fired", False))


class CycleTimer(CycleTimerEventDefinition):
    """Fires repeatedly at a fixed interval of elapsed time.

    Missed intervals are not made up for, unless the diagram asks for it: one firing, then the next instant in the
    future.
    """

    def cycle_complete(self, my_task: Any) -> bool:
        """Whether the step has fired it again; when all cycles are used the event itself is complete."""
        internal, now = my_task.internal_data, my_task.workflow.script_engine.now
        value = internal.get("event_value")
        if value is None:
            expression = my_task.workflow.script_engine.evaluate(my_task, self.expression)
            value = internal["event_value"] = _parse_cycle(expression, now)
        should_fire = bool(internal.pop("fire", False)) and value["cycles"] != 0
        has_fired = should_fire and not _is_skipped(my_task, now)
        if should_fire:
            value = internal["event_value"] = _next_cycle(value, now, every=missed_policy(my_task) == ALL)
        if value["cycles"] == 0:
            internal["event_fired"] = True
        return has_fired


def _parse_cycle(expression: str, now: datetime) -> dict[str, Any]:
    parts = expression.upper().replace("--", "/").strip("R").split("/")
    if len(parts) == 2 and parts[1].startswith("P"):
        duration = TimerEventDefinition.get_timedelta_from_start(TimerEventDefinition.parse_iso_duration(parts[1]), now)
        cycles, start = int(parts[0]) if parts[0] else -1, now + duration
    else:
        cycles, start, duration = TimerEventDefinition.parse_iso_recurring_interval(expression)
    return {"cycles": cycles, "next": start.isoformat(), "duration": duration.total_seconds()}


def _is_skipped(task: Any, now: datetime) -> bool:
    """Whether a timer was missed and the diagram no longer wants it then."""
    due = due_of(task)
    return missed_policy(task) == SKIP and due is not None and now - due > MISSED_AFTER


def _next_cycle(value: dict[str, Any], now: datetime, *, every: bool) -> dict[str, Any]:
    """The next turn in the future; with `every`, the next one even when it has passed."""
    interval = timedelta(seconds=value["duration"])
    upcoming, cycles = datetime.fromisoformat(value["next"]) + interval, value["cycles"] - 1
    while upcoming <= now and cycles != 0 and not every:
        upcoming, cycles = upcoming + interval, cycles - 1
    return {**value, "next": upcoming.isoformat(), "cycles": cycles}


def _parse_due(value: object) -> str:
    if not isinstance(value, str):
        raise ScriptError("running-timer-instant", value=reprlib.repr(value))
    return parse_instant(value).isoformat()


_REPLACEMENTS = {
    TimeDateEventDefinition: InstantTimer,
    DurationTimerEventDefinition: DurationTimer,
    CycleTimerEventDefinition: CycleTimer,
}


def replace_timers(definition: Any) -> Any:
    """The event definition to use instead of SpiffWorkflow's: timers become ours, everything else is unchanged."""
    if isinstance(definition, MultipleEventDefinition):
        definition.event_definitions = [replace_timers(part) for part in definition.event_definitions]
        return definition
    kind = _REPLACEMENTS.get(type(definition))
    return kind(definition.name, definition.expression) if kind else definition


def timer_of(definition: Any) -> TimerEventDefinition | None:
    """The timer in an event definition, also inside an event gateway; None when there is none."""
    if isinstance(definition, MultipleEventDefinition):
        return next((part for part in definition.event_definitions if isinstance(part, TimerEventDefinition)), None)
    return definition if isinstance(definition, TimerEventDefinition) else None


def due_of(task: Any) -> datetime | None:
    """The due instant of a waiting timer task, in UTC; None while the paused clock holds it, or if unset or skipped."""
    internal = task.internal_data
    value = internal.get("event_value")
    if value is None or internal.get("held") or internal.get("skipped"):
        return None
    text = value["next"] if isinstance(value, dict) else value
    return datetime.fromisoformat(text).astimezone(UTC)


def basis_of(task: Any) -> DueBasis | None:
    """How the due instant of a timer task was computed, when a diagram derived it from working time."""
    stored = task.internal_data.get("basis")
    return msgspec.convert(stored, DueBasis) if stored is not None else None


def fire_at(task: Any, now: datetime) -> bool:
    """Let a waiting timer task fire at `now`; False when it was missed and the diagram no longer wants it.

    After its last cycle a cycle timer is checked once more, and ends.
    """
    is_skipped = _is_skipped(task, now)
    if isinstance(task.task_spec.event_definition, CycleTimer):
        task.internal_data["fire"] = True
        task.task_spec._update(task)
    else:
        task.internal_data["skipped" if is_skipped else "event_fired"] = True
    if task.internal_data.get("event_fired"):
        task.task_spec._update(task)
    return not is_skipped
