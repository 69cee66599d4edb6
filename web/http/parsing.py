"""Parses untrusted input from visitors: integers, form versions, list cursors."""

from __future__ import annotations

from datetime import datetime

from flask import request

from engine import clock
from engine.errors import BadInput

MOST_DIGITS = 9  # Longer ones are not ours and may exceed what a database can hold.


def parse_digits(text: str) -> int | None:
    """Parse an integer in plain ASCII digits; None for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def sent_version() -> int:
    """Version sent with the submitted form; raises BadInput when it has none."""
    version = parse_digits(request.form.get("version", ""))
    if version is None:
        raise BadInput("version-missing")
    return version


def parse_cursor(text: str) -> tuple[datetime, int]:
    """Parse where a page of a list ended, as an instant and a number; raises BadInput for anything else."""
    at, _comma, number = text.rpartition(",")
    row_id = parse_digits(number)
    if row_id is None:
        raise BadInput("page-end-malformed")
    return clock.parse_instant(at), row_id
