"""Dates, times, date-times and the two durations as values (DMN 1.5, 10.3.2.3): whole nanoseconds and months."""

from __future__ import annotations

from dataclasses import dataclass

from engine.feel.civil import MAX_YEAR, civil_of, days_of, month_length
from engine.feel.zones import FeelZone

NANOS = 1_000_000_000
DAY_NANOS = 86_400 * NANOS
MAX_MONTHS = 12 * 2 * MAX_YEAR
MAX_NANOS = 2 * MAX_YEAR * 366 * DAY_NANOS


@dataclass(frozen=True, slots=True, order=True)
class FeelDate:
    """A day without a time."""

    year: int
    month: int
    day: int

    @property
    def days(self) -> int:
        """Its number since 1970-01-01."""
        return days_of(self.year, self.month, self.day)


@dataclass(frozen=True, slots=True)
class FeelTime:
    """A time of a day, in nanoseconds since midnight, with or without a zone."""

    nanos: int
    zone: FeelZone | None = None

    @property
    def universal(self) -> int:
        """Nanoseconds since midnight UTC; a zone with a name counts as at 1970-01-01."""
        offset = 0 if self.zone is None else self.zone.offset_at(0, self.nanos // NANOS)
        return self.nanos - offset * NANOS


@dataclass(frozen=True, slots=True)
class FeelDateTime:
    """A time of a certain day."""

    date: FeelDate
    time: FeelTime

    @property
    def local(self) -> int:
        """Nanoseconds since 1970-01-01T00:00:00 on its own clock."""
        return self.date.days * DAY_NANOS + self.time.nanos

    @property
    def instant(self) -> int:
        """Nanoseconds since 1970-01-01T00:00:00 UTC; without a zone the clock counts as UTC."""
        zone = self.time.zone
        offset = 0 if zone is None else zone.offset_at(self.date.days, self.time.nanos // NANOS)
        return self.local - offset * NANOS


@dataclass(frozen=True, slots=True, order=True)
class MonthsDuration:
    """A years and months duration."""

    months: int


@dataclass(frozen=True, slots=True, order=True)
class DaysDuration:
    """A days and time duration."""

    nanos: int


def date_of_days(days: int) -> FeelDate | None:
    """The day with that number; None beyond the years that dates have."""
    year, month, day = civil_of(days)
    return FeelDate(year, month, day) if abs(year) <= MAX_YEAR else None


def date_time_of(local: int, zone: FeelZone | None) -> FeelDateTime | None:
    """The date-time whose own clock shows `local` nanoseconds since 1970."""
    date = date_of_days(local // DAY_NANOS)
    return None if date is None else FeelDateTime(date, FeelTime(local % DAY_NANOS, zone))


def date_time_at(instant: int, zone: FeelZone | None) -> FeelDateTime | None:
    """The date-time in `zone` at an instant of UTC."""
    offset = 0 if zone is None else zone.offset_at_instant(instant // NANOS)
    return date_time_of(instant + offset * NANOS, zone)


def add_months(date: FeelDate, months: int) -> FeelDate | None:
    """The same day so many months later, or the last of that month when it is shorter."""
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    if abs(year) > MAX_YEAR:
        return None
    return FeelDate(year, month + 1, min(date.day, month_length(year, month + 1)))


def midnight(date: FeelDate, zone: FeelZone | None = None) -> FeelDateTime:
    """The date-time at which a day begins."""
    return FeelDateTime(date, FeelTime(0, zone))
