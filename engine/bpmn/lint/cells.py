"""Input cells of decision tables in the older language: the values that one matches."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from engine.bpmn.lint.source import syntax_tree
from engine.bpmn.table_cells import INPUT, is_own_expression, predicate_source, strip_quoted_texts

_LEADING_KEYWORD = re.compile(r"(?:in|not|is|and|or|if)\b")
CellValue = str | int | float | bool | None
OTHER_TEXT = "…"
"""Stands for every text that a column does not name."""
_NEXT = "\0"


def lacks_question_mark(text: str) -> bool:
    """Whether a cell begins with a keyword that needs an input before it, like `in ("a", "b")`.

    The input would stand directly before it, so that the two words would run together.
    """
    return (
        _LEADING_KEYWORD.match(text) is not None and not is_own_expression(text) and "?" not in strip_quoted_texts(text)
    )


def parse_predicate(text: str) -> ast.AST | None:
    """A cell as an expression about the name INPUT; None when it is outside the language."""
    return syntax_tree(predicate_source(text))


class UndecidableCell(Exception):
    """The cell depends on more than its own input, so its values cannot be enumerated."""


@dataclass(frozen=True, slots=True)
class ColumnSamples:
    """Sample values of one input such that every cell of the column is constant between them."""

    values: tuple[CellValue, ...]

    @property
    def full_mask(self) -> int:
        """The mask that includes every value."""
        return (1 << len(self.values)) - 1

    def matching_mask(self, cell: ast.AST | None) -> int:
        """The mask of the values that a cell matches; None matches everything. Raises UndecidableCell."""
        if cell is None:
            return self.full_mask
        indices = [index for index, value in enumerate(self.values) if accepts_value(cell, value)]
        return sum(1 << index for index in indices)


def sample_column(type_: str, cells: Iterable[ast.AST | None]) -> ColumnSamples:
    """The sample values that decide a column of the given type, taken from the literals in its cells."""
    cells = list(cells)
    literals = [
        value for cell in cells if cell is not None for part in ast.walk(cell) for value in _literal_values(part)
    ]
    texts = sorted({value for value in literals if isinstance(value, str)})
    if any(cell is not None and _orders_texts(cell) for cell in cells):
        texts = _text_boundaries(texts)
    booleans = [True, False] if type_ == "boolean" or any(isinstance(value, bool) for value in literals) else []
    numbers = sorted({value for value in literals if isinstance(value, int | float) and not isinstance(value, bool)})
    values: list[CellValue] = [*texts, *booleans, *_boundary_values(numbers, whole=type_ in {"integer", "long"})]
    if texts or not values:
        values.append(OTHER_TEXT)
    if any(value is None for value in literals):
        values.append(None)
    return ColumnSamples(tuple(values))


def _orders_texts(cell: ast.AST) -> bool:
    """Whether a cell orders texts, as one about dates does."""
    comparisons = (part for part in ast.walk(cell) if isinstance(part, ast.Compare))
    return any(
        isinstance(sign, ast.Lt | ast.LtE | ast.Gt | ast.GtE)
        and any(isinstance(value, str) for side in pair for value in _literal_values(side))
        for part in comparisons
        for sign, pair in zip(part.ops, pairwise((part.left, *part.comparators)), strict=True)
    )


def _text_boundaries(texts: Sequence[str]) -> list[str]:
    """The texts, one below them, and the next one above each, which comes before every other text above it."""
    return sorted({"", *texts, *(f"{text}{_NEXT}" for text in texts)})


def _literal_values(node: ast.AST) -> list[CellValue]:
    match node:
        case ast.Constant(value=None | str() | int() | float() as value):
            return [value]
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return [-value]
        case _:
            return []


def _boundary_values(numbers: Sequence[int | float], *, whole: bool) -> list[int | float]:
    """The numbers, and one value below, between and above them."""
    if not numbers:
        return []
    midpoints = [(a + b) / 2 for a, b in pairwise(numbers)]
    if whole:
        midpoints = [int(middle) for middle in midpoints if int(middle) not in numbers]
    return [numbers[0] - 1, *numbers, *midpoints, numbers[-1] + 1]


def accepts_value(cell: ast.AST, value: CellValue) -> bool:
    """Whether a cell matches a value. Raises UndecidableCell."""
    match cell:
        case ast.BoolOp(op=ast.And(), values=parts):
            return all(_evaluate_parts(parts, value))
        case ast.BoolOp(values=parts):
            return any(_evaluate_parts(parts, value))
        case ast.UnaryOp(op=ast.Not(), operand=part):
            return not accepts_value(part, value)
        case ast.Compare(left=left, ops=signs, comparators=rights):
            operands = [_operand_value(part, value) for part in (left, *rights)]
            results = [_compare_values(a, sign, b) for (a, b), sign in zip(pairwise(operands), signs, strict=True)]
            return all(results)
        case _:
            raise UndecidableCell


def _evaluate_parts(parts: Iterable[ast.AST], value: CellValue) -> list[bool]:
    """The results of all parts, without short-circuiting: an undecidable part raises even if another would decide."""
    return [accepts_value(part, value) for part in parts]


def _operand_value(node: ast.AST, value: CellValue) -> object:
    match node:
        case ast.Name(id=name) if name == INPUT:
            return value
        case ast.Constant(value=constant):
            return constant
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return [_operand_value(part, value) for part in parts]
        case _:
            raise UndecidableCell


def _compare_values(left: object, sign: ast.cmpop, right: object) -> bool:
    match sign:
        case ast.Eq() | ast.Is():
            return _are_equal(left, right)
        case ast.NotEq() | ast.IsNot():
            return not _are_equal(left, right)
        case ast.In() if isinstance(right, list):
            return any(_are_equal(left, member) for member in right)
        case ast.NotIn() if isinstance(right, list):
            return not any(_are_equal(left, member) for member in right)
        case _:
            return _compare_order(left, sign, right)


def _are_equal(left: object, right: object) -> bool:
    return isinstance(left, bool) == isinstance(right, bool) and left == right


_ORDERS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def _compare_order(left: object, sign: ast.cmpop, right: object) -> bool:
    """Decides order between numbers and between texts, such as dates; an order with nothing is false."""
    if type(sign) not in _ORDERS:
        raise UndecidableCell
    if isinstance(left, str) and isinstance(right, str):
        return _ORDERS[type(sign)](left, right)
    if isinstance(left, int | float) and isinstance(right, int | float):
        return _ORDERS[type(sign)](left, right)
    return False


def example_text(value: CellValue) -> str:
    """A sample value as shown to an analyst; a text that only stands for others is shown as any text."""
    stands_for_others = isinstance(value, str) and (value in {"", OTHER_TEXT} or value.endswith(_NEXT))
    return OTHER_TEXT if stands_for_others else repr(value)
