"""The case's deadline and the timers made from it. Pure arithmetic; imported by the modules of this package.

A deadline is a start and an amount of time on one of two clocks: working time, or the 24/7 clock of emergencies (R8).
While the case waits for the citizen the clock is paused. Every instant that a diagram derives from it remembers how it
was made (`Basis`), so that a pause, an extension or a changed holiday moves deadline and timers together.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from engine.errors import ScriptError
from engine.world.work_calendar import WorkCalendar

WORKING = "working"
ALWAYS = "24x7"
CLOCKS = (WORKING, ALWAYS)


class Basis(msgspec.Struct, frozen=True, array_like=True):
    """How an instant was made.

    Of the case's deadline when `start` is None: the point where `share` of it is used, plus `seconds` of working time.
    Otherwise `seconds` of working time after `start`.
    """

    share: float
    seconds: float
    start: datetime | None = None


class Due(str):
    """An ISO instant that remembers its basis; to a diagram it is a string like any other."""

    __slots__ = ("basis",)
    basis: Basis

    def __new__(cls, at: datetime, basis: Basis) -> Due:
        """The instant `at`, made by `basis`."""
        self = super().__new__(cls, at.isoformat())
        self.basis = basis
        return self


class CaseClock(msgspec.Struct, array_like=True):
    """A case's deadline: `amount` seconds after `start`, moved by `paused` seconds; standing still since `since`."""

    start: datetime
    amount: float
    clock: str
    paused: float = 0.0
    since: datetime | None = None

    def at(self, calendar: WorkCalendar, share: float = 1.0, seconds: float = 0.0) -> datetime:
        """The instant where `share` of the time is used, and `seconds` of working time more."""
        reached = self._forward(calendar, self.start, self.amount * share + self.paused)
        return calendar.add(reached, timedelta(seconds=seconds)) if seconds else reached

    def pause(self, now: datetime) -> None:
        """Stop the clock; stopping it twice is stopping it once."""
        if self.since is None:
            self.since = now

    def resume(self, calendar: WorkCalendar, now: datetime) -> None:
        """Let the clock go on; the time it stood still is added before the deadline."""
        if self.since is not None:
            self.paused += self._elapsed(calendar, self.since, now)
            self.since = None

    def extend(self, calendar: WorkCalendar, now: datetime, seconds: float) -> None:
        """Move the deadline to `seconds` of its own clock after itself, or after now when it has passed."""
        late = max(0.0, self._elapsed(calendar, self.at(calendar), now))
        self.amount += late + seconds

    def _forward(self, calendar: WorkCalendar, start: datetime, seconds: float) -> datetime:
        amount = timedelta(seconds=seconds)
        return start + amount if self.clock == ALWAYS else calendar.add(start, amount)

    def _elapsed(self, calendar: WorkCalendar, start: datetime, end: datetime) -> float:
        amount = end - start if self.clock == ALWAYS else calendar.between(start, end)
        return amount.total_seconds()


def new_clock(
    calendar: WorkCalendar, now: datetime, hours: object, clock: object, at: datetime | None = None
) -> CaseClock:
    """The deadline `hours` after `now` on `clock`; an explicit instant `at` runs on the 24/7 clock and wins."""
    if at is not None:
        return CaseClock(now, (at - now).total_seconds(), ALWAYS)
    if clock not in CLOCKS:
        raise ScriptError(f"The clock {clock!r} is unknown; use {' or '.join(map(repr, CLOCKS))}.")
    seconds = number(hours, "hours") * 3600
    start = now if clock == ALWAYS else calendar.next_opening(now)
    return CaseClock(start, seconds, str(clock))


def instant(basis: Basis, clock: CaseClock | None, calendar: WorkCalendar) -> datetime:
    """The instant that `basis` means under this deadline and calendar."""
    if basis.start is not None:
        return calendar.add(basis.start, timedelta(seconds=basis.seconds))
    if clock is None:
        raise ScriptError("The case has no deadline yet.")
    return clock.at(calendar, basis.share, basis.seconds)


def number(value: Any, what: str) -> float:
    """`value` as a number, also from its text; raises ScriptError naming `what`."""
    try:
        result = float(value)
    except (TypeError, ValueError) as error:
        raise ScriptError(f"{what} must be a number, not {value!r}.") from error
    if not -1e6 < result < 1e6:
        raise ScriptError(f"{what} is out of range: {value!r}.")
    return result
