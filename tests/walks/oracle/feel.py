"""The texts in FEEL of diagrams: a part of it, written from DMN 1.5, 10.3, over plain data.

A number is no truth, and what cannot be compared or computed is null, of which only `= null` says something.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any

from tests.walks.oracle.feel_syntax import COMPARISONS, Tree, parts_of, read_feel

_ORDERS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_COMPUTED: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
}
_CAUSES = (DivisionByZero, InvalidOperation, Overflow, ZeroDivisionError)


def is_feel(source: str) -> bool:
    """Whether a text says that it is FEEL."""
    return source.lstrip().startswith("=")


def evaluate_feel(source: str, data: Mapping[str, Any]) -> Any:
    """The value of an expression as data."""
    return _stored(_value(read_feel(source), _taken(dict(data))))


def holds_feel(source: str, data: Mapping[str, Any]) -> bool:
    """Whether a condition is true, and nothing else."""
    return _value(read_feel(source), _taken(dict(data))) is True


def names_in_feel(source: str) -> Iterator[tuple[str, str]]:
    """The names that a text reads from data, each with the name behind its point, which may be empty."""
    parts = list(parts_of(read_feel(source)))
    own = {part[1] for part in parts if part[0] in ("for", "some", "every", "entry")}
    held = {part[1][1]: part[2] for part in parts if part[0] == "path" and part[1][0] == "name"}
    yield from ((part[1], held.get(part[1], "")) for part in parts if part[0] == "name" and part[1] not in own)


def lists_in_feel(source: str) -> set[str]:
    """The names of which a text goes through the items."""
    loops = [part for part in parts_of(read_feel(source)) if part[0] in ("for", "some", "every")]
    return {part[2][1] for part in loops if part[2][0] == "name"}


def constants_in_feel(source: str) -> list[Any]:
    """The values that are written in a text, as data."""
    return [_stored(part[1]) for part in parts_of(read_feel(source)) if part[0] == "value"]


def _taken(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(repr(value))
    if isinstance(value, list):
        return [_taken(item) for item in value]
    return {name: _taken(item) for name, item in value.items()} if isinstance(value, dict) else value


def _stored(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list):
        return [_stored(item) for item in value]
    return {name: _stored(item) for name, item in value.items()} if isinstance(value, dict) else value


def _value(tree: Tree, data: Mapping[str, Any]) -> Any:  # noqa: PLR0911 - one kind of node each
    match tree:
        case ("value", value):
            return value
        case ("name", name):
            return data.get(name)
        case ("list", parts):
            return [_value(part, data) for part in parts]
        case ("context", entries):
            return _context(entries, data)
        case ("if", condition, then, otherwise):
            return _value(then if _value(condition, data) is True else otherwise, data)
        case ("for" | "some" | "every" as kind, name, items, body):
            return _iterate(kind, _value(items, data), lambda item: _value(body, {**data, name: item}))
        case ("path", holder, name):
            return _entry(_value(holder, data), name)
        case ("call", name, arguments):
            return _call(name, [_value(argument, data) for argument in arguments])
        case (sign, left, right):
            return _operate(sign, _value(left, data), _value(right, data))
    raise AssertionError(f"the oracle does not know {tree[0]}")


def _operate(sign: str, left: Any, right: Any) -> Any:
    if sign in ("and", "or"):
        return _logic([left, right], decisive=sign == "or")
    return _compare(sign, left, right) if sign in COMPARISONS else _compute(sign, left, right)


def _context(parts: list[Tree], data: Mapping[str, Any]) -> dict[str, Any]:
    entries: dict[str, Any] = {}
    for _, name, part in parts:
        entries[name] = _value(part, {**data, **entries})
    return entries


def _logic(values: list[Any], *, decisive: bool) -> bool | None:
    if any(value is decisive for value in values):
        return decisive
    return (not decisive) if all(value is (not decisive) for value in values) else None


def _iterate(kind: str, items: Any, body: Callable[[Any], Any]) -> Any:
    """What is no list is the only item of one (10.3.2.9.4); of nothing comes nothing."""
    if items is None:
        return None
    values = [body(item) for item in (items if isinstance(items, list) else [items])]
    return values if kind == "for" else _logic(values, decisive=kind == "some")


def _entry(holder: Any, name: str) -> Any:
    if isinstance(holder, list):
        return [_entry(item, name) for item in holder]
    return holder.get(name) if isinstance(holder, dict) else None


def _compare(sign: str, left: Any, right: Any) -> bool | None:
    """Values of two kinds are neither equal nor unequal; numbers and texts have an order."""
    if sign == "!=":
        is_equal = _compare("=", left, right)
        return None if is_equal is None else not is_equal
    if sign == "=" and (left is None or right is None):
        return left is right
    if type(left) is not type(right) or left is None:
        return None
    if sign == "=":
        return _is_same(left, right)
    return bool(_ORDERS[sign](left, right)) if isinstance(left, Decimal | str) else None


def _is_same(left: Any, right: Any) -> bool:
    if isinstance(left, list):
        return len(left) == len(right) and all(_compare("=", *pair) is True for pair in zip(left, right, strict=True))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(_compare("=", left[name], right[name]) is True for name in left)
    return bool(left == right)


def _compute(sign: str, left: Any, right: Any) -> Any:
    if sign == "+" and isinstance(left, str) and isinstance(right, str):
        return left + right
    if not (isinstance(left, Decimal) and isinstance(right, Decimal)):
        return None
    try:
        return _COMPUTED[sign](left, right)
    except _CAUSES:
        return None


def _only(value: Any) -> Any:
    """The one item of a list, which is as good as the item itself where no list is asked for (10.3.2.9.4)."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _modulo(left: Any, right: Any) -> Any:
    """What is left of a division, with the sign of the divisor."""
    left, right = _only(left), _only(right)
    if not (isinstance(left, Decimal) and isinstance(right, Decimal)) or right == 0:
        return None
    rest = left % right
    return rest + right if rest and (rest < 0) != (right < 0) else rest


def _append(items: Any, *more: Any) -> list[Any] | None:
    return None if items is None else [*(items if isinstance(items, list) else [items]), *more]


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "not": lambda value: not _only(value) if isinstance(_only(value), bool) else None,
    "modulo": _modulo,
    "append": _append,
    "duration": lambda value: value,
}


def _call(name: str, values: list[Any]) -> Any:
    assert name in _FUNCTIONS, f"the oracle does not know {name}()"
    return _FUNCTIONS[name](*values)
