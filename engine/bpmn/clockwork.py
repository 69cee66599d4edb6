"""The case's deadline and the timers derived from it. Pure arithmetic.

A deadline is a start and an amount of time on one of two clocks: working time, or the 24/7 clock of emergencies (R8).
While the case waits for the citizen the clock is paused. The clock keeps what was done, pauses and extensions in days,
rather than what they came to: under a changed calendar they come to what they would have under that calendar from the
start. Every instant that a diagram derives from the deadline remembers how it was computed (`DueBasis`), so that a
pause, an extension or a changed holiday moves deadline and timers together.
"""

from __future__ import annotations

import reprlib
from datetime import datetime, timedelta
from typing import Any

import msgspec

from engine.clock import VIETNAM
from engine.errors import ScriptError
from engine.world.work_calendar import WorkCalendar

WORKING_TIME = "working"
AROUND_THE_CLOCK = "24x7"
CLOCKS = (WORKING_TIME, AROUND_THE_CLOCK)


class DueBasis(msgspec.Struct, frozen=True, array_like=True):
    """How an instant was computed.

    Relative to the case's deadline when `start` is None: the point where `share` of it is used, plus `seconds` of
    working time and `continuous` seconds on the 24/7 clock. Otherwise `seconds` of working time after `start`. `days`
    are standard working days beside `seconds`.
    """

    share: float
    seconds: float
    start: datetime | None = None
    continuous: float = 0.0
    days: float = 0.0

    def working_seconds(self, calendar: WorkCalendar) -> float:
        """The working time of this basis under a calendar."""
        return self.seconds + (self.days * day_seconds(calendar) if self.days else 0.0)


class DueInstant(str):
    """An ISO instant that remembers its basis; to a diagram it is a string like any other."""

    __slots__ = ("basis",)
    basis: DueBasis

    def __new__(cls, at: datetime, basis: DueBasis) -> DueInstant:
        """The instant `at`, computed from `basis`."""
        self = super().__new__(cls, at.astimezone(VIETNAM).isoformat())
        self.basis = basis
        return self


MOST_CHANGES = 40
"""Changes that a clock remembers; what older ones came to is kept in seconds, so that a case stays small."""


class ClockChange(msgspec.Struct, frozen=True, array_like=True):
    """A pause from `at` to `until`, or, without an end, an extension by working days at that moment."""

    at: datetime
    until: datetime | None = None
    days: float = 0.0


class CaseClock(msgspec.Struct, array_like=True):
    """A case's deadline: `amount` seconds after `start`, moved by `paused` seconds; stopped since `since`.

    `changes` come after that, in order. Clocks of before have what changes came to in `amount` and `paused`.
    """

    start: datetime
    amount: float
    clock: str
    paused: float = 0.0
    since: datetime | None = None
    changes: tuple[ClockChange, ...] = ()

    def instant_at(self, calendar: WorkCalendar, share: float = 1.0, seconds: float = 0.0) -> datetime:
        """The instant where `share` of the time is used, plus `seconds` of working time."""
        amount, paused = self._totals(calendar)
        moment = self._add_time(calendar, self.first_instant(calendar), amount * share + paused)
        return calendar.add(moment, timedelta(seconds=seconds)) if seconds else moment

    def first_instant(self, calendar: WorkCalendar) -> datetime:
        """When the time begins to run: on the clock of work, when the office next is open."""
        return self.start if self.clock == AROUND_THE_CLOCK else calendar.next_opening(self.start)

    def total_seconds(self, calendar: WorkCalendar) -> float:
        """The time between the start and the deadline, on the case's clock."""
        return sum(self._totals(calendar))

    def pause(self, now: datetime) -> None:
        """Stop the clock; stopping it twice has no further effect."""
        if self.since is None:
            self.since = now

    def resume(self, calendar: WorkCalendar, now: datetime) -> None:
        """Resume the clock; the time it was stopped is added to the deadline."""
        if self.since is not None:
            self._add_change(calendar, ClockChange(self.since, now))
            self.since = None

    def extend(self, calendar: WorkCalendar, now: datetime, days: float) -> None:
        """Move the deadline later by working days, on its own clock, counted from now when it has passed."""
        self._add_change(calendar, ClockChange(now, days=days))

    def _add_change(self, calendar: WorkCalendar, change: ClockChange) -> None:
        if len(self.changes) >= MOST_CHANGES:
            oldest, *others = self.changes
            self.changes = ()
            self.amount, self.paused = self._changed(calendar, self.amount, self.paused, oldest)
            self.changes = tuple(others)
        self.changes = (*self.changes, change)

    def _totals(self, calendar: WorkCalendar) -> tuple[float, float]:
        """The time that the case has, and for how much of it the clock stood still."""
        amount, paused = self.amount, self.paused
        for change in self.changes:
            amount, paused = self._changed(calendar, amount, paused, change)
        return amount, paused

    def _changed(
        self, calendar: WorkCalendar, amount: float, paused: float, change: ClockChange
    ) -> tuple[float, float]:
        if change.until is not None:
            return amount, paused + self._elapsed_seconds(calendar, change.at, change.until)
        due = self._add_time(calendar, self.first_instant(calendar), amount + paused)
        overdue = max(0.0, self._elapsed_seconds(calendar, due, change.at))
        return amount + overdue + change.days * day_seconds(calendar), paused

    def _add_time(self, calendar: WorkCalendar, start: datetime, seconds: float) -> datetime:
        amount = timedelta(seconds=seconds)
        return start + amount if self.clock == AROUND_THE_CLOCK else calendar.add(start, amount)

    def _elapsed_seconds(self, calendar: WorkCalendar, start: datetime, end: datetime) -> float:
        amount = end - start if self.clock == AROUND_THE_CLOCK else calendar.between(start, end)
        return amount.total_seconds()


def day_seconds(calendar: WorkCalendar) -> float:
    """A standard working day."""
    return calendar.day_length().total_seconds()


def new_case_clock(now: datetime, hours: object, clock: object, at: datetime | None = None) -> CaseClock:
    """The deadline `hours` after `now` on `clock`; an explicit instant `at` runs on the 24/7 clock and wins."""
    if at is not None:
        return CaseClock(now, (at - now).total_seconds(), AROUND_THE_CLOCK)
    if clock not in CLOCKS:
        raise ScriptError("running-clock-unknown", clock=reprlib.repr(clock), known=list(map(repr, CLOCKS)))
    seconds = require_number(hours, "hours") * 3600
    return CaseClock(now, seconds, str(clock))


def compute_due(basis: DueBasis, clock: CaseClock | None, calendar: WorkCalendar) -> datetime:
    """The instant that `basis` gives under this deadline and calendar."""
    if basis.start is not None:
        return calendar.add(basis.start, timedelta(seconds=basis.working_seconds(calendar)))
    if clock is None:
        raise ScriptError("running-deadline-missing")
    return clock.instant_at(calendar, basis.share, basis.working_seconds(calendar)) + timedelta(
        seconds=basis.continuous
    )


def require_number(value: Any, label: str) -> float:
    """`value` as a number, parsed if it is text; raises ScriptError naming `label`."""
    try:
        result = float(value)
    except (TypeError, ValueError) as error:
        raise ScriptError("running-number-needed", name=label, value=reprlib.repr(value)) from error
    if not -1e6 < result < 1e6:
        raise ScriptError("running-number-out-of-range", name=label, value=reprlib.repr(value))
    return result
