"""Temporal values from text and back, in the notations of XML Schema 1.1 and, for zones, of DMN 1.5 (10.3.4.1)."""

from __future__ import annotations

import re
from decimal import Decimal

from engine.feel.civil import is_civil_date
from engine.feel.temporal import (
    MAX_MONTHS,
    MAX_NANOS,
    NANOS,
    DaysDuration,
    FeelDate,
    FeelDateTime,
    FeelTime,
    MonthsDuration,
    date_of_days,
)
from engine.feel.zones import MAX_OFFSET, FeelZone, named_zone

FeelTemporal = FeelDate | FeelTime | FeelDateTime | MonthsDuration | DaysDuration

_DATE = re.compile(r"(-?)(\d{4}|[1-9]\d{4,8})-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:(Z)|([+-])(\d\d):(\d\d)(?::(\d\d))?|@([\w+\-/]+))?", re.ASCII
)
_MONTHS = re.compile(r"(-?)P(?=\d)(?:(\d{1,12})Y)?(?:(\d{1,12})M)?", re.ASCII)
_DAYS = re.compile(
    r"(-?)P(?=[\dT])(?:(\d{1,18})D)?(?:T(?=\d)(?:(\d{1,18})H)?(?:(\d{1,18})M)?(?:(\d{1,18})(?:\.(\d{0,9})\d*)?S)?)?",
    re.ASCII,
)


def parse_date(text: str) -> FeelDate | None:
    """A date such as 2026-11-30; None when there is none."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = int(match[1] + match[2]), int(match[3]), int(match[4])
    return FeelDate(year, month, day) if is_civil_date(year, month, day) else None


def parse_time(text: str) -> FeelTime | None:
    """A time such as 08:30:00, 08:30:00.5+07:00 or 08:30:00@Asia/Ho_Chi_Minh; None when there is none."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3])
    if hour > 23 or minute > 59 or second > 59:
        return None
    nanos = (hour * 3600 + minute * 60 + second) * NANOS + int((match[4] or "").ljust(9, "0"))
    if not (match[5] or match[6] or match[10]):
        return FeelTime(nanos)
    zone = _zone_of(match)
    return None if zone is None else FeelTime(nanos, zone)


def _zone_of(match: re.Match[str]) -> FeelZone | None:
    if match[10]:
        return named_zone(match[10])
    if match[5]:
        return FeelZone(0)
    if int(match[8]) > 59 or int(match[9] or 0) > 59:
        return None
    offset = int(match[7]) * 3600 + int(match[8]) * 60 + int(match[9] or 0)
    return FeelZone(-offset if match[6] == "-" else offset) if offset <= MAX_OFFSET else None


def parse_date_time(text: str) -> FeelDateTime | None:
    """A date and a time joined by T, or a date alone, which means midnight; None when there is none."""
    day, joint, clock = text.partition("T")
    date = parse_date(day)
    if date is not None and clock[:8] == "24:00:00":  # The end of a day is the beginning of the next (XML Schema).
        date, clock = date_of_days(date.days + 1), f"00:00:00{clock[8:]}"
    time = parse_time(clock) if joint else FeelTime(0)
    return None if date is None or time is None else FeelDateTime(date, time)


def parse_duration(text: str) -> MonthsDuration | DaysDuration | None:
    """A duration such as P1Y2M or P1DT2H; None when there is none, or when it mixes both kinds."""
    match = _MONTHS.fullmatch(text)
    if match is not None:
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return MonthsDuration(-months if match[1] else months) if months <= MAX_MONTHS else None
    match = _DAYS.fullmatch(text)
    if match is None:
        return None
    seconds = (int(match[2] or 0) * 24 + int(match[3] or 0)) * 3600 + int(match[4] or 0) * 60 + int(match[5] or 0)
    nanos = seconds * NANOS + int((match[6] or "").ljust(9, "0"))
    return DaysDuration(-nanos if match[1] else nanos) if nanos <= MAX_NANOS else None


def parse_temporal(text: str) -> FeelTemporal | None:
    """What an at-literal such as @"2026-11-30" means (grammar rule 62); None when it means nothing."""
    if text[:1] == "P" or text[:2] == "-P":
        return parse_duration(text)
    if "T" in text.partition("@")[0]:
        return parse_date_time(text)
    return parse_date(text) or parse_time(text)


def temporal_text(value: FeelTemporal) -> str:
    """The notation that reads back as the value."""
    match value:
        case FeelDate():
            return f"{'-' if value.year < 0 else ''}{abs(value.year):04}-{value.month:02}-{value.day:02}"
        case FeelTime():
            return _clock_text(value.nanos) + _zone_text(value.zone)
        case FeelDateTime():
            return f"{temporal_text(value.date)}T{temporal_text(value.time)}"
        case MonthsDuration():
            return _months_text(value.months)
        case DaysDuration():
            return _days_text(value.nanos)


def _clock_text(nanos: int) -> str:
    seconds, fraction = divmod(nanos, NANOS)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{_fraction_text(fraction)}"


def _fraction_text(nanos: int) -> str:
    return f".{nanos:09}".rstrip("0") if nanos else ""


def _zone_text(zone: FeelZone | None) -> str:
    if zone is None or zone.offset is None:
        return "" if zone is None else f"@{zone.name}"
    if zone.offset == 0:
        return "Z"
    size = abs(zone.offset)
    seconds = f":{size % 60:02}" if size % 60 else ""
    return f"{'-' if zone.offset < 0 else '+'}{size // 3600:02}:{size // 60 % 60:02}{seconds}"


def _months_text(months: int) -> str:
    years, rest = divmod(abs(months), 12)
    text = (f"{years}Y" if years else "") + (f"{rest}M" if rest else "")
    return f"{'-' if months < 0 else ''}P{text or '0M'}"


def _days_text(nanos: int) -> str:
    seconds, fraction = divmod(abs(nanos), NANOS)
    days, seconds = divmod(seconds, 86_400)
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{rest}{_fraction_text(fraction)}S" if rest or fraction else ""
    text = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return f"{'-' if nanos < 0 else ''}P{text or 'T0S'}"


def seconds_of(nanos: int) -> Decimal:
    """Nanoseconds as a number of seconds."""
    seconds, fraction = divmod(nanos, NANOS)
    return Decimal(seconds) if not fraction else Decimal(seconds) + Decimal(fraction).scaleb(-9)


def nanos_of(seconds: Decimal) -> int:
    """A number of seconds as whole nanoseconds, cut towards zero."""
    return int(seconds.scaleb(9))
