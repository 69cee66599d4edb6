"""Signs that people do not tell apart made one, so that numbers, codes and words are read the same wherever they stand.

What is pasted from a telephone's contacts, a chat or a spreadsheet has signs that nobody sees or typed: marks of the
writing direction, no-break spaces, dashes of all lengths, digits of other scripts and widths.
"""

from __future__ import annotations

import re
import unicodedata

MOST_REMEMBERED = 4096  # Signs whose plain form is kept; a text may hold a million different ones.
UNSEEN = "\u200b"  # Stands for a sign that is not seen, where every sign keeps its place.

# Beside the category "format" of Unicode: joiners, fillers, variation selectors and the frame of a key-cap.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u20e3\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_DASHES, _DOTS = "\u02d7\u2043\u2212\u2500\u30fc", "\u00b7\u2022\u2027\u2219\u22c5\u30fb\u3002"
# "Đ" has three look-alikes, of which old Vietnamese fonts and keyboards make much use.
STROKED_LETTERS = {"\u00d0": "Đ", "\u0189": "Đ", "\u00f0": "đ", "\u0256": "đ"}
# Cyrillic and Greek letters that look like Latin ones: they come from pictures read by programs, and from jokers.
_LOOK_ALIKES = {
    **dict(zip("АВЕКМНОРСТУХІЈЅаеорсухіјѕ", "ABEKMHOPCTYXIJSaeopcyxijs", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧον", "ABEZHIKMNOPTYXov", strict=True)),
}


class _PlainSigns(dict[int, str]):
    """For `str.translate`: the plain form of each sign."""

    def __missing__(self, point: int) -> str:
        plain = _plain_form(chr(point))
        if len(self) < MOST_REMEMBERED:
            self[point] = plain
        return plain


class _AlignedSigns(_PlainSigns):
    """The same, but one sign for each sign."""

    def __missing__(self, point: int) -> str:
        plain = _PLAIN[point] or UNSEEN
        return plain if len(plain) == 1 else chr(point)


def _plain_form(sign: str) -> str:
    category = unicodedata.category(sign)
    if category == "Cf" or _UNSEEN.fullmatch(sign):
        return ""
    if category in {"Zs", "Zl", "Zp"}:
        return " "
    if category == "Pd" or sign in _DASHES:
        return "-"
    if sign in _DOTS:
        return "."
    if category == "Nd":
        return str(unicodedata.decimal(sign))
    return STROKED_LETTERS.get(sign) or _LOOK_ALIKES.get(sign) or unicodedata.normalize("NFKC", sign)


_PLAIN = _PlainSigns()
_ALIGNED = _AlignedSigns()


def plain_signs(text: str) -> str:
    """`text` with ASCII digits, dashes, dots and spaces for all of their kind, without signs that nobody sees.

    Full-width signs, ligatures and letters of other alphabets that look like Latin ones become the usual ones; letters
    keep their marks and their case.
    """
    return text if text.isascii() else text.translate(_PLAIN)


def aligned_signs(text: str) -> str:
    """The same with as many signs as `text`, UNSEEN for what is not seen: a place in one is a place in the other."""
    return text if text.isascii() else text.translate(_ALIGNED)
