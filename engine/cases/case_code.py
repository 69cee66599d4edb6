"""The code that people use for a case: short, clear on the telephone, with a check letter.

`DN-26-004217-D`: the province's letters, the year, the number, and a letter that catches a wrong or swapped digit.
The check letters omit I, O and U, which are misheard and misread as other characters; with 23 letters the check is
modulo a prime, so it catches every single wrong digit and every swap of neighbours.
"""

from __future__ import annotations

import re

from engine.errors import BadInput

CHECK_LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ"
MOST_REPEATED = 40  # Characters of an invalid code quoted back to the user.
_CODE = re.compile(r"([A-Z]{2})-?([0-9]{2})-?([0-9]{6,9})-?([A-Z])")
_CODE_IN_TEXT = re.compile(r"(?<!\w)[A-Z]{2}[\s-]?[0-9]{2}[\s-]?[0-9]{6,9}[\s-]?[A-Z](?!\w)")


def format_code(province: str, year: int, number: int) -> str:
    """Format a case code: two letters, the year's last two digits, at least six digits, the check letter."""
    digits = f"{year % 100:02d}{number:06d}"
    return f"{province}-{digits[:2]}-{digits[2:]}-{_check_letter(digits)}"


def parse_code(text: str) -> str:
    """The code in its canonical form, from what somebody typed; raises BadInput when the check letter is wrong."""
    match = _CODE.fullmatch(re.sub(r"\s", "", text).upper())
    if match is None:
        raise BadInput("case-code-malformed", code=_quote_typed(text))
    province, year, number, letter = match.groups()
    if letter != _check_letter(year + number):
        raise BadInput("case-code-mistyped", code=_quote_typed(text))
    return f"{province}-{year}-{number}-{letter}"


def extract_code(text: str) -> str:
    """The code in a text that somebody pasted, in its canonical form; raises BadInput when there is none."""
    match = _CODE_IN_TEXT.search(text.upper())
    return parse_code(match[0] if match else text)


def without_codes(text: str) -> str:
    """The text, in capital letters, without the codes in it."""
    return _CODE_IN_TEXT.sub(" ", text.upper())


def _quote_typed(text: str) -> str:
    """What somebody typed, quoted, without characters that hide or reverse a page's text."""
    return repr(text[:MOST_REPEATED])


def _check_letter(digits: str) -> str:
    return CHECK_LETTERS[int(digits) % len(CHECK_LETTERS)]
