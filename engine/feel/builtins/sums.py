"""Functions that make one value of many: extremes, sums, means and what statistics has (DMN 1.5, table 74)."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from engine.feel.arithmetic import apply
from engine.feel.builtins.registry import BuiltinFamily
from engine.feel.comparison import compare
from engine.feel.numbers import FEEL_NUMBERS
from engine.feel.values import FeelRun, FeelValue, type_name

SUMS = BuiltinFamily()


def _numbers(run: FeelRun, name: str, items: list[FeelValue]) -> list[Decimal] | None:
    """The items when all are numbers; None with a reason otherwise."""
    run.spend(len(items))
    for item in items:
        if not isinstance(item, Decimal):
            facts = {"parameter": "list", "expected": "list of numbers", "type": type_name(item)}
            return run.null_because("feel-argument-type", name=name, **facts)
    return [item for item in items if isinstance(item, Decimal)]


def _chain(run: FeelRun, sign: str, items: list[FeelValue]) -> FeelValue:
    total = items[0]
    for item in items[1:]:
        total = apply(run, sign, total, item)
    return total


@SUMS.add("min", "list: any+")
def _min(run: FeelRun, items: list[FeelValue]) -> FeelValue:
    return _extreme(run, items, -1)


@SUMS.add("max", "list: any+")
def _max(run: FeelRun, items: list[FeelValue]) -> FeelValue:
    return _extreme(run, items, 1)


def _extreme(run: FeelRun, items: list[FeelValue], side: int) -> FeelValue:
    if not items:
        return None
    best = items[0]
    for item in items:
        run.spend()
        order = compare(item, best)
        if order is None:
            return run.null_because("feel-operand-types", operator="<", left=type_name(item), right=type_name(best))
        best = item if order == side else best
    return best


@SUMS.add("sum", "list: any+")
def _sum(run: FeelRun, items: list[FeelValue]) -> FeelValue:
    return total_of(run, items)


def total_of(run: FeelRun, items: list[FeelValue]) -> FeelValue:
    """The sum of numbers or of durations; of nothing, null."""
    if not items or isinstance(items[0], str) or len(items) == 1:
        if items and type_name(items[0]) not in ("number", "days and time duration", "years and months duration"):
            return run.null_because("feel-operand-types", operator="+", left=type_name(items[0]), right="number")
        return items[0] if items else None
    return _chain(run, "+", items)


@SUMS.add("mean", "list: any+")
def _mean(run: FeelRun, items: list[FeelValue]) -> FeelValue:
    total = total_of(run, items)
    return None if total is None else apply(run, "/", total, Decimal(len(items)))


@SUMS.add("product", "list: any+")
def _product(run: FeelRun, items: list[FeelValue]) -> FeelValue:
    numbers = _numbers(run, "product", items)
    return _chain(run, "*", list(numbers)) if numbers else None


@SUMS.add("median", "list: any+")
def _median(run: FeelRun, items: list[FeelValue]) -> FeelValue:
    numbers = sorted(_numbers(run, "median", items) or ())
    if not numbers:
        return None
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return FEEL_NUMBERS.divide(FEEL_NUMBERS.add(numbers[middle - 1], numbers[middle]), Decimal(2))


@SUMS.add("stddev", "list: any+")
def _stddev(run: FeelRun, items: list[FeelValue]) -> FeelValue:
    """The standard deviation of a sample, which takes two numbers."""
    numbers = _numbers(run, "stddev", items)
    if numbers is None or len(numbers) < 2:
        return None
    mean = apply(run, "/", _chain(run, "+", list(numbers)), Decimal(len(numbers)))
    distances = [apply(run, "-", number, mean) for number in numbers]
    squares = _chain(run, "+", [apply(run, "*", distance, distance) for distance in distances])
    variance = apply(run, "/", squares, Decimal(len(numbers) - 1))
    return FEEL_NUMBERS.sqrt(variance) if isinstance(variance, Decimal) else None


@SUMS.add("mode", "list: any+")
def _mode(run: FeelRun, items: list[FeelValue]) -> FeelValue:
    numbers = _numbers(run, "mode", items)
    if not numbers:
        return None if numbers is None else []
    counts = Counter(numbers)
    most = max(counts.values())
    return sorted(number for number, count in counts.items() if count == most)
