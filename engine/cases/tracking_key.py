"""The tracking key that proves who filed a report: eight characters in two groups, such as `7KMC-4XTR`.

It carries 36 random bits. Its 23 characters have no look-alikes, and no sequence that a Vietnamese keyboard turns into
another letter (AA, DD, W, YS). A typed look-alike counts as the character that it looks like, letters in either case,
spaces and dashes as nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from engine.cases import case_code
from engine.errors import Invalid
from forms.signs import plain_signs

ALPHABET = "0123456789CFGHJKMNPRTVX"
LENGTH, GROUP = 8, 4
_LOOK_ALIKES = str.maketrans("OQILZSB", "0011258")
_SEPARATORS = re.compile(r"[\s.,;:_\-\u2010-\u2015]")
# In text around it, a key in two groups; overlapping, because a word before it may look like the first group.
_DASHED = re.compile(r"(?<!\w)(?=(\w{4})[\-\u2010-\u2015](\w{4})(?!\w))")
_SPACED = re.compile(r"(?<!\w)(?=(\w{4})\s?(\w{4})(?!\w))")


def generate_key() -> str:
    """A new random key, as it is read out and printed."""
    return format_key("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def derive_key(secret: bytes, submission: str) -> str:
    """The key that goes with a submitted form: its page can show it again, and nobody else can compute it."""
    digest = hmac.digest(secret, f"first tracking key\0{submission}".encode(), hashlib.sha256)
    number, letters = int.from_bytes(digest), []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return format_key("".join(letters))


def format_key(key: str) -> str:
    """The key in its two groups."""
    return f"{key[:GROUP]}-{key[GROUP:]}"


def parse_key(text: str) -> str:
    """The key in what somebody typed or pasted, as it is read out; raises Invalid when there is none."""
    rest = case_code.without_codes(plain_signs(text))
    plain = _SEPARATORS.sub("", rest)
    if len(plain) != LENGTH or not plain.isalnum():
        return format_key(_find_in_text(rest))
    key = plain.translate(_LOOK_ALIKES)
    foreign = sorted(set(key) - set(ALPHABET))
    if foreign:
        raise Invalid("key", "tracking-key-letters", letters=foreign)
    return format_key(key)


def _find_in_text(text: str) -> str:
    """The one key in a longer text; raises Invalid when there is none or more than one."""
    for pattern in (_DASHED, _SPACED):
        candidates = {(one + other).translate(_LOOK_ALIKES) for one, other in pattern.findall(text)}
        keys: list[str] = [candidate for candidate in candidates if set(candidate) <= set(ALPHABET)]
        if len(keys) == 1:
            return keys[0]
    raise Invalid("key", "tracking-key-malformed")


def digest_key(secret: bytes, report_id: int, key: str) -> bytes:
    """What is stored of a report's key: without the server's secret nobody can try keys on it."""
    return hmac.digest(secret, f"tracking key\0{report_id}\0{key}".encode(), hashlib.sha256)
