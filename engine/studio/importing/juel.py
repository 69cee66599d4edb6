"""What a JUEL expression means, written out: it reads values as numbers, texts or truths without saying so.

The rules are those of the Expression Language 2.2 (JSR 245), 1.5 to 1.8: in `x == 5` a text "5" is the number, in `x`
as a condition a text "false" is false, and nothing is zero in sums. What would be read differently here and cannot be
written out is refused.
"""

from __future__ import annotations

import ast
import re

from engine.studio.importing.dialects import OutsideGrammar

_NUMERIC = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_EQUALITIES = (ast.Eq, ast.NotEq)
_IDENTITIES = (ast.Is, ast.IsNot)
NUMBER, TEXT, TRUTH, NOTHING, UNKNOWN = "number", "text", "truth", "nothing", "unknown"


def write_out_juel(tree: ast.expr, *, is_condition: bool) -> ast.expr:
    """The same expression in our language; raises OutsideGrammar for what has no equal here."""
    return _truth(tree) if is_condition else _value(tree)


def yielded_kind(tree: ast.expr) -> str:
    """What an expression yields, as far as that can be known before it runs."""
    match tree:
        case ast.Constant(value=bool()) | ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            return TRUTH
        case ast.Constant(value=int() | float()) | ast.BinOp() | ast.UnaryOp():
            return NUMBER
        case ast.Constant(value=str()):
            return TEXT
        case ast.Constant(value=None):
            return NOTHING
        case ast.IfExp(body=body, orelse=orelse) if yielded_kind(body) == yielded_kind(orelse):
            return yielded_kind(body)
    return UNKNOWN


def _value(tree: ast.expr) -> ast.expr:
    written = tree
    match tree:
        case ast.BoolOp(op=op, values=values):
            written = ast.BoolOp(op, [_truth(value) for value in values])
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            written = ast.UnaryOp(ast.Not(), _truth(operand))
        case ast.UnaryOp(op=op, operand=operand):
            written = ast.UnaryOp(op, _number(operand))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            written = ast.IfExp(_truth(test), _value(body), _value(orelse))
        case ast.BinOp(op=ast.Mod()) if not _is_plain_remainder(tree):
            raise refused_tree(tree)
        case ast.BinOp(left=left, op=op, right=right):
            written = ast.BinOp(_number(left), op, _number(right))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            written = _comparison(left, op, right)
        case ast.Subscript(value=value, slice=key):
            written = ast.Subscript(_value(value), _value(key), ast.Load())
    return written


def refused_tree(tree: ast.expr) -> OutsideGrammar:
    """That an expression, quoted, cannot be written here."""
    return OutsideGrammar(ast.unparse(tree))


def _is_plain_remainder(tree: ast.BinOp) -> bool:
    """Whether a remainder is that of whole numbers that are not negative, where ours and Java's are the same."""
    return all(isinstance(part, ast.Constant) and isinstance(part.value, int) for part in (tree.left, tree.right))


def _is_divisibility(left: ast.expr, right: ast.expr) -> bool:
    """Whether a remainder is compared with zero: then its sign, which differs from Java's, does not matter."""
    is_zero = isinstance(right, ast.Constant) and right.value == 0 and not isinstance(right.value, bool)
    return is_zero and isinstance(left, ast.BinOp) and isinstance(left.op, ast.Mod)


def _number(tree: ast.expr) -> ast.expr:
    """An operand of arithmetic."""
    kind = yielded_kind(tree)
    if kind == TEXT and isinstance(tree, ast.Constant) and _NUMERIC.fullmatch(str(tree.value)):
        text = str(tree.value)
        return ast.Constant(float(text) if set(text) & set(".eE") else int(text))
    if kind in {NUMBER, UNKNOWN}:
        return _value(tree) if kind == NUMBER else call_function("as_number", _value(tree))
    raise refused_tree(tree)


def _truth(tree: ast.expr) -> ast.expr:
    """A condition, or an operand of `and`, `or` and `not`."""
    kind = yielded_kind(tree)
    if kind == TRUTH:
        return _value(tree)
    if kind == UNKNOWN:
        return call_function("as_truth", _value(tree))
    if isinstance(tree, ast.Constant) and kind in {TEXT, NOTHING}:
        return ast.Constant(str(tree.value).lower() == "true")
    raise refused_tree(tree)


def _comparison(left: ast.expr, op: ast.cmpop, right: ast.expr) -> ast.expr:
    kinds = {yielded_kind(left), yielded_kind(right)}
    if isinstance(op, _IDENTITIES) or NOTHING in kinds:
        return ast.Compare(_value(left), [op], [_value(right)])
    if isinstance(op, _EQUALITIES) and _is_divisibility(left, right):
        assert isinstance(left, ast.BinOp)
        return ast.Compare(ast.BinOp(_number(left.left), ast.Mod(), _number(left.right)), [op], [right])
    if isinstance(op, _EQUALITIES):
        return ast.Compare(_compared(left, kinds, right), [op], [_compared(right, kinds, left)])
    if kinds in ({NUMBER}, {NUMBER, UNKNOWN}):
        return ast.Compare(_number(left), [op], [_number(right)])
    if kinds in ({TEXT}, {UNKNOWN}, {TEXT, UNKNOWN}):
        # Texts are ordered as texts in both; a number and a text, which theirs compares, are a failure here.
        return ast.Compare(_value(left), [op], [_value(right)])
    raise refused_tree(ast.Compare(left, [op], [right]))


def _compared(side: ast.expr, kinds: set[str], other: ast.expr) -> ast.expr:
    """One side of an equality, read as the other is: the other's kind decides."""
    if kinds == {UNKNOWN} or len(kinds - {UNKNOWN}) > 1:
        raise refused_tree(ast.Compare(side, [ast.Eq()], [other]))
    if isinstance(side, ast.BoolOp | ast.IfExp):
        raise refused_tree(side)
    if yielded_kind(side) != UNKNOWN:
        return _value(side)
    known = (kinds - {UNKNOWN}).pop()
    if known == NUMBER:
        return call_function("as_number", _value(side))
    if known == TRUTH:
        return call_function("as_truth", _value(side))
    is_ambiguous = isinstance(other, ast.Constant) and (
        _NUMERIC.fullmatch(str(other.value)) or other.value in {"true", "false"}
    )
    return (
        call_function("as_text", _value(side)) if is_ambiguous or not isinstance(other, ast.Constant) else _value(side)
    )


def call_function(name: str, argument: ast.expr) -> ast.expr:
    """A call of one of our functions."""
    return ast.Call(ast.Name(name, ast.Load()), [argument], [])
