"""Comparisons of the language: nothing (None) is neither more nor less than anything and has no members, and a truth
equals no number: `False == 0` and `1 in [True]` are false, as they are in FEEL and for whoever filled in the form.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from itertools import pairwise
from typing import Any


def equal_values(left: Any, right: Any) -> bool:
    """Whether two values are equal, also inside lists and dictionaries; 1 equals 1.0, and neither equals True."""
    if isinstance(left, bool) is not isinstance(right, bool) or left != right:
        return False
    if isinstance(left, list | tuple):
        return all(map(equal_values, left, right))
    if isinstance(left, dict):
        return all(equal_values(value, right[key]) for key, value in left.items())
    return True


def _is_member(left: Any, right: Any) -> bool:
    if isinstance(right, list | tuple):
        return any(equal_values(left, item) for item in right)
    return right is not None and left in right


# Nothing takes part in no order, and has no members.
_COMPARISONS: dict[type[ast.cmpop], tuple[str, Callable[[Any, Any], bool]]] = {
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
    ast.In: ("in", _is_member),
    ast.NotIn: ("not in", lambda left, right: not _is_member(left, right)),
    ast.Eq: ("==", equal_values),
    ast.NotEq: ("!=", lambda left, right: not equal_values(left, right)),
    ast.Is: ("is", operator.is_),
    ast.IsNot: ("is not", operator.is_not),
}
_COMPARISON_OF_SIGN = dict(_COMPARISONS.values())
_ORDERS = frozenset({"<", "<=", ">", ">="})


def needs_guard(node: ast.Compare) -> bool:
    """Whether a chain of comparisons may mean something else than in Python."""
    sides = pairwise((node.left, *node.comparators))
    return not all(_is_plain(sign, *pair) for sign, pair in zip(node.ops, sides, strict=True))


def _is_plain(sign: ast.cmpop, left: ast.expr, right: ast.expr) -> bool:
    """Whether Python's own comparison decides alike: `is`, or equality with a text or with nothing."""
    if isinstance(sign, ast.Is | ast.IsNot):
        return True
    is_equality = isinstance(sign, ast.Eq | ast.NotEq)
    return is_equality and any(isinstance(side, ast.Constant) and _is_no_number(side.value) for side in (left, right))


def _is_no_number(value: object) -> bool:
    return value is None or isinstance(value, str)


def sign_text(sign: ast.cmpop) -> str:
    """How a comparison is written."""
    return _COMPARISONS[type(sign)][0]


def guarded_compare(left: Any, *rest: Any) -> bool:
    """Whether all comparisons of a chain hold; one of order with nothing does not (DMN: null is no number)."""
    for sign, right in zip(rest[::2], rest[1::2], strict=True):
        is_undecided = sign in _ORDERS and (left is None or right is None)
        if is_undecided or not _COMPARISON_OF_SIGN[sign](left, right):
            return False
        left = right
    return True
