"""Office hours: the plain periods of each kind of unit, checked and turned into weeks.

A period is `(weekday, from, to)`: ISO weekday 1 (Monday) to 7, or PUBLIC_HOLIDAY for the hours a kind keeps on days
when others are closed, and two local times "HH:MM"; "24:00" may end a day. Periods never cross midnight.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from engine.errors import BadInput
from engine.translation.catalogue import N_
from engine.translation.wording import Term
from engine.world.captions import WEEKDAYS, kind_term

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

_DAY_NAMES = (*WEEKDAYS, N_("ngày lễ"))
_TIME_PATTERN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")
_MINUTE = 60_000_000


@dataclass(frozen=True, slots=True)
class OfficeWeek:
    """The opening hours of a kind of unit; spans are microseconds after local midnight, sorted and disjoint.

    `days` has Monday first; `holiday` applies on closed days (usually nothing); `standard` is the pattern that most
    weekdays share (the earliest of equals): the length of "one working day" and the hours of a day worked in exchange.
    """

    days: tuple[tuple[Span, ...], ...]
    holiday: tuple[Span, ...]
    standard: tuple[Span, ...]


def compile_hours(office_hours: Mapping[str, Iterable[OpeningPeriod]]) -> dict[str, OfficeWeek]:
    """The week of each kind, sorted by kind; "default" is OFFICE_HOURS' if not given. Raises BadInput."""
    given: dict[str, Iterable[OpeningPeriod]] = {**OFFICE_HOURS, **office_hours}
    return {kind: _compile_week(kind, given[kind]) for kind in sorted(given)}


def _compile_week(kind: str, periods: Iterable[OpeningPeriod]) -> OfficeWeek:
    spans_by_day: dict[int, list[Span]] = {number: [] for number in range(1, PUBLIC_HOLIDAY + 1)}
    for weekday, opens, closes in periods:
        if weekday not in spans_by_day:
            raise BadInput("hours-weekday-unknown", kind=kind_term(kind), weekday=repr(weekday))
        spans_by_day[weekday].append(_parse_span(_place_facts(kind, weekday), opens, closes))
    spans = [_require_disjoint(_place_facts(kind, number), spans_by_day[number]) for number in spans_by_day]
    days = tuple(spans[:7])
    if not any(days):
        raise BadInput("hours-never-open", kind=kind_term(kind))
    return OfficeWeek(days, spans[7], Counter(day for day in days if day).most_common(1)[0][0])


def _place_facts(kind: str, weekday: int) -> dict[str, object]:
    """The position of a period, as facts of its error."""
    return {"kind": kind_term(kind), "day": Term(_DAY_NAMES[weekday - 1])}


def _parse_span(place: Mapping[str, object], opens: str, closes: str) -> Span:
    start, end = _parse_time(place, opens), _parse_time(place, closes)
    if end <= start:
        raise BadInput("hours-end-before-start", **place, opens=opens, closes=closes)
    return start, end


def _parse_time(place: Mapping[str, object], text: str) -> int:
    if not _TIME_PATTERN.fullmatch(text):
        raise BadInput("hours-time-unreadable", **place, text=repr(text))
    hours, minutes = text.split(":")
    return (int(hours) * 60 + int(minutes)) * _MINUTE


def _require_disjoint(place: Mapping[str, object], spans: list[Span]) -> tuple[Span, ...]:
    spans.sort()
    for one, other in pairwise(spans):
        if other[0] < one[1]:
            raise BadInput("hours-overlap", **place, one=_span_text(one), other=_span_text(other))
    return tuple(spans)


def _span_text(span: Span) -> str:
    return "–".join(f"{at // _MINUTE // 60:02}:{at // _MINUTE % 60:02}" for at in span)
