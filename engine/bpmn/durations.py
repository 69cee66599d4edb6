"""ISO 8601 durations and cycles as the calendar has them: a month after 31 January is 28 February, and the one after
that 31 March.

SpiffWorkflow turns the months into seconds once, so that a monthly reminder drifts. Pure arithmetic, on the calendar of
Vietnam.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.clock import VIETNAM

LAST_YEAR = 9000
"""Nothing is planned later: a later instant could not be moved to another time zone."""
_NUMBER = r"(\d{1,9}(?:[.,]\d{1,6})?)"
_DURATION = re.compile(
    rf"P(?=\d|T\d)(?:{_NUMBER}W|(?:(\d{{1,4}})Y)?(?:(\d{{1,5}})M)?(?:{_NUMBER}D)?"
    rf"(?:T(?=\d)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?)"
)
_CYCLE = re.compile(r"R(\d{0,6})/(P.*)")


@dataclass(frozen=True, slots=True)
class CalendarDuration:
    """A duration: whole months on the calendar, then seconds of elapsed time."""

    months: int
    seconds: float

    def after(self, start: datetime, times: int = 1) -> datetime:
        """The instant `times` durations after `start`; a day that the month lacks becomes its last one.

        Raises OverflowError when that lies beyond LAST_YEAR.
        """
        local = start.astimezone(VIETNAM)
        months = local.year * 12 + local.month - 1 + self.months * times
        year, month = divmod(months, 12)
        if year > LAST_YEAR:
            raise OverflowError(year)
        day = min(local.day, monthrange(year, month + 1)[1])
        moved = local.replace(year=year, month=month + 1, day=day) + timedelta(seconds=self.seconds * times)
        if moved.year > LAST_YEAR:
            raise OverflowError(moved.year)
        return moved.astimezone(start.tzinfo)


def parse_duration(text: object) -> CalendarDuration | None:
    """The duration in a text such as "P1M" or "PT1.5H"; None for anything else."""
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    weeks, years, months, days, hours, minutes, seconds = (
        float(part.replace(",", ".")) if part else 0.0 for part in match.groups()
    )
    elapsed = ((weeks * 7 + days) * 24 + hours) * 3600 + minutes * 60 + seconds
    return CalendarDuration(int(years) * 12 + int(months), elapsed)


def parse_cycle(text: object) -> tuple[int, str] | None:
    """How often a cycle such as "R3/P1M" fires (-1 without end), and its duration; None for anything else."""
    match = _CYCLE.fullmatch(text) if isinstance(text, str) else None
    duration = parse_duration(match[2]) if match is not None else None
    if match is None or duration is None or (not duration.months and not duration.seconds):
        return None
    turns = int(match[1]) if match[1] else -1
    return (turns, match[2]) if turns else None
