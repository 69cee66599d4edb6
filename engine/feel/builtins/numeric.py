"""Numeric functions (DMN 1.5, 10.3.4.5, table 75)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)

from engine.feel.builtins.registry import BuiltinFamily
from engine.feel.numbers import FEEL_NUMBERS, calculate
from engine.feel.temporal import DaysDuration, MonthsDuration
from engine.feel.values import FeelRun, FeelValue

NUMERIC = BuiltinFamily()
MIN_SCALE, MAX_SCALE = -6111, 6176  # Those of decimal128 (table 75).


def _round(run: FeelRun, number: Decimal, scale: Decimal | None, rounding: str) -> FeelValue:
    places = int(scale or 0)
    if not MIN_SCALE <= places <= MAX_SCALE:
        return run.null_because("feel-argument-value", name="rounding", parameter="scale", value=places)
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    if -exponent <= places:
        return number
    quantum = Decimal((0, (1,), -places))
    result = calculate(lambda: number.quantize(quantum, rounding=rounding, context=FEEL_NUMBERS))
    return run.null_because("feel-number-out-of-range") if result is None else result


def _add_rounding(name: str, rounding: str, signature: str) -> None:
    @NUMERIC.add(name, signature)
    def rounded(run: FeelRun, number: Decimal, scale: Decimal | None = None) -> FeelValue:
        return _round(run, number, scale, rounding)


_add_rounding("decimal", ROUND_HALF_EVEN, "n: number, scale: number")
_add_rounding("round up", ROUND_UP, "n: number, scale: number")
_add_rounding("round down", ROUND_DOWN, "n: number, scale: number")
_add_rounding("round half up", ROUND_HALF_UP, "n: number, scale: number")
_add_rounding("round half down", ROUND_HALF_DOWN, "n: number, scale: number")
for _name, _rounding in (("floor", ROUND_FLOOR), ("ceiling", ROUND_CEILING)):
    _add_rounding(_name, _rounding, "n: number")
    _add_rounding(_name, _rounding, "n: number, scale: number")


@NUMERIC.add("abs", "n: number|duration")
def _abs(_: FeelRun, value: FeelValue) -> FeelValue:
    if isinstance(value, MonthsDuration):
        return MonthsDuration(abs(value.months))
    if isinstance(value, DaysDuration):
        return DaysDuration(abs(value.nanos))
    assert isinstance(value, Decimal)
    return abs(value)


@NUMERIC.add("modulo", "dividend: number, divisor: number")
def _modulo(run: FeelRun, dividend: Decimal, divisor: Decimal) -> FeelValue:
    """dividend - divisor * floor(dividend / divisor), so that the sign is the divisor's."""
    if divisor == 0:
        return run.null_because("feel-division-by-zero")
    rest = calculate(lambda: FEEL_NUMBERS.remainder(dividend, divisor))
    if rest is None:
        return run.null_because("feel-number-out-of-range")
    return FEEL_NUMBERS.add(rest, divisor) if rest != 0 and (rest < 0) != (divisor < 0) else rest


def _add_real(name: str, work: Callable[[Decimal], Decimal], least: Decimal | None) -> None:
    @NUMERIC.add(name, "number: number")
    def real(run: FeelRun, number: Decimal) -> FeelValue:
        if least is not None and number < least:
            return run.null_because("feel-argument-value", name=name, parameter="number", value=number)
        result = calculate(lambda: work(number))
        return run.null_because("feel-number-out-of-range") if result is None else result


_add_real("sqrt", FEEL_NUMBERS.sqrt, Decimal(0))
_add_real("log", FEEL_NUMBERS.ln, Decimal(0))
_add_real("exp", FEEL_NUMBERS.exp, None)


def _add_parity(name: str, rest: int) -> None:
    @NUMERIC.add(name, "number: number")
    def parity(_: FeelRun, number: Decimal) -> FeelValue:
        if number != number.to_integral_value():
            return False
        return (
            abs(int(number.as_tuple().digits[-1]) if number.as_tuple().exponent == 0 else int(number) % 2) % 2 == rest
        )


_add_parity("even", 0)
_add_parity("odd", 1)
