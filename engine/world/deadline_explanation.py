"""The sentence that tells an officer or a citizen how a deadline came about (R8).

Times are shown to the minute, in Vietnam's time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.clock import VIETNAM
from engine.errors import BadInput

# A span of years meets hundreds of holidays; beyond this many the sentence gives their number.
MAX_NAMED_DAYS = 20

NamedDays = Sequence[tuple[date, str]]

_WEEKDAYS = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_WORDS = {
    "vi": {
        "forward": "Hạn {due}: {amount} kể từ {start}",
        "backward": "Mốc {due}: {amount} trước {start}",
        "opening": " (tính từ {opening})",
        "working": "{amount} làm việc",
        "without": ", không tính {days}",
        "including": ", có tính {days}",
        "and": " và ",
        "clock": "{amount} liên tục (24/7)",
        "all": ", tính cả ban đêm, ngày nghỉ và ngày lễ",
    },
    "en": {
        "forward": "Due {due}: {amount} after {start}",
        "backward": "At {due}: {amount} before {start}",
        "opening": " (counted from {opening})",
        "working": "{amount} of working time",
        "without": ", not counting {days}",
        "including": ", counting {days}",
        "and": " and ",
        "clock": "{amount} around the clock (24/7)",
        "all": ", nights, rest days and holidays included",
    },
}
_UNITS = {
    "vi": {
        "day": ("ngày làm việc", "ngày làm việc"),
        "hour": ("giờ", "giờ"),
        "minute": ("phút", "phút"),
        "rest": ("ngày nghỉ hằng tuần", "ngày nghỉ hằng tuần"),
        "holiday": ("ngày nghỉ lễ", "ngày nghỉ lễ"),
        "swap": ("ngày làm bù", "ngày làm bù"),
    },
    "en": {
        "day": ("working day", "working days"),
        "hour": ("hour", "hours"),
        "minute": ("minute", "minutes"),
        "rest": ("weekly rest day", "weekly rest days"),
        "holiday": ("holiday", "holidays"),
        "swap": ("compensatory working day", "compensatory working days"),
    },
}


@dataclass(frozen=True, slots=True)
class DeadlineBreakdown:
    """What a working-time deadline was made of.

    `opening` is where counting began when `start` was closed; `day` the length of a working day; `rest` the number of
    weekly rest days passed over; `closed` the holidays passed over and `worked` the swapped days counted, with names.
    """

    start: datetime
    opening: datetime | None
    amount: timedelta
    due: datetime
    day: timedelta
    rest: int
    closed: NamedDays
    worked: NamedDays


def require_language(language: str) -> str:
    """`language` if sentences exist in it ("vi", "en"); raises BadInput otherwise."""
    if language not in _WORDS:
        raise BadInput(f'{language!r} is no language of deadline sentences; use "vi" or "en".')
    return language


def working_sentence(breakdown: DeadlineBreakdown, language: str) -> str:
    """One sentence on a deadline (a negative amount: a point before `start`) in working time."""
    words = _WORDS[language]
    sentence = _opening_clause(
        breakdown.start,
        _working_amount(breakdown, language),
        breakdown.due,
        language,
        back=breakdown.amount < timedelta(0),
    )
    if breakdown.opening:
        sentence += words["opening"].format(opening=instant_with_weekday(breakdown.opening, language))
    year = breakdown.due.astimezone(VIETNAM).year
    rest = [_count_text(breakdown.rest, "rest", language)] if breakdown.rest else []
    closed = rest + _name_days(breakdown.closed, "holiday", language, year)
    worked = _name_days(breakdown.worked, "swap", language, year)
    for key, days in (("without", closed), ("including", worked)):
        if days:
            sentence += words[key].format(days=_join_parts(days, words["and"]))
    return sentence + "."


def clock_sentence(start: datetime, amount: timedelta, due: datetime, language: str) -> str:
    """One sentence on a deadline on the 24/7 clock."""
    words = _WORDS[language]
    amount_text = words["clock"].format(amount=_duration_text(amount, language))
    return _opening_clause(start, amount_text, due, language, back=amount < timedelta(0)) + words["all"] + "."


def _opening_clause(start: datetime, amount: str, due: datetime, language: str, *, back: bool) -> str:
    template = _WORDS[language]["backward" if back else "forward"]
    return template.format(
        due=instant_with_weekday(due, language), amount=amount, start=instant_with_weekday(start, language)
    )


def _working_amount(breakdown: DeadlineBreakdown, language: str) -> str:
    days, remainder = divmod(abs(breakdown.amount), breakdown.day)
    if days and not remainder:
        return f"{_count_text(days, 'day', language)} ({_duration_text(breakdown.amount, language)})"
    return _WORDS[language]["working"].format(amount=_duration_text(breakdown.amount, language))


def _duration_text(amount: timedelta, language: str) -> str:
    hours, minutes = divmod(abs(amount) // timedelta(minutes=1), 60)
    parts = [(hours, "hour")] if hours or not minutes else []
    parts += [(minutes, "minute")] if minutes else []
    return " ".join(_count_text(number, unit, language) for number, unit in parts)


def _count_text(number: int, unit: str, language: str) -> str:
    return f"{number} {_UNITS[language][unit][number != 1]}"


def instant_with_weekday(at: datetime, language: str) -> str:
    """An instant with its weekday in Vietnam's time: 16:30 thứ Sáu 27/11/2026."""
    local = at.astimezone(VIETNAM)
    return f"{local:%H:%M} {_WEEKDAYS[language][local.weekday()]} {local:%d/%m/%Y}"


def _name_days(days: NamedDays, unit: str, language: str, year: int) -> list[str]:
    if len(days) > MAX_NAMED_DAYS:
        return [_count_text(len(days), unit, language)]
    return [f"{_day_text(day, language, year)} ({name})" for day, name in days]


def _day_text(day: date, language: str, year: int) -> str:
    return f"{_WEEKDAYS[language][day.weekday()]} {day:{'%d/%m' if day.year == year else '%d/%m/%Y'}}"


def _join_parts(parts: list[str], conjunction: str) -> str:
    return ", ".join(parts[:-1]) + conjunction + parts[-1] if len(parts) > 1 else parts[0]
