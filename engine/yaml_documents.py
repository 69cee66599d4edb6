"""Reads handwritten YAML into plain values, reporting the line of a syntax error, and formats values for a sentence.

Size, depth and number of values are limited before anything is built from the text, so that reading takes less than a
second whatever it holds: a megabyte once took 40 seconds, 20,000 brackets 12.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import yaml

from engine.errors import BadInput
from engine.text import shorten_text

MAX_LENGTH = 200_000 if yaml.__with_libyaml__ else 40_000  # Python's own parser takes 40 µs for a character.
MAX_DEPTH, MAX_VALUES = 20, 10_000
MAX_PLAIN_LENGTH = 2_000  # Of a value without quotes: it may be a number, which takes time by the square of its digits.
MAX_EXCERPT = 60
_Read = TypeVar("_Read")
_Loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


class PlainDumper(yaml.SafeDumper):
    """Writes what `read_yaml` reads: a value that stands twice is written twice, a long text in quotation marks."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        """Write no reference."""
        return True


def _represent_text(dumper: yaml.SafeDumper, words: str) -> yaml.Node:
    """Represent a text; Unicode line breaks are escaped, because YAML treats them as its own."""
    is_quoted = len(words) > MAX_PLAIN_LENGTH or any(sign in words for sign in "\x85\u2028\u2029")
    return dumper.represent_scalar("tag:yaml.org,2002:str", words, style='"' if is_quoted else None)


PlainDumper.add_representer(str, _represent_text)


class _AnythingDumper(PlainDumper):
    """Writes values that YAML cannot represent as text."""


_AnythingDumper.add_multi_representer(object, lambda dumper, value: dumper.represent_str(str(value)))


def read_yaml(content: str | bytes) -> Any:
    """Parse a text into a plain value; raises BadInput, with the line when known, if it is not YAML or too much."""
    return _read_modest(content, lambda: yaml.load(content, Loader=_Loader))  # noqa: S506 - one of the safe loaders.


def compose_yaml(content: str | bytes) -> yaml.Node | None:
    """Parse a text into nodes, which know their lines and keep each value as written; raises BadInput like `read_yaml`.

    None for an empty text.
    """
    return _read_modest(content, lambda: yaml.compose(content, Loader=_Loader))


def _read_modest(content: str | bytes, read: Callable[[], _Read]) -> _Read:
    """What `read` makes of a text that is no trap; raises BadInput."""
    if len(content) > MAX_LENGTH:
        raise BadInput("yaml-too-long", most=MAX_LENGTH)
    try:
        _require_modest(content)
        return read()
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        if mark is None:
            raise BadInput("text-not-yaml") from error
        raise BadInput("text-not-yaml-at-line", line=str(mark.line + 1)) from error


def _require_modest(content: str | bytes) -> None:
    """Raise BadInput, with the line, for too many or too deep values, and for tags and references among them."""
    depth = values = 0
    for event in yaml.parse(content, Loader=_Loader):
        line = str(event.start_mark.line + 1) if event.start_mark else "?"
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        values += isinstance(event, yaml.NodeEvent)
        if depth > MAX_DEPTH or values > MAX_VALUES:
            raise BadInput("yaml-too-much", line=line, depth=MAX_DEPTH, values=MAX_VALUES)
        if isinstance(event, yaml.NodeEvent) and (event.anchor or getattr(event, "tag", None)):
            raise BadInput("yaml-tricks", line=line)
        if isinstance(event, yaml.ScalarEvent) and not event.style and len(event.value) > MAX_PLAIN_LENGTH:
            raise BadInput("yaml-value-too-long", line=line, most=MAX_PLAIN_LENGTH)


def spell_value(value: object) -> str:
    """A value as its author would write it, on one line and short enough for a sentence."""
    text: str = yaml.dump(
        value, Dumper=_AnythingDumper, default_flow_style=True, allow_unicode=True, sort_keys=False, width=2**31
    )
    return shorten_text(text.removesuffix("...\n"), MAX_EXCERPT)
