"""Finds the rows of a table that can match a value without asking each cell.

A cell is indexed when it is made of literals of one type only: texts, numbers or dates, alone, in ranges or negated.
For each value at which cells change their minds, and each gap between two, the index has the rows whose cells hold, as
the bits of a whole number. Values of another type, and cells of any other kind, are asked one by one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.feel import syntax
from engine.feel.syntax import FeelNode
from engine.feel.temporal import FeelDate
from engine.feel.temporal_text import parse_temporal
from engine.feel.values import FeelValue

Point = Decimal | str | FeelDate
INDEXED = (Decimal, str, FeelDate)
# A part of a cell: from where to where it holds, and whether the ends belong to it; None is infinity.
Span = tuple[Point | None, bool, Point | None, bool]


@dataclass(frozen=True, slots=True)
class LiteralCell:
    """A cell of literals."""

    kind: type
    spans: tuple[Span, ...]
    is_negated: bool


class ColumnIndex:
    """The index over one column."""

    __slots__ = ("_all", "_indexed", "_kind", "_masks", "_points", "_rest")

    def __init__(self, cells: Sequence[LiteralCell | None], free: Sequence[bool]) -> None:
        self._all = (1 << len(cells)) - 1
        self._kind = _commonest(cells)
        self._indexed = _mask(at for at, cell in enumerate(cells) if cell is not None and cell.kind is self._kind)
        self._indexed |= _mask(at for at, is_free in enumerate(free) if is_free)
        self._rest = self._all & ~self._indexed
        used = [(at, cell) for at, cell in enumerate(cells) if cell is not None and cell.kind is self._kind]
        points = {end for _, cell in used for span in cell.spans for end in (span[0], span[2]) if end is not None}
        self._points: list[Point] = sorted(points)  # All are of one type.
        base = _mask(at for at, is_free in enumerate(free) if is_free)
        self._masks = self._fill(used, base)

    def _fill(self, cells: list[tuple[int, LiteralCell]], base: int) -> list[int]:
        """For each point and each gap beside it, the rows that hold there."""
        slots = 2 * len(self._points) + 1
        changes = [0] * (slots + 1)
        for at, cell in cells:
            for first, last in self._slots_of(cell, slots):
                changes[first] ^= 1 << at
                changes[last + 1] ^= 1 << at
        masks, current = [], base
        for change in changes[:slots]:
            current ^= change
            masks.append(current)
        return masks

    def _slots_of(self, cell: LiteralCell, slots: int) -> list[tuple[int, int]]:
        """The slots in which a cell holds, as ranges that do not touch."""
        ranges = []
        for low, low_closed, high, high_closed in cell.spans:
            first = 0 if low is None else 2 * self._place(low) + (1 if low_closed else 2)
            last = slots - 1 if high is None else 2 * self._place(high) + (1 if high_closed else 0)
            if first <= last:
                ranges.append((first, last))
        joined: list[tuple[int, int]] = []
        for first, last in sorted(ranges):
            if joined and first <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
            else:
                joined.append((first, last))
        return _others(joined, slots) if cell.is_negated else joined

    def _place(self, point: Point) -> int:
        return bisect_left(self._points, point)

    def candidates(self, value: FeelValue) -> int:
        """The rows that may match, as bits."""
        if type(value) is not self._kind:
            return self._all
        assert isinstance(value, INDEXED)
        place = self._place(value)
        is_point = place < len(self._points) and self._points[place] == value
        return self._masks[2 * place + is_point] | self._rest

    def decides(self, row: int, value: FeelValue) -> bool:
        """Whether a row that may match needs no question any more."""
        return type(value) is self._kind and bool(self._indexed >> row & 1)


def _others(ranges: list[tuple[int, int]], slots: int) -> list[tuple[int, int]]:
    starts = [0, *(last + 1 for _, last in ranges)]
    ends = [*(first - 1 for first, _ in ranges), slots - 1]
    return [(first, last) for first, last in zip(starts, ends, strict=True) if first <= last]


def _mask(rows: Iterable[int]) -> int:
    mask = 0
    for row in rows:
        mask |= 1 << row
    return mask


def _commonest(cells: Sequence[LiteralCell | None]) -> type:
    kinds = [cell.kind for cell in cells if cell is not None]
    return max(set(kinds), key=lambda kind: (kinds.count(kind), kind.__name__)) if kinds else type(None)


def index_column(trees: Sequence[object]) -> ColumnIndex:
    """The index over the trees of a column's cells, where None lets everything pass."""
    cells = [literal_cell(tree) if isinstance(tree, FeelNode) else None for tree in trees]
    return ColumnIndex(cells, [tree is None for tree in trees])


def literal_cell(tree: FeelNode) -> LiteralCell | None:
    """The cell that a tree of tests is, when it is made of literals of one indexed type."""
    if not isinstance(tree, syntax.UnaryTests):
        return None
    spans = [span for test in tree.tests for span in [_span(test)]]
    points = [end for span in spans if span is not None for end in (span[0], span[2]) if end is not None]
    kinds = {type(point) for point in points}
    if None in spans or len(kinds) != 1:
        return None
    return LiteralCell(kinds.pop(), tuple(span for span in spans if span is not None), tree.is_negated)


def _span(test: FeelNode) -> Span | None:
    if isinstance(test, syntax.RangeOf):
        low, high = literal_point(test.low), literal_point(test.high)
        is_range = low is not None and high is not None and type(low) is type(high)
        return (low, test.low_closed, high, test.high_closed) if is_range else None
    if isinstance(test, syntax.UnaryComparison):
        point = literal_point(test.operand)
        return None if point is None or test.sign == "!=" else _SPANS[test.sign](point)
    point = literal_point(test)
    return None if point is None else (point, True, point, True)


_SPANS: dict[str, Callable[[Point], Span]] = {
    "<": lambda point: (None, False, point, False),
    "<=": lambda point: (None, False, point, True),
    ">": lambda point: (point, False, None, False),
    ">=": lambda point: (point, True, None, False),
    "=": lambda point: (point, True, point, True),
}


def literal_point(node: FeelNode) -> Point | None:
    """The value of a literal that can be indexed; None for anything else."""
    if isinstance(node, syntax.Constant) and isinstance(node.value, (Decimal, str)):
        return node.value
    if isinstance(node, syntax.Negation):
        inner = literal_point(node.operand)
        return -inner if isinstance(inner, Decimal) else None
    text = _date_text(node)
    date = None if text is None else parse_temporal(text)
    return date if isinstance(date, FeelDate) else None


def _date_text(node: FeelNode) -> str | None:
    """The text of `@"…"` or of `date("…")`."""
    if isinstance(node, syntax.TemporalLiteral):
        return node.text
    if isinstance(node, syntax.FunctionCall) and node.function == syntax.Variable("date") and len(node.arguments) == 1:
        argument = node.arguments[0]
        if isinstance(argument, syntax.Constant) and isinstance(argument.value, str):
            return argument.value
    return None
