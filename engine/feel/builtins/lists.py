"""List functions (DMN 1.5, 10.3.4.4, table 74)."""

from __future__ import annotations

from decimal import Decimal

from engine.feel.builtins.registry import BuiltinFamily
from engine.feel.calls import call_value
from engine.feel.comparison import equals
from engine.feel.values import FeelFunction, FeelRun, FeelValue

LISTS = BuiltinFamily()


def _index(run: FeelRun, name: str, position: Decimal, count: int) -> int | None:
    """The index of a position from 1 on, or from -1 backwards; None with a reason beyond the list."""
    place = int(position) if abs(position) <= count else 0
    if place == 0:
        return run.null_because("feel-argument-value", name=name, parameter="position", value=position)
    return place - 1 if place > 0 else count + place


@LISTS.add("list contains", "list: list, element: any")
def _list_contains(run: FeelRun, items: list[FeelValue], element: FeelValue) -> FeelValue:
    return any(equals(run, item, element) is True for item in items)


@LISTS.add("count", "list: any+")
def _count(_: FeelRun, items: list[FeelValue]) -> FeelValue:
    return Decimal(len(items))


@LISTS.add("all", "list: any+")
def _all(run: FeelRun, items: list[FeelValue]) -> FeelValue:
    return _logic(run, items, decisive=False)


@LISTS.add("any", "list: any+")
def _any(run: FeelRun, items: list[FeelValue]) -> FeelValue:
    return _logic(run, items, decisive=True)


def _logic(run: FeelRun, items: list[FeelValue], *, decisive: bool) -> FeelValue:
    run.spend(len(items))
    if any(item is decisive for item in items):
        return decisive
    return None if any(item is not (not decisive) for item in items) else not decisive


@LISTS.add("sublist", "list: list, start position: number, length: number?")
def _sublist(run: FeelRun, items: list[FeelValue], start: Decimal, length: Decimal | None) -> FeelValue:
    first = _index(run, "sublist", start, len(items))
    if first is None:
        return None
    if length is None:
        return items[first:]
    if length < 1 or length > len(items) - first:
        return run.null_because("feel-argument-value", name="sublist", parameter="length", value=length)
    return items[first : first + int(length)]


@LISTS.add("append", "list: list, item: any*")
def _append(_: FeelRun, items: list[FeelValue], others: list[FeelValue]) -> FeelValue:
    return [*items, *others]


@LISTS.add("concatenate", "list: any*")
def _concatenate(run: FeelRun, lists: list[FeelValue]) -> FeelValue:
    return _joined(run, lists)


def _joined(run: FeelRun, lists: list[FeelValue]) -> list[FeelValue]:
    result: list[FeelValue] = []
    for part in lists:
        items = part if isinstance(part, list) else [part]
        run.spend(len(items))
        result += items
    return result


@LISTS.add("insert before", "list: list, position: number, newItem: any")
def _insert_before(run: FeelRun, items: list[FeelValue], position: Decimal, item: FeelValue) -> FeelValue:
    index = _index(run, "insert before", position, len(items))
    return None if index is None else [*items[:index], item, *items[index:]]


@LISTS.add("remove", "list: list, position: number")
def _remove(run: FeelRun, items: list[FeelValue], position: Decimal) -> FeelValue:
    index = _index(run, "remove", position, len(items))
    return None if index is None else [*items[:index], *items[index + 1 :]]


@LISTS.add("list replace", "list: list, position: number, newItem: any")
def _replace_at(run: FeelRun, items: list[FeelValue], position: Decimal, item: FeelValue) -> FeelValue:
    index = _index(run, "list replace", position, len(items))
    return None if index is None else [*items[:index], item, *items[index + 1 :]]


@LISTS.add("list replace", "list: list, match: function, newItem: any")
def _replace_matching(run: FeelRun, items: list[FeelValue], match: FeelValue, new: FeelValue) -> FeelValue:
    result: list[FeelValue] = []
    for item in items:
        answer = call_value(run, match, [item, new])
        if answer is not True and answer is not False:
            return run.null_because("feel-argument-value", name="list replace", parameter="match", value="match")
        result.append(new if answer else item)
    return result


@LISTS.add("reverse", "list: list")
def _reverse(_: FeelRun, items: list[FeelValue]) -> FeelValue:
    return items[::-1]


@LISTS.add("index of", "list: list, match: any")
def _index_of(run: FeelRun, items: list[FeelValue], match: FeelValue) -> FeelValue:
    return [Decimal(index) for index, item in enumerate(items, 1) if equals(run, item, match) is True]


@LISTS.add("union", "list: any*")
def _union(run: FeelRun, lists: list[FeelValue]) -> FeelValue:
    return _distinct(run, _joined(run, lists))


@LISTS.add("distinct values", "list: list")
def _distinct(run: FeelRun, items: list[FeelValue]) -> FeelValue:
    result: list[FeelValue] = []
    for item in items:
        if not any(equals(run, item, other) is True for other in result):
            result.append(item)
    return result


@LISTS.add("flatten", "list: list")
def _flatten(run: FeelRun, items: list[FeelValue]) -> FeelValue:
    result: list[FeelValue] = []
    waiting = items[::-1]
    while waiting:
        run.spend()
        item = waiting.pop()
        if isinstance(item, list):
            waiting += item[::-1]
        else:
            result.append(item)
    return result


@LISTS.add("sort", "list: list, precedes: function")
def _sort(run: FeelRun, items: list[FeelValue], precedes: FeelValue) -> FeelValue:
    """A stable merge by a function that says whether its first argument comes before its second."""
    if isinstance(precedes, FeelFunction) and len(precedes.parameters) != 2:
        return run.null_because("feel-argument-value", name="sort", parameter="precedes", value="function")
    runs: list[list[FeelValue]] = [[item] for item in items]
    while len(runs) > 1:
        pairs = [runs[index : index + 2] for index in range(0, len(runs), 2)]
        runs = [_merge(run, pair[0], pair[1], precedes) if len(pair) == 2 else pair[0] for pair in pairs]
    return runs[0] if runs else []


def _merge(run: FeelRun, left: list[FeelValue], right: list[FeelValue], precedes: FeelValue) -> list[FeelValue]:
    merged: list[FeelValue] = []
    first, second = 0, 0
    while first < len(left) and second < len(right):
        if call_value(run, precedes, [right[second], left[first]]) is True:
            merged.append(right[second])
            second += 1
        else:
            merged.append(left[first])
            first += 1
    return [*merged, *left[first:], *right[second:]]
