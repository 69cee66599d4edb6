"""Vietnamese text made comparable: for search, for names that are spelled differently, and for the order of lists."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from forms.signs import MOST_REMEMBERED, aligned_signs, plain_signs

TONES = "\u0300\u0309\u0303\u0301\u0323"  # In the order of the alphabet: grave, hook above, tilde, acute, dot below.
_LETTERS = {letter: rank for rank, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONE = re.compile(f"[{TONES}]")
_DIGIT_RANK, _LETTER_RANK, _FOREIGN_RANK = 1, 2, 3

OrderKey = tuple[tuple[tuple[int, int], ...], tuple[int, ...], str]


DELIMITERS = ",;\t"


def find_delimiter(text: str) -> str:
    """What separates the columns of a CSV file: spreadsheets with a decimal comma write semicolons or tabs."""
    header = text.partition("\n")[0]
    return max(DELIMITERS, key=header.count)


def strip_diacritics(text: str) -> str:
    """`text` as typed without diacritics: "Trảng Dài, Đồng Nai" becomes "trang dai, dong nai".

    Composed or decomposed letters, wide or narrow ones, the look-alikes of "Đ" and signs that nobody sees make no
    difference.
    """
    plain = plain_signs(text).lower().replace("đ", "d")
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFD", plain)
        plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(plain.split())


def align_folded(text: str) -> str:
    """`text` folded like `strip_diacritics`, sign by sign, so that a place in one is a place in the other.

    For composed letters (NFC); a sign without an equal of the same length stays.
    """
    plain = aligned_signs(text).lower()
    return plain.translate(_FOLDED) if len(plain) == len(text) else text


class _FoldedLetters(dict[int, str]):
    """For `str.translate`: each letter without its marks."""

    def __missing__(self, point: int) -> str:
        base = unicodedata.normalize("NFD", chr(point))[0].replace("đ", "d")
        if len(self) < MOST_REMEMBERED:
            self[point] = base
        return base


_FOLDED = _FoldedLetters()


def is_same_name(one: str, other: str) -> bool:
    """Whether two names are the same word for word, wherever the tone mark is placed: Hoà is Hòa."""
    return toneless_words(one) == toneless_words(other)


def toneless_words(name: str) -> list[tuple[str, str]]:
    """Each word without its tone, and the tone."""
    words = unicodedata.normalize("NFD", plain_signs(name)).split()
    return [(unicodedata.normalize("NFC", _TONE.sub("", word)), "".join(_TONE.findall(word))) for word in words]


@lru_cache(MOST_REMEMBERED)  # Every list of units asks for the same few hundred names.
def vietnamese_order(text: str) -> OrderKey:
    """The key that sorts names as a Vietnamese dictionary does: a ă â b c d đ e ê …, tones only among equal letters.

    The alphabet and the tones are those of CLDR for `vi`; signs come before digits, digits before letters, other
    alphabets last. A tone counts once for its word, so that Hoà and Hòa stand together.
    """
    words = toneless_words(text)
    plain = " ".join(word for word, _tone in words).lower()
    tones = tuple(TONES.index(tone[0]) + 1 if tone else 0 for _word, tone in words)
    return tuple(_letter_rank(letter) for letter in plain), tones, text


def _letter_rank(letter: str) -> tuple[int, int]:
    if letter in _LETTERS:
        return _LETTER_RANK, _LETTERS[letter]
    if letter.isdecimal():
        return _DIGIT_RANK, int(letter)
    return (_FOREIGN_RANK if letter.isalpha() else 0), ord(letter)


def differs_by_slip(word: str, other: str) -> bool:
    """Whether a hand could write one for the other: a letter too many, too few or wrong, or two that changed places."""
    start = next((n for n, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))
    word, other = word[start:], other[start:]
    while word and other and word[-1] == other[-1]:
        word, other = word[:-1], other[:-1]
    return (word or other) != "" and ((len(word) < 2 and len(other) < 2) or (len(word) == 2 and word == other[::-1]))


def shorten_text(text: str, limit: int = 60) -> str:
    """A text on one line, short enough to quote in a sentence: at most `limit` characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
