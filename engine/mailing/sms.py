"""Text messages have a length: with Vietnamese letters 70 characters, or 67 in each part of several. For delivery."""

from __future__ import annotations

_SINGLE_LENGTH, _PART_LENGTH = 70, 67  # UTF-16 units of a message in UCS-2 (3GPP TS 23.040).


def utf16_length(text: str) -> int:
    """How long a text is in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def fit_in_parts(text: str, link: str, parts: int) -> str:
    """`text` and `link` within so many parts; the text is cut, the link never."""
    room = (_SINGLE_LENGTH if parts == 1 else _PART_LENGTH * parts) - utf16_length(link) - 1
    if utf16_length(text) > room:
        shortened = text
        while shortened and utf16_length(shortened) > room - 1:
            shortened = shortened[:-1]
        text = f"{shortened.rstrip()}…"
    return f"{text} {link}"
