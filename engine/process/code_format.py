"""How a code is written: two letters, the year's last two digits, at least six digits of a number, a check letter.

The check letters omit I, O and U, which are misheard and misread as other characters; with 23 letters the check is
modulo a prime, so it catches every single wrong digit and every swap of neighbours.
"""

from __future__ import annotations

CHECK_LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ"


def format_code(letters: str, year: int, number: int) -> str:
    """A code: the letters, the year's last two digits, the number, the check letter."""
    digits = f"{year % 100:02d}{number:06d}"
    return f"{letters}-{digits[:2]}-{digits[2:]}-{check_letter(digits)}"


def check_letter(digits: str) -> str:
    """The letter that belongs to a code's digits."""
    return CHECK_LETTERS[int(digits) % len(CHECK_LETTERS)]
