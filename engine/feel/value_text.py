"""Values as text: what the function string() gives (DMN 1.5, 10.3.4.1), which also names values in reasons."""

from __future__ import annotations

from decimal import Decimal

from engine.feel.names import PART
from engine.feel.numbers import number_text
from engine.feel.temporal import DaysDuration, FeelDate, FeelDateTime, FeelTime, MonthsDuration
from engine.feel.temporal_text import temporal_text
from engine.feel.text_escapes import quoted
from engine.feel.values import FeelRange, FeelValue

_TEMPORAL = (FeelDate, FeelTime, FeelDateTime, MonthsDuration, DaysDuration)


def value_text(value: FeelValue) -> str:
    """The value as text, a text as it is."""
    return value if isinstance(value, str) else literal_text(value)


def literal_text(value: FeelValue) -> str:
    """The value as FEEL writes it within another value, texts in quotation marks."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, _TEMPORAL):
        return temporal_text(value)
    return _compound_text(value)


def _compound_text(value: FeelValue) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(literal_text, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key_text(key)}: {literal_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, FeelRange):
        return _range_text(value)
    return "function"


def _range_text(span: FeelRange) -> str:
    if span.sign:
        return f"({span.sign} {literal_text(span.high if span.sign[0] == '<' else span.low)})"
    low, high = literal_text(span.low), literal_text(span.high)
    return f"{'[' if span.low_closed else '('}{low}..{high}{']' if span.high_closed else ')'}"


def _key_text(key: str) -> str:
    return key if key and PART.fullmatch(key.replace(" ", "_")) else quoted(key)
