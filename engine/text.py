"""Vietnamese text made comparable."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """`text` as somebody types it without diacritics: "Trảng Dài, Đồng Nai" becomes "trang dai, dong nai"."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())
