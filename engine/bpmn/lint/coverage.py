"""Determines exactly which combinations of inputs the rows of a decision table match.

Each column is reduced to finitely many sample values (see `cells`), each row to one set of them per column: a box,
stored as a tuple of bit masks. Overlap is intersection of boxes; reachability and gaps are subtraction.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.bpmn.lint.cells import CellValue, ColumnSamples, UndecidableCell, parse_predicate, sample_column
from engine.bpmn.lint.table import Decision, DecisionCell
from engine.bpmn.table_cells import is_feel_cell
from engine.dmn.regions import Box, boxes_intersect, subtract_boxes


@dataclass(frozen=True, slots=True)
class TableCoverage:
    """The samples of the columns and the boxes of the rows; None for an undecidable row."""

    columns: tuple[ColumnSamples, ...]
    boxes: tuple[Box | None, ...]

    def overlapping_rows(self) -> Iterator[tuple[int, int]]:
        """Each row that can match the same inputs as an earlier row, with the first such earlier row."""
        for index, box in enumerate(self.boxes):
            first_overlap = next((other for other in range(index) if _overlap(box, self.boxes[other])), None)
            if first_overlap is not None:
                yield index, first_overlap

    def unreachable_rows(self) -> Iterator[int]:
        """The rows whose inputs are all matched by earlier rows."""
        for index, box in enumerate(self.boxes):
            if box is not None and subtract_boxes(box, _known(self.boxes[:index])) == []:
                yield index

    def find_gap(self) -> tuple[CellValue, ...] | None:
        """Inputs that no decidable row matches, one value per column; None without a gap or with too many pieces."""
        remainder = subtract_boxes(tuple(column.full_mask for column in self.columns), _known(self.boxes))
        return tuple(map(_example_value, self.columns, remainder[0])) if remainder else None


def analyse_table(decision: Decision) -> TableCoverage | None:
    """What the rows of a table match; None when a row does not have one cell per input."""
    width = len(decision.inputs)
    if any(len(row.inputs) != width for row in decision.rows):
        return None
    grid = [[_cell_predicate(row.inputs[index]) for row in decision.rows] for index in range(width)]
    columns = tuple(
        sample_column(column.type, (cell for cell in cells if not isinstance(cell, UndecidableCell)))
        for column, cells in zip(decision.inputs, grid, strict=True)
    )
    masks = [[_cell_mask(column, cell) for cell in cells] for column, cells in zip(columns, grid, strict=True)]
    rows = zip(*masks, strict=True) if masks else iter([()] * len(decision.rows))
    return TableCoverage(columns, tuple(_row_box(row) for row in rows))


def _cell_predicate(cell: DecisionCell) -> ast.AST | UndecidableCell | None:
    if cell.is_empty:
        return None
    return UndecidableCell() if is_feel_cell(cell.text) else parse_predicate(cell.text) or UndecidableCell()


def _cell_mask(column: ColumnSamples, cell: ast.AST | UndecidableCell | None) -> int | None:
    if isinstance(cell, UndecidableCell):
        return None
    try:
        return column.matching_mask(cell)
    except UndecidableCell:
        return None


def _row_box(masks: tuple[int | None, ...]) -> Box | None:
    known = tuple(mask for mask in masks if mask is not None)
    return known if len(known) == len(masks) else None


def _known(boxes: Iterable[Box | None]) -> Iterator[Box]:
    return (box for box in boxes if box is not None)


def _overlap(one: Box | None, other: Box | None) -> bool:
    return one is not None and other is not None and boxes_intersect(one, other)


def _example_value(column: ColumnSamples, mask: int) -> CellValue:
    return column.values[(mask & -mask).bit_length() - 1]
