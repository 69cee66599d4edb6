"""Reads what SQLite keeps in columns of texts and numbers, which may be anything: it checks no types, nor UTF-8.

PostgreSQL refuses such values when they are written.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

from sqlalchemy import Boolean, Dialect, Engine, Float, Integer, String, Text

from engine.store.unreadable import NO_NUMBER, UnreadableText

_BEYOND = 2.0**63


def decode_text(stored: bytes) -> str:
    """The text in stored bytes; one that is no UTF-8 is an UnreadableText, and hides no other row."""
    try:
        return stored.decode()
    except UnicodeDecodeError:
        return _readable_part(stored)


def read_carefully(engine: Engine) -> None:
    """Have an SQLite engine read values of wrong types as what stands for them, before its first statement."""
    careful = {
        Boolean: _CarefulBoolean,
        Integer: _CarefulInteger,
        Float: _CarefulFloat,
        String: _CarefulString,
        Text: _CarefulText,
    }
    engine.dialect.colspecs = {**engine.dialect.colspecs, **careful}


def _readable_part(stored: bytes) -> UnreadableText:
    text = stored.decode("utf-8", "replace")
    return UnreadableText("".join(letter for letter in text if unicodedata.category(letter) != "Cc"))


def _read_number(value: Any) -> Any:
    """The number; an average of whole numbers is none and passes, but not what is beyond all of them."""
    is_beyond = isinstance(value, float) and not abs(value) < _BEYOND
    return NO_NUMBER if is_beyond or isinstance(value, str | bytes) else value


def _read_fraction(value: Any) -> Any:
    return NO_NUMBER if isinstance(value, str | bytes) else value


def _read_text(value: Any) -> Any:
    """The text; numbers are what functions of texts return, and pass."""
    return _readable_part(value) if isinstance(value, bytes) else value


def _read_truth(value: Any) -> Any:
    """Yes or no; what is neither stands for no, so that a damaged account is a closed one."""
    return bool(value) if value in (0, 1) else None if value is None else NO_NUMBER


class _CarefulBoolean(Boolean):
    def result_processor(self, _dialect: Dialect, _coltype: object) -> Callable[[Any], Any]:
        """Read yes or no."""
        return _read_truth


class _CarefulInteger(Integer):
    def result_processor(self, _dialect: Dialect, _coltype: object) -> Callable[[Any], Any]:
        """Read a number."""
        return _read_number


class _CarefulFloat(Float[Any]):
    def result_processor(self, _dialect: Dialect, _coltype: object) -> Callable[[Any], Any]:
        """Read a number with a fraction, which may be of any size."""
        return _read_fraction


class _CarefulString(String):
    def result_processor(self, _dialect: Dialect, _coltype: object) -> Callable[[Any], Any]:
        """Read a text."""
        return _read_text


class _CarefulText(Text):
    def result_processor(self, _dialect: Dialect, _coltype: object) -> Callable[[Any], Any]:
        """Read a text."""
        return _read_text
