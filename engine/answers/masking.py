"""Texts of cases without what says who reported, for departments that learn from them but do not handle them (R14).

Numbers, addresses of e-mail and the reporter's own particulars are taken out. Other people's names in a text cannot be
told from other words; whoever reads is told so.
"""

from __future__ import annotations

import re
from typing import Any

MASK = "[…]"
MIN_LENGTH = 2

_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
_NUMBER = re.compile(r"\+?\d(?:[ .\-]?\d){6,}")


def mask_personal_data(text: str, report: Any = None) -> str:
    """`text` with what is personal replaced; `report` is a row with the reporter's name, address, phone and email."""
    result = _EMAIL.sub(MASK, text)
    for particular in _reporter_particulars(report):
        result = re.sub(rf"(?<!\w){re.escape(particular)}(?!\w)", MASK, result, flags=re.IGNORECASE)
    result = _NUMBER.sub(MASK, result)
    given_name = _given_name(report)
    if given_name:
        # The name alone, as people are spoken of; in small letters it may be any word.
        result = re.sub(rf"(?<!\w){re.escape(given_name)}(?!\w)", MASK, result)
    return result


def _reporter_particulars(report: Any) -> list[str]:
    """What names the reporter, the longest first, so that no half of it stays."""
    if report is None:
        return []
    name = report.reporter_name.split()
    particulars = [report.email, report.phone, report.address, *report.address.split(",")]
    particulars += [" ".join(name[first:]) for first in range(len(name) - 1)]
    return sorted(
        {item.strip() for item in particulars if len(item.strip()) > MIN_LENGTH}, key=lambda item: (-len(item), item)
    )


def _given_name(report: Any) -> str:
    """In Vietnamese the last word of a name."""
    name = report.reporter_name.split() if report is not None else []
    return name[-1].capitalize() if name and len(name[-1]) >= MIN_LENGTH else ""
