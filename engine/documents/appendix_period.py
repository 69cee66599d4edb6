"""The periods of an appendix: parsed from a choice, named in words, and the usual suggestions.

Pure. A period is chosen as a key (`2026-10`, `2026-Q3`, `2026-H1`, `2026`) or as two days.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from engine.documents import official
from engine.errors import BadInput
from engine.statistics.period import ReportingPeriod

EARLIEST, LATEST = 2000, 2100  # Calendars end beyond these years.
MAX_DAYS = 366 * 10

_YEARS = {"earliest": str(EARLIEST), "latest": str(LATEST)}
_PERIOD_KEY = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<part>[QH]?)(?P<number>[0-9]{1,2}))?")
_MONTHS_PER_PART = {"": 1, "Q": 3, "H": 6}  # The number of months in each part of a year.
_QUARTER_NUMERALS = ("I", "II", "III", "IV")


def parse_period(key: str) -> ReportingPeriod:
    """The period that a key denotes; raises BadInput."""
    match = _PERIOD_KEY.fullmatch(key)
    if match is None:
        raise BadInput("period-key-unknown", key=key[:20])
    year = int(match["year"])
    if match["number"] is None:
        return period_between(date(_checked_year(year), 1, 1), date(year, 12, 31))
    months, number = _MONTHS_PER_PART[match["part"]], int(match["number"])
    if not 1 <= number <= 12 // months:
        raise BadInput("period-part-unknown", key=key)
    last = number * months
    return period_between(date(_checked_year(year), last - months + 1, 1), date(year, last, monthrange(year, last)[1]))


def period_between(first: date, last: date) -> ReportingPeriod:
    """The period from `first` to `last`, both included; raises BadInput for an impossible period."""
    if last < first:
        raise BadInput("period-reversed")
    if first.year < EARLIEST or last.year > LATEST or (last - first).days >= MAX_DAYS:
        raise BadInput("period-out-of-range", **_YEARS)
    return ReportingPeriod(first, last)


def period_key(period: ReportingPeriod) -> str:
    """The key of a period; its two days if it has none."""
    year = period.first.year
    for part, months in _MONTHS_PER_PART.items():
        for number in range(1, 12 // months + 1):
            key = f"{year}-{part}{number:02d}" if part == "" else f"{year}-{part}{number}"
            if parse_period(key) == period:
                return key
    whole = ReportingPeriod(date(year, 1, 1), date(year, 12, 31))
    return f"{year}" if period == whole else f"{period.first.isoformat()}_{period.last.isoformat()}"


def period_in_words(period: ReportingPeriod) -> str:
    """The period as official papers name it: tháng 10 năm 2026, quý III năm 2026, 6 tháng đầu năm 2026, năm 2026."""
    year, part, number = period.first.year, *_part_of_year(period_key(period))
    if part == "days":
        return f"từ ngày {official.short_date(period.first)} đến ngày {official.short_date(period.last)}"
    return {
        "": f"tháng {number} năm {year}",
        "Q": f"quý {_QUARTER_NUMERALS[(number - 1) % 4]} năm {year}",
        "H": f"6 tháng {'đầu' if number == 1 else 'cuối'} năm {year}",
        "year": f"năm {year}",
    }[part]


def download_name(period: ReportingPeriod, suffix: str) -> str:
    """The file name of an appendix: phu-luc-2026-10.xlsx."""
    return f"phu-luc-{period_key(period).replace('_', '-den-').lower()}.{suffix}"


def suggested_periods(today: date) -> dict[str, str]:
    """The keys of the most requested periods by name, likeliest first: last month and so on."""
    last_month = today.replace(day=1) - timedelta(days=1)
    quarter, half = (today.month - 1) // 3, (today.month - 1) // 6
    return {
        "last_month": f"{last_month.year}-{last_month.month:02d}",
        "this_month": f"{today.year}-{today.month:02d}",
        "last_quarter": f"{today.year}-Q{quarter}" if quarter else f"{today.year - 1}-Q4",
        "last_half": f"{today.year}-H{half}" if half else f"{today.year - 1}-H2",
        "this_year": f"{today.year}",
        "last_year": f"{today.year - 1}",
    }


def _checked_year(year: int) -> int:
    if not EARLIEST <= year <= LATEST:
        raise BadInput("period-out-of-range", **_YEARS)
    return year


def _part_of_year(key: str) -> tuple[str, int]:
    match = _PERIOD_KEY.fullmatch(key)
    if match is None:
        return "days", 0
    return ("year", 0) if match["number"] is None else (match["part"], int(match["number"]))
