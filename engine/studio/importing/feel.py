"""What a FEEL expression means, written out: nothing is neither true nor false, and numbers are decimal.

The rules are those of DMN 1.3, 10.3.2: a comparison with nothing is null, `not(null)` is null, and only `true` is true.
A null condition counts as false here. Negations are moved to the comparisons, where nothing makes both sides false.
"""

from __future__ import annotations

import ast

from engine.studio.importing.juel import NUMBER, TRUTH, UNKNOWN, refused_tree, yielded_kind

DIGITS = 9
"""Decimal places to which results are rounded, so that 0.1 + 0.2 is 0.3 as in decimal arithmetic."""
_OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


def write_out_feel(tree: ast.expr, *, is_condition: bool) -> ast.expr:
    """The same expression in our language; raises OutsideGrammar for what has no equal here."""
    return _truth(tree) if is_condition else _value(tree)


def _value(tree: ast.expr) -> ast.expr:
    written = tree
    match tree:
        case ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            written = _truth(tree)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            written = ast.IfExp(_truth(test), _value(body), _value(orelse))
        case ast.BinOp():
            written = _decimal(tree)
        case ast.UnaryOp(op=op, operand=operand):
            written = ast.UnaryOp(op, _value(operand))
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            written = ast.Compare(_value(left), ops, [_value(part) for part in comparators])
        case ast.Subscript(value=value, slice=key):
            written = ast.Subscript(_value(value), key, ast.Load())
        case ast.List(elts=parts):
            written = ast.List([_value(part) for part in parts], ast.Load())
    return written


def _decimal(tree: ast.BinOp) -> ast.expr:
    """Arithmetic, rounded where fractions may come into it; texts are joined as they are."""
    if _has_text(tree):
        return tree
    plain = _arithmetic(tree)
    if _is_whole(tree):
        return plain
    return ast.Call(ast.Name("round", ast.Load()), [plain, ast.Constant(DIGITS)], [])


def _arithmetic(tree: ast.expr) -> ast.expr:
    if isinstance(tree, ast.BinOp):
        return ast.BinOp(_arithmetic(tree.left), tree.op, _arithmetic(tree.right))
    if yielded_kind(tree) not in {NUMBER, UNKNOWN}:
        raise refused_tree(tree)
    return _value(tree)


def _is_whole(tree: ast.expr) -> bool:
    return all(
        (not isinstance(part, ast.Constant) or isinstance(part.value, int))
        and not isinstance(part, ast.Div | ast.Name | ast.Subscript)
        for part in ast.walk(tree)
    )


def _has_text(tree: ast.expr) -> bool:
    match tree:
        case ast.Constant(value=str()):
            return True
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _has_text(left) or _has_text(right)
    return False


def _truth(tree: ast.expr) -> ast.expr:
    """A condition or an operand of `and` and `or`: whether it is true, and not whether it is something."""
    match tree:
        case ast.BoolOp(op=op, values=values):
            return ast.BoolOp(op, [_truth(value) for value in values])
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _falsehood(operand)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return ast.IfExp(_truth(test), _truth(body), _truth(orelse))
    if yielded_kind(tree) == TRUTH:
        return _value(tree)
    if yielded_kind(tree) == UNKNOWN:
        return ast.Compare(_value(tree), [ast.Eq()], [ast.Constant(value=True)])
    raise refused_tree(tree)


def _falsehood(tree: ast.expr) -> ast.expr:
    """Whether an expression is false, and not whether it is not true: of nothing neither holds."""
    written: ast.expr
    match tree:
        case ast.BoolOp(op=op, values=values):
            opposite = ast.Or() if isinstance(op, ast.And) else ast.And()
            written = ast.BoolOp(opposite, [_falsehood(value) for value in values])
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            written = _truth(operand)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            written = ast.IfExp(_truth(test), _falsehood(body), _falsehood(orelse))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            written = ast.Compare(_value(left), [_OPPOSITES[type(op)]()], [_value(right)])
        case ast.Compare(left=low, ops=[_, _], comparators=[middle, high]):
            outside = ((middle, ast.Lt(), low), (middle, ast.Gt(), high))
            written = ast.BoolOp(ast.Or(), [ast.Compare(_value(a), [op], [_value(b)]) for a, op, b in outside])
        case ast.Constant(value=bool(value)):
            written = ast.Constant(not value)
        case _ if yielded_kind(tree) == UNKNOWN:
            written = ast.Compare(_value(tree), [ast.Eq()], [ast.Constant(value=False)])
        case _:
            raise refused_tree(tree)
    return written
