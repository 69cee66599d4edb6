"""The sentence that tells an officer or a citizen how a deadline came about (R8).

Times are shown to the minute, in Vietnam's time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.clock import VIETNAM
from engine.errors import BadInput
from engine.translation.catalogue import LANGUAGES, N_, SOURCE, Language, english, translate
from engine.world.captions import WEEKDAYS

# A span of years covers hundreds of holidays; beyond this many the sentence gives their number.
MAX_NAMED_DAYS = 20

NamedDays = Sequence[tuple[date, str]]

_FORWARD, _BACKWARD = N_("Hạn {due}: {amount} kể từ {start}"), N_("Mốc {due}: {amount} trước {start}")
_OPENING = N_(" (tính từ {opening})")
_WORKING_AMOUNT = N_("{amount} làm việc")
_WITHOUT, _INCLUDING, _AND = N_(", không tính {days}"), N_(", có tính {days}"), N_(" và ")
_CLOCK_AMOUNT = N_("{amount} liên tục (24/7)")
_ALL_TIME = N_(", tính cả ban đêm, ngày nghỉ và ngày lễ")


def ngettext(one: str, many: str) -> tuple[str, str]:
    """A counted noun, marked so that the catalogue has its singular and its plural."""
    return one, many


_COUNTED = {
    "day": ngettext("{number} ngày làm việc", "{number} ngày làm việc"),
    "hour": ngettext("{number} giờ", "{number} giờ"),
    "minute": ngettext("{number} phút", "{number} phút"),
    "rest": ngettext("{number} ngày nghỉ hằng tuần", "{number} ngày nghỉ hằng tuần"),
    "holiday": ngettext("{number} ngày nghỉ lễ", "{number} ngày nghỉ lễ"),
    "swap": ngettext("{number} ngày làm bù", "{number} ngày làm bù"),
}


@dataclass(frozen=True, slots=True)
class DeadlineBreakdown:
    """The components of a working-time deadline.

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


def require_language(language: str) -> Language:
    """`language` if sentences exist in it ("vi", "en"); raises BadInput for any other."""
    for known in LANGUAGES:
        if known == language:
            return known
    raise BadInput("deadline-language-unknown", language=repr(language))


def working_sentence(breakdown: DeadlineBreakdown, language: Language) -> str:
    """One sentence on a deadline (a negative amount: a point before `start`) in working time."""
    sentence = _opening_clause(
        breakdown.start,
        _working_amount(breakdown, language),
        breakdown.due,
        language,
        back=breakdown.amount < timedelta(0),
    )
    if breakdown.opening:
        opening = instant_with_weekday(breakdown.opening, language)
        sentence += translate(_OPENING, language).format(opening=opening)
    year = breakdown.due.astimezone(VIETNAM).year
    rest = [_count_text(breakdown.rest, "rest", language)] if breakdown.rest else []
    closed = rest + _name_days(breakdown.closed, "holiday", language, year)
    worked = _name_days(breakdown.worked, "swap", language, year)
    for clause, days in ((_WITHOUT, closed), (_INCLUDING, worked)):
        if days:
            sentence += translate(clause, language).format(days=_join_parts(days, translate(_AND, language)))
    return sentence + "."


def clock_sentence(start: datetime, amount: timedelta, due: datetime, language: Language) -> str:
    """One sentence on a deadline on the 24/7 clock."""
    amount_text = translate(_CLOCK_AMOUNT, language).format(amount=_duration_text(amount, language))
    clause = _opening_clause(start, amount_text, due, language, back=amount < timedelta(0))
    return clause + translate(_ALL_TIME, language) + "."


def _opening_clause(start: datetime, amount: str, due: datetime, language: Language, *, back: bool) -> str:
    template = translate(_BACKWARD if back else _FORWARD, language)
    return template.format(
        due=instant_with_weekday(due, language), amount=amount, start=instant_with_weekday(start, language)
    )


def _working_amount(breakdown: DeadlineBreakdown, language: Language) -> str:
    days, remainder = divmod(abs(breakdown.amount), breakdown.day)
    if days and not remainder:
        return f"{_count_text(days, 'day', language)} ({_duration_text(breakdown.amount, language)})"
    return translate(_WORKING_AMOUNT, language).format(amount=_duration_text(breakdown.amount, language))


def _duration_text(amount: timedelta, language: Language) -> str:
    hours, minutes = divmod(abs(amount) // timedelta(minutes=1), 60)
    parts = [(hours, "hour")] if hours or not minutes else []
    parts += [(minutes, "minute")] if minutes else []
    return " ".join(_count_text(number, unit, language) for number, unit in parts)


def _count_text(number: int, unit: str, language: Language) -> str:
    one, many = _COUNTED[unit]
    template = one if language == SOURCE else english().ngettext(one, many, number)
    return template.format(number=number)


def instant_with_weekday(at: datetime, language: Language) -> str:
    """An instant with its weekday in Vietnam's time: 16:30 thứ Sáu 27/11/2026."""
    local = at.astimezone(VIETNAM)
    return f"{local:%H:%M} {translate(WEEKDAYS[local.weekday()], language)} {local:%d/%m/%Y}"


def _name_days(days: NamedDays, unit: str, language: Language, year: int) -> list[str]:
    if len(days) > MAX_NAMED_DAYS:
        return [_count_text(len(days), unit, language)]
    return [f"{_day_text(day, language, year)} ({name})" for day, name in days]


def _day_text(day: date, language: Language, year: int) -> str:
    return f"{translate(WEEKDAYS[day.weekday()], language)} {day:{'%d/%m' if day.year == year else '%d/%m/%Y'}}"


def _join_parts(parts: list[str], conjunction: str) -> str:
    return ", ".join(parts[:-1]) + conjunction + parts[-1] if len(parts) > 1 else parts[0]
