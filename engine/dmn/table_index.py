"""Finds the rows of a table that can match a value without asking each cell.

For each slot of a column (see engine.dmn.slots) the index has the rows whose cells hold there, as the bits of a whole
number. Values of another type than the column's literals, and cells of any other kind, are asked one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from engine.dmn.condition_cells import condition_cell
from engine.dmn.literal_cells import LiteralCell, Point
from engine.dmn.slots import SlotLine
from engine.feel.reasons import FeelReason
from engine.feel.syntax import FeelNode
from engine.feel.values import FeelCode, FeelRun, FeelScope, FeelValue


class ColumnIndex:
    """The index over one column."""

    __slots__ = ("_all", "_always", "_exact", "_indexed", "_line", "_masks", "_null", "_tests")

    def __init__(self, cells: Sequence[tuple[LiteralCell, bool] | None], tests: Sequence[FeelCode | None]) -> None:
        self._all, self._tests = (1 << len(cells)) - 1, tests
        kind = _commonest_kind([cell[0] for cell in cells if cell is not None])
        used = [(row, *cell) for row, cell in enumerate(cells) if cell is not None and cell[0].kind is kind]
        self._always = _mask(row for row, test in enumerate(tests) if test is None)
        self._line = SlotLine(kind, [cell for _, cell, _ in used])
        self._indexed = _mask(row for row, _, _ in used)
        self._exact = _mask(row for row, _, is_exact in used if is_exact)
        self._masks = self._fill([(row, cell) for row, cell, _ in used])
        self._null: tuple[int, list[FeelReason]] | None = None

    def _fill(self, cells: list[tuple[int, LiteralCell]]) -> list[int]:
        """For each slot, the rows that may match there."""
        changes = [0] * (self._line.count + 1)
        for row, cell in cells:
            for first, last in self._line.ranges_of(cell):
                changes[first] ^= 1 << row
                changes[last + 1] ^= 1 << row
        masks, current = [], self._all & ~self._indexed
        for change in changes[:-1]:
            current ^= change
            masks.append(current)
        return masks

    def candidates(self, run: FeelRun, value: FeelValue) -> tuple[int, int]:
        """The rows that may match, and those of all rows that have to be asked, as bits."""
        if type(value) is self._line.kind:
            return self._masks[self._line.slot_of(cast("Point", value))], self._all & ~self._always & ~self._exact
        if value is None and self._exact:
            return self._all & ~self._exact | self._matching_null(run), self._all & ~self._always & ~self._exact
        return self._all, self._all & ~self._always

    def _matching_null(self, run: FeelRun) -> int:
        """The rows that match null, of those made of literals and `?` alone; asked once, because nothing changes it."""
        if self._null is None:
            scope = FeelScope({"?": None}, None, FeelRun())
            matching = _mask(row for row in rows_of(self._exact) if _holds(self._tests[row], scope))
            self._null = matching, scope.run.reasons
        rows, reasons = self._null
        for reason in reasons:
            run.null_because(reason.rule, **reason.facts)
        return rows


def rows_of(mask: int) -> Iterator[int]:
    """The rows of a mask, from the first on."""
    while mask:
        lowest = mask & -mask
        mask ^= lowest
        yield lowest.bit_length() - 1


def _holds(test: FeelCode | None, scope: FeelScope) -> bool:
    return test is not None and test(scope) is True


def _mask(rows: Iterable[int]) -> int:
    mask = 0
    for row in rows:
        mask |= 1 << row
    return mask


def _commonest_kind(cells: Sequence[LiteralCell]) -> type:
    kinds = [cell.kind for cell in cells]
    return max(set(kinds), key=lambda kind: (kinds.count(kind), kind.__name__)) if kinds else type(None)


def index_column(trees: Sequence[object], tests: Sequence[FeelCode | None]) -> ColumnIndex:
    """The index over the trees of a column's cells and their code, which is None where everything passes."""
    return ColumnIndex([condition_cell(tree) if isinstance(tree, FeelNode) else None for tree in trees], tests)
