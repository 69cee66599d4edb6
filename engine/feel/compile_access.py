"""Compiles what reads values: paths, filters, calls."""

from __future__ import annotations

from decimal import Decimal

from engine.feel import syntax
from engine.feel.building import FeelBuilding
from engine.feel.calls import call_value
from engine.feel.properties import property_of
from engine.feel.values import FeelCode, FeelRun, FeelScope, FeelValue, as_list, type_name


def path(building: FeelBuilding, node: syntax.PropertyPath) -> FeelCode:
    """`source.name`."""
    source, name = building.build(node.source), node.name

    def read(scope: FeelScope) -> FeelValue:
        scope.run.spend()
        value = source(scope)
        return property_of(scope.run, value, name)

    return read


def filtering(building: FeelBuilding, node: syntax.Filter) -> FeelCode:
    """`list[condition]`, or `list[number]` for the item at a place (10.3.2.5)."""
    return filter_code(building.build(node.source), building.build(node.condition))


def filter_code(source: FeelCode, condition: FeelCode) -> FeelCode:
    """The filter of what `source` gives; the entries of an item that is a context are names in the condition."""

    def select(scope: FeelScope) -> FeelValue:
        value = source(scope)
        items = [] if value is None else as_list(value)
        answers = [condition(_item_scope(scope, item)) for item in items] if items else [condition(scope)]
        if isinstance(answers[0], Decimal):
            return item_at(scope.run, items, answers[0])
        for answer in answers if items else ():
            if answer is not None and answer is not True and answer is not False:
                return scope.run.null_because("feel-not-boolean", type=type_name(answer))
        return [item for item, answer in zip(items, answers, strict=False) if answer is True]

    return select


def _item_scope(scope: FeelScope, item: FeelValue) -> FeelScope:
    scope.run.spend()
    return scope.inner({"item": item, **item} if isinstance(item, dict) else {"item": item})


def item_at(run: FeelRun, items: list[FeelValue], index: Decimal) -> FeelValue:
    """The item at a place that counts from 1, or from -1 backwards."""
    if index != index.to_integral_value():
        return run.null_because("feel-index-not-whole", index=str(index))
    position = int(index) if abs(index) <= len(items) else 0
    if position == 0:
        return run.null_because("feel-index-out-of-range", index=str(index), count=len(items))
    return items[position - 1 if position > 0 else position]


def call(building: FeelBuilding, node: syntax.FunctionCall) -> FeelCode:
    """A call with values, in order or by name."""
    arguments, names = building.all_of(node.arguments), node.names
    function = building.build(node.function)
    shown = node.function.name if isinstance(node.function, syntax.Variable) else ""

    def invoke(scope: FeelScope) -> FeelValue:
        callee = function(scope)
        if callee is None:
            return scope.run.null_because("feel-function-unknown", name=shown)
        return call_value(scope.run, callee, [argument(scope) for argument in arguments], names)

    return invoke
