"""Reads JSON that the program has stored: of what somebody damaged nothing is known, and it hides no other row."""

from __future__ import annotations

import json
from typing import Any, TypeVar

_ValueT = TypeVar("_ValueT")


def stored_object(text: str) -> dict[str, Any]:
    """The values of a stored object; none of one that cannot be read, which the proof of the record names."""
    return _stored(text, dict[str, Any]())


def stored_list(text: str) -> list[Any]:
    """The items of a stored list; none of one that cannot be read."""
    return _stored(text, list[Any]())


def is_stored_object(text: str) -> bool:
    """Whether a text is an object in JSON."""
    try:
        return isinstance(json.loads(text), dict)
    except (TypeError, ValueError):
        return False


def _stored(text: str, nothing: _ValueT) -> _ValueT:
    try:
        value = json.loads(text)
    except (TypeError, ValueError):
        return nothing
    return value if isinstance(value, type(nothing)) else nothing
