"""The texts in FEEL of drawn diagrams: a small part of it, written from DMN 1.5, 10.3, over plain data.

A number is no truth, and what cannot be compared or computed is null, of which only `= null` says something.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

_EQUALS = re.compile(r"(?<![<>!=])=(?!=)")
_ORDERS: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def is_feel(source: str) -> bool:
    """Whether a text says that it is FEEL."""
    return source.lstrip().startswith("=")


def evaluate_feel(source: str, data: Mapping[str, Any]) -> Any:
    """The value of an expression as data."""
    return _stored(_value(_parse(source), data))


def holds_feel(source: str, data: Mapping[str, Any]) -> bool:
    """Whether a condition is true, and nothing else."""
    return _value(_parse(source), data) is True


@lru_cache(maxsize=4096)
def _parse(source: str) -> ast.expr:
    text = source.strip().removeprefix("=").strip().replace("not(", "negated(")
    return ast.parse(_EQUALS.sub("==", text), mode="eval").body


def _stored(value: Any) -> Any:
    if isinstance(value, float) and value == int(value):
        return int(value)
    if isinstance(value, list):
        return [_stored(item) for item in value]
    return {name: _stored(item) for name, item in value.items()} if isinstance(value, dict) else value


def _value(node: ast.expr, data: Mapping[str, Any]) -> Any:  # noqa: PLR0911 - one kind of node each
    match node:
        case ast.Constant(value):
            return value
        case ast.Name(name):
            return data.get(name)
        case ast.List(parts):
            return [_value(part, data) for part in parts]
        case ast.Dict(keys, values):
            return _context([key.id for key in keys if isinstance(key, ast.Name)], values, data)
        case ast.BoolOp(operation, parts):
            return _logic([_value(part, data) for part in parts], decisive=isinstance(operation, ast.Or))
        case ast.Compare(left, [operation], [right]):
            return _compare(operation, _value(left, data), _value(right, data))
        case ast.BinOp(left, ast.Add(), right):
            sides = _value(left, data), _value(right, data)
            return sides[0] + sides[1] if all(map(_is_number, sides)) else None
        case ast.Call(ast.Name(name), arguments):
            return _call(name, [_value(argument, data) for argument in arguments])
    raise AssertionError(f"the oracle does not know {ast.unparse(node)}")


def _context(names: list[str], values: list[ast.expr], data: Mapping[str, Any]) -> dict[str, Any]:
    entries: dict[str, Any] = {}
    for name, value in zip(names, values, strict=True):
        entries[name] = _value(value, {**data, **entries})
    return entries


def _logic(values: list[Any], *, decisive: bool) -> bool | None:
    if any(value is decisive for value in values):
        return decisive
    return (not decisive) if all(value is (not decisive) for value in values) else None


def _compare(operation: ast.cmpop, left: Any, right: Any) -> bool | None:
    if isinstance(operation, ast.Eq) and (left is None or right is None):
        return left is right
    if not (_is_number(left) and _is_number(right)):
        return None
    return bool(left == right) if isinstance(operation, ast.Eq) else bool(_ORDERS[type(operation)](left, right))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _call(name: str, values: list[Any]) -> Any:
    if name == "negated":
        return None if not isinstance(values[0], bool) else not values[0]
    if name == "modulo":
        return values[0] % values[1] if all(map(_is_number, values)) else None
    if name == "append":
        return [*(values[0] if isinstance(values[0], list) else [values[0]]), values[1]]
    assert name == "duration", name
    return values[0]
