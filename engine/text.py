"""Vietnamese text made comparable."""

from __future__ import annotations

import unicodedata


def strip_diacritics(text: str) -> str:
    """`text` as typed without diacritics: "Trảng Dài, Đồng Nai" becomes "trang dai, dong nai"."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(character for character in decomposed if not unicodedata.combining(character)).split())
