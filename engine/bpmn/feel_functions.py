"""The functions about cases as functions of FEEL: working time, the deadline, units; besides them, `cycle`.

What they cannot answer is null with its reason, as everywhere in FEEL. A moment that was made from a deadline remembers
how, as long as it is passed on as it is: `if urgent then working_hours(2) else deadline()`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cached_property

from engine.bpmn.clockwork import DueInstant
from engine.bpmn.feel_values import data_value, feel_value
from engine.bpmn.guards import call_case_function
from engine.errors import EngineError
from engine.feel.builtins.registry import BuiltinFamily
from engine.feel.numbers import number_text
from engine.feel.temporal import DaysDuration, FeelDateTime, MonthsDuration
from engine.feel.temporal_text import temporal_text
from engine.feel.values import FeelFunction, FeelParameter, FeelRun, FeelType, FeelValue

_NUMBER, _TEXT, _MOMENT = FeelType("number"), FeelType("string"), FeelType("date and time")
SIGNATURES: Mapping[str, tuple[tuple[tuple[str, FeelType], ...], FeelType]] = {
    "working_hours": ((("hours", _NUMBER),), _MOMENT),
    "working_days": ((("days", _NUMBER),), _MOMENT),
    "clock_hours": ((("hours", _NUMBER),), _MOMENT),
    "reminder": ((("share", _NUMBER),), _MOMENT),
    "deadline": ((), _MOMENT),
    "overdue_by": ((("days", _NUMBER),), _MOMENT),
    "overdue_by_hours": ((("hours", _NUMBER),), _MOMENT),
    "unit_above": ((("code", _TEXT),), _TEXT),
    "unit_kind": ((("code", _TEXT),), _TEXT),
    "unit_name": ((("code", _TEXT),), _TEXT),
    "serving": ((("role", _TEXT), ("place", _TEXT)), _TEXT),
    "tier2_of": ((("place", _TEXT),), _TEXT),
    "province_has_districts": ((), FeelType("boolean")),
    "chase_cap": ((), _NUMBER),
}
"""Parameters and result of each function; `now` is FEEL's own."""


_CYCLES = BuiltinFamily()


@_CYCLES.add("cycle", "interval: duration")
def _endless_cycle(_run: FeelRun, interval: DaysDuration | MonthsDuration) -> FeelValue:
    """`cycle(duration("PT1H"))` is "R/PT1H"."""
    return f"R/{temporal_text(interval)}"


@_CYCLES.add("cycle", "repetitions: number, interval: duration")
def _counted_cycle(_run: FeelRun, repetitions: Decimal, interval: DaysDuration | MonthsDuration) -> FeelValue:
    """`cycle(3, duration("PT1H"))` is "R3/PT1H"; what is no whole number is told by the timer."""
    return f"R{number_text(repetitions)}/{temporal_text(interval)}"


_PARAMETERS: Mapping[str, tuple[FeelParameter, ...]] = {
    name: tuple(FeelParameter(label, kind) for label, kind in parameters)
    for name, (parameters, _result) in SIGNATURES.items()
}


class CaseFunctions:
    """The functions of one step, and which of the moments they gave remember their deadline."""

    def __init__(self, functions: Mapping[str, Callable[..., object]]) -> None:
        self._functions = functions
        self._given: list[tuple[FeelDateTime, DueInstant]] = []

    @cached_property
    def values(self) -> Mapping[str, FeelValue]:
        """The functions by name; made when a text asks for the first, because most steps evaluate none in FEEL."""
        return {**_CYCLES.functions, **{name: self._as_feel(name) for name in SIGNATURES if name in self._functions}}

    def remembered(self, value: FeelValue) -> DueInstant | None:
        """The instant with its memory, if one of the functions has given exactly this value."""
        return next((instant for moment, instant in self._given if moment is value), None)

    def _as_feel(self, name: str) -> FeelFunction:
        _parameters, result = SIGNATURES[name]
        return FeelFunction(name, _PARAMETERS[name], result, lambda run, values: self._call(run, name, values))

    def _call(self, run: FeelRun, name: str, values: list[FeelValue]) -> FeelValue:
        try:
            answer = call_case_function(self._functions[name], *map(data_value, values))
        except EngineError as error:
            run.null_because(error.rule, **error.facts)
            return None
        moment = feel_value(answer, "date and time" if SIGNATURES[name][1] == _MOMENT else "")
        if isinstance(answer, DueInstant) and isinstance(moment, FeelDateTime):
            self._given.append((moment, answer))
        return moment
