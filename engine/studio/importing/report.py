"""What became of a foreign diagram: what was converted, what stays open, and the notes taken on the way.

Imported by the modules of the conversion and by whatever shows its result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.bpmn.lint.finding import Element
from engine.errors import BadInput

LANGUAGES = ("vi", "en")
Said = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Conversion:
    """One thing said in our language instead of another tool's, for the analyst to accept.

    `line` is that of the converted file; `before` is what stood there, `after` what stands there now.
    """

    element: str
    line: int
    rule: str
    said: Said
    before: str
    after: str

    def sentence(self, language: str = "vi") -> str:
        """What was done, in one of LANGUAGES (BadInput for another)."""
        return _in(language, self.said)


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """One thing that cannot run and stays in the file as it was.

    `instead` are the checker's rules whose problem at this element the point explains better.
    """

    element: str
    line: int
    rule: str
    said: Said
    instead: frozenset[str] = frozenset()

    def sentence(self, language: str = "vi") -> str:
        """What cannot run and what to do, in one of LANGUAGES (BadInput for another)."""
        return _in(language, self.said)


def _in(language: str, said: Said) -> str:
    if language not in LANGUAGES:
        raise BadInput(f"Conversions are told in {' and '.join(LANGUAGES)}, not {language!r}.")
    return said[LANGUAGES.index(language)]


@dataclass(frozen=True, slots=True)
class Note:
    """A conversion or an open point while the tree is still being changed."""

    element: Element
    rule: str
    facts: Mapping[str, object]
    before: str = ""
    after: str = ""
    instead: frozenset[str] = frozenset()


@dataclass(slots=True)
class Work:
    """A diagram under conversion: its tree, the table that says what foreign names mean, and the notes so far."""

    root: Element
    mapping: Mapping[str, str]
    conversions: list[Note] = field(default_factory=list)
    left: list[Note] = field(default_factory=list)
    handled: set[tuple[Element, str]] = field(default_factory=set)

    def converted(self, element: Element, rule: str, before: str, after: str, **facts: object) -> None:
        """Note that something at `element` was converted."""
        self.conversions.append(Note(element, rule, facts, before, after))

    def leave(self, element: Element, rule: str, *instead: str, **facts: object) -> None:
        """Note that something at `element` cannot run; `instead` are the checker's rules that need not say it again."""
        self.left.append(Note(element, rule, facts, instead=frozenset(instead)))

    def handle(self, element: Element, attribute: str = "") -> None:
        """Note that a foreign element or attribute has been dealt with, converted or left with its own point."""
        self.handled.add((element, attribute))
