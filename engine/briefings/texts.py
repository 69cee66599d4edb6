"""The texts of a draft that an officer may change, and their limits. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import Invalid

MAX_LENGTHS: Mapping[str, int] = {
    "subject": 300,
    "situation": 8000,
    "chase": 8000,
    "assessment": 8000,
    "proposals": 8000,
    "signer_title": 200,
    "signer_name": 100,
}
PARTS = ("situation", "chase", "assessment", "proposals")
OPTIONAL = frozenset({"proposals", "signer_name"})  # A name may be written below the signature.


@dataclass(frozen=True, slots=True)
class EditedTexts:
    """What an officer writes into a draft; raises Invalid naming the field. Each line of a part is a paragraph."""

    subject: str
    situation: str
    chase: str
    assessment: str
    proposals: str
    signer_title: str
    signer_name: str

    def __post_init__(self) -> None:
        for name, limit in MAX_LENGTHS.items():
            value = getattr(self, name)
            if not value.strip() and name not in OPTIONAL:
                raise Invalid(name, "briefing-text-missing")
            if len(value) > limit:
                raise Invalid(name, "briefing-text-length", most=limit)
            if not all(character.isprintable() or character in "\r\n" for character in value):
                raise Invalid(name, "briefing-text-unprintable")


def paragraphs_of(text: str) -> list[str]:
    """The paragraphs of a text: its lines that hold something."""
    return [line.strip() for line in text.splitlines() if line.strip()]
