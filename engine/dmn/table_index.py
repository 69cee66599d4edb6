"""Finds the rows of a table that match a value without asking each cell.

For each type of value, and each slot of its line (see engine.dmn.slots), the index has the rows whose cells hold there,
as the bits of a whole number. It is made when a value of the type comes for the first time. Cells of another kind are
asked one by one; what those say about null, true and false that read nothing else is known as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import cast

from engine.dmn.condition_cells import condition_cell
from engine.dmn.literal_cells import POINTS, READERS, LiteralCell, Point
from engine.dmn.ordered_cells import is_closed, ordered_points, stretches, try_cell
from engine.dmn.slots import SlotLine, SlotRange, ends_of
from engine.feel.reasons import FeelReason
from engine.feel.syntax import FeelNode
from engine.feel.values import FeelCode, FeelValue


@dataclass(frozen=True, slots=True)
class IndexedCell:
    """A cell with its code; None lets everything pass. `points` are None for a cell that has to be asked."""

    code: FeelCode | None
    is_closed: bool = False
    points: tuple[Point, ...] | None = None
    reach: LiteralCell | None = None  # Where a cell that has to be asked may hold among values of the literals' type.


@dataclass(frozen=True, slots=True)
class IndexedRows:
    """The rows that may match, as bits, those among all rows whose cells have to be asked, and why others are null."""

    bits: int
    asked: frozenset[int]
    reasons: tuple[FeelReason, ...] = ()


@dataclass(frozen=True, slots=True)
class TypeIndex:
    """The rows by the slots of one type."""

    line: SlotLine
    slots: list[IndexedRows]


class ColumnIndex:
    """The index over one column; it remembers what it worked out of the cells, nothing of the values asked."""

    __slots__ = ("_by_type", "_by_value", "_cells", "_everything")

    def __init__(self, cells: Sequence[IndexedCell]) -> None:
        self._cells = cells
        asked = frozenset(row for row, cell in enumerate(cells) if cell.code is not None)
        self._everything = IndexedRows((1 << len(cells)) - 1, asked)
        self._by_type: dict[type, TypeIndex] = {}
        self._by_value: dict[bool | None, IndexedRows] = {}

    def rows_for(self, value: FeelValue) -> IndexedRows:
        """The rows that may match a value."""
        if not self._everything.asked:
            return self._everything
        if value is None or isinstance(value, bool):
            if value not in self._by_value:
                self._by_value[value] = self._tried(value)
            return self._by_value[value]
        kind = type(value)
        if kind not in POINTS:
            return self._everything
        index = self._by_type.get(kind)
        if index is None:
            index = self._by_type[kind] = self._typed(kind)
        return index.slots[index.line.slot_of(cast("Point", value))]

    def _tried(self, value: FeelValue) -> IndexedRows:
        reasons: list[FeelReason] = []
        verdicts = [
            try_cell(cell.code, value, reasons)
            if cell.code is not None and cell.is_closed
            else cell.code is None or None
            for cell in self._cells
        ]
        bits = _mask(row for row, verdict in enumerate(verdicts) if verdict is not False)
        return IndexedRows(
            bits, frozenset(row for row, verdict in enumerate(verdicts) if verdict is None), tuple(reasons)
        )

    def _typed(self, kind: type) -> TypeIndex:
        points = [[point for point in cell.points or () if type(point) is kind] for cell in self._cells]
        reaches = [cell.reach for cell in self._cells if cell.reach is not None and cell.reach.kind is kind]
        line = SlotLine(kind, chain(*points, ends_of(reaches)))
        changes, asked = [0] * (line.count + 1), set()
        reasons: list[FeelReason] = []
        for row, (cell, own) in enumerate(zip(self._cells, points, strict=True)):
            ranges, is_known = _ranges_of(cell, line, own, reasons)
            if not is_known:
                asked.add(row)
            for first, last in ranges:
                changes[first] ^= 1 << row
                changes[last + 1] ^= 1 << row
        return TypeIndex(line, _slots(changes, IndexedRows(0, frozenset(asked), tuple(reasons))))


def _ranges_of(
    cell: IndexedCell, line: SlotLine, points: list[Point], reasons: list[FeelReason]
) -> tuple[list[SlotRange], bool]:
    """The slots where a cell may hold, and whether it holds in all of them without being asked."""
    everywhere = [(0, line.count - 1)]
    if cell.code is None:
        return everywhere, True
    if cell.points is not None:
        parts = list(stretches(cell.code, line, points, reasons))
        if all(verdict is not None for _, _, verdict in parts):
            return [(first, last) for first, last, verdict in parts if verdict], True
    elif cell.reach is not None and not cell.reach.is_negated:  # A comparison with another type is never true.
        return (line.ranges_of(cell.reach), False) if cell.reach.kind is line.kind else ([], True)
    return everywhere, False


def _slots(changes: list[int], everywhere: IndexedRows) -> list[IndexedRows]:
    slots, current = [], everywhere.bits
    for change in changes[:-1]:
        current ^= change
        slots.append(replace(everywhere, bits=current))
    return slots


def _mask(rows: Iterable[int]) -> int:
    mask = 0
    for row in rows:
        mask |= 1 << row
    return mask


def rows_of(bits: int) -> list[int]:
    """The rows of a set of bits, from the first on."""
    if bits.bit_count() > 16:  # The text of the bits is read faster than they are taken one by one.
        return [row for row, bit in enumerate(reversed(f"{bits:b}")) if bit == "1"]
    rows = []
    while bits:
        lowest = bits & -bits
        bits ^= lowest
        rows.append(lowest.bit_length() - 1)
    return rows


def indexed_cell(tree: object, code: FeelCode | None, names: frozenset[str]) -> IndexedCell:
    """A cell by its tree; `names` are those that stand for something in the table's scope."""
    if not isinstance(tree, FeelNode):
        return IndexedCell(code)
    closed = is_closed(tree, names)
    points = ordered_points(tree) if closed else None
    if points is not None:
        return IndexedCell(code, is_closed=True, points=tuple(points))
    reach = condition_cell(tree) if not names & READERS else None
    return IndexedCell(code, is_closed=closed, reach=None if reach is None else reach[0])
