"""Office hours: the plain periods of each kind of unit, checked and turned into weeks.

Imported by engine/world/work_calendar.py and by whoever stores or edits office hours.

A period is `(weekday, from, to)`: ISO weekday 1 (Monday) to 7, or PUBLIC_HOLIDAY for the hours a kind keeps on days
that are closed for others, and two local times "HH:MM"; "24:00" may end a day. Periods never cross midnight.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from engine.errors import BadInput

OpeningPeriod = tuple[int, str, str]
Span = tuple[int, int]

DEFAULT_KIND = "default"
PUBLIC_HOLIDAY = 8
OFFICE_HOURS: Mapping[str, tuple[OpeningPeriod, ...]] = {
    DEFAULT_KIND: tuple(
        (weekday, opens, closes)
        for weekday in range(1, 6)
        for opens, closes in (("07:30", "11:30"), ("13:00", "17:00"))
    )
}

_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "public holidays")
_TIME_PATTERN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")
_MINUTE = 60_000_000


@dataclass(frozen=True, slots=True)
class OfficeWeek:
    """What a kind of unit keeps open; spans are microseconds after local midnight, sorted and disjoint.

    `days` has Monday first; `holiday` is kept on closed days (usually nothing); `standard` is the pattern that most
    weekdays share (the earliest of equals): the length of "one working day" and the hours of a day worked in exchange.
    """

    days: tuple[tuple[Span, ...], ...]
    holiday: tuple[Span, ...]
    standard: tuple[Span, ...]


def compile_hours(office_hours: Mapping[str, Iterable[OpeningPeriod]]) -> dict[str, OfficeWeek]:
    """The week of each kind, sorted by kind; "default" is OFFICE_HOURS' where not given. Raises BadInput."""
    given: dict[str, Iterable[OpeningPeriod]] = {**OFFICE_HOURS, **office_hours}
    return {kind: _compile_week(kind, given[kind]) for kind in sorted(given)}


def _compile_week(kind: str, periods: Iterable[OpeningPeriod]) -> OfficeWeek:
    spans_by_day: dict[int, list[Span]] = {number: [] for number in range(1, PUBLIC_HOLIDAY + 1)}
    for weekday, opens, closes in periods:
        if weekday not in spans_by_day:
            raise BadInput(
                f"Office hours of {kind!r}: {weekday!r} is no weekday; "
                "use 1 (Monday) to 7 (Sunday), or 8 for public holidays."
            )
        spans_by_day[weekday].append(_parse_span(f"Office hours of {kind!r}, {_DAY_NAMES[weekday - 1]}", opens, closes))
    spans = [
        _require_disjoint(f"Office hours of {kind!r}, {_DAY_NAMES[number - 1]}", spans_by_day[number])
        for number in spans_by_day
    ]
    days = tuple(spans[:7])
    if not any(days):
        raise BadInput(f"Office hours of {kind!r} have no open period on any weekday.")
    return OfficeWeek(days, spans[7], Counter(day for day in days if day).most_common(1)[0][0])


def _parse_span(place: str, opens: str, closes: str) -> Span:
    start, end = _parse_time(place, opens), _parse_time(place, closes)
    if end <= start:
        raise BadInput(f"{place}: the period {opens}–{closes} does not end after it starts.")
    return start, end


def _parse_time(place: str, text: str) -> int:
    if not _TIME_PATTERN.fullmatch(text):
        raise BadInput(f"{place}: {text!r} is not a time of day like 07:30.")
    hours, minutes = text.split(":")
    return (int(hours) * 60 + int(minutes)) * _MINUTE


def _require_disjoint(place: str, spans: list[Span]) -> tuple[Span, ...]:
    spans.sort()
    for one, other in pairwise(spans):
        if other[0] < one[1]:
            raise BadInput(f"{place}: the periods {_span_text(one)} and {_span_text(other)} overlap.")
    return tuple(spans)


def _span_text(span: Span) -> str:
    return "–".join(f"{at // _MINUTE // 60:02}:{at // _MINUTE % 60:02}" for at in span)
