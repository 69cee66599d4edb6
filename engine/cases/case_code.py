"""The code that people use for a case: short, clear on the telephone, with a check letter.

`DN-26-004217-D`: the province's letters, the year, the number, and a letter that catches a wrong or swapped digit
(`engine.process.code_format`). What officers begin themselves has letters of its process.

People leave parts out: the letter, the province, the year, leading zeros. What remains is read as far as it goes; a
check letter that is given has to be right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.errors import BadInput
from engine.process.code_format import check_letter, format_code
from engine.text import strip_diacritics

YEARS = tuple(f"{year:02d}" for year in range(20, 100))  # The directive for the hotline is of the twenties.
SHORTEST_NUMBER, LONGEST_NUMBER = 6, 9  # Digits of a code's number.
MOST_REPEATED = 40  # Characters of an invalid code quoted back to the user.
_GAP = r"[\s.,_-]*"
_EDGES = " .;:()[]<>\"'“”‘’"
_LABEL = re.compile(r"(?:MA(?: SO)?(?: HO SO| PHAN ANH)?|HO SO(?: SO)?|CODE|CASE|SO)[\s:.#]+|#\s*")
_TYPED = re.compile(rf"([A-Z]{{2}})?{_GAP}((?:[0-9OI]{_GAP})*[0-9]){_GAP}([A-Z])?")
_LETTERS_FOR_DIGITS = str.maketrans("OI", "01")
_SLASHED = re.compile(r"^([A-Z]{2})/([0-9OI]{2})/([0-9OI]{6,9})/([A-Z])$")  # Only all parts: "12/3B" is a house.
_CODE_IN_TEXT = re.compile(
    rf"(?<!\w)[A-Z]{{2}}{_GAP}[0-9OI]{{2}}{_GAP}[0-9OI]{{6,9}}(?:{_GAP}[A-Z](?!\w)|(?![.,_-]?\w))"
)


@dataclass(frozen=True, slots=True)
class TypedCode:
    """A code as far as somebody typed it.

    `codes` are all that it may mean; `certain` when nothing else looks like this, as a bare "552" or "12B" does;
    `letter` is the check letter typed, if any, and `other_letters` the codes of the same digits that it rules out.
    """

    codes: tuple[str, ...]
    certain: bool
    letter: str = ""
    other_letters: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether it means one code, without looking at which there are."""
        return self.certain and len(self.codes) == 1


def read_typed(text: str, home: str) -> TypedCode:
    """The code in what somebody typed, whole or in part; `home` are the letters of the province that it is typed in.

    Raises BadInput: it is none, or the check letter is wrong.
    """
    match = _TYPED.fullmatch(_SLASHED.sub(r"\1-\2-\3-\4", _without_label(_plain_letters(text))))
    province, digits, letter = match.groups(default="") if match is not None else ("", "", "")
    readings = list(_read_digits(digits.translate(_LETTERS_FOR_DIGITS), bare=not province))
    if not readings or not _is_code_of(province, digits, home):
        raise BadInput("case-code-malformed", code=_quote_typed(text))
    codes, others = list[str](), list[str]()
    for year, number in readings:
        is_right = letter in ("", check_letter(f"{year}{number:0>6}"))
        code = format_code(province or home, int(year), int(number))
        (codes if is_right else others).append(code)
    if not codes:
        raise BadInput("case-code-mistyped", code=_quote_typed(text))
    certain = bool(province) or (len(readings) == 1 and len(re.findall("[0-9OI]", digits)) >= SHORTEST_NUMBER + 2)
    return TypedCode(tuple(codes), certain, letter, tuple(others))


def parse_code(text: str, home: str) -> str:
    """The code in its canonical form, from what somebody typed; only province and letter may be missing.

    Raises BadInput for what is no code or not a whole one, and when the check letter is wrong.
    """
    typed = read_typed(text, home)
    if not typed.whole:
        raise BadInput("case-code-malformed", code=_quote_typed(text))
    return typed.codes[0]


def has_all_parts(text: str) -> bool:
    """Whether a text is a code with all its parts: nothing else looks like this."""
    match = _CODE_IN_TEXT.fullmatch(_plain_letters(text))
    try:
        return match is not None and bool(read_typed(text, home="").letter)
    except BadInput:
        return False


def extract_typed(text: str, home: str) -> TypedCode:
    """The code in a text that somebody pasted, whole or in part; raises BadInput when there is none."""
    match = _CODE_IN_TEXT.search(_plain_letters(text))
    return read_typed(match[0] if match else text, home)


def extract_all(text: str, home: str) -> tuple[str, ...]:
    """The whole codes in a text that somebody pasted, in their canonical form and order; () when there is none.

    Raises BadInput when the only ones have a wrong check letter.
    """
    codes, faults = list[str](), list[BadInput]()
    for match in _CODE_IN_TEXT.finditer(_plain_letters(text)):
        try:
            codes.append(parse_code(match[0], home))
        except BadInput as fault:
            faults.append(fault)
    if faults and not codes:
        raise faults[0]
    return tuple(dict.fromkeys(codes))


def extract_code(text: str, home: str) -> str:
    """The code in a text that somebody pasted, in its canonical form; raises BadInput when there is none."""
    match = _CODE_IN_TEXT.search(_plain_letters(text))
    return parse_code(match[0] if match else text, home)


def without_codes(text: str) -> str:
    """The text, in capital letters, without the codes in it."""
    return _CODE_IN_TEXT.sub(" ", text.upper())


def _plain_letters(text: str) -> str:
    """`text` in plain capital letters; a W that a Vietnamese keyboard made a Ư is a W again."""
    return strip_diacritics(re.sub("[ưƯ]", "w", text)).upper()


def _without_label(text: str) -> str:
    """`text` without the words that name a code before it, and without brackets around it."""
    text = text.strip(_EDGES)
    match = _LABEL.match(text)
    return text[match.end() :].strip(_EDGES) if match else text


def _is_code_of(province: str, digits: str, home: str) -> bool:
    """Whether digits after these letters may be a case: after those of another province only a whole code is one."""
    return province in ("", home) or len(re.findall("[0-9OI]", digits)) >= SHORTEST_NUMBER + 2


def _read_digits(typed: str, *, bare: bool) -> Iterator[tuple[str, str]]:
    """The readings of the digits as (year, number): with the year in front, or the number of any year.

    Two digits that stand apart are the year, or four ("2026"); without a gap both readings are possible up to nine
    digits, but after the letters of a province (not `bare`) whole codes begin with the year.
    """
    first, *rest = re.findall(r"[0-9]+", typed) or [""]
    if rest and len(first) == 4 and first.startswith("20"):
        first = first[2:]
    digits = "".join((first, *rest))
    stands_apart = len(first) == 2 and bool(rest)
    begins_with_year = len(digits) >= SHORTEST_NUMBER + 2 and (not bare or digits[:2] in YEARS)
    if (stands_apart or begins_with_year) and len(digits) <= LONGEST_NUMBER + 2:
        yield digits[:2], digits[2:]
    if not stands_apart and 0 < len(digits) <= LONGEST_NUMBER and (bare or not begins_with_year):
        yield from ((year, digits) for year in YEARS)


def _quote_typed(text: str) -> str:
    """What somebody typed, quoted, without characters that hide or reverse a page's text."""
    return repr(text[:MOST_REPEATED])
