"""Working time (R8): deadlines in office hours over weekends, Vietnam's holidays and swapped days. Pure base layer.

Conventions, chosen so that amounts of one sign add up exactly, `add(add(a, x), y) == add(a, x + y)`:
- Open periods are half-open for `is_open` and `next_opening`: at 17:00 sharp an office is closed.
- A positive amount ends at the earliest instant at which so much was worked: 8 hours from 07:30 end at 17:00.
- A negative amount ends at the latest instant from which so much is worked: an hour before 08:30 is 07:30, not 17:00.
- A zero amount moves a closed instant to the next opening; the instant of closing stays, since deadlines fall on it.
Everybody may import this module.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from engine.errors import BadInput
from engine.world.deadline_explanation import NamedDays, Reckoning, checked_language, clock_sentence, working_sentence
from engine.world.office_hours import DEFAULT, OFFICE_HOURS, Period, Span, Week, compile_hours
from engine.world.public_holidays import FIRST_YEAR, LAST_YEAR, Override, SpecialDay, day_name, special_days

LONGEST = timedelta(days=20 * 365.25)

_KNOWN = f"{FIRST_YEAR}–{LAST_YEAR}, the years the working calendar knows"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 86_400_000_000
# Vietnam has kept +07:00 without summer time since 1975, so that days are a fixed grid of microseconds.
_OFFSET = 7 * 3_600_000_000
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


def _midnight(day: date) -> int:
    return (day.toordinal() - _EPOCH_ORDINAL) * _DAY - _OFFSET


_YEAR_STARTS = [_midnight(date(year, 1, 1)) for year in range(FIRST_YEAR, LAST_YEAR + 2)]


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
        """The last instant at which no more than `worked` (below `total`) is reached."""
        index = bisect_right(self.before, worked) - 1
        return self.opens[index] + worked - self.before[index]


@dataclass(frozen=True)
class WorkCalendar:
    """Office hours per kind of unit over weekly rest, holidays and overrides; made by `build`.

    Equal when `revision`, a hash of everything that decides a deadline or its explanation, is equal. Takes aware
    datetimes (a naive one is BadInput), returns UTC; amounts are working time. An unknown kind has "default" hours.
    Instants outside 1980–2099 are BadInput.
    """

    revision: str
    weeks: Mapping[str, Week] = field(repr=False, compare=False)
    days: Mapping[date, SpecialDay] = field(repr=False, compare=False)
    # Filled as years are met; it holds nothing that the other fields do not say.
    _years: dict[tuple[str, int], _Year] = field(default_factory=dict, init=False, repr=False, compare=False)

    def add(self, start: datetime, amount: timedelta, kind: str = DEFAULT) -> datetime:
        """The instant `amount` of working time after `start`, before it for a negative amount.

        Raises BadInput for amounts over 20 years and for results outside 1980–2099.
        """
        at, step = _micros(start), _bounded(amount)
        if step > 0:
            return _instant(self._forward(kind, at, step))
        if step < 0:
            return _instant(self._backward(kind, at, step))
        return _instant(at if self._within(kind, at - 1) else self._opening(kind, at))

    def between(self, a: datetime, b: datetime, kind: str = DEFAULT) -> timedelta:
        """Working time from `a` to `b`; negative when `b` comes first."""
        first, last = _micros(a), _micros(b)
        if last < first:
            return -self.between(b, a, kind)
        begin, end = _year_of(first), _year_of(last)
        worked = self._year(kind, end).worked(last) - self._year(kind, begin).worked(first)
        worked += sum(self._year(kind, year).total for year in range(begin, end))
        return timedelta(microseconds=worked)

    def is_open(self, at: datetime, kind: str = DEFAULT) -> bool:
        """Whether offices of the kind are open at the instant."""
        return self._within(kind, _micros(at))

    def next_opening(self, at: datetime, kind: str = DEFAULT) -> datetime:
        """`at` itself while open, otherwise the next instant at which offices open."""
        return _instant(self._opening(kind, _micros(at)))

    def day(self, kind: str = DEFAULT) -> timedelta:
        """The length of a standard working day."""
        return timedelta(microseconds=sum(closes - opens for opens, closes in self._week(kind).standard))

    def explain(self, start: datetime, amount: timedelta, kind: str = DEFAULT, language: str = "vi") -> str:
        """One sentence, in "vi" or "en", on how `add(start, amount)` came about; raises BadInput as `add` does."""
        checked_language(language)
        due = self.add(start, amount, kind)
        first, last = sorted((_micros(start), _micros(due)))
        rest, closed, worked = self._passed(kind, (first, last), language)
        opening = self.add(start, timedelta(0), kind)
        moved = amount > timedelta(0) and opening != start
        made = Reckoning(start, opening if moved else None, amount, due, self.day(kind), rest, closed, worked)
        return working_sentence(made, language)

    @staticmethod
    def explain_clock(start: datetime, amount: timedelta, language: str = "vi") -> str:
        """The same for a deadline on the 24/7 clock, which is `start + amount`."""
        checked_language(language)
        due = _instant(_micros(start) + _bounded(amount))
        return clock_sentence(start, amount, due, language)

    def _forward(self, kind: str, at: int, step: int) -> int:
        year = _year_of(at)
        table = self._year(kind, year)
        worked = table.worked(at) + step
        while worked > table.total:
            worked -= table.total
            year += 1
            table = self._year(kind, year)
        return table.earliest(worked)

    def _backward(self, kind: str, at: int, step: int) -> int:
        year = _year_of(at)
        table = self._year(kind, year)
        worked = table.worked(at) + step
        while worked < 0:
            year -= 1
            table = self._year(kind, year)
            worked += table.total
        return table.latest(worked)

    def _opening(self, kind: str, at: int) -> int:
        if self._within(kind, at):
            return at
        year = _year_of(at)
        index = bisect_right(self._year(kind, year).opens, at)
        while index == len(self._year(kind, year).opens):
            index, year = 0, year + 1
        return self._year(kind, year).opens[index]

    def _within(self, kind: str, at: int) -> bool:
        table = self._year(kind, _year_of(at))
        index = bisect_right(table.opens, at) - 1
        return index >= 0 and at < table.closes[index]

    def _week(self, kind: str) -> Week:
        return self.weeks.get(kind) or self.weeks[DEFAULT]

    def _year(self, kind: str, year: int) -> _Year:
        key = (kind if kind in self.weeks else DEFAULT, year)
        table = self._years.get(key)
        if table is None:
            table = self._years[key] = self._tabulated(*key)
        return table

    def _tabulated(self, kind: str, year: int) -> _Year:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise BadInput(f"The deadline lies outside {_KNOWN}.")
        opens, closes, before, total = [], [], [], 0
        first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        for day in map(date.fromordinal, range(first, last + 1)):
            midnight = _midnight(day)
            for start, end in self._spans(kind, day):
                opens.append(midnight + start)
                closes.append(midnight + end)
                before.append(total)
                total += end - start
        return _Year(opens, closes, before, total)

    def _spans(self, kind: str, day: date) -> tuple[Span, ...]:
        week, special = self._week(kind), self.days.get(day)
        if special is None:
            return week.days[day.weekday()]
        return week.standard if special.worked else week.holiday

    def _passed(self, kind: str, span: Span, language: str) -> tuple[int, NamedDays, NamedDays]:
        """Weekly rest days, holidays passed over and swapped days counted between two instants."""
        rest, closed, worked = 0, [], []
        for day in _local_days(*span):
            special, spans = self.days.get(day), self._spans(kind, day)
            if special is None:
                rest += not spans
            elif special.worked and _overlaps(spans, span, _midnight(day)):
                worked.append((day, day_name(day, special, language)))
            elif not spans:
                closed.append((day, day_name(day, special, language)))
        return rest, closed, worked


def build(
    overrides: Iterable[Override] = (), office_hours: Mapping[str, Iterable[Period]] = OFFICE_HOURS
) -> WorkCalendar:
    """A calendar from override days and the periods of each kind; raises BadInput for any that cannot be used."""
    weeks, days = compile_hours(office_hours), special_days(overrides)
    content = [
        [[kind, week.days, week.holiday] for kind, week in weeks.items()],
        [[day.isoformat(), special.worked, special.name] for day, special in sorted(days.items())],
    ]
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return WorkCalendar(hashlib.sha256(text.encode()).hexdigest()[:16], weeks, days)


def _ticks(amount: timedelta) -> int:
    return (amount.days * 86_400 + amount.seconds) * 1_000_000 + amount.microseconds


def _bounded(amount: timedelta) -> int:
    if abs(amount) > LONGEST:
        raise BadInput(f"An amount of {amount.days} days is over the limit of 20 years.")
    return _ticks(amount)


def _micros(at: datetime) -> int:
    if at.tzinfo is None:
        raise BadInput(f"The time {at.isoformat()} has no time zone.")
    micros = _ticks(at - _EPOCH)
    if not _YEAR_STARTS[0] <= micros < _YEAR_STARTS[-1]:
        raise BadInput(f"The time {at.isoformat()} lies outside {_KNOWN}.")
    return micros


def _instant(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def _year_of(at: int) -> int:
    return FIRST_YEAR + bisect_right(_YEAR_STARTS, at) - 1


def _local_days(first: int, last: int) -> Iterator[date]:
    """Local dates touched between two instants; one that is only reached at midnight is not touched."""
    begin, end = (at // _DAY + _EPOCH_ORDINAL for at in (first + _OFFSET, max(first, last - 1) + _OFFSET))
    return map(date.fromordinal, range(begin, end + 1))


def _overlaps(spans: Iterable[Span], span: Span, midnight: int) -> bool:
    return any(midnight + opens < span[1] and span[0] < midnight + closes for opens, closes in spans)
