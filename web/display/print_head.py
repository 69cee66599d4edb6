"""The line above a printed page: for which units, and as of when."""

from __future__ import annotations

from flask import g

from web.display import filters
from web.http import request as here

MOST_UNITS = 3


def print_units() -> list[str]:
    """The names of the units whose roles the visitor holds; none for citizens, and on a page that tells of an error."""
    if "officer" not in g or "tx" not in g:
        return []
    return sorted({filters.unit_caption(unit) for unit, _role in here.current_officer().own_roles})[:MOST_UNITS]


def print_time() -> str:
    """When the page was made: what is on it may have changed since."""
    return filters.instant_text(here.request_time()) if "now" in g else ""
