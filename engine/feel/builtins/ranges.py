"""Functions that compare points and ranges (DMN 1.5, 10.3.4.7, table 77, after Allen's algebra)."""

from __future__ import annotations

from collections.abc import Callable

from engine.feel.builtins.registry import BuiltinFamily
from engine.feel.comparison import compare
from engine.feel.values import FeelRange, FeelRun, FeelValue, type_name

RANGES = BuiltinFamily()


class _Incomparable(Exception):
    """Two ends have no order."""


def _order(left: FeelValue, right: FeelValue) -> int:
    order = compare(left, right)
    if order is None:
        raise _Incomparable
    return order


def _is_before(low: FeelRange, high: FeelRange) -> bool:
    """Whether all of the first lies before all of the second."""
    order = _order(low.high, high.low)
    return order < 0 or (order == 0 and not (low.high_closed and high.low_closed))


def _starts_no_earlier(inner: FeelRange, outer: FeelRange) -> bool:
    order = _order(inner.low, outer.low)
    return order > 0 or (order == 0 and (outer.low_closed or not inner.low_closed))


def _ends_no_later(inner: FeelRange, outer: FeelRange) -> bool:
    order = _order(inner.high, outer.high)
    return order < 0 or (order == 0 and (outer.high_closed or not inner.high_closed))


def _is_same_start(left: FeelRange, right: FeelRange) -> bool:
    return _order(left.low, right.low) == 0 and left.low_closed == right.low_closed


def _is_same_end(left: FeelRange, right: FeelRange) -> bool:
    return _order(left.high, right.high) == 0 and left.high_closed == right.high_closed


def _meets(left: FeelRange, right: FeelRange) -> bool:
    return left.high_closed and right.low_closed and _order(left.high, right.low) == 0


def _includes(outer: FeelRange, inner: FeelRange) -> bool:
    return _starts_no_earlier(inner, outer) and _ends_no_later(inner, outer)


def _overlaps(left: FeelRange, right: FeelRange) -> bool:
    return not _is_before(left, right) and not _is_before(right, left)


def _overlaps_before(left: FeelRange, right: FeelRange) -> bool:
    """The first begins earlier, and ends within the second or with it."""
    earlier = not _starts_no_earlier(left, right)
    ends_inside = _ends_no_later(left, right)
    return earlier and ends_inside and not _is_before(left, right)


def _starts(inner: FeelRange, outer: FeelRange) -> bool:
    return _is_same_start(inner, outer) and _ends_no_later(inner, outer)


def _finishes(inner: FeelRange, outer: FeelRange) -> bool:
    return _is_same_end(inner, outer) and _starts_no_earlier(inner, outer)


def _coincides(left: FeelRange, right: FeelRange) -> bool:
    return _is_same_start(left, right) and _is_same_end(left, right)


def _swapped(test: Callable[[FeelRange, FeelRange], bool]) -> Callable[[FeelRange, FeelRange], bool]:
    return lambda left, right: test(right, left)


def _as_range(value: FeelValue) -> FeelRange:
    """A point as the range that has only it."""
    return value if isinstance(value, FeelRange) else FeelRange(value, value, low_closed=True, high_closed=True)


_POINT = "number|string|date|time|date and time|duration"


def _add_relation(name: str, test: Callable[[FeelRange, FeelRange], bool], *signatures: str) -> None:
    def decide(run: FeelRun, left: FeelValue, right: FeelValue) -> FeelValue:
        try:
            return test(_as_range(left), _as_range(right))
        except _Incomparable:
            return run.null_because("feel-operand-types", operator=name, left=type_name(left), right=type_name(right))

    for signature in signatures:
        RANGES.add(name, signature.format(point=_POINT))(decide)


_ANY_TWO = (
    "point1: {point}, point2: {point}",
    "point: {point}, range: range",
    "range: range, point: {point}",
    "range1: range, range2: range",
)
_TWO_RANGES = ("range1: range, range2: range",)
_INNER_OUTER = ("point: {point}, range: range", "range1: range, range2: range")
_OUTER_INNER = ("range: range, point: {point}", "range1: range, range2: range")
_add_relation("before", _is_before, *_ANY_TWO)
_add_relation("after", _swapped(_is_before), *_ANY_TWO)
_add_relation("meets", _meets, *_TWO_RANGES)
_add_relation("met by", _swapped(_meets), *_TWO_RANGES)
_add_relation("overlaps", _overlaps, *_TWO_RANGES)
_add_relation("overlaps before", _overlaps_before, *_TWO_RANGES)
_add_relation("overlaps after", _swapped(_overlaps_before), *_TWO_RANGES)
_add_relation("finishes", _finishes, *_INNER_OUTER)
_add_relation("finished by", _swapped(_finishes), *_OUTER_INNER)
_add_relation("includes", _includes, *_OUTER_INNER)
_add_relation("during", _swapped(_includes), *_INNER_OUTER)
_add_relation("starts", _starts, *_INNER_OUTER)
_add_relation("started by", _swapped(_starts), *_OUTER_INNER)
_add_relation("coincides", _coincides, "point1: {point}, point2: {point}", "range1: range, range2: range")
