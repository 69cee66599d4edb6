"""The expressions of diagrams, evaluated over plain data. Values are never changed in place."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from tests.walks.oracle.feel import evaluate_feel, holds_feel, is_feel

_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


def is_alike(left: Any, right: Any) -> bool:
    """Whether two values are equal when truths are written apart from numbers."""
    return bool(_marked(left) == _marked(right))


def _marked(value: Any) -> Any:
    if isinstance(value, bool):
        return ("truth", value)
    if isinstance(value, list):
        return [_marked(item) for item in value]
    return {key: _marked(item) for key, item in value.items()} if isinstance(value, dict) else value


def _holds(holder: Any, value: Any) -> bool:
    if isinstance(holder, list):
        return any(is_alike(value, item) for item in holder)
    return holder is not None and value in holder


_COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: is_alike,
    ast.NotEq: lambda left, right: not is_alike(left, right),
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: _holds(right, left),
    ast.NotIn: lambda left, right: not _holds(right, left),
}
_ORDERS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.Not: operator.not_,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | str | None):
        raise TypeError(value)
    if not isinstance(value, str):
        return value
    return int(value) if value.strip().lstrip("+-").isdigit() else float(value)


def _text(value: Any) -> Any:
    if not isinstance(value, bool | int | float | str | None):
        raise TypeError(value)
    return str(value).lower() if isinstance(value, bool) else value if value is None else str(value)


def _truth(value: Any) -> Any:
    if not isinstance(value, bool | str | None):
        raise TypeError(value)
    return value.strip().lower() == "true" if isinstance(value, str) else value


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "str": str,
    "len": len,
    "min": min,
    "max": max,
    "round": round,
    "as_number": _number,
    "as_text": _text,
    "as_truth": _truth,
}
_CAUSES = (ArithmeticError, LookupError, NameError, TypeError, ValueError)


class Failure(Exception):
    """What an expression asks for cannot be computed from this data."""


@lru_cache(maxsize=4096)
def _parse(source: str, mode: str) -> ast.AST:
    text = source.strip()
    return ast.parse(f"({text}\n)" if mode == "eval" else text, mode=mode)


def evaluate(source: str, data: Mapping[str, Any]) -> Any:
    """The value of an expression; a name without a value is nothing. Raises Failure."""
    if is_feel(source):
        return evaluate_feel(source, data)
    tree = _parse(source, "eval")
    assert isinstance(tree, ast.Expression)
    missing = {part.id: None for part in ast.walk(tree) if isinstance(part, ast.Name) and part.id not in _FUNCTIONS}
    try:
        return _value(tree.body, {**missing, **data})
    except _CAUSES as error:
        raise Failure(source) from error


def holds(condition: str, data: Mapping[str, Any]) -> bool:
    """Whether a condition holds. Raises Failure."""
    return holds_feel(condition, data) if is_feel(condition) else bool(evaluate(condition, data))


def execute(source: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The names a script assigns, with their new values. Raises Failure."""
    if is_feel(source):
        return dict(evaluate_feel(source, data))
    tree = _parse(source, "exec")
    assert isinstance(tree, ast.Module)
    assigned: dict[str, Any] = {}
    try:
        _run(tree.body, dict(data), assigned)
    except _CAUSES as error:
        raise Failure(source) from error
    return assigned


def _run(body: list[ast.stmt], scope: dict[str, Any], assigned: dict[str, Any]) -> None:
    for statement in body:
        if isinstance(statement, ast.If):
            _run(statement.body if _value(statement.test, scope) else statement.orelse, scope, assigned)
            continue
        target: ast.expr
        if isinstance(statement, ast.AugAssign):
            source = ast.parse(ast.unparse(statement.target), mode="eval").body
            target, value = statement.target, _value(ast.BinOp(source, statement.op, statement.value), scope)
        else:
            assert isinstance(statement, ast.Assign), ast.unparse(statement)
            target, value = statement.targets[0], _value(statement.value, scope)
        name, value = _assign(target, value, scope)
        scope[name] = assigned[name] = value


def _assign(target: ast.expr, value: Any, scope: Mapping[str, Any]) -> tuple[str, Any]:
    """The name that changes, and its whole new value."""
    if isinstance(target, ast.Name):
        return target.id, value
    assert isinstance(target, ast.Subscript)
    holder, key = _value(target.value, scope), _value(target.slice, scope)
    return _assign(target.value, {**holder, key: value}, scope)


def _value(node: ast.expr, data: Mapping[str, Any]) -> Any:  # noqa: C901, PLR0911 - one kind of node each
    match node:
        case ast.Constant(value):
            return value
        case ast.Name(name):
            return data[name]
        case ast.List(elements) | ast.Tuple(elements):
            return [_value(element, data) for element in elements]
        case ast.Dict(keys, values):
            return {_value(key, data): _value(value, data) for key, value in zip(keys, values, strict=True) if key}
        case ast.Subscript(holder, key):
            return _value(holder, data)[_value(key, data)]
        case ast.BinOp(left, operation, right):
            return _compute(type(operation), _value(left, data), _value(right, data))
        case ast.UnaryOp(operation, operand):
            return _UNARY[type(operation)](_value(operand, data))
        case ast.BoolOp(operation, parts):
            return _either(isinstance(operation, ast.Or), parts, data)
        case ast.IfExp(test, body, orelse):
            return _value(body if _value(test, data) else orelse, data)
        case ast.Compare(left, operations, rights):
            return _compare([left, *rights], operations, data)
        case ast.Call(ast.Name(name), arguments) if name in _FUNCTIONS:
            return _FUNCTIONS[name](*(_value(argument, data) for argument in arguments))
    raise AssertionError(f"the oracle does not know {ast.unparse(node)}")


def _compute(operation: type[ast.operator], left: Any, right: Any) -> Any:
    """Numbers are computed; `+` also joins texts and lists. A text or a list is not multiplied and not formatted."""
    if operation is not ast.Add and not (isinstance(left, int | float) and isinstance(right, int | float)):
        raise TypeError(operation)
    return _BINARY[operation](left, right)


def _either(is_or: bool, parts: list[ast.expr], data: Mapping[str, Any]) -> Any:
    value: Any = None
    for part in parts:
        value = _value(part, data)
        if bool(value) is is_or:
            break
    return value


def _compare(sides: list[ast.expr], operations: list[ast.cmpop], data: Mapping[str, Any]) -> bool:
    """Whether each of a chain of comparisons holds; nothing is neither more nor less than anything."""
    left = _value(sides[0], data)
    for operation, side in zip(operations, sides[1:], strict=True):
        right = _value(side, data)
        if isinstance(operation, _ORDERS) and (left is None or right is None):
            return False
        if not _COMPARE[type(operation)](left, right):
            return False
        left = right
    return True
