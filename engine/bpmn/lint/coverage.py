"""Which combinations of inputs the rows of a decision table match, decided exactly. For this package only.

Each column is reduced to finitely many sample values (see cells), each row to one set of them per column: a box, kept
as a tuple of bit masks. Overlap is intersection, reachability and gaps are subtraction of boxes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.bpmn.lint.cells import Samples, Undecided, Value, is_feel, predicate, samples
from engine.bpmn.lint.table import Cell, Decision

Box = tuple[int, ...]
MAX_PIECES = 500
"""Subtraction that shatters into more pieces than this is left undecided."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The columns' samples and the rows' boxes; a row that cannot be decided has None."""

    columns: tuple[Samples, ...]
    boxes: tuple[Box | None, ...]

    def overlaps(self) -> Iterator[tuple[int, int]]:
        """Each row that can match together with an earlier one, and the first such earlier row."""
        for place, box in enumerate(self.boxes):
            earlier = (other for other in range(place) if box is not None and _meet(box, self.boxes[other]))
            found = next(earlier, None)
            if found is not None:
                yield place, found

    def unreachable(self) -> Iterator[int]:
        """The rows whose every input an earlier row takes."""
        for place, box in enumerate(self.boxes):
            if box is not None and _subtract(box, self.boxes[:place]) == []:
                yield place

    def gap(self) -> tuple[Value, ...] | None:
        """Inputs that no decidable row matches, one value per column; None when there are none or too many pieces."""
        rest = _subtract(tuple(column.all for column in self.columns), self.boxes)
        return tuple(map(_example, self.columns, rest[0])) if rest else None


def coverage(decision: Decision) -> Coverage | None:
    """What the rows of a table match; None when a row has not one cell per input."""
    width = len(decision.inputs)
    if any(len(row.inputs) != width for row in decision.rows):
        return None
    grid = [[_predicate(row.inputs[place]) for row in decision.rows] for place in range(width)]
    columns = tuple(
        samples(column.type, (cell for cell in cells if not isinstance(cell, Undecided)))
        for column, cells in zip(decision.inputs, grid, strict=True)
    )
    masks = [[_mask(column, cell) for cell in cells] for column, cells in zip(columns, grid, strict=True)]
    rows = zip(*masks, strict=True) if masks else iter([()] * len(decision.rows))
    return Coverage(columns, tuple(_box(row) for row in rows))


def _predicate(cell: Cell) -> ast.AST | Undecided | None:
    if cell.empty:
        return None
    return Undecided() if is_feel(cell.text) else predicate(cell.text) or Undecided()


def _mask(column: Samples, cell: ast.AST | Undecided | None) -> int | None:
    if isinstance(cell, Undecided):
        return None
    try:
        return column.matched(cell)
    except Undecided:
        return None


def _box(masks: tuple[int | None, ...]) -> Box | None:
    known = tuple(mask for mask in masks if mask is not None)
    return known if len(known) == len(masks) else None


def _meet(one: Box, other: Box | None) -> bool:
    return other is not None and all(a & b for a, b in zip(one, other, strict=True))


def _subtract(box: Box, others: Iterable[Box | None]) -> list[Box] | None:
    """What is left of a box without the others, in disjoint pieces; None when there are too many."""
    pieces = [box] if all(box) else []
    for other in others:
        if other is None:
            continue
        pieces = [part for piece in pieces for part in (_split(piece, other) if _meet(piece, other) else [piece])]
        if len(pieces) > MAX_PIECES:
            return None
    return pieces


def _split(box: Box, other: Box) -> list[Box]:
    """The parts of a box outside another: one per column in which it reaches beyond it."""
    parts = []
    rest = list(box)
    for place, mask in enumerate(other):
        outside = rest[place] & ~mask
        if outside:
            parts.append((*rest[:place], outside, *rest[place + 1 :]))
        rest[place] &= mask
    return parts


def _example(column: Samples, mask: int) -> Value:
    return column.values[(mask & -mask).bit_length() - 1]
