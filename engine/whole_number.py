"""Whole numbers from outside that the database is asked about: one reading for addresses, forms, files and commands."""

from __future__ import annotations

MAX_WHOLE_NUMBER = 2**31 - 1  # The largest `integer` of PostgreSQL; SQLite holds more.
_MAX_DIGITS = len(str(MAX_WHOLE_NUMBER))


def parse_whole_number(text: str) -> int | None:
    """The number that plain ASCII digits write; None for any other text, and for one that no row can have."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS):
        return None
    number = int(text)
    return number if number <= MAX_WHOLE_NUMBER else None
