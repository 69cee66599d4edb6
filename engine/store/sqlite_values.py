"""Reads what SQLite keeps in columns of texts and numbers, which may be anything: it checks no types, nor UTF-8.

PostgreSQL refuses such values when they are written.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

from sqlalchemy import Dialect, Engine, Float, Integer, String, Text

from engine.store.unreadable import NO_NUMBER, UnreadableText


def decode_text(stored: bytes) -> str:
    """The text in stored bytes; one that is no UTF-8 is an UnreadableText, and hides no other row."""
    try:
        return stored.decode()
    except UnicodeDecodeError:
        return _readable_part(stored)


def read_carefully(engine: Engine) -> None:
    """Have an SQLite engine read values of wrong types as what stands for them, before its first statement."""
    careful = {Integer: _CarefulInteger, Float: _CarefulFloat, String: _CarefulString, Text: _CarefulText}
    engine.dialect.colspecs = {**engine.dialect.colspecs, **careful}


def _readable_part(stored: bytes) -> UnreadableText:
    text = stored.decode("utf-8", "replace")
    return UnreadableText("".join(letter for letter in text if unicodedata.category(letter) != "Cc"))


def _read_number(value: Any) -> Any:
    """The number; sums and averages of whole numbers are none, and pass."""
    return NO_NUMBER if isinstance(value, str | bytes) else value


def _read_text(value: Any) -> Any:
    """The text; numbers are what functions of texts return, and pass."""
    return _readable_part(value) if isinstance(value, bytes) else value


class _CarefulInteger(Integer):
    def result_processor(self, _dialect: Dialect, _coltype: object) -> Callable[[Any], Any]:
        """Read a number."""
        return _read_number


class _CarefulFloat(Float[Any]):
    def result_processor(self, _dialect: Dialect, _coltype: object) -> Callable[[Any], Any]:
        """Read a number."""
        return _read_number


class _CarefulString(String):
    def result_processor(self, _dialect: Dialect, _coltype: object) -> Callable[[Any], Any]:
        """Read a text."""
        return _read_text


class _CarefulText(Text):
    def result_processor(self, _dialect: Dialect, _coltype: object) -> Callable[[Any], Any]:
        """Read a text."""
        return _read_text
