"""The periods of reports: whole weeks from Monday, and calendar months. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from engine.clock import VIETNAM
from engine.documents import appendix_period, official
from engine.statistics.period import ReportingPeriod

WEEK, MONTH = CADENCES = ("week", "month")
DRAFT_AT = time(6)  # In Vietnam, on the day after a period: figures of the last day are complete.
_DAY = timedelta(days=1)


def newest_period(cadence: str, now: datetime) -> ReportingPeriod:
    """The last whole period that a report can be drafted on at `now`."""
    local = now.astimezone(VIETNAM)
    today = local.date() if local.time() >= DRAFT_AT else local.date() - _DAY
    if cadence == WEEK:
        monday = today - timedelta(days=today.weekday())
        return ReportingPeriod(monday - 7 * _DAY, monday - _DAY)
    return _month_before(today)


def period_before(cadence: str, period: ReportingPeriod) -> ReportingPeriod:
    """The period that a report compares with."""
    if cadence == WEEK:
        return ReportingPeriod(period.first - 7 * _DAY, period.first - _DAY)
    return _month_before(period.first)


def period_name(cadence: str, period: ReportingPeriod) -> str:
    """The period as a paper names it: tháng 10 năm 2026, tuần từ ngày 23/11/2026 đến ngày 29/11/2026."""
    if cadence == MONTH:
        return appendix_period.period_in_words(period)
    return f"tuần từ ngày {official.short_date(period.first)} đến ngày {official.short_date(period.last)}"


def _month_before(day: date) -> ReportingPeriod:
    last = day.replace(day=1) - _DAY
    return ReportingPeriod(last.replace(day=1), last)
