"""Time zones: an offset from UTC, or a name of the IANA database whose offset depends on the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.feel.civil import civil_of

DAY_SECONDS = 86_400
MAX_OFFSET = 14 * 3600


@dataclass(frozen=True, slots=True)
class FeelZone:
    """An offset in seconds, or a name; never both."""

    offset: int | None
    name: str = ""

    def offset_at(self, days: int, seconds: int) -> int:
        """Seconds before UTC at a local time, which is a day's number and the second of that day."""
        if self.offset is not None:
            return self.offset
        return _offset_of(_place(self.name), _local_time(days, seconds))

    def offset_at_instant(self, instant: int) -> int:
        """Seconds before UTC at a second of UTC since 1970."""
        if self.offset is not None:
            return self.offset
        zone = _place(self.name)
        universal = _local_time(instant // DAY_SECONDS, instant % DAY_SECONDS).replace(tzinfo=ZoneInfo("UTC"))
        return _seconds_of(universal.astimezone(zone).utcoffset())


UTC_ZONE = FeelZone(0)


def named_zone(name: str) -> FeelZone | None:
    """The zone of that name; None when there is none."""
    try:
        _place(name)
    except (OSError, ValueError):  # ZoneInfoNotFoundError is a KeyError that also covers what is no file.
        return None
    except KeyError:
        return None
    return FeelZone(None, name)


@lru_cache(maxsize=256)
def _place(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _offset_of(zone: ZoneInfo, local: datetime) -> int:
    return _seconds_of(local.replace(tzinfo=zone).utcoffset())


def _seconds_of(offset: timedelta | None) -> int:
    return 0 if offset is None else int(offset.total_seconds())


def _local_time(days: int, seconds: int) -> datetime:
    """The time as Python has it; years that it does not have keep to the nearest that it has."""
    year, month, day = civil_of(days)
    year, month, day = (2, 1, 1) if year < 2 else (9998, 12, 31) if year > 9998 else (year, month, day)
    return datetime(year, month, day) + timedelta(seconds=seconds)  # noqa: DTZ001 - the zone is what is asked for.
