"""When the timer of a start event begins instances: at an instant, after a while, or again and again.

It counts from the moment at which its deployment became the newest. What was missed while nobody looked is begun once,
not as often as it was missed. Pure, like the step: the world and the moment are given.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import StartEvent as StartEventSpec
from SpiffWorkflow.bpmn.specs.event_definitions.timer import CycleTimerEventDefinition, DurationTimerEventDefinition

from engine.bpmn import inspection
from engine.bpmn.durations import CalendarDuration, parse_cycle, parse_duration
from engine.bpmn.functions import ExpressionContext
from engine.bpmn.library_types import SpiffSpec
from engine.bpmn.parser import Process
from engine.bpmn.scripts import ExpressionLanguage
from engine.bpmn.timers import timer_of
from engine.clock import parse_instant
from engine.errors import BadInput, ScriptError
from engine.world.world import World

DATE, DURATION, CYCLE = "date", "duration", "cycle"
HOURS, WORKING = "hours", "working"  # The property by which a start waits for the next opening of the offices.
_CYCLE_FROM = re.compile(r"(R\d{0,6})/([^/P][^/]*)/(P.*)")


@dataclass(frozen=True, slots=True)
class StartTime:
    """The timer of a start event as drawn: its kind, its expression, and whether it waits for office hours."""

    kind: str
    text: str
    working: bool

    @property
    def rule(self) -> str:
        """What identifies it: the same rule in a newer deployment goes on as planned."""
        return f"{self.kind} {'working ' if self.working else ''}{self.text}"


@dataclass(frozen=True, slots=True)
class PlannedStart:
    """The next time that an event begins an instance: `due`; of a cycle its anchor, period, turn and turns left.

    `left` counts the turns after this one, None for endless ones; `period` is "" for what happens once.
    """

    due: datetime
    anchor: datetime
    period: str = ""
    turn: int = 1
    left: int | None = 0


def list_start_times(process: Process) -> dict[str, StartTime]:
    """The timers of a process's own start events, by event."""
    specs = [spec for spec in process.spec.task_specs.values() if isinstance(spec, StartEventSpec)]
    times = {str(spec.bpmn_id): _time_of(spec) for spec in specs}
    return {node: time for node, time in times.items() if time is not None}


def _time_of(spec: SpiffSpec) -> StartTime | None:
    definition = spec.event_definition
    if timer_of(definition) is None:
        return None
    kind = DATE
    if isinstance(definition, CycleTimerEventDefinition):
        kind = CYCLE
    elif isinstance(definition, DurationTimerEventDefinition):
        kind = DURATION
    working = inspection.spec_properties(spec).get(HOURS) == WORKING
    return StartTime(kind, str(definition.expression), working)


def plan_first(time: StartTime, now: datetime, world: World) -> PlannedStart | None:
    """The first start after its deployment became the newest at `now`; None when it lies before.

    Raises ScriptError when the expression gives no time of its kind.
    """
    value = ExpressionLanguage(ExpressionContext(now, world, None).functions()).evaluate(time.text, {})
    planned = _PLANNERS[time.kind](value, now)
    return _in_hours(time, planned, world) if planned is not None else None


def _plan_date(value: object, now: datetime) -> PlannedStart | None:
    try:
        at = parse_instant(str(value))
    except BadInput as error:
        raise ScriptError("running-timer-instant", value=repr(value)) from error
    return PlannedStart(at, now) if at >= now else None


def _plan_duration(value: object, now: datetime) -> PlannedStart:
    duration = parse_duration(value)
    if duration is None:
        raise ScriptError("running-timer-duration", value=repr(value))
    return PlannedStart(_after(duration, now, 1), now)


def _plan_cycle(value: object, now: datetime) -> PlannedStart | None:
    """A cycle begins one period after now; "R/2026-12-01T08:00:00+07:00/P1D" begins at its own instant."""
    match = _CYCLE_FROM.fullmatch(value) if isinstance(value, str) else None
    cycle = parse_cycle(f"{match[1]}/{match[3]}" if match else value)
    if cycle is None:
        raise ScriptError("running-timer-cycle", value=repr(value))
    repeats, period = cycle
    left = None if repeats < 0 else repeats - 1
    if match is None:
        first = PlannedStart(_turn(period, now, 1), now, period, 1, left)
    else:
        anchor = _plan_date(match[2], datetime.min.replace(tzinfo=now.tzinfo))
        assert anchor is not None
        first = PlannedStart(anchor.due, anchor.due, period, 0, left)
    return first if first.due >= now else _next_turn(first, now)


_PLANNERS: dict[str, Any] = {DATE: _plan_date, DURATION: _plan_duration, CYCLE: _plan_cycle}


def plan_next(time: StartTime, planned: PlannedStart, now: datetime, world: World) -> PlannedStart | None:
    """The start after one that has happened: the first in the future, what was missed is not made up for."""
    following = _next_turn(planned, now)
    return _in_hours(time, following, world) if following is not None else None


def _next_turn(planned: PlannedStart, now: datetime) -> PlannedStart | None:
    """The first turn after `planned` that lies after `now`; None when its turns are used up or it happens once."""
    if not planned.period:
        return None
    turn, left = planned.turn, planned.left
    while True:
        step = _turns_until(planned, turn, now)
        if left is not None and left < step:
            return None
        turn, left = turn + step, None if left is None else left - step
        due = _turn(planned.period, planned.anchor, turn)
        if due > now:
            return PlannedStart(due, planned.anchor, planned.period, turn, left)


def _turns_until(planned: PlannedStart, turn: int, now: datetime) -> int:
    """How many turns to go on at once, so that a long pause takes no long loop; months are taken one by one."""
    duration, following = parse_duration(planned.period), _turn(planned.period, planned.anchor, turn + 1)
    if duration is None or duration.months or following > now:
        return 1
    return 2 + (now - following) // timedelta(seconds=duration.seconds)


def _turn(period: str, anchor: datetime, turn: int) -> datetime:
    return _after(parse_duration(period) or CalendarDuration(0, 1), anchor, turn)


def _after(duration: CalendarDuration, start: datetime, times: int) -> datetime:
    with suppress(OverflowError, ValueError):
        return duration.after(start, times)
    raise ScriptError("running-timer-too-far", value=str(times))


def _in_hours(time: StartTime, planned: PlannedStart, world: World) -> PlannedStart:
    """The start moved to the next opening where it waits for office hours; turns that meet there are one."""
    if not time.working:
        return planned
    return replace(planned, due=world.calendar.next_opening(planned.due))
