"""Bounded versions of the language's operators, subscripts, assignments and functions.

`GuardTransformer` turns each operation that can grow into a call of one of `GUARDS`; together with the limits of the
grammar this bounds the time and memory of every text. Values are JSON's: None, bool, int, float, str, list, dict with
str keys.
"""

from __future__ import annotations

import ast
import copy
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from RestrictedPython import RestrictingNodeTransformer

from engine.bpmn.coercions import COERCIONS
from engine.bpmn.comparisons import guarded_compare, needs_guard, sign_text
from engine.errors import ScriptError

CASE_FUNCTIONS = frozenset(
    {
        *(
            "now",
            "working_hours",
            "working_days",
            "clock_hours",
            "reminder",
            "deadline",
            "overdue_by",
            "overdue_by_hours",
        ),
        *("unit_above", "tier2_of", "unit_kind", "unit_name", "serving", "province_has_districts", "chase_cap"),
    }
)

MAX_NUMBER = 10**15
MAX_TEXT = 10_000
MAX_ITEMS = 1_000
MAX_LEVELS = 20
MAX_WRITTEN_SIZE = 131_072
MAX_NUMBER_ARGUMENT = 100_000
MAX_TEXT_ARGUMENT = 200
MAX_NUMERAL_LENGTH = 30

Number = int | float
_NUMBER_TYPES = frozenset({int, float, bool})
SCALAR_TYPES = frozenset({type(None), bool, int, float, str})
_KIND_RULES: dict[type, str] = {
    type(None): "value-kind-nothing",
    bool: "value-kind-flag",
    int: "value-kind-number",
    float: "value-kind-number",
    str: "value-kind-text",
    list: "value-kind-list",
    tuple: "value-kind-list",
    dict: "value-kind-dictionary",
}
_KIND_RULES_BY_NAME = {value_type.__name__: rule for value_type, rule in _KIND_RULES.items()}
_GUARD_OF: dict[type[ast.operator], str] = {
    ast.Add: "_add_",
    ast.Sub: "_sub_",
    ast.Mult: "_mul_",
    ast.Div: "_div_",
    ast.FloorDiv: "_floordiv_",
    ast.Mod: "_mod_",
}


class GuardTransformer(RestrictingNodeTransformer):
    """RestrictedPython's policy, with every operation that can grow turned into a call of a guard."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:  # noqa: N802 - ast calls it by this name
        """`a + b` becomes `_add_(a, b)`."""
        node = self.node_contents_visit(node)
        return _guard_call(_GUARD_OF[type(node.op)], node, node.left, node.right)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:  # noqa: N802 - ast calls it by this name
        """`60 <= x < 80` becomes `_compare_(60, "<=", x, "<", 80)`, which knows nothing and truths."""
        node = self.node_contents_visit(node)
        if not needs_guard(node):
            return node
        pairs = zip(node.ops, node.comparators, strict=True)
        rest = [part for sign, right in pairs for part in (ast.Constant(sign_text(sign)), right)]
        return _guard_call("_compare_", node, node.left, *rest)

    def visit_Call(self, node: ast.Call) -> ast.AST:  # noqa: N802 - ast calls it by this name
        """`reminder(x)` becomes `_ask_(reminder, x)`: the arguments to the caller's functions are limited."""
        is_case_function = isinstance(node.func, ast.Name) and node.func.id in CASE_FUNCTIONS
        node = super().visit_Call(node)
        return _guard_call("_ask_", node, node.func, *node.args) if is_case_function else node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:  # noqa: N802 - ast calls it by this name
        """`x = v` becomes `x = _keep_(v)`, and `d[k] = v` becomes `_put_(d, k, v)`."""
        target, value = node.targets[0], self.visit(node.value)
        if isinstance(target, ast.Subscript):
            item_assignment = _guard_call("_put_", node, self.visit(target.value), self.visit(target.slice), value)
            return ast.copy_location(ast.Expr(item_assignment), node)
        assignment = ast.Assign([self.visit(target)], _guard_call("_keep_", node, value))
        return ast.copy_location(assignment, node)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:  # noqa: N802 - ast calls it by this name
        """`x += v` becomes `x = x + v`, for an item as well; its keys are read twice, which changes nothing."""
        current = copy.deepcopy(node.target)
        current.ctx = ast.Load()
        assignment = ast.Assign([node.target], ast.BinOp(current, node.op, node.value))
        return self.visit_Assign(ast.fix_missing_locations(ast.copy_location(assignment, node)))


def _guard_call(name: str, source_node: ast.AST, *arguments: ast.expr) -> ast.Call:
    call = ast.Call(ast.Name(name, ast.Load()), list(arguments), [])
    return ast.fix_missing_locations(ast.copy_location(call, source_node))


class WriteBudget:
    """What one run of a script may still write: every written value is a copy, and the copies' sizes are added up.

    The copy keeps a change from reaching the parent task's data, which shares its nested values, and keeps two names
    from sharing one value, so that a value's size in memory is its size when stored.
    """

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MAX_WRITTEN_SIZE

    def copy_value(self, value: Any, level: int = 0) -> Any:
        """A JSON-native copy; raises ScriptError when the value is too large, too deep or of another kind."""
        self.left -= 1 + (len(value) if isinstance(value, str) else 0)
        if self.left < 0:
            raise ScriptError("running-values-too-large")
        if isinstance(value, str):
            # An instant that remembers how it was computed is stored as the text it shows.
            return str(value)
        if type(value) in SCALAR_TYPES:
            return value
        if level >= MAX_LEVELS:
            raise ScriptError("running-value-too-deep", most=MAX_LEVELS)
        if isinstance(value, list | tuple):
            return [self.copy_value(item, level + 1) for item in value]
        if isinstance(value, dict):
            return {self._accept_key(key): self.copy_value(item, level + 1) for key, item in value.items()}
        raise ScriptError("running-value-not-stored", kind=kind_of(value))

    def _accept_key(self, key: object) -> str:
        if not isinstance(key, str):
            raise ScriptError("running-key-no-text", kind=kind_of(key))
        self.left -= len(key)
        return key

    def set_item(self, container: Any, key: Any, value: Any) -> None:
        """`container[key] = value` for a dictionary, or for an item that a list already has."""
        if isinstance(container, dict):
            container[self._accept_key(key)] = self.copy_value(value)
        elif isinstance(container, list) and type(key) is int:
            container[key] = self.copy_value(value)
        else:
            raise ScriptError("running-item-unchangeable", holder=kind_of(container), key=kind_of(key))


@dataclass(frozen=True, slots=True)
class ValueKind:
    """The kind of a value, as a fact of an error: worded by a rule, like an error."""

    rule: str
    facts: Mapping[str, object] = field(default_factory=dict)


def kind_of(value: object) -> ValueKind:
    """The kind of a value."""
    rules = (rule for value_type, rule in _KIND_RULES.items() if isinstance(value, value_type))
    rule = next(rules, "")
    return ValueKind(rule) if rule else ValueKind("value-kind-other", {"type": type(value).__name__})


def kind_named(type_name: str) -> ValueKind:
    """The kind of values whose type has this Python name."""
    rule = _KIND_RULES_BY_NAME.get(type_name)
    return ValueKind(rule) if rule else ValueKind("value-kind-other", {"type": type_name})


# ---------------------------------------------------------------------------------------------- operators


def _bounded_number(number: Number) -> Number:
    # Written so that infinity and "not a number" are refused as well.
    if -MAX_NUMBER <= number <= MAX_NUMBER:
        return number
    raise ScriptError("running-number-too-large")


def _operand_error(sign: str, left: object, right: object) -> ScriptError:
    return ScriptError("running-operands", sign=sign, left=kind_of(left), right=kind_of(right))


def _arithmetic_guard(sign: str, operation: Callable[[Any, Any], Number]) -> Callable[[Any, Any], Number]:
    def guard(left: Any, right: Any) -> Number:
        if type(left) in _NUMBER_TYPES and type(right) in _NUMBER_TYPES:
            return _bounded_number(operation(left, right))
        raise _operand_error(sign, left, right)

    return guard


def _guarded_add(left: Any, right: Any) -> Any:
    if type(left) in _NUMBER_TYPES and type(right) in _NUMBER_TYPES:
        return _bounded_number(left + right)
    if isinstance(left, str) and isinstance(right, str):
        if len(left) + len(right) > MAX_TEXT:
            raise ScriptError("running-text-too-long")
        return left + right
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        _add_weight(right, _add_weight(left, 0))
        return [*left, *right]
    raise _operand_error("+", left, right)


def _guarded_multiply(left: Any, right: Any) -> Any:
    if type(left) in _NUMBER_TYPES and type(right) in _NUMBER_TYPES:
        return _bounded_number(left * right)
    if type(left) is int:
        left, right = right, left
    if type(right) is not int or not isinstance(left, str | list | tuple):
        raise _operand_error("*", left, right)
    limit = MAX_TEXT if isinstance(left, str) else MAX_ITEMS
    if (len(left) if isinstance(left, str) else _add_weight(left, 0)) * right > limit:
        raise ScriptError("running-repetition-too-long")
    return left * right


def _add_weight(value: Any, weight: int) -> int:
    """`weight` plus the number of items in a list, nested ones included; long texts count by their length.

    Raises ScriptError beyond the limit, which also ends the count: a value that holds another many times costs no more.
    """
    for item in value.values() if isinstance(value, dict) else value:
        weight += 1 + len(item) // 10 if isinstance(item, str) else 1
        if weight > MAX_ITEMS:
            raise ScriptError("running-list-too-long")
        if isinstance(item, list | tuple | dict):
            weight = _add_weight(item, weight)
    return weight


def _guarded_item(container: Any, key: Any) -> Any:
    if isinstance(container, dict) and isinstance(key, str):
        return container[key]
    if isinstance(container, list | tuple | str) and type(key) is int:
        return container[key]
    raise ScriptError("running-item-named", holder=kind_of(container), key=kind_of(key))


def call_case_function(function: Callable[..., object], *arguments: object) -> object:
    """The answer of one of the caller's functions; calendars and unit trees never receive extreme arguments."""
    for value in arguments:
        if type(value) not in SCALAR_TYPES and not isinstance(value, str):
            raise ScriptError("running-case-function", kind=kind_of(value))
        if isinstance(value, int | float) and not -MAX_NUMBER_ARGUMENT <= value <= MAX_NUMBER_ARGUMENT:
            raise ScriptError("running-function-number", most=MAX_NUMBER_ARGUMENT)
        if isinstance(value, str) and len(value) > MAX_TEXT_ARGUMENT:
            raise ScriptError("running-function-text", most=MAX_TEXT_ARGUMENT)
    return function(*arguments)


# ---------------------------------------------------------------------------------------------- pure functions


def _int(value: object) -> Number:
    return _bounded_number(_convert_number("int", int, value))


def _float(value: object) -> Number:
    return _bounded_number(_convert_number("float", float, value))


def _convert_number(name: str, convert: Callable[[str | Number], Number], value: object) -> Number:
    if isinstance(value, int | float) or (isinstance(value, str) and len(value) <= MAX_NUMERAL_LENGTH):
        try:
            return convert(value)
        except ValueError as error:
            raise ScriptError("running-text-no-number", name=name) from error
    raise ScriptError("running-number-or-text", name=name, most=MAX_NUMERAL_LENGTH)


def _str(value: object) -> str:
    if type(value) not in SCALAR_TYPES and not isinstance(value, str):
        raise ScriptError("running-text-of", kind=kind_of(value))
    return str(value)


def _abs(value: object) -> Number:
    return abs(_require_number("abs", value))


def _round(value: object, digits: object = None) -> Number:
    number = _require_number("round", value)
    if digits is None:
        return round(number)
    if type(digits) is not int or abs(digits) > 15:
        raise ScriptError("running-round-digits")
    return round(number, digits)


def _require_number(name: str, value: object) -> Number:
    if isinstance(value, int | float):
        return value
    raise ScriptError("running-number-argument", name=name, kind=kind_of(value))


def _len(value: object) -> int:
    if isinstance(value, str | list | tuple | dict):
        return len(value)
    raise ScriptError("running-length-of", kind=kind_of(value))


def _sum(values: object) -> Number:
    total: Number = 0
    for value in _require_list("sum", values):
        total = _bounded_number(total + _require_number("sum", value))
    return total


def _sorted(values: object) -> list[Any]:
    return sorted(_require_comparable("sorted", _require_list("sorted", values)))


def _any(values: object) -> bool:
    return any(_require_list("any", values))


def _all(values: object) -> bool:
    return all(_require_list("all", values))


def _extremum_function(name: str, choose: Callable[[Sequence[Any]], Any]) -> Callable[..., object]:
    def function(*values: object) -> object:
        items = values if len(values) > 1 else _require_list(name, *values)
        if not items:
            raise ScriptError("running-list-empty", name=name)
        return choose(_require_comparable(name, items))

    return function


def _require_list(name: str, *values: object) -> Sequence[Any]:
    if len(values) != 1 or not isinstance(values[0], list | tuple):
        raise ScriptError("running-list-argument", name=name)
    if len(values[0]) > MAX_ITEMS:
        raise ScriptError("running-list-argument-too-long", name=name, most=MAX_ITEMS)
    return values[0]


def _require_comparable(name: str, values: Sequence[Any]) -> Sequence[Any]:
    """The values, when they can be ordered: all numbers or all texts."""
    if all(isinstance(value, int | float) for value in values) or all(isinstance(value, str) for value in values):
        return values
    raise ScriptError("running-not-comparable", name=name)


PURE_FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "len": _len,
    "min": _extremum_function("min", min),
    "max": _extremum_function("max", max),
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
    **COERCIONS,
}
GUARDS: Mapping[str, Callable[..., object]] = {
    "_add_": _guarded_add,
    "_mul_": _guarded_multiply,
    "_sub_": _arithmetic_guard("-", operator.sub),
    "_div_": _arithmetic_guard("/", operator.truediv),
    "_floordiv_": _arithmetic_guard("//", operator.floordiv),
    "_mod_": _arithmetic_guard("%", operator.mod),
    "_compare_": guarded_compare,
    "_getitem_": _guarded_item,
    "_ask_": call_case_function,
}
