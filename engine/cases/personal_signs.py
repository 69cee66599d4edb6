"""Finds numbers and mail addresses of people in free text, however they are spelled (R14).

A number is hidden as soon as it may be somebody's: of a telephone, an identity card, an account. What only looks like
one is told apart first: days, times, years, amounts with their unit, codes of cases, numbers of laws and letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.cases import case_code
from engine.errors import BadInput
from engine.text import align_folded
from forms.signs import UNSEEN

LEAST_DIGITS = 7  # A telephone number without its area code.
LEAST_BROKEN_DIGITS = 8  # Of a number with letters in it.
Span = tuple[int, int]

# All patterns read text that is folded sign by sign: small letters without marks, plain dashes, dots and spaces.
_BLANK = f"[ \t{UNSEEN}]"
_GAP = rf"(?:{_BLANK}{{0,2}}[.()/_-]{{0,2}}{_BLANK}{{0,2}}|,)"
_NUMBER = re.compile(rf"\(?\+?\d(?:{_GAP}\d)+")
# A number begun like one of a telephone or an identity card, with letters instead of digits or between them.
_BROKEN = re.compile(rf"(?<!\w)(?:\+?84|[0o])(?:{_GAP}\d|(?<=\d)[a-z](?![a-z])|{_GAP}[a-z](?=\d)){{7,13}}(?!\w)")
_AT = rf"(?:@|\(at\)|\[at\]|\(a cong\)|{_BLANK}a cong{_BLANK})"
_MAIL = re.compile(
    rf"(?:[^\s@<>,;]{{1,64}}{_BLANK}\.{_BLANK}){{0,3}}[^\s@<>()\[\],;]{{1,64}}{_BLANK}{{0,3}}{_AT}{_BLANK}{{0,3}}"
    rf"[^\s@<>.,;]{{1,64}}(?:\.[^\s@<>.,;]{{1,64}}|{_BLANK}+\.{_BLANK}*(?:com|vn|net|org|edu|gov|info)(?!\w))+"
)
_ALONE, _ENDS = r"(?<!\d)(?<!\d[ .-])", r"(?!\d)(?![.-]\d)"
_YEAR = r"(?:19|20)\d\d"
_PAPERS = "qh|nd|qd|tt|nq|ct|kh|tb|cv|bc|hd|vp|ub|gm|gcn|bb|pl"
_UNITS = "d|vnd|nghin|ngan|trieu|ty|ti|usd|m2|m3|met|km|kg|lit|tan|ha|nguoi|ho dan|luot"
_HARMLESS = (
    re.compile(r"(?<!\d)(?:[01]?\d|2[0-3])[hg:](?:[0-5]\d)?(?!\d)"),  # 7h30
    re.compile(rf"(?<![\d/])(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2])/{_YEAR}(?!\d)"),
    re.compile(rf"{_ALONE}(?:0?[1-9]|[12]\d|3[01])([.-])(?:0?[1-9]|1[0-2])\1{_YEAR}{_ENDS}"),
    re.compile(rf"{_ALONE}{_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]){_ENDS}"),
    re.compile(rf"{_ALONE}{_YEAR} ?[-/] ?{_YEAR}{_ENDS}"),  # Of a term of office.
    re.compile(rf"{_ALONE}(?<!/)\d{{1,5}}/(?:{_YEAR}/)?(?:{_PAPERS})[a-z0-9-]*"),  # 30/2020/nd-cp
    re.compile(
        rf"{_ALONE}(?<![,+])(?!84\d{{9}})[1-9](?:\d{{0,2}}(?:[., ]\d{{3}})+(?:,\d{{1,2}})?|\d{{5,11}})"
        rf" ?(?:dong(?! (?:y|ho|chi|thoi|loat|nghiep))|{_UNITS})(?!\w)"
    ),
)
_DASHED = re.compile(r"[a-z]{2}-\d\d-")
_CODE = re.compile(r"(?<!\w)[a-z]{2}-?\d\d-?\d{6,9}-?[a-z]?(?!\w)(?!-\w)")


def find_personal(text: str) -> list[Span]:
    """Where a text (NFC) has numbers and mail addresses of people, in order, as (start, end)."""
    folded = align_folded(text)
    mails = [match.span() for match in _MAIL.finditer(folded)]
    harmless = [match.span() for pattern in _HARMLESS for match in pattern.finditer(folded)]
    codes = [match.span() for match in _CODE.finditer(folded) if _is_case_code(match[0])]
    return sorted([*mails, *_find_numbers(_blank_out(folded, [*mails, *harmless, *codes]))])


def personal_numbers(text: str) -> list[str]:
    """The numbers and addresses in a text that may be of people, as they stand there."""
    return [text[start:end] for start, end in find_personal(text)]


def _blank_out(text: str, spans: list[Span]) -> str:
    for start, end in spans:
        text = f"{text[:start]}{';' * (end - start)}{text[end:]}"
    return text


def _is_case_code(text: str) -> bool:
    """Whether it is a code with its right check letter, or one without it that is written with its dashes."""
    try:
        typed = case_code.read_typed(text, home="")
    except BadInput:
        return False
    return typed.whole and (bool(typed.letter) or _DASHED.match(text) is not None)


def _find_numbers(folded: str) -> Iterator[Span]:
    broken = [match.span() for match in _BROKEN.finditer(folded) if _is_broken_number(match[0])]
    yield from broken
    for match in _NUMBER.finditer(_blank_out(folded, broken)):
        if _may_be_of_person(match[0]):
            yield match.span()


def _is_broken_number(text: str) -> bool:
    """Whether letters stand in a number; one of digits alone is read as a whole, however long it goes on."""
    return any(sign.isalpha() for sign in text) and sum(sign.isdigit() for sign in text) >= LEAST_BROKEN_DIGITS


def _may_be_of_person(number: str) -> bool:
    """Whether digits with gaps are long enough; a row of small numbers, as of houses, is nobody's."""
    groups = re.findall(r"\d+", number)
    digits = "".join(groups)
    is_row = len(groups) > 1 and max(map(len, groups)) <= 2 and not digits.startswith(("0", "84"))
    return len(digits) >= LEAST_DIGITS and not is_row
