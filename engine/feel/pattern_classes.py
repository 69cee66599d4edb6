"""Classes of characters in patterns (XML Schema Part 2, appendix G; XPath functions 3.1, 5.6.1)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

CharacterTest = Callable[[str], bool]

# The blocks that texts here are likely to be tested for; others are refused by name.
BLOCKS = {
    "BasicLatin": (0x0000, 0x007F), "Latin-1Supplement": (0x0080, 0x00FF), "LatinExtended-A": (0x0100, 0x017F),
    "LatinExtended-B": (0x0180, 0x024F), "IPAExtensions": (0x0250, 0x02AF), "Greek": (0x0370, 0x03FF),
    "CombiningDiacriticalMarks": (0x0300, 0x036F), "GreekandCoptic": (0x0370, 0x03FF), "Cyrillic": (0x0400, 0x04FF),
    "Hebrew": (0x0590, 0x05FF), "Arabic": (0x0600, 0x06FF), "Thai": (0x0E00, 0x0E7F), "Lao": (0x0E80, 0x0EFF),
    "Khmer": (0x1780, 0x17FF), "LatinExtendedAdditional": (0x1E00, 0x1EFF), "GeneralPunctuation": (0x2000, 0x206F),
    "CurrencySymbols": (0x20A0, 0x20CF), "CJKUnifiedIdeographs": (0x4E00, 0x9FFF), "HangulSyllables": (0xAC00, 0xD7A3),
}  # fmt: skip
_CATEGORIES = frozenset(
    ["L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe", "Pi",
     "Pf", "Po", "Z", "Zs", "Zl", "Zp", "S", "Sm", "Sc", "Sk", "So", "C", "Cc", "Cf", "Co", "Cn"]
)  # fmt: skip


def property_test(name: str) -> CharacterTest | None:
    """The test of `\\p{name}`: a category or a block; None when there is no such property."""
    if name in _CATEGORIES:
        return lambda character: unicodedata.category(character).startswith(name)
    first, last = BLOCKS.get(name.removeprefix("Is"), (1, 0)) if name.startswith("Is") else (1, 0)
    return None if first > last else lambda character: first <= ord(character) <= last


def _is_word(character: str) -> bool:
    return unicodedata.category(character)[0] not in "PZC"


def _is_name_start(character: str) -> bool:
    return character in "_:" or unicodedata.category(character)[0] == "L"


def _is_name_part(character: str) -> bool:
    return character in "_:-.·" or unicodedata.category(character)[0] in "LM" or character.isdecimal()


ESCAPED_CLASSES: dict[str, CharacterTest] = {
    "s": lambda character: character in " \t\n\r",
    "d": lambda character: unicodedata.category(character) == "Nd",
    "w": _is_word,
    "i": _is_name_start,
    "c": _is_name_part,
}
ESCAPED_CHARACTERS = {"n": "\n", "r": "\r", "t": "\t"} | {sign: sign for sign in "\\|.?*+(){}-[]^$"}


def inverted(test: CharacterTest) -> CharacterTest:
    """The test that passes what `test` does not."""
    return lambda character: not test(character)


def any_of(tests: list[CharacterTest]) -> CharacterTest:
    """The test that passes what one of `tests` does."""
    return tests[0] if len(tests) == 1 else lambda character: any(test(character) for test in tests)


def between(first: str, last: str) -> CharacterTest:
    """The test of a range of characters."""
    return lambda character: first <= character <= last


def variants(character: str) -> tuple[str, ...]:
    """The character in the cases that it has (flag i)."""
    cases = {character, character.lower(), character.upper(), character.casefold()}
    return tuple(case for case in cases if len(case) == 1)


def without_case(test: CharacterTest) -> CharacterTest:
    """The test that passes a character when it passes it in any case."""
    return lambda character: any(map(test, variants(character)))
