"""What became of a foreign diagram: what was converted, what stays open, and the notes taken on the way.

Imported by the modules of the conversion and by whatever shows its result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.bpmn.lint.finding import Element
from engine.translation.catalogue import Language

LocalizedText = Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Conversion:
    """One thing said in our language instead of another tool's, for the analyst to accept.

    `line` is that of the converted file; `before` is what stood there, `after` what stands there now.
    """

    element: str
    line: int
    rule: str
    wording: LocalizedText
    before: str
    after: str

    def sentence(self, language: Language = "vi") -> str:
        """What was done."""
        return self.wording[language]


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """One thing that cannot run and stays in the file as it was.

    `supersedes` are the checker's rules whose problem at this element the point explains better.
    """

    element: str
    line: int
    rule: str
    wording: LocalizedText
    supersedes: frozenset[str] = frozenset()

    def sentence(self, language: Language = "vi") -> str:
        """What cannot run and what to do."""
        return self.wording[language]


@dataclass(frozen=True, slots=True)
class ImportNote:
    """A conversion or an open point while the tree is still being changed."""

    element: Element
    rule: str
    facts: Mapping[str, object]
    before: str = ""
    after: str = ""
    supersedes: frozenset[str] = frozenset()


@dataclass(slots=True)
class ImportContext:
    """A diagram under conversion: its tree, the table that says what foreign names mean, and the notes so far."""

    root: Element
    mapping: Mapping[str, str]
    conversion_notes: list[ImportNote] = field(default_factory=list)
    open_notes: list[ImportNote] = field(default_factory=list)
    handled: set[tuple[Element, str]] = field(default_factory=set)

    def record_conversion(self, element: Element, rule: str, before: str, after: str, **facts: object) -> None:
        """Note that something at `element` was converted."""
        self.conversion_notes.append(ImportNote(element, rule, facts, before, after))

    def leave_open(self, element: Element, rule: str, *supersedes: str, **facts: object) -> None:
        """Note that something at `element` cannot run.

        `supersedes` are the checker's rules that need not say it again.
        """
        self.open_notes.append(ImportNote(element, rule, facts, supersedes=frozenset(supersedes)))

    def mark_handled(self, element: Element, attribute: str = "") -> None:
        """Note that a foreign element or attribute has been dealt with, converted or left with its own point."""
        self.handled.add((element, attribute))
