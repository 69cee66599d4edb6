"""Compiles operators: arithmetic, comparisons, three-valued logic (DMN 1.5, table 50), conditions and tests."""

from __future__ import annotations

from collections.abc import Iterable

from engine.feel import syntax
from engine.feel.arithmetic import apply, negate
from engine.feel.building import FeelBuilding
from engine.feel.comparison import holds, is_member
from engine.feel.types import conforms
from engine.feel.values import FeelCode, FeelRange, FeelRun, FeelScope, FeelValue, type_name


def chain(building: FeelBuilding, node: syntax.Chain) -> FeelCode:
    """Operands with signs between them, from left to right."""
    first, *others = building.all_of(node.operands)
    steps = list(zip(node.signs, others, strict=True))

    def calculate(scope: FeelScope) -> FeelValue:
        value = first(scope)
        for sign, operand in steps:
            value = apply(scope.run, sign, value, operand(scope))
        return value

    return calculate


def negation(building: FeelBuilding, node: syntax.Negation) -> FeelCode:
    """The operand with the other sign."""
    operand = building.build(node.operand)
    return lambda scope: negate(scope.run, operand(scope))


def logic(building: FeelBuilding, node: syntax.Logic) -> FeelCode:
    """`or` is true when one is, `and` false when one is; otherwise null, unless all are the other."""
    operands, decisive = building.all_of(node.operands), node.is_or

    def decide(scope: FeelScope) -> FeelValue:
        scope.run.spend()
        answer: bool | None = not decisive
        for operand in operands:
            value = operand(scope)
            if value is decisive:
                return decisive
            if value is not (not decisive):
                answer = None
        return answer

    return decide


def comparison(building: FeelBuilding, node: syntax.Comparison) -> FeelCode:
    """Two operands with a sign between them."""
    left, right, sign = building.build(node.left), building.build(node.right), node.sign
    return lambda scope: holds(scope.run, sign, left(scope), right(scope))


def between(building: FeelBuilding, node: syntax.Between) -> FeelCode:
    """`x between a and b` is `x >= a and x <= b`."""
    value, low, high = building.all_of((node.value, node.low, node.high))

    def decide(scope: FeelScope) -> FeelValue:
        tested = value(scope)
        above = holds(scope.run, ">=", tested, low(scope))
        below = holds(scope.run, "<=", tested, high(scope))
        return None if above is None or below is None else above and below

    return decide


def conditional(building: FeelBuilding, node: syntax.Conditional) -> FeelCode:
    """Only true takes the first branch; null and what is no boolean take the second."""
    condition, then, otherwise = building.all_of((node.condition, node.then, node.otherwise))

    def decide(scope: FeelScope) -> FeelValue:
        scope.run.spend()
        value = condition(scope)
        if value is not True and value is not False and value is not None:
            scope.run.null_because("feel-not-boolean", type=type_name(value))
        return then(scope) if value is True else otherwise(scope)

    return decide


def membership(building: FeelBuilding, node: syntax.Membership) -> FeelCode:
    """`x in test`, or in any of several; null when none holds and one cannot be decided."""
    value, tests = building.build(node.value), building.all_of(node.tests)

    def decide(scope: FeelScope) -> FeelValue:
        tested = value(scope)
        return _any_of(is_member(scope.run, tested, test(scope)) for test in tests)

    return decide


def _any_of(answers: Iterable[bool | None]) -> bool | None:
    result: bool | None = False
    for answer in answers:
        if answer is True:
            return True
        if answer is None:
            result = None
    return result


def unary_tests(building: FeelBuilding, node: syntax.UnaryTests) -> FeelCode:
    """The tests of a cell over `?` (7.3.5, 10.3.2.13.6): whether any holds, or none when negated."""
    tests = [(building.build(test), uses_tested_value(test)) for test in node.tests]
    negated = node.is_negated

    def decide(scope: FeelScope) -> FeelValue:
        tested = scope.values["?"]
        answer = _any_of(
            _passes(scope.run, tested, test(scope), is_condition=is_condition) for test, is_condition in tests
        )
        return answer if answer is None or not negated else not answer

    return decide


def _passes(run: FeelRun, tested: FeelValue, test: FeelValue, *, is_condition: bool = False) -> bool | None:
    """Whether a value passes a test: a condition about `?` decides itself, anything else is compared with the value."""
    if is_condition and (test is True or test is False):
        return test is True
    if test is None:
        return tested is None
    if isinstance(test, list):
        if isinstance(tested, list):
            return is_member(run, tested, test)
        return any(_passes(run, tested, item) is True for item in test)
    answer = is_member(run, tested, test)
    return answer if answer is not None or isinstance(test, FeelRange) else False


def uses_tested_value(node: syntax.FeelNode) -> bool:
    """Whether an expression speaks of `?`."""
    return node == syntax.Variable("?") or any(uses_tested_value(child) for child in node.children())


def instance_of(building: FeelBuilding, node: syntax.InstanceOf) -> FeelCode:
    """Whether a value has a type; null has none but Null."""
    value, kind = building.build(node.value), building.type_of(node.type)
    return lambda scope: conforms(value(scope), kind)
