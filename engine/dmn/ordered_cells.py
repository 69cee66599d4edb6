"""Cells of which nothing but the place of the value among their literals decides, and how they are tried out.

What such a cell says is asked of its own code: once for each of its literals and once between them.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.dmn.literal_cells import POINTS, Point, literal_point
from engine.dmn.slots import SlotLine
from engine.feel import syntax
from engine.feel.compile_operators import uses_tested_value
from engine.feel.compiler import compile_node
from engine.feel.free_names import called_names, free_names
from engine.feel.limits import FeelLimit
from engine.feel.reasons import FeelReason, FeelSyntaxError
from engine.feel.syntax import FeelNode
from engine.feel.values import FeelCode, FeelRange, FeelRun, FeelScope, FeelValue

TESTED = "?"
_MOST_REASONS = 5
_CHANGING = frozenset({"now", "today"})


def is_closed(tree: FeelNode, names: frozenset[str]) -> bool:
    """Whether a cell reads nothing but the value it tests; `names` are those that stand for something else here."""
    if free_names(tree).possible - {TESTED}:
        return False
    return not (names | _CHANGING).intersection(called_names(tree))


def ordered_points(tree: FeelNode) -> list[Point] | None:
    """The constants that a closed cell compares its value with; None for a cell that does anything else."""
    parts = list(tree.tests) if isinstance(tree, syntax.UnaryTests) else [tree]
    points: list[Point] = []
    while parts:
        part = parts.pop()
        if part == syntax.Variable(TESTED):
            continue
        if uses_tested_value(part):
            below = _compared(part)
            if below is None:
                return None
            parts += below
        else:
            point = literal_point(part)
            points += _points_within(_constant_value(part) if point is None else point)
    return points


def _constant_value(node: FeelNode) -> FeelValue:
    """The value of an expression that reads nothing; null for one that has none, as in its cell."""
    try:
        return compile_node(node, {})(FeelScope({}, None, FeelRun()))
    except (FeelLimit, FeelSyntaxError):
        return None


def _points_within(value: FeelValue) -> Iterator[Point]:
    if isinstance(value, POINTS):
        yield value
    elif isinstance(value, FeelRange):
        yield from (*_points_within(value.low), *_points_within(value.high))
    elif isinstance(value, list):
        for item in value:
            yield from _points_within(item)


def _compared(node: FeelNode) -> tuple[FeelNode, ...] | None:
    """What a node about the value compares or joins; None for one that does anything else with it."""
    match node:
        case syntax.Comparison(left=left, right=right):
            return left, right
        case syntax.Between(value=value, low=low, high=high):
            return value, low, high
        case syntax.Logic(operands=operands):
            return operands
        case syntax.Membership(value=value, tests=tests):
            return value, *tests
        case syntax.FunctionCall(function=syntax.Variable(name="not"), arguments=(argument,), names=()):
            return (argument,)
    return None


def try_cell(code: FeelCode, value: FeelValue, reasons: list[FeelReason]) -> bool | None:
    """Whether a closed cell lets a value pass, and why it is null; None for one that costs too much to say."""
    run = FeelRun()
    try:
        verdict = code(FeelScope({TESTED: value}, None, run)) is True
    except FeelLimit:
        return None
    if len(reasons) < _MOST_REASONS:
        reasons += [reason for reason in run.reasons[:_MOST_REASONS] if reason not in reasons]
    return verdict


def stretches(
    code: FeelCode, line: SlotLine, points: list[Point], reasons: list[FeelReason]
) -> Iterator[tuple[int, int, bool | None]]:
    """What a cell over some points of a line says, from slot to slot."""
    own = SlotLine(line.kind, points)
    for slot in range(own.count):
        place, is_point = divmod(slot, 2)
        value = own.example(slot)
        if value is None:
            continue
        if is_point:
            first = last = line.slot_of(own.points[place])
        else:
            first = line.slot_of(own.points[place - 1]) + 1 if place else 0
            last = line.slot_of(own.points[place]) - 1 if place < len(own.points) else line.count - 1
        yield first, last, try_cell(code, value, reasons)
