"""Compiles `for`, `some` and `every` (DMN 1.5, 10.3.2.14)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from engine.feel import syntax
from engine.feel.building import FeelBuilding
from engine.feel.limits import ITEMS_PER_STEP
from engine.feel.numbers import whole_of
from engine.feel.temporal import FeelDate, date_of_days
from engine.feel.values import FeelCode, FeelRange, FeelRun, FeelScope, FeelValue, as_list, type_name

IteratorCode = tuple[str, FeelCode, FeelCode | None]


def iteration(building: FeelBuilding, node: syntax.Iteration) -> FeelCode:
    """One of the three."""
    iterators = [
        (part.name, building.build(part.source), None if part.end is None else building.build(part.end))
        for part in node.iterators
    ]
    body = building.build(node.body)
    if node.kind == "for":
        return for_code(iterators, body, has_partial=_speaks_of_partial(node.body))
    return quantified_code(iterators, body, is_some=node.kind == "some")


def _speaks_of_partial(node: syntax.FeelNode) -> bool:
    return node == syntax.Variable("partial") or any(map(_speaks_of_partial, node.children()))


def for_code(iterators: Sequence[IteratorCode], body: FeelCode, *, has_partial: bool = True) -> FeelCode:
    """The list of what the body gives for each combination; `partial` is the list of those before."""

    def collect(scope: FeelScope) -> FeelValue:
        results: list[FeelValue] = []
        try:
            for inner in _scopes(iterators, scope):
                if has_partial:
                    scope.run.spend(len(results) // ITEMS_PER_STEP)
                results.append(body(inner.inner({"partial": list(results)}) if has_partial else inner))
        except _NotIterable:
            return None
        return scope.run.pay_for(results)

    return collect


def quantified_code(iterators: Sequence[IteratorCode], body: FeelCode, *, is_some: bool) -> FeelCode:
    """Whether the condition holds for one combination, or for all: `or` and `and` of what it says of each (10.3.2.15).

    In `and`, what is no boolean decides nothing and hides no false. For `some` the standard says the same of true, but
    the compatibility kit has null (1153-boxed-some, 006), and so have we.
    """

    def decide(scope: FeelScope) -> FeelValue:
        answer: bool | None = not is_some
        try:
            for inner in _scopes(iterators, scope):
                value = body(inner)
                if value is is_some:
                    return is_some
                if value is not (not is_some):
                    answer = None
                if not isinstance(value, bool | None):
                    scope.run.null_because("feel-not-boolean", type=type_name(value))
                    if is_some:
                        return None
        except _NotIterable:
            return None
        return answer

    return decide


class _NotIterable(Exception):
    """An iterator goes through what cannot be gone through; the reason is kept in the run."""


def _scopes(iterators: Sequence[IteratorCode], scope: FeelScope) -> Iterator[FeelScope]:
    """A scope for each combination of values; later iterators see the earlier ones."""
    (name, source, end), *others = iterators
    for value in _values(scope, source, end):
        scope.run.spend()
        inner = scope.inner({name: value})
        if others:
            yield from _scopes(others, inner)
        else:
            yield inner


def _values(scope: FeelScope, source: FeelCode, end: FeelCode | None) -> Iterable[FeelValue]:
    value = source(scope)
    if end is not None:
        return _between(scope.run, value, end(scope))
    if isinstance(value, FeelRange) and not value.sign:
        return _inside(scope.run, value)
    if value is None or isinstance(value, FeelRange):
        scope.run.null_because("feel-not-a-list", type=type_name(value))
        raise _NotIterable
    return as_list(value)


def _inside(run: FeelRun, span: FeelRange) -> Iterable[FeelValue]:
    """The whole numbers or days of a range, which only goes upwards."""
    values = _between(run, span.low, span.high)
    if span.low is None or span.high is None or span.low > span.high:  # type: ignore[operator]
        run.null_because("feel-not-a-list", type="range")
        raise _NotIterable
    left_out = [end for end, closed in ((span.low, span.low_closed), (span.high, span.high_closed)) if not closed]
    return (value for value in values if value not in left_out)


def _between(run: FeelRun, first: FeelValue, last: FeelValue) -> Iterable[FeelValue]:
    """The whole numbers or the days from one to another, upwards or downwards, made one by one."""
    start, stop = _step_number(first), _step_number(last)
    if start is None or stop is None or type(first) is not type(last):
        run.null_because("feel-not-a-list", type=type_name(first))
        raise _NotIterable
    numbers = range(start, stop + 1) if start <= stop else range(start, stop - 1, -1)
    return map(date_of_days if isinstance(first, FeelDate) else Decimal, numbers)


def _step_number(value: FeelValue) -> int | None:
    return value.days if isinstance(value, FeelDate) else whole_of(value)
