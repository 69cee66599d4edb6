"""A value of a case in words, for analysts: numbers and times as pages write them, texts in quotation marks."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from engine.clock import VIETNAM
from engine.translation.catalogue import N_, Language
from engine.translation.wording import Term, fact_text

_BARE: Mapping[bool | None, Term] = {True: Term(N_("đúng")), False: Term(N_("sai")), None: Term(N_("không có giá trị"))}
_SHORTEST_INSTANT = len("2026-12-01T08:00")


def value_words(value: Any, language: Language) -> str:
    """The value of a name or an expression, in `language`; what is neither FEEL nor plain data as it prints itself."""
    match value:
        case None | True | False:
            return fact_text(_BARE[value], language)
        case str():
            return _text_words(value, language)
        case int() | float() | Decimal() | date() | time():
            return fact_text(float(value) if isinstance(value, Decimal) else value, language)
        case Mapping():
            return "; ".join(f"{name} = {value_words(item, language)}" for name, item in value.items())
        case list() | tuple() | set() | frozenset():
            return f"[{'; '.join(value_words(item, language) for item in value)}]"
    return str(value)


def _text_words(text: str, language: Language) -> str:
    """An instant as a time in Vietnam, any other text in quotation marks."""
    if len(text) >= _SHORTEST_INSTANT and text[:4].isdigit():
        with suppress(ValueError):
            return fact_text(datetime.fromisoformat(text).astimezone(VIETNAM), language)
    return f'"{text}"'
