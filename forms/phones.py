"""The telephone field as people fill it in: one number, or two, with a short remark: "0912 345 678 (Zalo)".

No public function raises: for text without a number they return None, and the calling field rejects it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from forms.signs import plain_signs
from forms.texts import BLOCKED, PHONE_DIGIT_LENGTHS, national_number, tidy_text

MOST_NUMBERS = 2
MOST_NOTE, LONGEST_ENTRY = 60, 120

# Where a number may begin: not within a word or another number.
_BEGIN = re.compile(r"(?<![^\W_])(?:\+|\(\s?\+?)?(?:00)?(?:84|0|[35789](?=\d{8}(?!\d)))")
_GAP_SIGNS = " \t\n.+()_-"
_JOINING = re.compile(r"(?<!\w)(?:hoặc|hoac|và|va|or|and|hay)(?!\w)", re.IGNORECASE)
_LABEL = re.compile(
    r"(?<!\w)(?:tel|phone|mobile|s?[dđ]t(?:d[dđ])?|[dđ][dđ]|số|so|điện thoại|dien thoai)(?!\w)[\s.:]*", re.IGNORECASE
)
_REMARK_BEFORE = re.compile(r"\s*zalo", re.IGNORECASE)  # To `national_number` it is a label; here it is worth keeping.
_EDGES = " \t\n.,;:/|&+-–()[]\"'"
# No remark, but a number with a mistake in it, or its beginning.
_PART_OF_NUMBER = re.compile(r"\d(?:[\s.-]?\d){5}|(?<!\d)(?:0|84)(?:[\s.-]?\d){3}")


@dataclass(frozen=True, slots=True)
class PhoneEntry:
    """What a telephone field holds: the number to call, a second one or "", a remark or ""; numbers are national."""

    number: str
    second: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        """The entry in one spelling, which `read_phone_entry` reads as the same; "" without a number."""
        numbers = ", ".join(filter(None, (self.number, self.second)))
        return f"{numbers} ({self.note})" if self.note else numbers


def read_phone_entry(value: object) -> PhoneEntry | None:
    """The numbers and the remark in a text; None without a number, with more than two, or with half of one."""
    if not isinstance(value, str) or len(value) > LONGEST_ENTRY:
        return None
    number = national_number(value)
    if number is not None and not _REMARK_BEFORE.match(value):
        return PhoneEntry(number)
    text = plain_signs(value)
    spans = list(_number_spans(text))
    numbers = list(dict.fromkeys(number for _start, _end, number in spans))
    note = _remark_around(text, spans)
    if not 1 <= len(numbers) <= MOST_NUMBERS or note is None:
        return None
    return PhoneEntry(numbers[0], numbers[1] if len(numbers) > 1 else "", note)


def phone_entry_text(value: object) -> str | None:
    """The same in its one spelling, as forms read and store it."""
    entry = read_phone_entry(value)
    return entry.text if entry is not None else None


def _number_spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Where numbers stand, with each as it is dialled inside the country."""
    start = 0
    while (begin := _BEGIN.search(text, start)) is not None:
        end, number = _longest_number(text, begin.start())
        if number:
            yield begin.start(), end, number
        start = end if number else begin.end()


def _longest_number(text: str, start: int) -> tuple[int, str]:
    """The end of the longest number that begins here, and the number; nothing where digits go on behind it."""
    best, at, digits = (start, ""), start, 0
    while digits < max(PHONE_DIGIT_LENGTHS):
        while text[at : at + 1] in _GAP_SIGNS and at < len(text):
            at += 1
        if not text[at : at + 1].isdigit():
            break
        at, digits = at + 1, digits + 1
        number = national_number(text[start:at]) if digits in PHONE_DIGIT_LENGTHS else None
        if number is not None and not text[at : at + 1].isalnum():
            best = at, number
    return best


def _remark_around(text: str, spans: list[tuple[int, int, str]]) -> str | None:
    """What stands around the numbers, without labels and joining words; None where it is no remark."""
    pieces, last = [], 0
    for start, end, _number in [*spans, (len(text), len(text), "")]:
        pieces.append(_LABEL.sub(" ", _JOINING.sub(" ", text[last:start])).strip(_EDGES))
        last = end
    note = tidy_text(", ".join(" ".join(piece.split()) for piece in pieces if piece), MOST_NOTE)
    if note == BLOCKED or len(note) > MOST_NOTE or _PART_OF_NUMBER.search(note):
        return None
    return note
