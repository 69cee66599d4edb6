"""Addition, subtraction, multiplication, division, powers and signs (DMN 1.5, 10.3.2.15, tables 56-60)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from engine.feel.numbers import FEEL_NUMBERS, calculate
from engine.feel.temporal import (
    DAY_NANOS,
    MAX_MONTHS,
    MAX_NANOS,
    DaysDuration,
    FeelDate,
    FeelDateTime,
    FeelTime,
    MonthsDuration,
    add_months,
    date_of_days,
    date_time_at,
    midnight,
)
from engine.feel.values import FeelRun, FeelValue, type_name
from engine.feel.zones import UTC_ZONE

Operation = Callable[[FeelRun, FeelValue, FeelValue], FeelValue]
DurationKind = TypeVar("DurationKind", MonthsDuration, DaysDuration)


def apply(run: FeelRun, sign: str, left: FeelValue, right: FeelValue) -> FeelValue:
    """The result of `left sign right`; null with a reason when there is none."""
    run.spend()
    if type(left) is Decimal and type(right) is Decimal:
        return _calculate(run, sign, left, right)
    operation = _OPERATIONS.get((sign, type(left), type(right)))
    if operation is not None:
        return operation(run, left, right)
    return run.null_because("feel-operand-types", operator=sign, left=type_name(left), right=type_name(right))


def negate(run: FeelRun, value: FeelValue) -> FeelValue:
    """The value with the other sign."""
    if isinstance(value, Decimal):
        return FEEL_NUMBERS.minus(value)
    if isinstance(value, MonthsDuration):
        return MonthsDuration(-value.months)
    if isinstance(value, DaysDuration):
        return DaysDuration(-value.nanos)
    return run.null_because("feel-operand-types", operator="-", left=type_name(value), right=type_name(value))


_NUMBERS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": FEEL_NUMBERS.add,
    "-": FEEL_NUMBERS.subtract,
    "*": FEEL_NUMBERS.multiply,
    "/": FEEL_NUMBERS.divide,
    "**": FEEL_NUMBERS.power,
}


def _calculate(run: FeelRun, sign: str, left: Decimal, right: Decimal) -> FeelValue:
    if sign == "/" and right == 0:
        return run.null_because("feel-division-by-zero")
    number = calculate(lambda: _NUMBERS[sign](left, right))
    return run.null_because("feel-number-out-of-range") if number is None else number


def _duration(run: FeelRun, kind: type[DurationKind], amount: int) -> DurationKind | None:
    if abs(amount) > (MAX_MONTHS if kind is MonthsDuration else MAX_NANOS):
        return run.null_because("feel-number-out-of-range")
    return kind(amount)


def _amount(value: FeelValue) -> int:
    return value.months if isinstance(value, MonthsDuration) else value.nanos  # type: ignore[attr-defined]


def _add_durations(kind: type[DurationKind], factor: int) -> Operation:
    return lambda run, left, right: _duration(run, kind, _amount(left) + factor * _amount(right))


def _scale(kind: type[DurationKind], work: Callable[[Decimal, Decimal], Decimal]) -> Operation:
    def scaled(run: FeelRun, left: FeelValue, right: FeelValue) -> FeelValue:
        duration, number = (left, right) if isinstance(right, Decimal) else (right, left)
        assert isinstance(number, Decimal)
        if work == FEEL_NUMBERS.divide and number == 0:
            return run.null_because("feel-division-by-zero")
        amount = calculate(lambda: work(Decimal(_amount(duration)), number))
        if amount is None or amount.adjusted() > 40:
            return run.null_because("feel-number-out-of-range")
        return _duration(run, kind, int(amount))

    return scaled


def _divide_durations(run: FeelRun, left: FeelValue, right: FeelValue) -> FeelValue:
    return _calculate(run, "/", Decimal(_amount(left)), Decimal(_amount(right)))


def _checked(run: FeelRun, value: FeelValue) -> FeelValue:
    return run.null_because("feel-date-out-of-range") if value is None else value


def _shift_months(factor: int) -> Operation:
    def shifted(run: FeelRun, left: FeelValue, right: FeelValue) -> FeelValue:
        start, duration = (left, right) if isinstance(right, MonthsDuration) else (right, left)
        assert isinstance(duration, MonthsDuration)
        if isinstance(start, FeelDate):
            return _checked(run, add_months(start, factor * duration.months))
        assert isinstance(start, FeelDateTime)
        date = add_months(start.date, factor * duration.months)
        return _checked(run, date and FeelDateTime(date, start.time))

    return shifted


def _shift_time(factor: int) -> Operation:
    def shifted(run: FeelRun, left: FeelValue, right: FeelValue) -> FeelValue:
        start, duration = (left, right) if isinstance(right, DaysDuration) else (right, left)
        nanos = factor * _amount(duration)
        if isinstance(start, FeelTime):
            return FeelTime((start.nanos + nanos) % DAY_NANOS, start.zone)
        if isinstance(start, FeelDate):
            return _checked(run, date_of_days((start.days * DAY_NANOS + nanos) // DAY_NANOS))
        assert isinstance(start, FeelDateTime)
        return _checked(run, date_time_at(start.instant + nanos, start.time.zone))

    return shifted


def _time_between(run: FeelRun, left: FeelValue, right: FeelValue) -> FeelValue:
    """The duration from right to left; a date counts as its midnight UTC (table 58)."""
    if isinstance(left, FeelTime) and isinstance(right, FeelTime):
        if (left.zone is None) != (right.zone is None):
            return run.null_because("feel-operand-types", operator="-", left="time", right="time with a zone")
        return DaysDuration(left.universal - right.universal)
    start, end = (midnight(part, UTC_ZONE) if isinstance(part, FeelDate) else part for part in (right, left))
    assert isinstance(start, FeelDateTime)
    assert isinstance(end, FeelDateTime)
    if (start.time.zone is None) != (end.time.zone is None):
        return run.null_because(
            "feel-operand-types", operator="-", left="date and time", right="date and time with a zone"
        )
    return _duration(run, DaysDuration, end.instant - start.instant)


def _join_texts(run: FeelRun, left: FeelValue, right: FeelValue) -> FeelValue:
    return run.pay_for(f"{left}{right}")


def _duration_table(kind: type[DurationKind]) -> dict[tuple[str, type, type], Operation]:
    return {
        ("+", kind, kind): _add_durations(kind, 1),
        ("-", kind, kind): _add_durations(kind, -1),
        ("*", kind, Decimal): _scale(kind, FEEL_NUMBERS.multiply),
        ("*", Decimal, kind): _scale(kind, FEEL_NUMBERS.multiply),
        ("/", kind, Decimal): _scale(kind, FEEL_NUMBERS.divide),
        ("/", kind, kind): _divide_durations,
    }


def _table() -> dict[tuple[str, type, type], Operation]:
    table: dict[tuple[str, type, type], Operation] = {("+", str, str): _join_texts}
    table |= _duration_table(MonthsDuration) | _duration_table(DaysDuration)
    shifts: list[tuple[type, type, Callable[[int], Operation]]] = [
        (FeelDate, MonthsDuration, _shift_months),
        (FeelDateTime, MonthsDuration, _shift_months),
    ]
    shifts += [(start, DaysDuration, _shift_time) for start in (FeelDate, FeelDateTime, FeelTime)]
    for start, length, shift in shifts:
        table["+", start, length] = table["+", length, start] = shift(1)
        table["-", start, length] = shift(-1)
    table["-", FeelTime, FeelTime] = _time_between
    for left in (FeelDate, FeelDateTime):
        table["-", left, FeelDate] = table["-", left, FeelDateTime] = _time_between
    return table


_OPERATIONS = _table()
