"""The templates that come with the program, by paper: used until an office uploads one of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.directives.briefing_template import build_briefing_template
from engine.directives.default_template import build_default_template
from engine.directives.fields import BRIEFING, DIRECTIVE

_BUILDERS: Mapping[str, Callable[[], bytes]] = {DIRECTIVE: build_default_template, BRIEFING: build_briefing_template}


def shipped_template(paper: str) -> bytes:
    """The Word file of the template for a paper."""
    return _BUILDERS[paper]()
