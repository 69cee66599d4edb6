"""Input cells of decision tables: the expression the engine makes of one, and the values it lets through.

SpiffWorkflow's rule: a cell with `?` is an expression about the input; one that is an expression by itself is compared
with the input; anything else continues the input (`< 5`). For this package only.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.bpmn.language import compile_expression
from engine.bpmn.lint.source import tree, without_texts
from engine.errors import ScriptError

INPUT = "dmninputexpr"
"""The name under which SpiffWorkflow hands the input to a cell with `?`."""
_QUESTION = re.compile(r"(\?)(?=(?:[^'\"]|['\"][^'\"]*['\"])*$)")
_FEEL_SIGNS = re.compile(r"\.\.|^\s*not\s*\(")
_BARE_WORD = re.compile(r"(?:in|not|is|and|or|if)\b")
_FEEL_WORDS = re.compile(r"\b(?:true|false|null|function|every|some|satisfies|instance of|date and time)\b")
Value = str | int | float | bool | None
OTHER = "…"
"""Stands for every text that a column does not name."""


def is_feel(text: str) -> bool:
    """Whether a cell is written in FEEL: a bare list, `not(…)`, an interval, `true`, `null`. Python would read such a
    cell without complaint and never match it (ecosystem trap T4).
    """
    bare = without_texts(text)
    if "?" in bare and ".." not in bare:
        return False
    if _FEEL_SIGNS.search(bare) or _FEEL_WORDS.search(bare):
        return True
    return isinstance(tree(text), ast.Tuple | ast.List)


def lacks_question(text: str) -> bool:
    """Whether a cell begins with a word that needs an input before it, like `in ("a", "b")`: SpiffWorkflow writes the
    input directly before the cell, so that the two words become one.
    """
    return _BARE_WORD.match(text) is not None and not _complete(text) and "?" not in without_texts(text)


def expression(column: str, text: str) -> str:
    """The expression that the engine evaluates for a cell below an input."""
    asked = _QUESTION.sub(INPUT, text)
    if asked != text:
        return asked
    return f"({column}) == ({text})" if _complete(text) else f"{column}{text}"


def predicate(text: str) -> ast.AST | None:
    """A cell as an expression about the name INPUT; None when it is outside the language."""
    asked = _QUESTION.sub(INPUT, text)
    if asked == text:
        asked = f"{INPUT} == ({text})" if _complete(text) else f"{INPUT} {text}"
    return tree(asked)


def _complete(text: str) -> bool:
    try:
        compile_expression(text)
    except ScriptError:
        return False
    return True


class Undecided(Exception):
    """The cell asks more than its own input, so its values cannot be listed."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Values of one input such that every cell of the column is constant between them."""

    values: tuple[Value, ...]

    @property
    def all(self) -> int:
        """The mask of every value."""
        return (1 << len(self.values)) - 1

    def matched(self, cell: ast.AST | None) -> int:
        """The mask of the values that a cell lets through; None lets everything through. Raises Undecided."""
        if cell is None:
            return self.all
        places = [place for place, value in enumerate(self.values) if holds(cell, value)]
        return sum(1 << place for place in places)


def samples(type_: str, cells: Iterable[ast.AST | None]) -> Samples:
    """The values that decide a column of a type, given what its cells name."""
    named = [value for cell in cells if cell is not None for part in ast.walk(cell) for value in _named(part)]
    texts = sorted({value for value in named if isinstance(value, str)})
    truths = [True, False] if type_ == "boolean" or any(isinstance(value, bool) for value in named) else []
    numbers = sorted({value for value in named if isinstance(value, int | float) and not isinstance(value, bool)})
    found: list[Value] = [*texts, *truths, *_around(numbers, whole=type_ in {"integer", "long"})]
    if texts or not found:
        found.append(OTHER)
    if any(value is None for value in named):
        found.append(None)
    return Samples(tuple(found))


def _named(node: ast.AST) -> list[Value]:
    match node:
        case ast.Constant(value=None | str() | int() | float() as value):
            return [value]
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return [-value]
        case _:
            return []


def _around(numbers: Sequence[int | float], *, whole: bool) -> list[int | float]:
    """The numbers, and one value below, between and above them."""
    if not numbers:
        return []
    between = [(a + b) / 2 for a, b in pairwise(numbers)]
    if whole:
        between = [int(middle) for middle in between if int(middle) not in numbers]
    return [numbers[0] - 1, *numbers, *between, numbers[-1] + 1]


def holds(cell: ast.AST, value: Value) -> bool:
    """Whether a cell lets a value through. Raises Undecided."""
    match cell:
        case ast.BoolOp(op=ast.And(), values=parts):
            return all(_each(parts, value))
        case ast.BoolOp(values=parts):
            return any(_each(parts, value))
        case ast.UnaryOp(op=ast.Not(), operand=part):
            return not holds(part, value)
        case ast.Compare(left=left, ops=operators, comparators=rights):
            operands = [_operand(part, value) for part in (left, *rights)]
            answers = [_compare(a, operator, b) for (a, b), operator in zip(pairwise(operands), operators, strict=True)]
            return all(answers)
        case _:
            raise Undecided


def _each(parts: Iterable[ast.AST], value: Value) -> list[bool]:
    """The answers of all parts: one that cannot be decided counts even where another settles the matter."""
    return [holds(part, value) for part in parts]


def _operand(node: ast.AST, value: Value) -> object:
    match node:
        case ast.Name(id=name) if name == INPUT:
            return value
        case ast.Constant(value=constant):
            return constant
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return [_operand(part, value) for part in parts]
        case _:
            raise Undecided


def _compare(left: object, operator: ast.cmpop, right: object) -> bool:
    match operator:
        case ast.Eq() | ast.Is():
            return _same(left, right)
        case ast.NotEq() | ast.IsNot():
            return not _same(left, right)
        case ast.In() if isinstance(right, list):
            return any(_same(left, member) for member in right)
        case ast.NotIn() if isinstance(right, list):
            return not any(_same(left, member) for member in right)
        case _:
            return _ordered(left, operator, right)


def _same(left: object, right: object) -> bool:
    return isinstance(left, bool) == isinstance(right, bool) and left == right


def _ordered(left: object, operator: ast.cmpop, right: object) -> bool:
    """Order is decided for numbers only: between two texts there are always more."""
    if isinstance(left, str) and isinstance(right, str):
        raise Undecided
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        return False
    match operator:
        case ast.Lt():
            return left < right
        case ast.LtE():
            return left <= right
        case ast.Gt():
            return left > right
        case ast.GtE():
            return left >= right
        case _:
            raise Undecided
