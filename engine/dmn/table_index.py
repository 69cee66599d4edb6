"""Finds the rows of a table that can match a value without asking each cell.

For each slot of a column (see engine.dmn.slots) the index has the rows whose cells hold there, as the bits of a whole
number. Values of another type than the column's literals, and cells of any other kind, are asked one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from engine.dmn.literal_cells import LiteralCell, Point, literal_cell
from engine.dmn.slots import SlotLine
from engine.feel.syntax import FeelNode
from engine.feel.values import FeelValue


class ColumnIndex:
    """The index over one column."""

    __slots__ = ("_all", "_indexed", "_line", "_masks")

    def __init__(self, cells: Sequence[LiteralCell | None], free: Sequence[bool]) -> None:
        self._all = (1 << len(cells)) - 1
        kind = _commonest_kind(cells)
        used = [(row, cell) for row, cell in enumerate(cells) if cell is not None and cell.kind is kind]
        always = _mask(row for row, is_free in enumerate(free) if is_free)
        self._line = SlotLine(kind, [cell for _, cell in used])
        self._indexed = always | _mask(row for row, _ in used)
        self._masks = self._fill(used, always)

    def _fill(self, cells: list[tuple[int, LiteralCell]], always: int) -> list[int]:
        """For each slot, the rows that may match there."""
        changes = [0] * (self._line.count + 1)
        for row, cell in cells:
            for first, last in self._line.ranges_of(cell):
                changes[first] ^= 1 << row
                changes[last + 1] ^= 1 << row
        masks, current = [], always | self._all & ~self._indexed
        for change in changes[:-1]:
            current ^= change
            masks.append(current)
        return masks

    def candidates(self, value: FeelValue) -> int:
        """The rows that may match, as bits."""
        if type(value) is not self._line.kind:
            return self._all
        return self._masks[self._line.slot_of(cast("Point", value))]

    def decides(self, row: int, value: FeelValue) -> bool:
        """Whether a row that may match needs no question any more."""
        return type(value) is self._line.kind and bool(self._indexed >> row & 1)


def _mask(rows: Iterable[int]) -> int:
    mask = 0
    for row in rows:
        mask |= 1 << row
    return mask


def _commonest_kind(cells: Sequence[LiteralCell | None]) -> type:
    kinds = [cell.kind for cell in cells if cell is not None]
    return max(set(kinds), key=lambda kind: (kinds.count(kind), kind.__name__)) if kinds else type(None)


def index_column(trees: Sequence[object]) -> ColumnIndex:
    """The index over the trees of a column's cells, where None lets everything pass."""
    cells = [literal_cell(tree) if isinstance(tree, FeelNode) else None for tree in trees]
    return ColumnIndex(cells, [tree is None for tree in trees])
