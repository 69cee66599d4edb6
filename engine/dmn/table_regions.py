"""What the rows of a table match, as boxes over the slots of its columns: exact for cells of literals.

Columns that ask for the same expression are one dimension. A value may also be null, which has a bit of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.dmn.elements import BoxedTable, TableInput
from engine.dmn.item_types import TypeBook
from engine.dmn.literal_cells import LiteralCell, literal_cell
from engine.dmn.regions import Box
from engine.dmn.slots import SlotLine, ends_of
from engine.feel import syntax
from engine.feel.expression import KNOWN_NAMES
from engine.feel.names import normal_name
from engine.feel.parser import parse_unary_tests
from engine.feel.reasons import FeelSyntaxError
from engine.feel.value_text import literal_text
from engine.feel.values import type_class


@dataclass(frozen=True, slots=True)
class ReadCell:
    """A cell: whether it is free, matches null, and its literals; `is_known` is false when it needs evaluation."""

    is_known: bool
    is_free: bool = False
    has_null: bool = False
    is_negated: bool = False
    literals: LiteralCell | None = None


@dataclass(frozen=True, slots=True)
class TableDimension:
    """An expression that columns ask for: its slots, and those that its values may have."""

    text: str
    line: SlotLine
    domain: int

    @property
    def null_bit(self) -> int:
        """The bit of null, after those of the slots."""
        return 1 << self.line.count

    def example(self, mask: int) -> str:
        """A value of a set, as FEEL writes it; nothing where any value does."""
        slot = (mask & -mask).bit_length() - 1
        if self.line.count == 1 and slot == 0 and self.line.example(0) is None:
            return ""
        value = None if slot >= self.line.count else self.line.example(slot)
        return f"{self.text} = {literal_text(value)}"


@dataclass(frozen=True, slots=True)
class TableRegions:
    """The dimensions of a table and, for each row, the most that it can match; rows in `unknown` may match less."""

    dimensions: tuple[TableDimension, ...]
    boxes: tuple[Box, ...]
    unknown: frozenset[int]

    @property
    def domain(self) -> Box:
        """All inputs that the table has to have a row for: without nulls."""
        return tuple(dimension.domain for dimension in self.dimensions)

    def example(self, box: Box) -> str:
        """An input of a box, preferably without nulls."""
        parts = zip(self.dimensions, box, strict=True)
        values = [dimension.example(mask & dimension.domain or mask) for dimension, mask in parts]
        return ", ".join(filter(None, values)) or "anything"


def table_regions(table: BoxedTable, types: TypeBook) -> TableRegions:
    """What the rows of a table match."""
    columns: dict[str, list[int]] = {}
    for at, column in enumerate(table.inputs):
        columns.setdefault(normal_name(column.text), []).append(at)
    cells = [[_read_cell("".join(rule.inputs[at : at + 1])) for rule in table.rules] for at in range(len(table.inputs))]
    dimensions, masks = [], []
    for text, places in columns.items():
        dimension = _dimension(text, table.inputs[places[0]], [cells[at] for at in places], types)
        dimensions.append(dimension)
        masks.append([_row_mask(dimension, [cells[at][row] for at in places]) for row in range(len(table.rules))])
    boxes = tuple(tuple(column[row] for column in masks) for row in range(len(table.rules)))
    unknown = frozenset(row for column in cells for row, cell in enumerate(column) if not cell.is_known)
    return TableRegions(tuple(dimensions), boxes, unknown)


def _read_cell(text: str) -> ReadCell:
    try:
        tree = parse_unary_tests(text, KNOWN_NAMES)
    except FeelSyntaxError:
        return ReadCell(is_known=False)
    if tree is None:
        return ReadCell(is_known=True, is_free=True)
    assert isinstance(tree, syntax.UnaryTests)
    others = tuple(test for test in tree.tests if test != syntax.Constant(None))
    has_null = len(others) < len(tree.tests)
    literals = literal_cell(syntax.UnaryTests(others)) if others else None
    is_known = not others or literals is not None
    return ReadCell(is_known, has_null=has_null, is_negated=tree.is_negated, literals=literals)


def _dimension(text: str, column: TableInput, cells: Sequence[Sequence[ReadCell]], types: TypeBook) -> TableDimension:
    limits = [cell for limit in [column.allowed, *types.allowed_texts(column.type_ref)] for cell in [_read_cell(limit)]]
    literals = [cell.literals for cell in [*limits, *(cell for part in cells for cell in part)] if cell.literals]
    kind = type_class(types.find(column.type_ref).shape.name) or _only_kind(literals)
    line = SlotLine(kind, ends_of(cell for cell in literals if cell.kind is kind))
    dimension = TableDimension(text, line, line.full_mask())
    domain = dimension.domain
    for limit in limits:
        domain &= _cell_mask(dimension, limit)
    return TableDimension(text, line, domain or dimension.domain)


def _only_kind(literals: Sequence[LiteralCell]) -> type:
    kinds = {cell.kind for cell in literals}
    return kinds.pop() if len(kinds) == 1 else object


def _row_mask(dimension: TableDimension, cells: Sequence[ReadCell]) -> int:
    mask = dimension.domain | dimension.null_bit
    for cell in cells:
        mask &= _cell_mask(dimension, cell)
    return mask


def _cell_mask(dimension: TableDimension, cell: ReadCell) -> int:
    """The most that a cell can match."""
    everything = (dimension.null_bit << 1) - 1
    if cell.is_free or not cell.is_known:
        return everything
    literals = cell.literals
    mask = dimension.null_bit if cell.has_null else 0
    if literals is not None and literals.kind is dimension.line.kind:
        mask |= dimension.line.mask_of(literals)
    if not cell.is_negated:
        return mask
    has_ranges = literals is not None and any(low != high for low, _, high, _ in literals.spans)
    return everything & ~mask & ~(dimension.null_bit if has_ranges else 0)
