"""The values that one name of a case's data may have, and which of them a mistyped one was meant to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from engine.text import shorten_text, strip_diacritics
from engine.translation.wording import Caption

TEXT, NUMBER, FLAG, LIST = "text", "number", "flag", "list"
Literal = str | int | float | bool
_ALIKE = 0.7  # From here on two words are taken for one with a slip of the hand: measured on the codes that ship.


@dataclass(frozen=True, slots=True)
class ValueDomain:
    """What a name may be: its kinds, its texts or members with what people call them (None: any), its own label.

    `is_unit` says that it is a unit's code, in which case `texts` are the units, as far as they are known.
    """

    kinds: frozenset[str]
    texts: Mapping[str, Caption] | None = None
    label: Caption | None = None
    is_unit: bool = False

    def united(self, other: ValueDomain) -> ValueDomain:
        """What a name may be that is set in two ways."""
        texts = None
        if TEXT not in self.kinds and LIST not in self.kinds:
            texts = other.texts
        elif TEXT not in other.kinds and LIST not in other.kinds:
            texts = self.texts
        elif self.texts is not None and other.texts is not None:
            texts = {**self.texts, **other.texts}
        return ValueDomain(self.kinds | other.kinds, texts, self.label or other.label, self.is_unit or other.is_unit)

    def allows(self, value: Literal) -> bool:
        """Whether the name may be this."""
        if isinstance(value, str):
            return TEXT in self.kinds and (self.texts is None or value in self.texts)
        return (FLAG if isinstance(value, bool) else NUMBER) in self.kinds

    def has_member(self, value: Literal) -> bool:
        """Whether a list that the name may be can hold this; true of texts, which hold parts of themselves."""
        return LIST not in self.kinds or not isinstance(value, str) or self.texts is None or value in self.texts


ANYTHING = ValueDomain(frozenset({TEXT, NUMBER, FLAG, LIST}))
UNIT = ValueDomain(frozenset({TEXT}), {"": Caption("", "")}, is_unit=True)


def one_of(texts: Mapping[str, Caption], label: Caption | None = None) -> ValueDomain:
    """One of a few texts."""
    return ValueDomain(frozenset({TEXT}), dict(texts), label)


def domain_of_literals(values: list[Literal]) -> ValueDomain:
    """Exactly these values; of numbers only that they are numbers."""
    texts = {value: Caption(value, value) for value in values if isinstance(value, str)}
    kinds = {TEXT if isinstance(value, str) else FLAG if isinstance(value, bool) else NUMBER for value in values}
    return ValueDomain(frozenset(kinds), texts)


def with_units(domain: ValueDomain, units: Mapping[str, Caption] | None) -> ValueDomain:
    """The domain of a unit's code, or of no unit (""), among these units; of any code where they are unknown."""
    return replace(domain, texts=None if units is None else {**units, **(domain.texts or {})})


def nearest_text(value: str, texts: Mapping[str, Caption]) -> str | None:
    """The text that was meant by one that is none of them: written almost like it, or what people call it."""
    spellings: dict[str, str] = {}
    for text, caption in texts.items():
        for spelling in (text, caption.vietnamese, caption.english):
            spellings.setdefault(strip_diacritics(spelling), text)
    alike = get_close_matches(strip_diacritics(value), spellings, 1, _ALIKE)
    return spellings[alike[0]] if alike and spellings[alike[0]] else None


def quoted_name(name: str, label: Caption | None) -> Caption:
    """What people call a name, with the name as it is typed."""
    if label is None:
        return Caption(f"'{name}'", f"'{name}'")
    return Caption(f"“{label.vietnamese}” ({name})", f"“{label.english}” ({name})")


def quoted_literal(literal: Literal) -> str:
    """A value as it is typed in a diagram."""
    return f'"{shorten_text(literal)}"' if isinstance(literal, str) else str(literal)


def quoted_choice(text: str, caption: Caption) -> Caption:
    """A value as it is typed, with what people call it where that is another word."""
    quoted = quoted_literal(text)
    captions = (caption.vietnamese, caption.english)
    return Caption(*(quoted if called == text else f"{quoted} ({called})" for called in captions))
