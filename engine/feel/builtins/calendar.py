"""Functions over dates and times (DMN 1.5, 10.3.4.6 and 10.3.4.8), and the two that ask for the time."""

from __future__ import annotations

from decimal import Decimal

from engine.feel.builtins.registry import BuiltinFamily
from engine.feel.civil import days_of, week_of, weekday_of
from engine.feel.temporal import FeelDate, FeelDateTime
from engine.feel.values import FeelRun, FeelValue

CALENDAR = BuiltinFamily()
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAY = "date: date|date and time"


def _date(value: FeelDate | FeelDateTime) -> FeelDate:
    return value.date if isinstance(value, FeelDateTime) else value


@CALENDAR.add("day of year", _DAY)
def _day_of_year(_: FeelRun, value: FeelDate | FeelDateTime) -> FeelValue:
    date = _date(value)
    return Decimal(date.days - days_of(date.year, 1, 1) + 1)


@CALENDAR.add("day of week", _DAY)
def _day_of_week(_: FeelRun, value: FeelDate | FeelDateTime) -> FeelValue:
    return WEEKDAYS[weekday_of(_date(value).days) - 1]


@CALENDAR.add("month of year", _DAY)
def _month_of_year(_: FeelRun, value: FeelDate | FeelDateTime) -> FeelValue:
    return MONTHS[_date(value).month - 1]


@CALENDAR.add("week of year", _DAY)
def _week_of_year(_: FeelRun, value: FeelDate | FeelDateTime) -> FeelValue:
    return Decimal(week_of(_date(value).days))


@CALENDAR.add("now")
def _now(run: FeelRun) -> FeelValue:
    return run.now or run.null_because("feel-clock-missing", name="now()")


@CALENDAR.add("today")
def _today(run: FeelRun) -> FeelValue:
    return run.now.date if run.now is not None else run.null_because("feel-clock-missing", name="today()")


@CALENDAR.add("is", "value1: any?, value2: any?")
def _is(_: FeelRun, left: FeelValue, right: FeelValue) -> FeelValue:
    """Whether two values are the same element of the domain: unlike `=`, zones have to be the same too."""
    return type(left) is type(right) and left == right
