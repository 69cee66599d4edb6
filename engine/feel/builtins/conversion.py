"""Functions that make values of other values (DMN 1.5, 10.3.4.1, table 71), and not() (10.3.4.2)."""

from __future__ import annotations

from decimal import Decimal

from engine.feel import syntax
from engine.feel.builtins.registry import BuiltinFamily
from engine.feel.civil import is_civil_date
from engine.feel.comparison import compare
from engine.feel.numbers import parse_number, whole_of
from engine.feel.parser import parse_expression
from engine.feel.reasons import FeelSyntaxError
from engine.feel.temporal import (
    NANOS,
    DaysDuration,
    FeelDate,
    FeelDateTime,
    FeelTime,
    MonthsDuration,
    midnight,
)
from engine.feel.temporal_text import (
    nanos_of,
    parse_date,
    parse_date_time,
    parse_duration,
    parse_temporal,
    parse_time,
)
from engine.feel.value_text import value_text
from engine.feel.values import FeelRange, FeelRun, FeelValue
from engine.feel.zones import MAX_OFFSET, UTC_ZONE, FeelZone, named_zone

CONVERSION = BuiltinFamily()


def _read(run: FeelRun, kind: str, text: str, value: FeelValue) -> FeelValue:
    return run.null_because("feel-literal-invalid", text=text, type=kind) if value is None else value


@CONVERSION.add("date", "from: string|date|date and time")
def _date_from(run: FeelRun, value: FeelValue) -> FeelValue:
    if isinstance(value, FeelDateTime):
        return value.date
    return _read(run, "date", value, parse_date(value)) if isinstance(value, str) else value


@CONVERSION.add("date", "year: number, month: number, day: number")
def _date_of(run: FeelRun, year: Decimal, month: Decimal, day: Decimal) -> FeelValue:
    parts = [whole_of(part) for part in (year, month, day)]
    if None in parts or not is_civil_date(*parts):  # type: ignore[arg-type]
        return run.null_because("feel-literal-invalid", text=f"{year}-{month}-{day}", type="date")
    return FeelDate(*parts)  # type: ignore[arg-type]


@CONVERSION.add("time", "from: string|date|time|date and time")
def _time_from(run: FeelRun, value: FeelValue) -> FeelValue:
    if isinstance(value, str):
        return _read(run, "time", value, parse_time(value))
    if isinstance(value, FeelDate):
        return midnight(value, UTC_ZONE).time
    return value.time if isinstance(value, FeelDateTime) else value


@CONVERSION.add("time", "hour: number, minute: number, second: number, offset: days and time duration?")
def _time_of(run: FeelRun, hour: Decimal, minute: Decimal, second: Decimal, offset: DaysDuration | None) -> FeelValue:
    hours, minutes = whole_of(hour), whole_of(minute)
    limits_hold = hours is not None and minutes is not None and 0 <= hours < 24 and 0 <= minutes < 60
    if not limits_hold or not 0 <= second < 60 or (offset is not None and abs(offset.nanos) > MAX_OFFSET * NANOS):
        return run.null_because("feel-literal-invalid", text=f"{hour}:{minute}:{second}", type="time")
    assert hours is not None
    assert minutes is not None
    zone = None if offset is None else FeelZone(offset.nanos // NANOS)
    return FeelTime((hours * 3600 + minutes * 60) * NANOS + nanos_of(second), zone)


@CONVERSION.add("date and time", "from: string|date and time")
def _date_time_from(run: FeelRun, value: FeelValue) -> FeelValue:
    return _read(run, "date and time", value, parse_date_time(value)) if isinstance(value, str) else value


@CONVERSION.add("date and time", "date: date|date and time, time: time")
def _date_time_of(_: FeelRun, date: FeelDate | FeelDateTime, time: FeelTime) -> FeelValue:
    return FeelDateTime(date.date if isinstance(date, FeelDateTime) else date, time)


@CONVERSION.add("date and time", "date: date and time, timezone: string")
def _date_time_in(run: FeelRun, value: FeelDateTime, name: str) -> FeelValue:
    zone = named_zone(name)
    if zone is None:
        return run.null_because("feel-literal-invalid", text=name, type="time zone")
    return FeelDateTime(value.date, FeelTime(value.time.nanos, zone))


@CONVERSION.add("duration", "from: string|duration")
def _duration_from(run: FeelRun, value: FeelValue) -> FeelValue:
    return _read(run, "duration", value, parse_duration(value)) if isinstance(value, str) else value


@CONVERSION.add("years and months duration", "from: date|date and time, to: date|date and time")
def _months_between(_: FeelRun, start: FeelDate | FeelDateTime, end: FeelDate | FeelDateTime) -> FeelValue:
    """The whole months between two days, negative backwards; times of day do not count."""
    first, last = (part.date if isinstance(part, FeelDateTime) else part for part in (start, end))
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and first.day > last.day:
        months -= 1
    if months < 0 and first.day < last.day:
        months += 1
    return MonthsDuration(months)


@CONVERSION.add("number", "from: string, grouping separator: string?, decimal separator: string?")
def _number_from(run: FeelRun, text: str, grouping: str | None, point: str | None) -> FeelValue:
    is_known = grouping in (None, " ", ",", ".") and point in (None, ",", ".")
    if not is_known or (grouping is not None and grouping == (point or ".") and point is not None):
        return run.null_because("feel-argument-value", name="number", parameter="grouping separator", value=grouping)
    plain = text.replace(grouping, "") if grouping else text
    plain = plain.replace(point, ".") if point else plain
    return _read(run, "number", text, parse_number(plain))


@CONVERSION.add("string", "from: any")
def _string_from(_: FeelRun, value: FeelValue) -> FeelValue:
    return None if value is None else value_text(value)


@CONVERSION.add("not", "negand: boolean")
def _not(_: FeelRun, value: FeelValue) -> FeelValue:
    return not value


@CONVERSION.add("range", "from: string")
def _range_from(run: FeelRun, text: str) -> FeelValue:
    """The range that a text writes, with literals as its ends that compare and go upwards."""
    try:
        node = parse_expression(text, _LITERAL_FUNCTIONS)
    except FeelSyntaxError:
        node = None
    if not isinstance(node, syntax.RangeOf):
        return run.null_because("feel-literal-invalid", text=text, type="range")
    low, high = _literal(node.low), _literal(node.high)
    order = compare(low, high)
    is_open = (low is None) != (high is None)
    if (order is None and not is_open) or (order is not None and order > 0) or not _ends_exist(node, low, high):
        return run.null_because("feel-literal-invalid", text=text, type="range")
    return FeelRange(low, high, node.low_closed, node.high_closed)


def _ends_exist(node: syntax.RangeOf, low: FeelValue, high: FeelValue) -> bool:
    """Whether an end that is left open is one that says null."""
    return all(value is not None or end == syntax.Constant(None) for end, value in ((node.low, low), (node.high, high)))


_LITERAL_FUNCTIONS = {"date": parse_date, "time": parse_time, "date and time": parse_date_time}
_LITERAL_FUNCTIONS |= {"duration": parse_duration}  # type: ignore[dict-item]


def _literal(node: syntax.FeelNode) -> FeelValue:
    if isinstance(node, syntax.Constant):
        return node.value
    if isinstance(node, syntax.TemporalLiteral):
        return parse_temporal(node.text)
    if isinstance(node, syntax.Negation) and isinstance(node.operand, syntax.Constant):
        return -node.operand.value if isinstance(node.operand.value, Decimal) else None
    if (
        isinstance(node, syntax.FunctionCall)
        and isinstance(node.function, syntax.Variable)
        and len(node.arguments) == 1
    ):
        reader, argument = _LITERAL_FUNCTIONS.get(node.function.name), node.arguments[0]
        if reader is not None and isinstance(argument, syntax.Constant) and isinstance(argument.value, str):
            return reader(argument.value)
    return None
