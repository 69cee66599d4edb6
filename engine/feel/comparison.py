"""Equality, order and membership (DMN 1.5, 10.3.2.13, tables 51-55); None where values cannot be compared."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel.temporal import NANOS, DaysDuration, FeelDate, FeelDateTime, FeelTime, MonthsDuration
from engine.feel.values import FeelContext, FeelRange, FeelRun, FeelValue, as_list, type_name


def equals(run: FeelRun, left: FeelValue, right: FeelValue) -> bool | None:
    """Whether two values are equal; null equals only null, and different types do not compare."""
    run.spend()
    if left is None or right is None:
        return left is right
    if type(left) is not type(right):
        return None
    special = _EQUALITIES.get(type(left))
    return left == right if special is None else special(run, left, right)


def _equal_lists(run: FeelRun, left: list[FeelValue], right: list[FeelValue]) -> bool:
    return len(left) == len(right) and all(equals(run, *pair) is True for pair in zip(left, right, strict=True))


def _equal_contexts(run: FeelRun, left: FeelContext, right: FeelContext) -> bool:
    return left.keys() == right.keys() and all(equals(run, left[key], right[key]) is True for key in left)


def _equal_times(_: FeelRun, left: FeelTime | FeelDateTime, right: FeelTime | FeelDateTime) -> bool:
    """Times are equal to the second (table 53 compares their properties); one without a zone equals none with one."""
    if _has_zone(left) != _has_zone(right):
        return False
    return _moment(left) // NANOS == _moment(right) // NANOS


def _equal_ranges(run: FeelRun, left: FeelRange, right: FeelRange) -> bool:
    ends = (left.sign, left.low_closed, left.high_closed) == (right.sign, right.low_closed, right.high_closed)
    return ends and equals(run, left.low, right.low) is True and equals(run, left.high, right.high) is True


# Each compares two values of its own type, which a dictionary cannot say.
_EQUALITIES: dict[type, Callable[[FeelRun, Any, Any], bool]] = {
    list: _equal_lists,
    dict: _equal_contexts,
    FeelRange: _equal_ranges,
    FeelTime: _equal_times,
    FeelDateTime: _equal_times,
}


def compare(left: FeelValue, right: FeelValue) -> int | None:
    """-1, 0 or 1 as the left value stands before, at or after the right one; None when they have no order."""
    if type(left) is not type(right):
        return None
    if isinstance(left, (FeelTime, FeelDateTime)):
        if _has_zone(left) != _has_zone(right):
            return None
        left, right = _moment(left), _moment(right)
    elif not isinstance(left, (Decimal, str, FeelDate, MonthsDuration, DaysDuration)):
        return None
    return (left > right) - (left < right)  # type: ignore[operator]


def _has_zone(value: FeelValue) -> bool:
    time = value.time if isinstance(value, FeelDateTime) else value
    return isinstance(time, FeelTime) and time.zone is not None


def _moment(value: FeelValue) -> int:
    if isinstance(value, FeelDateTime):
        return value.instant
    assert isinstance(value, FeelTime)
    return value.universal


def holds(run: FeelRun, sign: str, left: FeelValue, right: FeelValue) -> bool | None:
    """The result of a comparison by its sign."""
    if sign in ("=", "!="):
        equal = equals(run, left, right)
        outcome = equal if equal is None or sign == "=" else not equal
    else:
        order = compare(left, right)
        outcome = None if order is None else _ORDERS[sign](order)
    if outcome is None and (left is not None and right is not None):
        run.null_because("feel-operand-types", operator=sign, left=type_name(left), right=type_name(right))
    return outcome


_ORDERS = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


def is_within(run: FeelRun, value: FeelValue, span: FeelRange) -> bool | None:
    """Whether a value lies in a range; None when it cannot be compared with its ends."""
    if span.sign in ("=", "!="):
        return holds(run, span.sign, value, span.low)
    if span.sign:
        return holds(run, span.sign, value, span.high if span.sign[0] == "<" else span.low)
    if span.low is None or span.high is None:
        return None
    low, high = compare(value, span.low), compare(value, span.high)
    if low is None or high is None:
        run.null_because("feel-operand-types", operator="in", left=type_name(value), right=type_name(span.low))
        return None
    return (low > 0 or (low == 0 and span.low_closed)) and (high < 0 or (high == 0 and span.high_closed))


def is_member(run: FeelRun, value: FeelValue, test: FeelValue) -> bool | None:
    """Whether `value in test`: it is equal, lies in the range, or is in the list or in a range of it (table 55)."""
    if isinstance(test, FeelRange):
        if isinstance(value, FeelRange):
            return equals(run, value, test)
        return is_within(run, value, test)
    if isinstance(test, list):
        if isinstance(value, list) and equals(run, value, test) is True:
            return True
        return any(_matches_item(run, value, item) for item in as_list(test))
    return equals(run, value, test)


def _matches_item(run: FeelRun, value: FeelValue, item: FeelValue) -> bool:
    if isinstance(item, FeelRange) and not isinstance(value, FeelRange):
        return is_within(run, value, item) is True
    return equals(run, value, item) is True
