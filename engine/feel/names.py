"""Names with spaces and signs (DMN 1.5, 10.3.1.2, rules 25-30): how they are written alike and where a text has one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

# Rule 28: letters of any script, and the planes of signs such as 🐎, begin a name; digits and marks continue it.
_START = r"[^\W\d]|\?|[\U00010000-\U000EFFFF]"
_REST = r"\w|[\U00010000-\U000EFFFF]|[\u00b7\u0300-\u036f\u203f\u2040]"
PART = re.compile(rf"(?:{_START})(?:{_REST})*|\d+(?:\.\d+)?|\.\.|\S")


def name_parts(name: str) -> tuple[str, ...]:
    """The words and signs of a name."""
    return tuple(PART.findall(name))


def normal_name(name: str) -> str:
    """The name with one blank for each run of white space (10.3.1.2)."""
    return " ".join(name.split())


class NameIndex:
    """The names that a text may use, to find the longest at a place."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name in {normal_name(name) for name in names}:
            parts = name_parts(name)
            if parts:
                self._by_first.setdefault(parts[0], []).append((parts, name))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: (-len(entry[0]), entry[1]))

    def longest_at(self, parts: Sequence[str], start: int) -> tuple[str, int] | None:
        """The longest name that begins at `start`, and how many parts it has."""
        for name_tuple, name in self._by_first.get(parts[start], ()):
            if tuple(parts[start : start + len(name_tuple)]) == name_tuple:
                return name, len(name_tuple)
        return None


@lru_cache(maxsize=64)
def index_of(names: frozenset[str]) -> NameIndex:
    """The index of names that many texts may use."""
    return NameIndex(names)


def longer(one: tuple[str, int] | None, other: tuple[str, int] | None) -> tuple[str, int] | None:
    """The name with more parts of two that begin at one place."""
    if one is None or other is None:
        return one or other
    return one if one[1] >= other[1] else other
