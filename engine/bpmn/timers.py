"""Timer events that fire when the step names them, not when a clock has passed.

SpiffWorkflow checks the wall clock whenever it refreshes timers, so a due timer would fire inside an officer's step.
Here a timer only computes its due instant when it starts to wait; `Fire` names the timers that are to fire.
"""

from __future__ import annotations

import reprlib
from contextlib import suppress
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
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent

from engine.bpmn.boundaries import fire_beside, note_interruption
from engine.bpmn.clockwork import DueBasis, DueInstant
from engine.bpmn.durations import LAST_YEAR, CalendarDuration, parse_cycle, parse_duration
from engine.bpmn.failures import as_script_error, task_failure
from engine.bpmn.library_types import SpiffDefinition, SpiffTask
from engine.clock import parse_instant
from engine.errors import EngineError, ScriptError

# A timer that nobody checked for this long has been missed: the program was down, not just busy.
MISSED_AFTER = timedelta(minutes=15)
ONCE, SKIP, ALL = "once", "skip", "all"
MISSED_POLICIES = (ONCE, SKIP, ALL)


def missed_policy(task: SpiffTask) -> str:
    """How the diagram handles a missed timer (`missed`): late but once, not at all, or as often as it was missed."""
    extensions = getattr(task.task_spec, "extensions", None) or {}
    return str(extensions.get("properties", {}).get("missed", ONCE))


class InstantTimer(TimeDateEventDefinition):
    """Waits for the instant its expression gives."""

    def has_fired(self, my_task: SpiffTask) -> bool:
        """Whether the step has fired it; computes the due instant the first time."""
        internal = my_task.internal_data
        if internal.get("event_value") is None:
            value = _timer_value(my_task, self.expression)
            internal["event_value"] = _parse_due(my_task, value)
            if isinstance(value, DueInstant):
                internal["basis"] = msgspec.to_builtins(value.basis)
        return bool(internal.get("event_fired", False))


class DurationTimer(DurationTimerEventDefinition):
    """Waits for an ISO 8601 duration of elapsed time."""

    def has_fired(self, my_task: SpiffTask) -> bool:
        """Whether the step has fired it; computes the due instant the first time."""
        internal = my_task.internal_data
        if internal.get("event_value") is None:
            value = _timer_value(my_task, self.expression)
            duration = parse_duration(value)
            if duration is None:
                raise _timer_failure(my_task, "running-timer-duration", value)
            internal["event_value"] = _instant_after(my_task, duration, _now(my_task), 1)
        return bool(internal.get("event_fired", False))


class CycleTimer(CycleTimerEventDefinition):
    """Fires repeatedly, at intervals of the calendar or of elapsed time.

    Missed intervals are not made up for, unless the diagram asks for it: one firing, then the next instant in the
    future.
    """

    def update_task(self, my_task: SpiffTask) -> None:
        """Let a turn that has come go its way while the event waits for the next one."""
        if self.cycle_complete(my_task):
            fire_beside(my_task)

    def cycle_complete(self, my_task: SpiffTask) -> bool:
        """Whether the step has fired it again; when all cycles are used the event itself is complete."""
        internal, now = my_task.internal_data, my_task.workflow.script_engine.now
        value = internal.get("event_value")
        if value is None:
            value = internal["event_value"] = _begin_cycle(my_task, _timer_value(my_task, self.expression), now)
        should_fire = bool(internal.pop("fire", False)) and value["cycles"] != 0
        has_fired = should_fire and not _is_skipped(my_task, now)
        if should_fire:
            every = missed_policy(my_task) == ALL
            value = internal["event_value"] = _next_cycle(my_task, value, now, every=every)
        if value["cycles"] == 0:
            internal["event_fired"] = True
        return has_fired


def _timer_value(task: SpiffTask, expression: str) -> Any:
    """The value of a timer's expression. One on a boundary sees what the script before its task has set."""
    siblings = task.parent.children if isinstance(task.task_spec, BoundaryEvent) else ()
    host = next((sibling for sibling in siblings if not isinstance(sibling.task_spec, BoundaryEvent)), None)
    data = task.data if host is None else {**task.data, **host.data}
    try:
        return task.workflow.script_engine.environment.evaluate(expression, data)
    except EngineError as error:
        raise task_failure(task, error) from as_script_error(error)


def _timer_failure(task: SpiffTask, rule: str, value: object) -> Exception:
    error = ScriptError(rule, value=reprlib.repr(value))
    failure = task_failure(task, error)
    failure.__cause__ = error
    return failure


def _now(task: SpiffTask) -> datetime:
    now: datetime = task.workflow.script_engine.now
    return now


def _instant_after(task: SpiffTask, duration: CalendarDuration, start: datetime, times: int) -> str:
    with suppress(OverflowError, ValueError):
        return duration.after(start, times).isoformat()
    raise _timer_failure(task, "running-timer-too-far", duration.months or duration.seconds)


def _begin_cycle(task: SpiffTask, expression: object, now: datetime) -> dict[str, Any]:
    """A cycle counts its turns from where it began, so that months do not drift."""
    cycle = parse_cycle(expression)
    if cycle is None:
        raise _timer_failure(task, "running-timer-cycle", expression)
    value = {"cycles": cycle[0], "period": cycle[1], "start": now.isoformat(), "turn": 1}
    return {**value, "next": _turn_instant(task, value, 1)}


def _turn_instant(task: SpiffTask, value: dict[str, Any], turn: int) -> str:
    if "period" not in value:  # Begun by version 1.0 or before, which kept the length in seconds.
        return (datetime.fromisoformat(value["next"]) + timedelta(seconds=value["duration"])).isoformat()
    duration = parse_duration(value["period"]) or CalendarDuration(0, 0)
    return _instant_after(task, duration, datetime.fromisoformat(value["start"]), turn)


def _is_skipped(task: SpiffTask, now: datetime) -> bool:
    """Whether a timer was missed and the diagram no longer wants it then."""
    due = due_of(task)
    return missed_policy(task) == SKIP and due is not None and now - due > MISSED_AFTER


def _next_cycle(task: SpiffTask, value: dict[str, Any], now: datetime, *, every: bool) -> dict[str, Any]:
    """The next turn in the future; with `every`, the next one even when it has passed."""
    value = _after_turn(task, value)
    while datetime.fromisoformat(value["next"]) <= now and value["cycles"] != 0 and not every:
        value = _after_turn(task, value)
    return value


def _after_turn(task: SpiffTask, value: dict[str, Any]) -> dict[str, Any]:
    turn = value.get("turn", 1) + 1
    return {**value, "next": _turn_instant(task, value, turn), "cycles": value["cycles"] - 1, "turn": turn}


def _parse_due(task: SpiffTask, value: object) -> str:
    """The instant that a timer waits for; one that has passed is due at once."""
    due = None
    with suppress(EngineError, ValueError, OverflowError):
        due = parse_instant(value if isinstance(value, str) else "")
    if due is None or due.year > LAST_YEAR:
        raise _timer_failure(task, "running-timer-too-far" if due else "running-timer-instant", value)
    return due.isoformat()


_REPLACEMENTS = {
    TimeDateEventDefinition: InstantTimer,
    DurationTimerEventDefinition: DurationTimer,
    CycleTimerEventDefinition: CycleTimer,
}


def replace_timers(definition: SpiffDefinition) -> Any:
    """The event definition to use instead of SpiffWorkflow's: timers become ours, everything else is unchanged."""
    if isinstance(definition, MultipleEventDefinition):
        definition.event_definitions = [replace_timers(part) for part in definition.event_definitions]
        return definition
    kind = _REPLACEMENTS.get(type(definition))
    return kind(definition.name, definition.expression) if kind else definition


def timer_of(definition: SpiffDefinition) -> TimerEventDefinition | None:
    """The timer in an event definition, also inside an event gateway; None when there is none."""
    if isinstance(definition, MultipleEventDefinition):
        return next((part for part in definition.event_definitions if isinstance(part, TimerEventDefinition)), None)
    return definition if isinstance(definition, TimerEventDefinition) else None


def due_of(task: SpiffTask) -> datetime | None:
    """The due instant of a waiting timer task, in UTC; None while the paused clock holds it, or if unset or skipped."""
    internal = task.internal_data
    value = internal.get("event_value")
    if value is None or internal.get("held") or internal.get("skipped"):
        return None
    text = value["next"] if isinstance(value, dict) else value
    return datetime.fromisoformat(text).astimezone(UTC)


def basis_of(task: SpiffTask) -> DueBasis | None:
    """How the due instant of a timer task was computed, when a diagram derived it from working time."""
    stored = task.internal_data.get("basis")
    return msgspec.convert(stored, DueBasis) if stored is not None else None


def fire_at(task: SpiffTask, now: datetime) -> bool:
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
        if isinstance(task.task_spec, BoundaryEvent) and task.task_spec.cancel_activity:
            note_interruption(task)
    return not is_skipped
