"""Numbers as visitors send them, which may be anything: whole ones, versions of forms, places in lists. For pages."""

from __future__ import annotations

from datetime import datetime

from flask import request

from engine import clock
from engine.errors import BadInput

MOST_DIGITS = 9  # What is longer is no number of ours, and may be more than a database can hold.


def parse_digits(text: str) -> int | None:
    """The whole number that a text says in plain digits; None for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def sent_version() -> int:
    """The version of what the sent form is about; raises BadInput when the form carries none."""
    version = parse_digits(request.form.get("version", ""))
    if version is None:
        raise BadInput("version-missing")
    return version


def parse_cursor(text: str) -> tuple[datetime, int]:
    """Where a page of a list ended, as an instant and a number; raises BadInput for anything else."""
    at, _comma, number = text.rpartition(",")
    row_id = parse_digits(number)
    if row_id is None:
        raise BadInput("page-end-malformed")
    return clock.parse_instant(at), row_id
