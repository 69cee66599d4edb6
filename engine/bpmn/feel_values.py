"""Takes the data of a case into FEEL and the values of FEEL back into it, without loss.

Data is JSON. A number is decimal in FEEL and exact up to the 15 digits that JSON readers agree on. A date, a time, a
moment or a duration stands in the data as the text in which FEEL writes it; a name whose texts are days or moments, by
the form that asks for it or the script that sets it, is one in FEEL too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from engine.bpmn.guards import MAX_NUMBER
from engine.clock import VIETNAM
from engine.errors import ScriptError
from engine.feel.moments import feel_moment
from engine.feel.temporal import DaysDuration, FeelDate, FeelDateTime, FeelTime, MonthsDuration
from engine.feel.temporal_text import FeelTemporal, parse_temporal, temporal_text
from engine.feel.values import FeelValue, type_name
from engine.feel.zones import FeelZone

NameKinds = Mapping[str, str]
"""The FEEL types of names whose values are days, times or moments."""
TEMPORAL_TYPES = {
    "date": FeelDate,
    "time": FeelTime,
    "date and time": FeelDateTime,
    "days and time duration": DaysDuration,
    "years and months duration": MonthsDuration,
}
_WITHOUT_SECONDS = re.compile(r"((?:[^T]*T)?\d\d:\d\d)([Z+@-].*)?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OFFSET = FeelZone(7 * 3600)


def feel_value(data: object, kind: str = "") -> FeelValue:
    """A value of a case's data in FEEL; with `kind`, a text of that kind is the day or moment that it writes."""
    if data is None or isinstance(data, bool):
        return data
    if isinstance(data, int | float):
        return Decimal(repr(data))
    if isinstance(data, str):
        return _moment_in(data, kind) or str(data) if kind in TEMPORAL_TYPES else str(data)
    if isinstance(data, list | tuple):
        return [feel_value(item) for item in data]
    if isinstance(data, dict):
        return {str(key): feel_value(item) for key, item in data.items()}
    return str(data)


def _moment_in(text: str, kind: str) -> FeelValue:
    """Moments of forms have no seconds, which FEEL asks for."""
    match = _WITHOUT_SECONDS.fullmatch(text)
    value = parse_temporal(text if match is None else f"{match[1]}:00{match[2] or ''}")
    return value if isinstance(value, TEMPORAL_TYPES[kind]) else None


def data_value(value: FeelValue) -> object:
    """A value of FEEL as data of a case. Raises ScriptError for functions, ranges and numbers too large to store."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Decimal):
        return _plain_number(value)
    if isinstance(value, FeelTemporal):
        return temporal_text(value)
    if isinstance(value, list):
        return [data_value(item) for item in value]
    if isinstance(value, dict):
        return {key: data_value(item) for key, item in value.items()}
    raise ScriptError("running-feel-value", kind=type_name(value))


def _plain_number(value: Decimal) -> int | float:
    if abs(value) > MAX_NUMBER:
        raise ScriptError("running-number-too-large")
    return int(value) if value == value.to_integral_value() else float(value)


def instant_text(moment: FeelDateTime) -> str:
    """A moment for the engine: an instant with Vietnam's offset, whose clock a moment without a zone means."""
    if moment.time.zone is None:
        moment = FeelDateTime(moment.date, FeelTime(moment.time.nanos, _OFFSET))
    try:
        return (_EPOCH + timedelta(microseconds=moment.instant // 1000)).astimezone(VIETNAM).isoformat()
    except OverflowError as error:
        raise ScriptError("running-timer-too-far", value=temporal_text(moment)) from error


def moment_of(at: datetime) -> FeelDateTime:
    """An instant in FEEL, with Vietnam's offset as the moments of forms have it."""
    moment = feel_moment(at.astimezone(VIETNAM))
    return FeelDateTime(moment.date, FeelTime(moment.time.nanos, _OFFSET))
