"""The periods of an appendix: read from what was chosen, named in words, and the usual ones. For documents and pages.

Pure. A period is chosen as a key (`2026-10`, `2026-Q3`, `2026-H1`, `2026`) or as two days.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from engine.documents import official
from engine.errors import BadInput
from engine.statistics.period import Period

EARLIEST, LATEST = 2000, 2100  # Beyond these years calendars end.
MOST_DAYS = 366 * 10

_KEY = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<part>[QH]?)(?P<number>[0-9]{1,2}))?")
_MONTHS = {"": 1, "Q": 3, "H": 6}  # How many months a part of a year has.
_ROMAN = ("I", "II", "III", "IV")


def named(key: str) -> Period:
    """The period that a key means; raises BadInput."""
    found = _KEY.fullmatch(key)
    if found is None:
        raise BadInput(f"{key[:20]!r} is not a period; write 2026-10, 2026-Q3, 2026-H1 or 2026.")
    year = int(found["year"])
    if found["number"] is None:
        return between(date(_year(year), 1, 1), date(year, 12, 31))
    months, number = _MONTHS[found["part"]], int(found["number"])
    if not 1 <= number <= 12 // months:
        raise BadInput(f"{key!r}: a year has no part with this number.")
    last = number * months
    return between(date(_year(year), last - months + 1, 1), date(year, last, monthrange(year, last)[1]))


def between(first: date, last: date) -> Period:
    """The days from the first to the last one, both included; raises BadInput for an impossible period."""
    if last < first:
        raise BadInput("The period ends before it begins.")
    if first.year < EARLIEST or last.year > LATEST or (last - first).days >= MOST_DAYS:
        raise BadInput(f"A period lies between the years {EARLIEST} and {LATEST} and has no more than ten years.")
    return Period(first, last)


def key_of(period: Period) -> str:
    """The key that means this period; its two days where there is none."""
    year = period.first.year
    for part, months in _MONTHS.items():
        for number in range(1, 12 // months + 1):
            key = f"{year}-{part}{number:02d}" if part == "" else f"{year}-{part}{number}"
            if named(key) == period:
                return key
    whole = Period(date(year, 1, 1), date(year, 12, 31))
    return f"{year}" if period == whole else f"{period.first.isoformat()}_{period.last.isoformat()}"


def words(period: Period) -> str:
    """The period as papers name it: tháng 10 năm 2026, quý III năm 2026, 6 tháng đầu năm 2026, năm 2026."""
    year, part, number = period.first.year, *_part(key_of(period))
    if part == "days":
        return f"từ ngày {official.short_date(period.first)} đến ngày {official.short_date(period.last)}"
    return {
        "": f"tháng {number} năm {year}",
        "Q": f"quý {_ROMAN[(number - 1) % 4]} năm {year}",
        "H": f"6 tháng {'đầu' if number == 1 else 'cuối'} năm {year}",
        "year": f"năm {year}",
    }[part]


def file_name(period: Period, suffix: str) -> str:
    """What the file of an appendix is called: phu-luc-2026-10.xlsx."""
    return f"phu-luc-{key_of(period).replace('_', '-den-').lower()}.{suffix}"


def usual(today: date) -> dict[str, str]:
    """The periods that are asked for most, by a name in words, the likeliest first: the month before and so on."""
    before = today.replace(day=1) - timedelta(days=1)
    quarter, half = (today.month - 1) // 3, (today.month - 1) // 6
    return {
        "last_month": f"{before.year}-{before.month:02d}",
        "this_month": f"{today.year}-{today.month:02d}",
        "last_quarter": f"{today.year}-Q{quarter}" if quarter else f"{today.year - 1}-Q4",
        "last_half": f"{today.year}-H{half}" if half else f"{today.year - 1}-H2",
        "this_year": f"{today.year}",
        "last_year": f"{today.year - 1}",
    }


def _year(year: int) -> int:
    if not EARLIEST <= year <= LATEST:
        raise BadInput(f"A period lies between the years {EARLIEST} and {LATEST}.")
    return year


def _part(key: str) -> tuple[str, int]:
    found = _KEY.fullmatch(key)
    if found is None:
        return "days", 0
    return ("year", 0) if found["number"] is None else (found["part"], int(found["number"]))
