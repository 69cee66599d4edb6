"""Patterns that a form may require a text to match: a small subset of regular expressions with bounded work.

Python's matcher backtracks: `(a+)+$` against 30 letters takes minutes, and an analyst's pattern meets whatever a
citizen sends. So the pattern is parsed here first and the ways it can match are counted; a pattern with too many is
rejected when the form is checked. What remains means the same in a browser and in Python.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_TEXT = 500  # The longest text a pattern is matched against; an unbounded repeat can stop at as many positions.
MAX_LENGTH = 200
MAX_WAYS = 300_000  # Two unbounded repeats over MAX_TEXT characters: a few milliseconds at worst.
MAX_NESTING = 5

_REPEATS = frozenset("*+?{")
_SPECIAL = frozenset("]})|^$") | _REPEATS
_CLASS_ESCAPES = frozenset("dDwWsS")
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_REPEAT_COUNTS = re.compile(r"\{([0-9]{1,3})(,([0-9]{0,3}))?\}")
_CLASS = re.compile(r"\[\^?((?:\\.|[^\\\[\]])+)\]")
_DOUBLED = re.compile(r"--|&&|~~|\|\|")


class BadPattern(Exception):
    """The pattern cannot be used. `rule` is the rule it breaks, `facts` fill the sentence about it."""

    def __init__(self, rule: str, **facts: object) -> None:
        self.rule, self.facts = rule, facts
        super().__init__(rule)


@dataclass(slots=True)
class _PatternReader:
    text: str
    position: int = 0

    def peek_char(self) -> str:
        return self.text[self.position : self.position + 1]

    def take_char(self) -> str:
        char = self.peek_char()
        self.position += 1
        return char


def compile_pattern(source: str) -> re.Pattern[str]:
    r"""Compile `source` for `fullmatch`; raises BadPattern with the rule it breaks.

    Supported: letters, `.`, `\d \w \s` and their negations, escaped punctuation, `[...]`, groups, `|` inside a group,
    and the repeats `* + ? {n} {n,} {n,m}`, between a leading `^` and a trailing `$`.
    """
    if len(source) > MAX_LENGTH:
        raise BadPattern("form-pattern-long", most=MAX_LENGTH)
    if not (source.startswith("^") and source.endswith("$")) or len(source) < 3:
        raise BadPattern("form-pattern-ends")
    reader = _PatternReader(source[1:-1])
    ways = _count_sequence(reader, 0)
    if reader.peek_char():
        raise BadPattern("form-pattern-outside", sign=reader.peek_char())
    if ways > MAX_WAYS:
        raise BadPattern("form-pattern-slow")
    try:
        return re.compile(source, re.ASCII)
    except re.error as error:
        raise BadPattern("form-pattern-syntax") from error


def _count_alternatives(reader: _PatternReader, depth: int) -> int:
    """The number of ways to match `one|other|...`, up to the closing parenthesis."""
    if depth > MAX_NESTING:
        raise BadPattern("form-pattern-depth", most=MAX_NESTING)
    ways = _count_sequence(reader, depth)
    while reader.peek_char() == "|":
        reader.take_char()
        ways += _count_sequence(reader, depth)
    if reader.take_char() != ")":
        raise BadPattern("form-pattern-open")
    return ways


def _count_sequence(reader: _PatternReader, depth: int) -> int:
    """The number of ways to match consecutive items: their product, capped just above the limit."""
    start, ways = reader.position, 1
    while reader.peek_char() not in {"", "|", ")"}:
        inner = _count_item(reader, depth)
        ways = min(ways * _count_repeats(reader, inner), MAX_WAYS + 1)
    if reader.position == start:
        raise BadPattern("form-pattern-empty")
    return ways


def _count_item(reader: _PatternReader, depth: int) -> int:
    """The number of ways to match one character, class or group."""
    char = reader.take_char()
    if char == "(":
        return _count_group(reader, depth)
    if char == "[":
        reader.position = _class_end(reader.text, reader.position - 1)
    elif char == "\\":
        _check_escape(reader.take_char())
    elif char in _REPEATS:
        raise BadPattern("form-pattern-repeat", sign=char)
    elif char in _SPECIAL:
        raise BadPattern("form-pattern-sign", sign=char)
    return 1


def _count_group(reader: _PatternReader, depth: int) -> int:
    if reader.text.startswith("?:", reader.position):
        reader.position += 2
    elif reader.peek_char() == "?":
        raise BadPattern("form-pattern-extension")
    return _count_alternatives(reader, depth + 1)


def _check_escape(char: str) -> None:
    if char not in _CLASS_ESCAPES and char not in _PUNCTUATION:
        raise BadPattern("form-pattern-escape", sign=char)


def _class_end(text: str, start: int) -> int:
    """The position after the class `[...]` that begins at `start`."""
    match = _CLASS.match(text, start)
    if match is None:
        raise BadPattern("form-pattern-class")
    body = match.group(1)
    if _DOUBLED.search(body):
        raise BadPattern("form-pattern-doubled")
    for escaped in re.findall(r"\\(.)", body):
        _check_escape(escaped)
    return match.end()


def _count_repeats(reader: _PatternReader, inner: int) -> int:
    """The number of ways to match an item that has `inner` ways, including the repeat that follows it, if any."""
    low, high = _read_repeat(reader)
    if inner == 1:
        return high - low + 1
    ways, power = 0, inner**low if low < 20 else MAX_WAYS + 1
    for _ in range(low, high + 1):
        ways += power
        if ways > MAX_WAYS:
            break
        power *= inner
    return min(ways, MAX_WAYS + 1)


def _read_repeat(reader: _PatternReader) -> tuple[int, int]:
    """The minimum and maximum repetitions of the preceding item; once if no repeat is written."""
    counts = {"*": (0, MAX_TEXT), "+": (1, MAX_TEXT), "?": (0, 1)}.get(reader.peek_char())
    if counts:
        reader.take_char()
        return counts
    if reader.peek_char() != "{":
        return 1, 1
    match = _REPEAT_COUNTS.match(reader.text, reader.position)
    if match is None:
        raise BadPattern("form-pattern-count")
    reader.position = match.end()
    low = int(match.group(1))
    high = low if match.group(2) is None else int(match.group(3) or MAX_TEXT)
    if not (low <= high <= MAX_TEXT and high > 0):
        raise BadPattern("form-pattern-range", most=MAX_TEXT)
    return low, high
