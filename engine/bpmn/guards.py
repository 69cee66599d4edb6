"""What the operators, subscripts, assignments and functions of the language do, within limits. engine.bpmn only.

`Policy` turns each operation that can grow into a call of one of `GUARDS`; together with the limits of the grammar
this bounds the time and memory of every text. Values are JSON's: None, bool, int, float, str, list, dict with str keys.
"""

from __future__ import annotations

import ast
import copy
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from RestrictedPython import RestrictingNodeTransformer

from engine.errors import ScriptError

DOMAIN = frozenset(
    {
        *("now", "working_hours", "working_days", "clock_hours", "reminder", "deadline", "overdue_by"),
        *("unit_above", "tier2_of", "unit_kind", "unit_name", "serving", "province_has_districts", "chase_cap"),
    }
)

MAX_NUMBER = 10**15
MAX_TEXT = 10_000
MAX_ITEMS = 1_000
MAX_LEVELS = 20
MAX_WRITTEN = 131_072
MAX_ASKED_NUMBER = 100_000
MAX_ASKED_TEXT = 200
MAX_NUMERAL = 30

Number = int | float
_NUMBERS = frozenset({int, float, bool})
SCALARS = frozenset({type(None), bool, int, float, str})
_KINDS: dict[type, str] = {
    type(None): "nothing (None)",
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    tuple: "a list",
    dict: "a dictionary",
}
_GUARD_OF: dict[type[ast.operator], str] = {
    ast.Add: "_add_",
    ast.Sub: "_sub_",
    ast.Mult: "_mul_",
    ast.Div: "_div_",
    ast.FloorDiv: "_floordiv_",
    ast.Mod: "_mod_",
}


class Policy(RestrictingNodeTransformer):
    """RestrictedPython's policy with every operation that can grow turned into a call of a guard."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:  # noqa: N802 - ast calls it by this name
        """`a + b` becomes `_add_(a, b)`."""
        node = self.node_contents_visit(node)
        return _guarded(_GUARD_OF[type(node.op)], node, node.left, node.right)

    def visit_Call(self, node: ast.Call) -> ast.AST:  # noqa: N802 - ast calls it by this name
        """`reminder(x)` becomes `_ask_(reminder, x)`: what the caller's functions are asked is limited."""
        asked = isinstance(node.func, ast.Name) and node.func.id in DOMAIN
        node = super().visit_Call(node)
        return _guarded("_ask_", node, node.func, *node.args) if asked else node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:  # noqa: N802 - ast calls it by this name
        """`x = v` becomes `x = _keep_(v)`, and `d[k] = v` becomes `_put_(d, k, v)`."""
        target, value = node.targets[0], self.visit(node.value)
        if isinstance(target, ast.Subscript):
            put = _guarded("_put_", node, self.visit(target.value), self.visit(target.slice), value)
            return ast.copy_location(ast.Expr(put), node)
        kept = ast.Assign([self.visit(target)], _guarded("_keep_", node, value))
        return ast.copy_location(kept, node)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:  # noqa: N802 - ast calls it by this name
        """`x += v` is `x = x + v`, for an item as well; its keys are read twice, which changes nothing."""
        read = copy.deepcopy(node.target)
        read.ctx = ast.Load()
        plain = ast.Assign([node.target], ast.BinOp(read, node.op, node.value))
        return self.visit_Assign(ast.fix_missing_locations(ast.copy_location(plain, node)))


def _guarded(name: str, like: ast.AST, *arguments: ast.expr) -> ast.Call:
    call = ast.Call(ast.Name(name, ast.Load()), list(arguments), [])
    return ast.fix_missing_locations(ast.copy_location(call, like))


class Writing:
    """What one run of a script may still write: every written value is a copy, and their sizes are added up.

    The copy keeps a change from reaching the parent task's data, which shares its nested values, and
    keeps two names from sharing one value, so that a value's size in memory is its size when stored.
    """

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MAX_WRITTEN

    def keep(self, value: Any, level: int = 0) -> Any:
        """A JSON-native copy; raises ScriptError when it is too large, too deep or of another kind."""
        self.left -= 1 + (len(value) if isinstance(value, str) else 0)
        if self.left < 0:
            raise ScriptError("the values are too large")
        if isinstance(value, str):
            # An instant that remembers how it was made is stored as the text it shows.
            return str(value)
        if type(value) in SCALARS:
            return value
        if level >= MAX_LEVELS:
            raise ScriptError(f"the value has more than {MAX_LEVELS} levels")
        if isinstance(value, list | tuple):
            return [self.keep(item, level + 1) for item in value]
        if isinstance(value, dict):
            return {self._key(key): self.keep(item, level + 1) for key, item in value.items()}
        raise ScriptError(f"{_kind(value)} cannot be stored")

    def _key(self, key: object) -> str:
        if not isinstance(key, str):
            raise ScriptError(f"the keys of a dictionary are texts, not {_kind(key)}")
        self.left -= len(key)
        return key

    def put(self, holder: Any, key: Any, value: Any) -> None:
        """`holder[key] = value` for a dictionary, or an item that a list already has."""
        if isinstance(holder, dict):
            holder[self._key(key)] = self.keep(value)
        elif isinstance(holder, list) and type(key) is int:
            holder[key] = self.keep(value)
        else:
            raise ScriptError(f"{_kind(holder)} has no item to change at {_kind(key)}")


def _kind(value: object) -> str:
    known = (name for kind, name in _KINDS.items() if isinstance(value, kind))
    return next(known, f"a value of the kind {type(value).__name__}")


# ---------------------------------------------------------------------------------------------- operators


def _bounded(number: Number) -> Number:
    # Written so that infinity and "not a number" are refused as well.
    if -MAX_NUMBER <= number <= MAX_NUMBER:
        return number
    raise ScriptError("the number is too large, or not a number")


def _no_operation(sign: str, left: object, right: object) -> ScriptError:
    return ScriptError(f"'{sign}' does not go between {_kind(left)} and {_kind(right)}")


def _arithmetic(sign: str, operation: Callable[[Any, Any], Number]) -> Callable[[Any, Any], Number]:
    def guard(left: Any, right: Any) -> Number:
        if type(left) in _NUMBERS and type(right) in _NUMBERS:
            return _bounded(operation(left, right))
        raise _no_operation(sign, left, right)

    return guard


def _add(left: Any, right: Any) -> Any:
    if type(left) in _NUMBERS and type(right) in _NUMBERS:
        return _bounded(left + right)
    if isinstance(left, str) and isinstance(right, str):
        if len(left) + len(right) > MAX_TEXT:
            raise ScriptError("the text is too long")
        return left + right
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        _weigh(right, _weigh(left, 0))
        return [*left, *right]
    raise _no_operation("+", left, right)


def _multiply(left: Any, right: Any) -> Any:
    if type(left) in _NUMBERS and type(right) in _NUMBERS:
        return _bounded(left * right)
    if type(left) is int:
        left, right = right, left
    if type(right) is not int or not isinstance(left, str | list | tuple):
        raise _no_operation("*", left, right)
    limit = MAX_TEXT if isinstance(left, str) else MAX_ITEMS
    if (len(left) if isinstance(left, str) else _weigh(left, 0)) * right > limit:
        raise ScriptError("the repetition is too long")
    return left * right


def _weigh(value: Any, weight: int) -> int:
    """`weight` and the number of items in a list, those of nested ones included, long texts by their length.

    Raises ScriptError beyond the limit, which also ends the count: a value that holds another many times costs no more.
    """
    for item in value.values() if isinstance(value, dict) else value:
        weight += 1 + len(item) // 10 if isinstance(item, str) else 1
        if weight > MAX_ITEMS:
            raise ScriptError("the list is too long")
        if isinstance(item, list | tuple | dict):
            weight = _weigh(item, weight)
    return weight


def _item(holder: Any, key: Any) -> Any:
    if isinstance(holder, dict) and isinstance(key, str):
        return holder[key]
    if isinstance(holder, list | tuple | str) and type(key) is int:
        return holder[key]
    raise ScriptError(f"{_kind(holder)} has no item named by {_kind(key)}")


def _ask(function: Callable[..., object], *arguments: object) -> object:
    """The answer of one of the caller's functions; calendars and unit trees never meet an extreme question."""
    for value in arguments:
        if type(value) not in SCALARS and not isinstance(value, str):
            raise ScriptError(f"the functions of the case do not take {_kind(value)}")
        if isinstance(value, int | float) and not -MAX_ASKED_NUMBER <= value <= MAX_ASKED_NUMBER:
            raise ScriptError("the number is too large for this function")
        if isinstance(value, str) and len(value) > MAX_ASKED_TEXT:
            raise ScriptError("the text is too long for this function")
    return function(*arguments)


# ---------------------------------------------------------------------------------------------- pure functions


def _int(value: object) -> Number:
    return _bounded(_converted("int", int, value))


def _float(value: object) -> Number:
    return _bounded(_converted("float", float, value))


def _converted(name: str, convert: Callable[[str | Number], Number], value: object) -> Number:
    if isinstance(value, int | float) or (isinstance(value, str) and len(value) <= MAX_NUMERAL):
        try:
            return convert(value)
        except ValueError as error:
            raise ScriptError(f"{name}() cannot read this text as a number") from error
    raise ScriptError(f"{name}() takes a number, or a text of at most {MAX_NUMERAL} signs")


def _str(value: object) -> str:
    if type(value) not in SCALARS and not isinstance(value, str):
        raise ScriptError(f"str() does not take {_kind(value)}")
    return str(value)


def _abs(value: object) -> Number:
    return abs(_only_number("abs", value))


def _round(value: object, digits: object = None) -> Number:
    number = _only_number("round", value)
    if digits is None:
        return round(number)
    if type(digits) is not int or abs(digits) > 15:
        raise ScriptError("round() takes a number of digits between -15 and 15")
    return round(number, digits)


def _only_number(name: str, value: object) -> Number:
    if isinstance(value, int | float):
        return value
    raise ScriptError(f"{name}() takes a number, not {_kind(value)}")


def _len(value: object) -> int:
    if isinstance(value, str | list | tuple | dict):
        return len(value)
    raise ScriptError(f"len() takes a text, a list or a dictionary, not {_kind(value)}")


def _sum(values: object) -> Number:
    total: Number = 0
    for value in _short_list("sum", values):
        total = _bounded(total + _only_number("sum", value))
    return total


def _sorted(values: object) -> list[Any]:
    return sorted(_alike("sorted", _short_list("sorted", values)))


def _any(values: object) -> bool:
    return any(_short_list("any", values))


def _all(values: object) -> bool:
    return all(_short_list("all", values))


def _choice(name: str, choose: Callable[[Sequence[Any]], Any]) -> Callable[..., object]:
    def function(*values: object) -> object:
        given = values if len(values) > 1 else _short_list(name, *values)
        return choose(_alike(name, given))

    return function


def _short_list(name: str, *values: object) -> Sequence[Any]:
    if len(values) != 1 or not isinstance(values[0], list | tuple):
        raise ScriptError(f"{name}() takes a list")
    if len(values[0]) > MAX_ITEMS:
        raise ScriptError(f"{name}() takes a list of at most {MAX_ITEMS} items")
    return values[0]


def _alike(name: str, values: Sequence[Any]) -> Sequence[Any]:
    """The values, when they can be put in order: all numbers or all texts."""
    if all(isinstance(value, int | float) for value in values) or all(isinstance(value, str) for value in values):
        return values
    raise ScriptError(f"{name}() takes numbers only or texts only")


PURE: Mapping[str, Callable[..., object]] = {
    "len": _len,
    "min": _choice("min", min),
    "max": _choice("max", max),
    "abs": _abs,
    "round": _round,
    "int": _int,
    "float": _float,
    "str": _str,
    "bool": bool,
    "sum": _sum,
    "sorted": _sorted,
    "any": _any,
    "all": _all,
}
GUARDS: Mapping[str, Callable[..., object]] = {
    "_add_": _add,
    "_mul_": _multiply,
    "_sub_": _arithmetic("-", operator.sub),
    "_div_": _arithmetic("/", operator.truediv),
    "_floordiv_": _arithmetic("//", operator.floordiv),
    "_mod_": _arithmetic("%", operator.mod),
    "_getitem_": _item,
    "_ask_": _ask,
}
