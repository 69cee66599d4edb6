"""Masks what identifies the reporter in case texts, for departments that learn from cases they do not handle (R14).

Numbers, e-mail addresses and the reporter's own particulars are removed. Other people's names in a text cannot be told
from other words; readers are told so.
"""

from __future__ import annotations

import re
from typing import Any

MASK = "[…]"
MIN_LENGTH = 2

_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
_NUMBER = re.compile(r"\+?\d(?:[ .\-]?\d){6,}")


def mask_personal_data(text: str, report: Any = None) -> str:
    """`text` with personal data replaced; `report` is a row with the reporter's name, address, phone and email."""
    result = _EMAIL.sub(MASK, text)
    for particular in _reporter_particulars(report):
        result = re.sub(rf"(?<!\w){re.escape(particular)}(?!\w)", MASK, result, flags=re.IGNORECASE)
    result = _NUMBER.sub(MASK, result)
    given_name = _given_name(report)
    if given_name:
        # The given name alone, as people are referred to; in lower case it may be any word.
        result = re.sub(rf"(?<!\w){re.escape(given_name)}(?!\w)", MASK, result)
    return result


def _reporter_particulars(report: Any) -> list[str]:
    """The texts that identify the reporter, longest first, so that no part of one remains."""
    if report is None:
        return []
    name = report.reporter_name.split()
    particulars = [report.email, report.phone, report.address, *report.address.split(",")]
    particulars += [" ".join(name[first:]) for first in range(len(name) - 1)]
    return sorted(
        {item.strip() for item in particulars if len(item.strip()) > MIN_LENGTH}, key=lambda item: (-len(item), item)
    )


def _given_name(report: Any) -> str:
    """The given name: in Vietnamese, the last word of a name."""
    name = report.reporter_name.split() if report is not None else []
    return name[-1].capitalize() if name and len(name[-1]) >= MIN_LENGTH else ""
