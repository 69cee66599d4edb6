"""Working time (R8): deadlines in office hours over weekends, Vietnam's holidays and swapped days.

Conventions, chosen so that amounts of one sign add up exactly, `add(add(a, x), y) == add(a, x + y)`:
- Open periods are half-open for `is_open` and `next_opening`: at 17:00 sharp an office is closed.
- A positive amount ends at the earliest instant by which that much was worked: 8 hours from 07:30 end at 17:00.
- A negative amount ends at the latest instant from which that much is worked: an hour before 08:30 is 07:30, not 17:00.
- A zero amount moves a closed instant to the next opening; the instant of closing stays, since deadlines fall on it.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from engine.errors import BadInput
from engine.translation.catalogue import Language
from engine.world.deadline_explanation import (
    DeadlineBreakdown,
    NamedDays,
    clock_sentence,
    require_language,
    working_sentence,
)
from engine.world.office_hours import DEFAULT_KIND, OFFICE_HOURS, OfficeWeek, OpeningPeriod, Span, compile_hours
from engine.world.public_holidays import FIRST_YEAR, LAST_YEAR, DayOverride, SpecialDay, day_name, special_days

MAX_AMOUNT = timedelta(days=20 * 365.25)

_KNOWN_YEARS = {"first": str(FIRST_YEAR), "last": str(LAST_YEAR)}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_MICROS = 86_400_000_000
# Vietnam has kept +07:00 without daylight saving time since 1975, so that days are a fixed grid of microseconds.
_OFFSET_MICROS = 7 * 3_600_000_000
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


def _midnight_micros(day: date) -> int:
    return (day.toordinal() - _EPOCH_ORDINAL) * _DAY_MICROS - _OFFSET_MICROS


_YEAR_STARTS = [_midnight_micros(date(year, 1, 1)) for year in range(FIRST_YEAR, LAST_YEAR + 2)]


@dataclass(frozen=True, slots=True)
class _Year:
    """Open periods of one kind in one local year, in UTC microseconds, with the time worked before each."""

    opens: list[int]
    closes: list[int]
    before: list[int]
    total: int

    def worked(self, at: int) -> int:
        """Microseconds worked from the start of the year to `at`."""
        index = bisect_right(self.opens, at) - 1
        if index < 0:
            return 0
        return self.before[index] + min(at, self.closes[index]) - self.opens[index]

    def earliest(self, worked: int) -> int:
        """The first instant at which `worked` (above 0, at most `total`) is reached."""
        index = bisect_left(self.before, worked) - 1
        return self.opens[index] + worked - self.before[index]

    def latest(self, worked: int) -> int:
        """The last instant at which at most `worked` (below `total`) is reached."""
        index = bisect_right(self.before, worked) - 1
        return self.opens[index] + worked - self.before[index]


@dataclass(frozen=True)
class WorkCalendar:
    """Office hours per kind of unit over weekly rest, holidays and overrides; made by `build_calendar`.

    Equal when `revision`, a hash of everything that decides a deadline or its explanation, is equal. Takes aware
    datetimes (a naive one is BadInput), returns UTC; amounts are working time. An unknown kind has "default" hours.
    Instants outside 1980–2099 are BadInput.
    """

    revision: str
    weeks: Mapping[str, OfficeWeek] = field(repr=False, compare=False)
    days: Mapping[date, SpecialDay] = field(repr=False, compare=False)
    # A cache filled year by year; it holds nothing that the other fields do not determine.
    _years: dict[tuple[str, int], _Year] = field(default_factory=dict, init=False, repr=False, compare=False)

    def add(self, start: datetime, amount: timedelta, kind: str = DEFAULT_KIND) -> datetime:
        """The instant `amount` of working time after `start`, before it for a negative amount.

        Raises BadInput for amounts over 20 years and for results outside 1980–2099.
        """
        at, step = _to_micros(start), _bounded_micros(amount)
        if step > 0:
            return _from_micros(self._add_forward(kind, at, step))
        if step < 0:
            return _from_micros(self._add_backward(kind, at, step))
        return _from_micros(at if self._is_within_hours(kind, at - 1) else self._opening_from(kind, at))

    def between(self, a: datetime, b: datetime, kind: str = DEFAULT_KIND) -> timedelta:
        """Working time from `a` to `b`; negative when `b` comes first."""
        first, last = _to_micros(a), _to_micros(b)
        if last < first:
            return -self.between(b, a, kind)
        begin, end = _year_of(first), _year_of(last)
        worked = self._year_table(kind, end).worked(last) - self._year_table(kind, begin).worked(first)
        worked += sum(self._year_table(kind, year).total for year in range(begin, end))
        return timedelta(microseconds=worked)

    def is_open(self, at: datetime, kind: str = DEFAULT_KIND) -> bool:
        """Whether offices of the kind are open at the instant."""
        return self._is_within_hours(kind, _to_micros(at))

    def next_opening(self, at: datetime, kind: str = DEFAULT_KIND) -> datetime:
        """`at` itself while open, otherwise the next instant at which offices open."""
        return _from_micros(self._opening_from(kind, _to_micros(at)))

    def day_length(self, kind: str = DEFAULT_KIND) -> timedelta:
        """The length of a standard working day."""
        return timedelta(microseconds=sum(closes - opens for opens, closes in self._week_of(kind).standard))

    def explain(self, start: datetime, amount: timedelta, kind: str = DEFAULT_KIND, language: str = "vi") -> str:
        """One sentence, in "vi" or "en", on how `add(start, amount)` came about; raises BadInput as `add` does."""
        reader = require_language(language)
        due = self.add(start, amount, kind)
        first, last = sorted((_to_micros(start), _to_micros(due)))
        rest, closed, worked = self._days_passed(kind, (first, last), reader)
        opening = self.add(start, timedelta(0), kind)
        moved = amount > timedelta(0) and opening != start
        breakdown = DeadlineBreakdown(
            start, opening if moved else None, amount, due, self.day_length(kind), rest, closed, worked
        )
        return working_sentence(breakdown, reader)

    @staticmethod
    def explain_clock(start: datetime, amount: timedelta, language: str = "vi") -> str:
        """The same for a deadline on the 24/7 clock, which is `start + amount`."""
        reader = require_language(language)
        due = _from_micros(_to_micros(start) + _bounded_micros(amount))
        return clock_sentence(start, amount, due, reader)

    def _add_forward(self, kind: str, at: int, step: int) -> int:
        year = _year_of(at)
        table = self._year_table(kind, year)
        worked = table.worked(at) + step
        while worked > table.total:
            worked -= table.total
            year += 1
            table = self._year_table(kind, year)
        return table.earliest(worked)

    def _add_backward(self, kind: str, at: int, step: int) -> int:
        year = _year_of(at)
        table = self._year_table(kind, year)
        worked = table.worked(at) + step
        while worked < 0:
            year -= 1
            table = self._year_table(kind, year)
            worked += table.total
        return table.latest(worked)

    def _opening_from(self, kind: str, at: int) -> int:
        if self._is_within_hours(kind, at):
            return at
        year = _year_of(at)
        index = bisect_right(self._year_table(kind, year).opens, at)
        while index == len(self._year_table(kind, year).opens):
            index, year = 0, year + 1
        return self._year_table(kind, year).opens[index]

    def _is_within_hours(self, kind: str, at: int) -> bool:
        table = self._year_table(kind, _year_of(at))
        index = bisect_right(table.opens, at) - 1
        return index >= 0 and at < table.closes[index]

    def _week_of(self, kind: str) -> OfficeWeek:
        return self.weeks.get(kind) or self.weeks[DEFAULT_KIND]

    def _year_table(self, kind: str, year: int) -> _Year:
        key = (kind if kind in self.weeks else DEFAULT_KIND, year)
        table = self._years.get(key)
        if table is None:
            table = self._years[key] = self._tabulate_year(*key)
        return table

    def _tabulate_year(self, kind: str, year: int) -> _Year:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise BadInput("deadline-outside-calendar", **_KNOWN_YEARS)
        opens, closes, before, total = [], [], [], 0
        first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        for day in map(date.fromordinal, range(first, last + 1)):
            midnight = _midnight_micros(day)
            for start, end in self._open_spans(kind, day):
                opens.append(midnight + start)
                closes.append(midnight + end)
                before.append(total)
                total += end - start
        return _Year(opens, closes, before, total)

    def _open_spans(self, kind: str, day: date) -> tuple[Span, ...]:
        week, special = self._week_of(kind), self.days.get(day)
        if special is None:
            return week.days[day.weekday()]
        return week.standard if special.worked else week.holiday

    def _days_passed(self, kind: str, span: Span, language: Language) -> tuple[int, NamedDays, NamedDays]:
        """Weekly rest days, holidays passed over and swapped days counted between two instants."""
        rest, closed, worked = 0, [], []
        for day in _local_days(*span):
            special, spans = self.days.get(day), self._open_spans(kind, day)
            if special is None:
                rest += not spans
            elif special.worked and _overlaps_any(spans, span, _midnight_micros(day)):
                worked.append((day, day_name(day, special, language)))
            elif not spans:
                closed.append((day, day_name(day, special, language)))
        return rest, closed, worked


def build_calendar(
    overrides: Iterable[DayOverride] = (), office_hours: Mapping[str, Iterable[OpeningPeriod]] = OFFICE_HOURS
) -> WorkCalendar:
    """A calendar from override days and the periods of each kind; raises BadInput for unusable ones."""
    return _build_equal_once(tuple(overrides), tuple((kind, tuple(rows)) for kind, rows in office_hours.items()))


@lru_cache(maxsize=8)  # Whatever else changed in a province, its calendar is mostly the one of before.
def _build_equal_once(
    overrides: tuple[DayOverride, ...], office_hours: tuple[tuple[str, tuple[OpeningPeriod, ...]], ...]
) -> WorkCalendar:
    weeks, days = compile_hours(dict(office_hours)), special_days(overrides)
    content = [
        [[kind, week.days, week.holiday] for kind, week in weeks.items()],
        [[day.isoformat(), special.worked, special.name] for day, special in sorted(days.items())],
    ]
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return WorkCalendar(hashlib.sha256(text.encode()).hexdigest()[:16], weeks, days)


def _microseconds(amount: timedelta) -> int:
    return (amount.days * 86_400 + amount.seconds) * 1_000_000 + amount.microseconds


def _bounded_micros(amount: timedelta) -> int:
    if abs(amount) > MAX_AMOUNT:
        raise BadInput("amount-over-limit", days=amount.days)
    return _microseconds(amount)


def _to_micros(at: datetime) -> int:
    if at.tzinfo is None:
        raise BadInput("instant-without-zone", at=at.isoformat())
    micros = _microseconds(at - _EPOCH)
    if not _YEAR_STARTS[0] <= micros < _YEAR_STARTS[-1]:
        raise BadInput("instant-outside-calendar", at=at.isoformat(), **_KNOWN_YEARS)
    return micros


def _from_micros(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def _year_of(at: int) -> int:
    return FIRST_YEAR + bisect_right(_YEAR_STARTS, at) - 1


def _local_days(first: int, last: int) -> Iterator[date]:
    """Local dates between two instants; one reached only at midnight is left out."""
    begin, end = (
        at // _DAY_MICROS + _EPOCH_ORDINAL for at in (first + _OFFSET_MICROS, max(first, last - 1) + _OFFSET_MICROS)
    )
    return map(date.fromordinal, range(begin, end + 1))


def _overlaps_any(spans: Iterable[Span], span: Span, midnight: int) -> bool:
    return any(midnight + opens < span[1] and span[0] < midnight + closes for opens, closes in spans)
