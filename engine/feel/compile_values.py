"""Compiles what makes values: literals, names, lists, contexts, ranges, functions."""

from __future__ import annotations

from engine.feel import syntax
from engine.feel.building import FeelBuilding
from engine.feel.builtins.catalogue import BUILTINS
from engine.feel.comparison import compare
from engine.feel.temporal_text import parse_temporal
from engine.feel.types import ANY
from engine.feel.values import (
    FeelCode,
    FeelFunction,
    FeelParameter,
    FeelRange,
    FeelRun,
    FeelScope,
    FeelValue,
    type_name,
)


def constant(_: FeelBuilding, node: syntax.Constant) -> FeelCode:
    """A literal, which is always the same."""
    value = node.value
    return lambda _: value


def temporal_literal(_: FeelBuilding, node: syntax.TemporalLiteral) -> FeelCode:
    """An at-literal; one that means nothing is null with a reason."""
    value, text = parse_temporal(node.text), node.text
    if value is None:
        return lambda scope: scope.run.null_because("feel-literal-invalid", text=text, type="date, time or duration")
    return lambda _: value


def variable(_: FeelBuilding, node: syntax.Variable) -> FeelCode:
    """A name: the nearest value that has it, or else the built-in function."""
    name, builtin = node.name, BUILTINS.get(node.name)

    def look_up(scope: FeelScope) -> FeelValue:
        place: FeelScope | None = scope
        while place is not None:
            if name in place.values:
                return place.values[name]
            place = place.parent
        return builtin if builtin is not None else scope.run.null_because("feel-name-unknown", name=name)

    return look_up


def list_of(building: FeelBuilding, node: syntax.ListOf) -> FeelCode:
    """A list of what its expressions give."""
    items = building.all_of(node.items)
    return lambda scope: scope.run.pay_for([item(scope) for item in items])


def context_of(building: FeelBuilding, node: syntax.ContextOf) -> FeelCode:
    """A context, whose later entries see the earlier ones; a name that stands twice makes it null."""
    entries = list(zip(node.names, building.all_of(node.values), strict=True))
    double = next((name for index, name in enumerate(node.names) if name in node.names[:index]), None)

    def make(scope: FeelScope) -> FeelValue:
        scope.run.spend(1 + len(entries))
        if double is not None:
            return scope.run.null_because("feel-key-twice", name=double)
        context: dict[str, FeelValue] = {}
        inner = scope.inner(context)
        for name, value in entries:
            context[name] = value(inner)
        return context

    return make


def range_of(building: FeelBuilding, node: syntax.RangeOf) -> FeelCode:
    """A range between two values that compare, or with one end missing; anything else is null."""
    low_code, high_code = building.build(node.low), building.build(node.high)
    closed = node.low_closed, node.high_closed

    def make(scope: FeelScope) -> FeelValue:
        return make_range(scope.run, (low_code(scope), high_code(scope)), closed)

    return make


def make_range(run: FeelRun, ends: tuple[FeelValue, FeelValue], closed: tuple[bool, bool]) -> FeelValue:
    """The range between two values; null with a reason when they do not make one (10.3.2.7)."""
    low, high = ends
    if low is None and high is None:
        return run.null_because("feel-range-invalid", left=type_name(low), right=type_name(high))
    if low is not None and high is not None and compare(low, high) is None:
        return run.null_because("feel-range-invalid", left=type_name(low), right=type_name(high))
    return FeelRange(low, high, *closed)


def unary_comparison(building: FeelBuilding, node: syntax.UnaryComparison) -> FeelCode:
    """`< 10` and the like as the range of what passes."""
    operand, sign = building.build(node.operand), node.sign

    def make(scope: FeelScope) -> FeelValue:
        value = operand(scope)
        low = None if sign[0] == "<" else value
        high = None if sign[0] == ">" else value
        return FeelRange(low, high, sign in (">=", "="), sign in ("<=", "="), sign)

    return make


def function_definition(building: FeelBuilding, node: syntax.FunctionDefinition) -> FeelCode:
    """A function that remembers the scope it is made in; those of other programs are not called."""
    parameters = tuple(FeelParameter(part.name, building.type_of(part.type)) for part in node.parameters)
    names = [parameter.name for parameter in parameters]
    if node.is_external:
        return lambda scope: scope.run.null_because("feel-external-function", name="function")
    body = building.build(node.body)

    def make(scope: FeelScope) -> FeelValue:
        def invoke(run: FeelRun, values: list[FeelValue]) -> FeelValue:
            return body(FeelScope(dict(zip(names, values, strict=True)), scope, run))

        return FeelFunction("function", parameters, ANY, invoke, node.depth)

    return make
