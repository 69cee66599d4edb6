"""Compiles and runs FEEL: the door of the package."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from engine.feel.builtins.catalogue import BUILTINS
from engine.feel.compiler import compile_node
from engine.feel.limits import MAX_STACK, FeelLimit
from engine.feel.parser import parse_expression, parse_unary_tests
from engine.feel.reasons import FeelReason
from engine.feel.temporal import FeelDateTime
from engine.feel.types import SIMPLE_NAMES
from engine.feel.values import FeelCode, FeelRun, FeelScope, FeelType, FeelValue

# What every text may name: functions, types and the properties of values.
KNOWN_NAMES = frozenset({*BUILTINS, *SIMPLE_NAMES, "time offset", "start included", "end included"})


@dataclass(frozen=True, slots=True)
class FeelAnswer:
    """The value of an expression, and why parts of it are null."""

    value: FeelValue
    reasons: tuple[FeelReason, ...] = ()


def compile_expression(text: str, names: Collection[str] = (), types: Mapping[str, FeelType] | None = None) -> FeelCode:
    """The code of an expression in which `names` and `types` may stand. Raises FeelSyntaxError."""
    return compile_node(parse_expression(text, KNOWN_NAMES.union(names)), types or {})


def compile_tests(
    text: str, names: Collection[str] = (), types: Mapping[str, FeelType] | None = None
) -> FeelCode | None:
    """The code of a cell, which tests `?`; None for one that lets everything pass. Raises FeelSyntaxError."""
    tree = parse_unary_tests(text, KNOWN_NAMES.union(names))
    return None if tree is None else compile_node(tree, types or {})


def run_code(code: FeelCode, values: Mapping[str, FeelValue], now: FeelDateTime | None = None) -> FeelAnswer:
    """The answer for these values; `now` is the time that `now()` and `today()` know. Never raises."""
    run = FeelRun(now)
    return answer_within(run, lambda: code(FeelScope(values, None, run)))


def answer_within(run: FeelRun, work: Callable[[], FeelValue]) -> FeelAnswer:
    """The answer of some work in a run; what costs more than it may is null with the limit as its reason."""
    try:
        value = work()
    except FeelLimit as limit:
        return FeelAnswer(None, (*run.reasons, limit_reason(limit)))
    except RecursionError:  # The stack of whoever asks is part of Python's; ours is counted.
        return FeelAnswer(None, (*run.reasons, limit_reason(FeelLimit("feel-recursion-too-deep", MAX_STACK))))
    return FeelAnswer(value, tuple(run.reasons))


def limit_reason(limit: FeelLimit) -> FeelReason:
    """The reason that a limit is for the null of a whole expression."""
    return FeelReason(limit.rule, {"most": limit.most})


def evaluate(text: str, values: Mapping[str, FeelValue] | None = None, now: FeelDateTime | None = None) -> FeelAnswer:
    """The answer of an expression that is run once. Raises FeelSyntaxError."""
    given = values or {}
    return run_code(compile_expression(text, given), given, now)
