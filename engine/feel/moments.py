"""Moments of Python as FEEL has them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from engine.feel.temporal import NANOS, FeelDate, FeelDateTime, FeelTime
from engine.feel.zones import FeelZone


def feel_moment(moment: datetime) -> FeelDateTime:
    """The date-time of an instant, in the zone that it has."""
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    time = FeelTime(seconds * NANOS + moment.microsecond * 1000, _zone_of(moment))
    return FeelDateTime(FeelDate(moment.year, moment.month, moment.day), time)


def _zone_of(moment: datetime) -> FeelZone | None:
    if isinstance(moment.tzinfo, ZoneInfo) and moment.tzinfo.key:
        return FeelZone(None, moment.tzinfo.key)
    offset = moment.utcoffset()
    return None if offset is None else FeelZone(int(offset.total_seconds()))
