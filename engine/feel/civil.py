"""The proleptic Gregorian calendar over the years that FEEL has, far beyond those of `datetime` (XML Schema 1.1, E.3).

The day numbers count from 1970-01-01; the method is the common one over eras of 400 years.
"""

from __future__ import annotations

MAX_YEAR = 999_999_999
_ERA_DAYS = 146_097
_EPOCH = 719_468


def is_leap(year: int) -> bool:
    """Whether February of `year` has 29 days."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_length(year: int, month: int) -> int:
    """The number of days of a month."""
    return 29 if month == 2 and is_leap(year) else (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def is_civil_date(year: int, month: int, day: int) -> bool:
    """Whether there is such a day."""
    return abs(year) <= MAX_YEAR and 1 <= month <= 12 and 1 <= day <= month_length(year, month)


def days_of(year: int, month: int, day: int) -> int:
    """The number of the day."""
    year -= month <= 2
    era = year // 400
    year_of_era = year - era * 400
    day_of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * _ERA_DAYS + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - _EPOCH


def civil_of(days: int) -> tuple[int, int, int]:
    """Year, month and day of the day's number."""
    days += _EPOCH
    era = days // _ERA_DAYS
    day_of_era = days - era * _ERA_DAYS
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year_of_era + era * 400 + (month <= 2), month, day_of_year - (153 * shifted + 2) // 5 + 1


def week_of(days: int) -> int:
    """The number of the week by ISO 8601, whose first week has the first Thursday."""
    thursday = days - weekday_of(days) + 4
    year = civil_of(thursday)[0]
    return (thursday - days_of(year, 1, 1)) // 7 + 1


def weekday_of(days: int) -> int:
    """1 for Monday to 7 for Sunday."""
    return (days + 3) % 7 + 1
