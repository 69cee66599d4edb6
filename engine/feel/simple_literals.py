"""Trees of the commonest texts without the parser: a number or a text, compared or not, and a range of numbers.

Tables have thousands of such cells. What is made here is what the grammar makes; a test compares both.
"""

from __future__ import annotations

import re
from decimal import Decimal

from engine.feel import syntax
from engine.feel.syntax import FeelNode

_NUMBER = r"-?\d{1,34}(?:\.\d{1,20})?"
_LITERAL = re.compile(rf'\s*(?:({_NUMBER})|"([^"\\]*)")\s*', re.ASCII)
_COMPARED = re.compile(r"\s*(<=|>=|<|>|=)(?=\s*[-\d\"])", re.ASCII)
_RANGE = re.compile(rf"\s*([\[(])\s*({_NUMBER})\s*\.\.\s*({_NUMBER})\s*([\])])\s*", re.ASCII)
MAX_DIGITS = 34


def simple_expression(text: str) -> FeelNode | None:
    """The tree of a number or a text; None for what the parser has to read."""
    match = _LITERAL.fullmatch(text)
    if match is None:
        return None
    return syntax.Constant(match[2]) if match[1] is None else _number(match[1])


def simple_tests(text: str) -> FeelNode | None:
    """The tree of a cell with one simple test; None for what the parser has to read."""
    sign = _COMPARED.match(text)
    operand = simple_expression(text[sign.end() :] if sign else text)
    if operand is not None:
        return syntax.UnaryTests((syntax.UnaryComparison(sign[1], operand) if sign else operand,))
    span = _RANGE.fullmatch(text)
    if span is None:
        return None
    low, high = _number(span[2]), _number(span[3])
    if low is None or high is None:
        return None
    return syntax.UnaryTests((syntax.RangeOf(low, high, low_closed=span[1] == "[", high_closed=span[4] == "]"),))


def _number(text: str) -> FeelNode | None:
    digits = text.removeprefix("-")
    if len(digits) > MAX_DIGITS:
        return None
    constant = syntax.Constant(Decimal(digits))
    return syntax.Negation(constant) if text[0] == "-" else constant
