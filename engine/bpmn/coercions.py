"""Functions that read a value as a number, a text or a truth, as the expressions of other tools do without saying so.

They serve imported conditions. What they cannot read is a failure, never a guess; nothing stays nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

from engine.errors import ScriptError

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{0,15})?|\.[0-9]{1,15})(?:[eE][+-]?[0-9]{1,2})?")
MOST = 1e15
_TRUTHS = {True: "true", False: "false"}


def as_number(value: object) -> int | float | None:
    """A number, or the number that a text writes; raises ScriptError for anything else, also for truths."""
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        text = value.strip()
        number = int(text) if text.lstrip("+-").isdigit() else float(text)
        if math.isfinite(number) and abs(number) <= MOST:
            return number
    elif value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    raise ScriptError("running-as-number", value=str(value)[:60])


def as_text(value: object) -> str | None:
    """A text, or how a number or a truth is written, `true` and `false`; raises ScriptError for lists and the like."""
    if isinstance(value, bool):
        return _TRUTHS[value]
    if isinstance(value, int | float):
        return str(value)
    if value is None or isinstance(value, str):
        return value
    raise ScriptError("running-as-text", kind=type(value).__name__)


def as_truth(value: object) -> bool | None:
    """A truth, or whether a text is `true`; raises ScriptError for numbers, lists and the like."""
    if isinstance(value, str):
        return value.strip().lower() == "true"
    if value is None or isinstance(value, bool):
        return value
    raise ScriptError("running-as-truth", value=str(value)[:60])


COERCIONS: Mapping[str, Callable[[object], object]] = {
    "as_number": as_number,
    "as_text": as_text,
    "as_truth": as_truth,
}
