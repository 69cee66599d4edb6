"""Cells that are conditions about `?` and literals, as `? > 5 and ? <= 9`: between which values they may hold.

For values of the literals' type alone: a comparison with another one is null, which only evaluation tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

from engine.dmn.literal_cells import LiteralCell, Span, span_of_point, span_of_test
from engine.feel import syntax
from engine.feel.syntax import FeelNode

MOST_SPANS = 64  # A cell that takes more is asked.
_TESTED = syntax.Variable("?")
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}


@dataclass(frozen=True, slots=True)
class _Reach:
    """Where a test may hold; `is_exact` says that it holds everywhere there."""

    spans: tuple[Span, ...]
    is_exact: bool = True


def condition_cell(tree: FeelNode) -> tuple[LiteralCell, bool] | None:
    """Where a cell may hold among values of one type, and whether it holds everywhere there; None for anywhere."""
    if not isinstance(tree, syntax.UnaryTests):
        return None
    reach = _either([_test(test) for test in tree.tests])
    kinds = {type(end) for span in reach.spans for end in (span[0], span[2]) if end is not None} if reach else set()
    if reach is None or len(kinds) != 1 or (tree.is_negated and not reach.is_exact):
        return None
    return LiteralCell(kinds.pop(), reach.spans, tree.is_negated), reach.is_exact


def _test(test: FeelNode) -> _Reach | None:
    span = span_of_test(test)
    return _condition(test) if span is None else _Reach((span,))


def _condition(node: FeelNode) -> _Reach | None:
    match node:
        case syntax.Logic(is_or=True, operands=operands):
            return _either([_condition(operand) for operand in operands])
        case syntax.Logic(operands=operands):
            return _all([_condition(operand) for operand in operands])
        case syntax.Comparison(left=left, sign=sign, right=right) if sign in _MIRRORED:
            span = span_of_point(sign, right) if left == _TESTED else None
            span = span_of_point(_MIRRORED[sign], left) if right == _TESTED else span
            return None if span is None else _Reach((span,))
        case syntax.Between(value=value, low=low, high=high) if value == _TESTED:
            span = span_of_test(syntax.RangeOf(low, high, low_closed=True, high_closed=True))
            return None if span is None else _Reach((span,))
        case syntax.Membership(value=value, tests=tests) if value == _TESTED:
            spans = [span_of_test(test) for test in tests]
            known = tuple(span for span in spans if span is not None)
            return _Reach(known) if len(known) == len(spans) else None
    return None


def _either(parts: list[_Reach | None]) -> _Reach | None:
    known = [part for part in parts if part is not None]
    spans = tuple(span for part in known for span in part.spans)
    if len(known) < len(parts) or len(spans) > MOST_SPANS:
        return None
    return _Reach(spans, all(part.is_exact for part in known))


def _all(parts: list[_Reach | None]) -> _Reach | None:
    """Where all of the known parts may hold: the others may only take something away."""
    known = [part for part in parts if part is not None]
    if not known:
        return None
    common = reduce(_common, known)
    return _Reach(common.spans, common.is_exact and len(known) == len(parts)) if common.spans else None


def _common(one: _Reach, other: _Reach) -> _Reach:
    pairs = [(left, right) for left in one.spans for right in other.spans][: MOST_SPANS + 1]
    spans = [_intersect(left, right) for left, right in pairs]
    is_usable = len(spans) <= MOST_SPANS and None not in spans
    return _Reach(
        tuple(span for span in spans if span is not None) if is_usable else (), one.is_exact and other.is_exact
    )


def _intersect(one: Span, other: Span) -> Span | None:
    """Where both hold, which may be nowhere; None for literals of different types."""
    if len({type(end) for end in (one[0], one[2], other[0], other[2]) if end is not None}) != 1:
        return None
    lows = [(low, not closed) for low, closed in (one[:2], other[:2]) if low is not None]
    highs = [(high, closed) for high, closed in (one[2:], other[2:]) if high is not None]
    low, is_open = max(lows) if lows else (None, True)
    high, is_closed = min(highs) if highs else (None, False)
    return low, not is_open, high, is_closed
