"""Finds phrases in what people type: with or without diacritics, with some of them, in any Unicode form."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

from engine.text import strip_diacritics, toneless_words

# Someone who types with diacritics also means them: "cây to cao" is no "tố cáo". Most words of such a text have some.
_ACCENTED_SHARE = 0.5

Word = tuple[str, str]  # Its letters without the tone, and the tone: wherever it is placed, "hoả" is "hỏa".


class TypedText:
    """A text in which phrases are looked for as whole words."""

    def __init__(self, text: str) -> None:
        self._words = _split_words(text)
        self._bare = [strip_diacritics(letters) for letters, _tone in self._words]
        accented = sum(_is_accented(word) for word in self._words)
        self._is_bare = accented < len(self._words) * _ACCENTED_SHARE

    def has_phrase(
        self,
        phrase: str,
        *,
        bare_too: bool = True,
        bare_not_after: Collection[str] = (),
        bare_not_before: Collection[str] = (),
    ) -> bool:
        """Whether the words of `phrase` follow one another here, or stand joined to one.

        With `bare_too` some of them may lack their diacritics or their tone, and all of them if the text is mostly
        typed without and no word of `bare_not_after` stands before and none of `bare_not_before` behind: not for words
        that mean another thing then.
        """
        meant_words = _split_words(phrase)
        if ("".join(word[0] for word in meant_words), "".join(word[1] for word in meant_words)) in self._words:
            return True
        size = len(meant_words)
        for start in range(len(self._words) - size + 1):
            pairs = list(zip(self._words[start : start + size], meant_words, strict=True))
            if all(typed == meant for typed, meant in pairs):
                return True
            if not bare_too or not all(typed == meant or _lacks_marks(typed, meant) for typed, meant in pairs):
                continue
            if any(typed == meant or _is_accented(typed) for typed, meant in pairs):
                return True
            around = ["", *self._bare, ""][start], [*self._bare, ""][start + size]
            if self._is_bare and around[0] not in bare_not_after and around[1] not in bare_not_before:
                return True
        return False


def _split_words(text: str) -> list[Word]:
    typed = unicodedata.normalize("NFC", text).lower()
    return toneless_words("".join(sign if sign.isalnum() else " " for sign in typed))


def _is_accented(word: Word) -> bool:
    return bool(word[1]) or strip_diacritics(word[0]) != word[0]


def _lacks_marks(typed: Word, meant: Word) -> bool:
    """Whether a word was typed without its tone, without the marks of its letters, or without any."""
    return typed[1] in ("", meant[1]) and typed[0] in (meant[0], strip_diacritics(meant[0]))
