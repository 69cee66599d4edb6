"""Masks what identifies the reporter in case texts, for those who do not handle the case (R14).

Numbers, e-mail addresses and the reporter's own particulars are removed. Other people's names in a text cannot be told
from other words; readers are told so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from engine.cases.person_words import find_person_words
from engine.cases.personal_signs import find_personal
from engine.process.act_detail import ActDetail
from engine.text import align_folded, is_same_name, strip_diacritics

MASK = "[…]"
MIN_LENGTH = 2
LINE_LENGTH = 160
_READ_FOR_LINE = 600  # What is cut in two there stands far behind the line.

_WORD = re.compile(r"[0-9a-z]+")
_CAPITAL_WORD = re.compile(r"(?<!\w)[^\W\d_a-z]\w+(?!\w)")


def tokenize(text: str) -> list[str]:
    """The words of a text as indexed: without diacritics, in lower case."""
    return split_folded(strip_diacritics(text))


def split_folded(text: str) -> list[str]:
    """The words of a text that is folded already."""
    return _WORD.findall(text)


def search_columns(report: Mapping[str, Any]) -> dict[str, str]:
    """The texts of a report that search reads, apart: `matter` anyone in scope may search, `folded` only its handlers.

    `matter` is the content without what identifies the reporter, also where they are named without diacritics; `folded`
    is the reporter's name and address and the words that masking took out of the content.
    """
    reporter = SimpleNamespace(**{name: report[name] for name in ("reporter_name", "address", "phone", "email")})
    matter = strip_diacritics(mask_personal_data(report["content"], reporter).replace(MASK, " "))
    for particular in map(strip_diacritics, _reporter_particulars(reporter)):
        if particular in matter:
            matter = re.sub(rf"(?<!\w){re.escape(particular)}(?!\w)", " ", matter)
    kept = set(_WORD.findall(matter))
    taken_out = [word for word in tokenize(report["content"]) if word not in kept]
    folded = strip_diacritics(" ".join((report["reporter_name"], report["address"], *taken_out)))
    return {"folded": folded, "matter": " ".join(matter.split())}


def mask_personal_data(text: str, *reports: Any) -> str:
    """`text` with personal data replaced; `reports` are rows with a reporter's name, address, phone and email."""
    text = unicodedata.normalize("NFC", text)
    spans = [*find_personal(text)]
    for report in filter(None, reports):
        spans += _find_particulars(text, _reporter_particulars(report))
        spans += _find_given_name(text, report.reporter_name)
    return _replace_spans(text, spans)


def mask_for_public(text: str, *reports: Any) -> str:
    """`text` as everybody may read it: also without names of others, streets and houses, as far as words tell them."""
    text = unicodedata.normalize("NFC", text)
    return mask_personal_data(_replace_spans(text, [*find_person_words(text)]), *reports)


def matter_line(report: Any) -> str:
    """One line of a report for lists of those who may not see who reported: its beginning, masked."""
    masked = mask_personal_data(report.content[:_READ_FOR_LINE], report)
    return " ".join(masked.split())[:LINE_LENGTH]


def _find_particulars(text: str, particulars: list[str]) -> Iterator[tuple[int, int]]:
    """Where a text names the reporter: several words also without diacritics, a single one only as it is written."""
    folded = align_folded(text)
    for particular in particulars:
        exact, loose = re.escape(particular), r"\s+".join(map(re.escape, strip_diacritics(particular).split()))
        yield from (match.span() for match in re.finditer(rf"(?<!\w){exact}(?!\w)", text, re.IGNORECASE))
        if " " in particular:
            yield from (match.span() for match in re.finditer(rf"(?<!\w){loose}(?!\w)", folded))


def _replace_spans(text: str, spans: list[tuple[int, int]]) -> str:
    """`text` with a mask for each of the spans, one for those that overlap."""
    pieces, last = [], 0
    for start, end in sorted(spans):
        if start >= last:
            pieces += [text[last:start], MASK]
        last = max(last, end)
    return "".join([*pieces, text[last:]])


# What is written for these is about another case too, whose reporter no mask knows; the link itself is always shown.
_LINKING = frozenset({"split", "merged", "unmerged"})


def mask_reason(action: str, detail: ActDetail, *reports: Any) -> str:
    """The reason that an officer typed for an act, as those read it who may not see who reported; MASK for links."""
    reason = detail.reason
    if reason and (action in _LINKING or detail.message in _LINKING):
        return MASK
    return mask_personal_data(reason, *reports)


def reason_masker(*reports: Any) -> Callable[[str, ActDetail], str]:
    """`mask_reason` for the acts of one case: `reports` are its own and those joined to it."""
    return lambda action, detail: mask_reason(action, detail, *reports)


def _reporter_particulars(report: Any) -> list[str]:
    """The texts that identify the reporter, longest first, so that no part of one remains."""
    name = report.reporter_name.split()
    particulars = [report.email, report.phone, report.address, *report.address.split(",")]
    particulars += [" ".join(name[first:]) for first in range(len(name) - 1)]
    return sorted(
        {item.strip() for item in particulars if len(item.strip()) > MIN_LENGTH}, key=lambda item: (-len(item), item)
    )


def _find_given_name(text: str, reporter_name: str) -> Iterator[tuple[int, int]]:
    """Where the given name stands alone, as people are referred to: in Vietnamese the last word of a name.

    Its tone may stand on either letter, and the whole word in capitals; in lower case it may be any word. In a text
    that has no diacritics at all it may lack them too.
    """
    name = "".join(reporter_name.split()[-1:]).lower()
    bare = strip_diacritics(name)
    if len(name) < MIN_LENGTH:
        return
    for match in _CAPITAL_WORD.finditer(text):
        word = match[0].lower()
        if strip_diacritics(word) == bare and (text.isascii() or is_same_name(word, name)):
            yield match.span()
