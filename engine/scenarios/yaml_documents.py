"""Reads handwritten YAML into plain values, reporting the line of a syntax error, and formats values for a sentence."""

from __future__ import annotations

from typing import Any

import yaml

from engine.errors import BadInput

MAX_EXCERPT = 60


class _AnythingDumper(yaml.SafeDumper):
    """Writes values that YAML cannot represent as text."""


_AnythingDumper.add_multi_representer(object, lambda dumper, value: dumper.represent_str(str(value)))


def read_yaml(content: str | bytes) -> Any:
    """Parse a text into a plain value; raises BadInput if it is not YAML, with the line when known."""
    try:
        return yaml.safe_load(content)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        if mark is None:
            raise BadInput("text-not-yaml") from error
        raise BadInput("text-not-yaml-at-line", line=str(mark.line + 1)) from error


def spell_value(value: object) -> str:
    """A value as its author would write it, on one line and short enough for a sentence."""
    text: str = yaml.dump(
        value, Dumper=_AnythingDumper, default_flow_style=True, allow_unicode=True, sort_keys=False, width=2**31
    )
    flat = " ".join(text.removesuffix("...\n").split())
    return flat if len(flat) <= MAX_EXCERPT else flat[: MAX_EXCERPT - 1] + "…"
