"""Fits text messages: with Vietnamese letters, 70 characters, or 67 in each part of a multipart message."""

from __future__ import annotations

_SINGLE_LENGTH, _PART_LENGTH = 70, 67  # UTF-16 units of a UCS-2 message (3GPP TS 23.040).


def utf16_length(text: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def fit_in_parts(text: str, link: str, parts: int) -> str:
    """Fit `text` and `link` into at most `parts` parts; truncates the text, never the link."""
    room = (_SINGLE_LENGTH if parts == 1 else _PART_LENGTH * parts) - utf16_length(link) - 1
    if utf16_length(text) > room:
        shortened = text
        while shortened and utf16_length(shortened) > room - 1:
            shortened = shortened[:-1]
        text = f"{shortened.rstrip()}…"
    return f"{text} {link}"
