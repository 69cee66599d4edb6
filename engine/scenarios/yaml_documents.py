"""YAML as people write it: read into plain values, with the line where it breaks, and values spelled for a sentence.

For the readers of scenarios, of assumptions and of mappings.
"""

from __future__ import annotations

from typing import Any

import yaml

from engine.errors import BadInput

MAX_EXCERPT = 60


class _AnythingDumper(yaml.SafeDumper):
    """Spells what YAML has no words for as a text."""


_AnythingDumper.add_multi_representer(object, lambda dumper, value: dumper.represent_str(str(value)))


def read_yaml(content: str | bytes) -> Any:
    """The plain value that a text holds; raises BadInput with the line where it is no YAML, if that can be told."""
    try:
        return yaml.safe_load(content)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        if mark is None:
            raise BadInput("text-not-yaml") from error
        raise BadInput("text-not-yaml-at-line", line=str(mark.line + 1)) from error


def spell_value(value: object) -> str:
    """A value as its author would write it, on one line and short enough to stand in a sentence."""
    text: str = yaml.dump(
        value, Dumper=_AnythingDumper, default_flow_style=True, allow_unicode=True, sort_keys=False, width=2**31
    )
    flat = " ".join(text.removesuffix("...\n").split())
    return flat if len(flat) <= MAX_EXCERPT else flat[: MAX_EXCERPT - 1] + "…"
