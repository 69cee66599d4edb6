"""Comparisons of the language, in which nothing (None) is neither more nor less than anything and has no members."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Sequence
from typing import Any

# Comparisons that nothing takes part in: an order with nothing is false, and nothing has no members.
_COMPARISONS: dict[type[ast.cmpop], tuple[str, Callable[[Any, Any], bool]]] = {
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
    ast.In: ("in", lambda left, right: right is not None and left in right),
    ast.NotIn: ("not in", lambda left, right: right is None or left not in right),
    ast.Eq: ("==", operator.eq),
    ast.NotEq: ("!=", operator.ne),
    ast.Is: ("is", operator.is_),
    ast.IsNot: ("is not", operator.is_not),
}
_COMPARISON_OF_SIGN = dict(_COMPARISONS.values())
_ORDERS = frozenset({"<", "<=", ">", ">="})
_UNGUARDED = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot)


def needs_guard(signs: Sequence[ast.cmpop]) -> bool:
    """Whether a chain of comparisons means something else than in Python when nothing takes part."""
    return not all(isinstance(sign, _UNGUARDED) for sign in signs)


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
