"""Whom of a unit a notice is for: those who work on the case (without an addition), its head, the holder, everybody.

The addition stands behind the unit's code: "26068/unit_head".
"""

from __future__ import annotations

UNIT_HEAD, HOLDER, EVERYBODY = "unit_head", "holder", "everybody"
AUDIENCES = frozenset({UNIT_HEAD, HOLDER, EVERYBODY})
_MARK = "/"


def addressee_of(unit: str, audience: str) -> str:
    """The addressee as notices store it."""
    return f"{unit}{_MARK}{audience}"


def split_addressee(addressee: str) -> tuple[str, str]:
    """The unit's code of an addressee and its audience, "" where none is named."""
    unit, mark, audience = addressee.rpartition(_MARK)
    return (unit, audience) if mark and audience in AUDIENCES else (addressee, "")
