"""The few expressions that generated diagrams contain, evaluated over plain data. Values are never changed in place."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Mod: operator.mod,
}
_COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_FUNCTIONS: Mapping[str, Callable[[Any], Any]] = {"str": str, "len": len}


@lru_cache(maxsize=4096)
def _parse(source: str, mode: str) -> ast.AST:
    return ast.parse(source.strip(), mode=mode)


def evaluate(source: str, data: Mapping[str, Any]) -> Any:
    """The value of an expression."""
    tree = _parse(source, "eval")
    assert isinstance(tree, ast.Expression)
    return _value(tree.body, data)


def execute(source: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The names a script assigns, with their new values."""
    tree = _parse(source, "exec")
    assert isinstance(tree, ast.Module)
    assigned: dict[str, Any] = {}
    _run(tree.body, dict(data), assigned)
    return assigned


def _run(body: list[ast.stmt], scope: dict[str, Any], assigned: dict[str, Any]) -> None:
    for statement in body:
        if isinstance(statement, ast.If):
            _run(statement.body if _value(statement.test, scope) else statement.orelse, scope, assigned)
        else:
            assert isinstance(statement, ast.Assign)
            (target,) = statement.targets
            name, value = _assign(target, _value(statement.value, scope), scope)
            scope[name] = assigned[name] = value


def _assign(target: ast.expr, value: Any, scope: Mapping[str, Any]) -> tuple[str, Any]:
    """The name that changes, and its whole new value."""
    if isinstance(target, ast.Name):
        return target.id, value
    assert isinstance(target, ast.Subscript)
    holder, key = _value(target.value, scope), _value(target.slice, scope)
    return _assign(target.value, {**holder, key: value}, scope)


def _value(node: ast.expr, data: Mapping[str, Any]) -> Any:  # noqa: PLR0911 - one kind of node each
    match node:
        case ast.Constant(value):
            return value
        case ast.Name(name):
            return data[name]
        case ast.List(elements):
            return [_value(element, data) for element in elements]
        case ast.Dict(keys, values):
            return {_value(key, data): _value(value, data) for key, value in zip(keys, values, strict=True) if key}
        case ast.Subscript(holder, key):
            return _value(holder, data)[_value(key, data)]
        case ast.BinOp(left, operation, right):
            return _BINARY[type(operation)](_value(left, data), _value(right, data))
        case ast.Compare(left, [operation], [right]):
            return _COMPARE[type(operation)](_value(left, data), _value(right, data))
        case ast.Call(ast.Name(name), [argument]):
            return _FUNCTIONS[name](_value(argument, data))
    raise AssertionError(f"the oracle does not know {ast.unparse(node)}")
