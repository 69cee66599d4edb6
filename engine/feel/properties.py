"""The properties of values behind a dot (DMN 1.5, 10.3.2.13.1, tables 61 and 65)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from engine.feel.civil import weekday_of
from engine.feel.temporal import NANOS, DaysDuration, FeelDate, FeelDateTime, FeelTime, MonthsDuration
from engine.feel.values import FeelRange, FeelRun, FeelValue, type_name

_Reader = Callable[..., FeelValue]


def property_of(run: FeelRun, value: FeelValue, name: str) -> FeelValue:
    """`value.name`; of a list, the list of the property of each item."""
    if isinstance(value, dict):
        if name in value:
            return value[name]
        return run.null_because("feel-property-unknown", type="context", name=name)
    if isinstance(value, list):
        run.pay_for(value)
        return [property_of(run, item, name) for item in value]
    reader = _PROPERTIES.get(type(value), {}).get(name)
    if reader is None:
        return run.null_because("feel-property-unknown", type=type_name(value), name=name)
    return reader(value)


def _whole(value: int) -> Decimal:
    return Decimal(value)


def _zone_offset(time: FeelTime, days: int = 0) -> FeelValue:
    if time.zone is None:
        return None
    return DaysDuration(time.zone.offset_at(days, time.nanos // NANOS) * NANOS)


def _zone_name(time: FeelTime) -> FeelValue:
    return None if time.zone is None or time.zone.offset is not None else time.zone.name


def _part(amount: int, size: int, limit: int = 0) -> Decimal:
    """How many whole `size` are in `amount`, below `limit`; negative durations have negative parts."""
    count = abs(amount) // size
    count = count % limit if limit else count
    return Decimal(-count if amount < 0 else count)


_DATE: dict[str, _Reader] = {
    "year": lambda date: _whole(date.year),
    "month": lambda date: _whole(date.month),
    "day": lambda date: _whole(date.day),
    "weekday": lambda date: _whole(weekday_of(date.days)),
}
_TIME: dict[str, _Reader] = {
    "hour": lambda time: _whole(time.nanos // NANOS // 3600),
    "minute": lambda time: _whole(time.nanos // NANOS // 60 % 60),
    "second": lambda time: _whole(time.nanos // NANOS % 60),
    "time offset": _zone_offset,
    "timezone": _zone_name,
}


def _of_part(part: str, reader: _Reader) -> _Reader:
    return lambda value: reader(getattr(value, part))


_PROPERTIES: Mapping[type, Mapping[str, _Reader]] = {
    FeelDate: _DATE,
    FeelTime: _TIME,
    FeelDateTime: {name: _of_part("date", reader) for name, reader in _DATE.items()}
    | {name: _of_part("time", reader) for name, reader in _TIME.items()}
    | {"time offset": lambda value: _zone_offset(value.time, value.date.days)},
    MonthsDuration: {
        "years": lambda duration: _part(duration.months, 12),
        "months": lambda duration: _part(duration.months, 1, 12),
    },
    DaysDuration: {
        "days": lambda duration: _part(duration.nanos, 86_400 * NANOS),
        "hours": lambda duration: _part(duration.nanos, 3600 * NANOS, 24),
        "minutes": lambda duration: _part(duration.nanos, 60 * NANOS, 60),
        "seconds": lambda duration: _part(duration.nanos, NANOS, 60),
    },
    FeelRange: {
        "start": lambda span: span.low,
        "end": lambda span: span.high,
        "start included": lambda span: span.low_closed,
        "end included": lambda span: span.high_closed,
    },
}
