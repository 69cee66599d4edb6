"""Finds phrases in what people type, with or without diacritics and in any Unicode form."""

from __future__ import annotations

import unicodedata

from engine.text import strip_diacritics

# Someone who types with diacritics also means them: "cây to cao" is no "tố cáo". Most words of such a text have some.
_ACCENTED_SHARE = 0.5


class TypedText:
    """A text in which phrases are looked for as whole words."""

    def __init__(self, text: str) -> None:
        typed = unicodedata.normalize("NFC", text).lower()
        words = "".join(character if character.isalnum() else " " for character in typed).split()
        accented = sum(strip_diacritics(word) != word for word in words)
        self._text = f" {' '.join(words)} "
        self._is_bare = accented < len(words) * _ACCENTED_SHARE

    def has_phrase(self, phrase: str, *, bare_too: bool = True) -> bool:
        """Whether the words of `phrase` follow one another here.

        With `bare_too` they may lack their diacritics, if the text is mostly typed without: not for words that mean
        another thing then.
        """
        if f" {phrase} " in self._text:
            return True
        return bare_too and self._is_bare and f" {strip_diacritics(phrase)} " in self._text
