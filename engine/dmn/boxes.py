"""Compiles boxed expressions into the code that FEEL runs (DMN 1.5, 7.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from engine.dmn import elements
from engine.dmn.elements import BoxedExpression
from engine.dmn.item_types import ANY_ITEM, ItemType, TypeBook, fit_item
from engine.feel.calls import call_value
from engine.feel.compile_access import filter_code
from engine.feel.compile_iterations import for_code, quantified_code
from engine.feel.expression import compile_expression
from engine.feel.reasons import FeelReason, FeelSyntaxError
from engine.feel.values import (
    FeelCode,
    FeelFunction,
    FeelParameter,
    FeelRun,
    FeelScope,
    FeelValue,
    type_name,
)

FEEL_LANGUAGES = frozenset(
    {
        "",
        "feel",
        "http://www.omg.org/spec/FEEL/20140401",
        "http://www.omg.org/spec/DMN/20180521/FEEL/",
        "https://www.omg.org/spec/DMN/20191111/FEEL/",
        "https://www.omg.org/spec/DMN/20211108/FEEL/",
        "https://www.omg.org/spec/DMN/20230324/FEEL/",
    }
)
_FUNCTION_DEPTH = 20


@dataclass(frozen=True, slots=True)
class DmnProblem:
    """An expression that cannot be compiled: the element it belongs to, its text, and the reason."""

    element: str
    text: str
    reason: FeelReason


class OtherLanguage(Protocol):
    """A language beside FEEL."""

    def __call__(self, text: str, *, is_test: bool) -> FeelCode | None:
        """The code of a text in it, of a cell or of an expression; None for one that is FEEL."""


@dataclass(frozen=True, slots=True)
class BoxBuilding:
    """What the parts of a model's compilation share: names in scope, types, and the problems that come up."""

    element: str
    names: frozenset[str]
    types: TypeBook
    problems: list[DmnProblem]
    table: Callable[[BoxBuilding, elements.BoxedTable], FeelCode]  # The compiler of tables, which needs this module.
    other: OtherLanguage | None = None

    def within(self, names: Iterable[str]) -> BoxBuilding:
        """The same with more names in scope."""
        return replace(self, names=self.names | frozenset(names))

    def guarded(self, text: str, compiling: Callable[[], FeelCode]) -> FeelCode:
        """The code that `compiling` makes; for a text that is no FEEL, a problem and the null with its reason."""
        try:
            return compiling()
        except FeelSyntaxError as error:
            reason = error.reason
            self.problems.append(DmnProblem(self.element, text, reason))
            return lambda scope: scope.run.null_because(reason.rule, **reason.facts)

    def feel(self, text: str) -> FeelCode:
        """The code of a text of FEEL, or of the other language that a text may be in."""
        code = self.other(text, is_test=False) if self.other is not None else None
        if code is not None:
            return code
        return self.guarded(text, lambda: compile_expression(text, self.names, self.types.shapes()))


def compile_box(building: BoxBuilding, box: BoxedExpression | None) -> FeelCode:
    """The code of an expression, fitted to its own type; an expression that is missing is null."""
    if box is None:
        return _null
    code = _BOXES[type(box)](building, box)
    return fitted_code(code, building.types.find(box.type_ref), building.element)


def fitted_code(code: FeelCode, kind: ItemType, name: str) -> FeelCode:
    """The code whose value is fitted to a type."""
    if kind is ANY_ITEM:
        return code
    return lambda scope: fit_item(scope.run, code(scope), kind, name)


def _null(_: FeelScope) -> FeelValue:
    return None


def _literal(building: BoxBuilding, box: elements.BoxedLiteral) -> FeelCode:
    language = box.language.lower() if box.language.lower() == "feel" else box.language
    if language not in FEEL_LANGUAGES:
        reason = FeelReason("dmn-language-unknown", {"language": box.language})
        building.problems.append(DmnProblem(building.element, box.text, reason))
        return lambda scope: scope.run.null_because(reason.rule, **reason.facts)
    return building.feel(box.text) if box.text.strip() else _null


def _context(building: BoxBuilding, box: elements.BoxedContext) -> FeelCode:
    inner = building.within(entry.name for entry in box.entries if entry.name)
    entries = [
        (entry.name, fitted_code(compile_box(inner, entry.value), building.types.find(entry.type_ref), entry.name))
        for entry in box.entries
    ]

    def make(scope: FeelScope) -> FeelValue:
        context: dict[str, FeelValue] = {}
        place = scope.inner(context)
        for name, code in entries:
            scope.run.spend()
            value = code(place)
            if not name:
                return value
            context[name] = value
        return context

    return make


def _invocation(building: BoxBuilding, box: elements.BoxedInvocation) -> FeelCode:
    function = compile_box(building, box.function)
    names = [name for name, _ in box.bindings]
    values = [compile_box(building, value) for _, value in box.bindings]
    shown = box.function.text if isinstance(box.function, elements.BoxedLiteral) else ""

    def invoke(scope: FeelScope) -> FeelValue:
        callee = function(scope)
        if callee is None:
            return scope.run.null_because("feel-function-unknown", name=shown)
        return call_value(scope.run, callee, [value(scope) for value in values], names)

    return invoke


def _function(building: BoxBuilding, box: elements.BoxedFunction) -> FeelCode:
    if box.kind.upper() != "FEEL":
        return lambda scope: scope.run.null_because("feel-external-function", name=building.element)
    body = compile_box(building.within(name for name, _ in box.parameters), box.body)
    kinds = [building.types.find(reference) for _, reference in box.parameters]
    return lambda scope: function_value(building.element, box, kinds, lambda _: scope, body)


def function_value(
    name: str,
    box: elements.BoxedFunction,
    kinds: list[ItemType],
    scope_of: Callable[[FeelRun], FeelScope],
    body: FeelCode,
) -> FeelFunction:
    """A function with the parameters of `box`, whose body runs within the scope that `scope_of` gives."""
    names = [parameter for parameter, _ in box.parameters]
    parameters = tuple(FeelParameter(name, kind.shape) for name, kind in zip(names, kinds, strict=True))

    def invoke(run: FeelRun, values: list[FeelValue]) -> FeelValue:
        given = {}
        for parameter, kind, value in zip(names, kinds, values, strict=True):
            given[parameter] = fit_item(run, value, kind, parameter)
            if given[parameter] is None and value is not None:
                return None
        return body(FeelScope(given, scope_of(run), run))

    return FeelFunction(name, parameters, ANY_ITEM.shape, invoke, _FUNCTION_DEPTH)


def _list(building: BoxBuilding, box: elements.BoxedList) -> FeelCode:
    items = [compile_box(building, item) for item in box.items]
    return lambda scope: scope.run.pay_for([item(scope) for item in items])


def _relation(building: BoxBuilding, box: elements.BoxedRelation) -> FeelCode:
    rows = [[compile_box(building, cell) for cell in row] for row in box.rows]

    def make(scope: FeelScope) -> FeelValue:
        scope.run.spend(len(rows) * (1 + len(box.columns)))
        return [dict(zip(box.columns, [cell(scope) for cell in row], strict=False)) for row in rows]

    return make


def _conditional(building: BoxBuilding, box: elements.BoxedConditional) -> FeelCode:
    """Unlike `if` in a text, a condition that is no boolean makes it null (7.3.10)."""
    condition, then, otherwise = (compile_box(building, part) for part in (box.condition, box.then, box.otherwise))

    def decide(scope: FeelScope) -> FeelValue:
        value = condition(scope)
        if value is not True and value is not False and value is not None:
            return scope.run.null_because("feel-not-boolean", type=type_name(value))
        return then(scope) if value is True else otherwise(scope)

    return decide


def _filter(building: BoxBuilding, box: elements.BoxedFilter) -> FeelCode:
    return filter_code(compile_box(building, box.source), compile_box(building.within({"item"}), box.match))


def _iteration(building: BoxBuilding, box: elements.BoxedIteration) -> FeelCode:
    body = compile_box(building.within({box.variable, "partial"}), box.body)
    iterators = [(box.variable, compile_box(building, box.source), None)]
    if box.kind == "for":
        return for_code(iterators, body)
    return quantified_code(iterators, body, is_some=box.kind == "some")


# Each function takes boxes of its own class alone, which a dictionary cannot say.
_BOXES: dict[type, Callable[[BoxBuilding, Any], FeelCode]] = {
    elements.BoxedLiteral: _literal,
    elements.BoxedContext: _context,
    elements.BoxedInvocation: _invocation,
    elements.BoxedFunction: _function,
    elements.BoxedList: _list,
    elements.BoxedRelation: _relation,
    elements.BoxedConditional: _conditional,
    elements.BoxedFilter: _filter,
    elements.BoxedIteration: _iteration,
    elements.BoxedTable: lambda building, box: building.table(building, box),
}
