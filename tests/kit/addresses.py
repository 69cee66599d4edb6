"""Addresses of pages, filled in from the rules of the application."""

from __future__ import annotations

import re
from collections.abc import Callable

from werkzeug.routing import Rule

_PLACE = re.compile(r"<(?:(?P<converter>\w+)(?:\((?P<choices>[^)]*)\))?:)?(?P<argument>\w+)>")


def fill_address(rule: Rule, value_of: Callable[[str, bool], str]) -> str:
    """A rule's address; `value_of` gives the value of an argument, and is told whether a number is asked for.

    Where the rule names its choices, the first stands.
    """

    def fill_place(place: re.Match[str]) -> str:
        if place["choices"]:
            return place["choices"].split(",")[0].strip()
        return value_of(place["argument"], place["converter"] == "int")

    return _PLACE.sub(fill_place, rule.rule)
