"""Numbers: decimals of 34 significant digits, rounded half even, as IEEE 754-2008 decimal128 (DMN 1.5, 10.3.2.3.1)."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)

DIGITS = 34
FEEL_NUMBERS = Context(
    prec=DIGITS, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[InvalidOperation, DivisionByZero, Overflow]
)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,5})?", re.ASCII)
_MAX_PLAIN = 40  # Zeros that a plain notation may have beside the digits.


def parse_number(text: str) -> Decimal | None:
    """The number that `text` writes, rounded to 34 digits; None when it writes none."""
    if not _NUMBER.fullmatch(text):
        return None
    return calculate(lambda: FEEL_NUMBERS.create_decimal(text))


def calculate(work: Callable[[], Decimal]) -> Decimal | None:
    """The result of `work`; None when it has none or none that fits."""
    try:
        number = work()
    except DecimalException:
        return None
    return number if number.is_finite() else None


def number_text(number: Decimal) -> str:
    """The number without needless zeros; in scientific notation only when it would be very long otherwise."""
    if number == 0:
        return "0"
    plain = number.normalize(FEEL_NUMBERS)
    exponent = plain.as_tuple().exponent
    assert isinstance(exponent, int)
    return f"{plain:f}" if -DIGITS - _MAX_PLAIN < exponent <= _MAX_PLAIN else str(plain)


def whole_of(number: object) -> int | None:
    """The number as a whole one; None for any other value, and for a number beyond what counts something."""
    if not isinstance(number, Decimal) or number != number.to_integral_value() or abs(number) > 10**15:
        return None
    return int(number)
