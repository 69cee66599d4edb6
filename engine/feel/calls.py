"""Calls a function with values (DMN 1.5, 10.3.2.13.2 and 10.3.2.9.4): binds them to parameters, fits them to types."""

from __future__ import annotations

from collections.abc import Sequence

from engine.feel.builtins.registry import BuiltinFunction, bind_builtin
from engine.feel.types import coerce
from engine.feel.values import FeelFunction, FeelRun, FeelValue, type_name

_LEVELS_OF_CALL = 4  # Python's stack grows by this much for each call, besides the levels of the function's body.


def call_value(run: FeelRun, function: FeelValue, values: Sequence[FeelValue], names: Sequence[str] = ()) -> FeelValue:
    """What a function answers; null with a reason when `function` is none or does not take these arguments."""
    run.spend()
    if isinstance(function, BuiltinFunction):
        return bind_builtin(run, function, values, names)
    if not isinstance(function, FeelFunction):
        return run.null_because("feel-function-expected", type=type_name(function))
    ordered = _ordered(run, function, values, names)
    return None if ordered is None else _invoke(run, function, ordered)


def _ordered(
    run: FeelRun, function: FeelFunction, values: Sequence[FeelValue], names: Sequence[str]
) -> list[FeelValue] | None:
    """The values in the order of the parameters."""
    if len(values) != len(function.parameters):
        return run.null_because("feel-argument-count", name=function.name, count=len(values))
    if not names:
        return list(values)
    given = dict(zip(names, values, strict=True))
    for parameter in function.parameters:
        if parameter.name not in given:
            return run.null_because("feel-argument-name", name=function.name, parameter=parameter.name)
    return [given[parameter.name] for parameter in function.parameters]


def _invoke(run: FeelRun, function: FeelFunction, values: list[FeelValue]) -> FeelValue:
    """Fit arguments and result to their types; an argument that does not fit makes the whole call null."""
    fitted = []
    for parameter, value in zip(function.parameters, values, strict=True):
        item = coerce(run, value, parameter.type, parameter.name)
        if item is None and value is not None:
            return None
        fitted.append(item)
    before = run.stack
    run.enter(function.depth + _LEVELS_OF_CALL)
    result = function.invoke(run, fitted)
    run.stack = before
    return coerce(run, result, function.result, function.name)
