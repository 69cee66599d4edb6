"""Cells of tables that are made of literals alone, so that what they match is known without evaluating them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from engine.feel import syntax
from engine.feel.syntax import FeelNode
from engine.feel.temporal import DaysDuration, FeelDate, MonthsDuration
from engine.feel.temporal_text import parse_temporal

Point = Decimal | str | bool | FeelDate | MonthsDuration | DaysDuration
POINTS = (Decimal, str, bool, FeelDate, MonthsDuration, DaysDuration)
READERS = frozenset({"date", "duration"})  # The functions that make a literal of a text.
# A part of a cell: from where to where it holds, and whether the ends belong to it; None is infinity.
Span = tuple[Point | None, bool, Point | None, bool]


@dataclass(frozen=True, slots=True)
class LiteralCell:
    """A cell of literals of one type: it matches the values of that type within its spans, or outside when negated."""

    kind: type
    spans: tuple[Span, ...]
    is_negated: bool


def literal_cell(tree: FeelNode) -> LiteralCell | None:
    """The cell that a tree of tests is, when it is made of literals of one type."""
    if not isinstance(tree, syntax.UnaryTests):
        return None
    spans = [span_of_test(test) for test in tree.tests]
    points = [end for span in spans if span is not None for end in (span[0], span[2]) if end is not None]
    kinds = {type(point) for point in points}
    if None in spans or len(kinds) != 1:
        return None
    return LiteralCell(kinds.pop(), tuple(span for span in spans if span is not None), tree.is_negated)


def span_of_test(test: FeelNode) -> Span | None:
    """Where a range, a comparison or a literal holds; None for any other test."""
    if isinstance(test, syntax.RangeOf):
        low, high = literal_point(test.low), literal_point(test.high)
        is_range = low is not None and high is not None and type(low) is type(high) and not isinstance(low, bool)
        return (low, test.low_closed, high, test.high_closed) if is_range else None
    if isinstance(test, syntax.UnaryComparison):
        return span_of_point(test.sign, test.operand)
    return span_of_point("=", test)


def span_of_point(sign: str, operand: FeelNode) -> Span | None:
    """Where a comparison with a literal holds; None for another sign, or what is no literal."""
    point = literal_point(operand)
    if point is None or sign not in _SPANS or (isinstance(point, bool) and sign != "="):
        return None
    return _SPANS[sign](point)


_SPANS: dict[str, Callable[[Point], Span]] = {
    "<": lambda point: (None, False, point, False),
    "<=": lambda point: (None, False, point, True),
    ">": lambda point: (point, False, None, False),
    ">=": lambda point: (point, True, None, False),
    "=": lambda point: (point, True, point, True),
}


def literal_point(node: FeelNode) -> Point | None:
    """The value of a literal that has a place in an order; None for anything else."""
    if isinstance(node, syntax.Constant):
        return node.value if isinstance(node.value, POINTS) else None
    if isinstance(node, syntax.Negation):
        inner = literal_point(node.operand)
        return -inner if isinstance(inner, Decimal) else None
    text = _temporal_text(node)
    value = None if text is None else parse_temporal(text)
    return value if isinstance(value, POINTS) else None


def _temporal_text(node: FeelNode) -> str | None:
    """The text of `@"…"`, `date("…")` or `duration("…")`."""
    if isinstance(node, syntax.TemporalLiteral):
        return node.text
    if isinstance(node, syntax.FunctionCall) and len(node.arguments) == 1 and not node.names:
        argument = node.arguments[0]
        is_reader = isinstance(node.function, syntax.Variable) and node.function.name in READERS
        if is_reader and isinstance(argument, syntax.Constant) and isinstance(argument.value, str):
            return argument.value
    return None
