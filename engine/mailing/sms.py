"""Text messages have a length: with Vietnamese letters 70 signs, or 67 in each part of several. For delivery."""

from __future__ import annotations

_SINGLE, _PART = 70, 67  # UTF-16 units of a message in UCS-2 (3GPP TS 23.040).


def units(text: str) -> int:
    """How long a text is in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def shorten(text: str, link: str, parts: int) -> str:
    """`text` and `link` within so many parts; the text is cut, the link never."""
    room = (_SINGLE if parts == 1 else _PART * parts) - units(link) - 1
    if units(text) > room:
        kept = text
        while kept and units(kept) > room - 1:
            kept = kept[:-1]
        text = f"{kept.rstrip()}…"
    return f"{text} {link}"
