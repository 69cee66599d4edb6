"""The code by which people name a case: short, clear on the telephone, with a check letter. Everybody may import it.

`DN-26-004217-D`: the province's letters, the year, the number, and a letter that catches a wrong or swapped digit.
The letters leave out I, O and U, which are heard and read as other characters; 23 of them make the check modulo a
prime, so every single wrong digit and every swap of neighbours is found.
"""

from __future__ import annotations

import re

from engine.errors import BadInput

CHECK_LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ"
MOST_REPEATED = 40  # So much of what is no code is said again.
_CODE = re.compile(r"([A-Z]{2})-?([0-9]{2})-?([0-9]{6,9})-?([A-Z])")


def format_code(province: str, year: int, number: int) -> str:
    """The code of a case: two letters, the year's last two digits, at least six digits, the check letter."""
    digits = f"{year % 100:02d}{number:06d}"
    return f"{province}-{digits[:2]}-{digits[2:]}-{_check_letter(digits)}"


def parse_code(text: str) -> str:
    """The code as it is written, from what somebody typed; raises BadInput when the check letter is wrong."""
    match = _CODE.fullmatch(re.sub(r"\s", "", text).upper())
    if match is None:
        raise BadInput("case-code-malformed", code=_quote_typed(text))
    province, year, number, letter = match.groups()
    if letter != _check_letter(year + number):
        raise BadInput("case-code-mistyped", code=_quote_typed(text))
    return f"{province}-{year}-{number}-{letter}"


def _quote_typed(text: str) -> str:
    """What somebody typed, in quotes and with nothing in it that hides or turns a page's text."""
    return repr(text[:MOST_REPEATED])


def _check_letter(digits: str) -> str:
    return CHECK_LETTERS[int(digits) % len(CHECK_LETTERS)]
