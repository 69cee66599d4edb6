"""The report on an imported diagram: conversions, open points, and the notes taken during the import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.bpmn.lint.finding import Element
from engine.studio.importing.choices import ImportChoices
from engine.translation.catalogue import Language

LocalizedText = Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Conversion:
    """One item translated from another tool's vocabulary to ours, for the analyst to accept.

    `line` refers to the converted file; `before` is the original text, `after` the new one.
    """

    element: str
    line: int
    rule: str
    wording: LocalizedText
    before: str
    after: str

    def sentence(self, language: Language = "vi") -> str:
        """A sentence saying what was converted."""
        return self.wording[language]


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """One item that cannot run and stays unchanged in the file.

    `supersedes` are the linter rules whose problems at this element the point explains better. `setting` is what the
    analyst may accept to do without, as `ImportChoices.accepted` names it; empty if there is no such choice.
    """

    element: str
    line: int
    rule: str
    wording: LocalizedText
    supersedes: frozenset[str] = frozenset()
    setting: str = ""

    def sentence(self, language: Language = "vi") -> str:
        """A sentence saying what cannot run and what to do."""
        return self.wording[language]


@dataclass(frozen=True, slots=True)
class ImportNote:
    """A conversion or open point, noted while the tree is still changing."""

    element: Element
    rule: str
    facts: Mapping[str, object]
    before: str = ""
    after: str = ""
    supersedes: frozenset[str] = frozenset()


@dataclass(slots=True)
class ImportContext:
    """A diagram being converted: its tree, the mapping of foreign names, the analyst's choices, the notes so far."""

    root: Element
    mapping: Mapping[str, str]
    choices: ImportChoices = field(default_factory=ImportChoices)
    conversion_notes: list[ImportNote] = field(default_factory=list)
    open_notes: list[ImportNote] = field(default_factory=list)
    drawn_notes: list[ImportNote] = field(default_factory=list)
    handled: set[tuple[Element, str]] = field(default_factory=set)

    def record_conversion(self, element: Element, rule: str, before: str, after: str, **facts: object) -> None:
        """Record a conversion at `element`."""
        self.conversion_notes.append(ImportNote(element, rule, facts, before, after))

    def mention_drawn(self, element: Element, rule: str) -> None:
        """Record something that stays drawn and has no effect."""
        self.drawn_notes.append(ImportNote(element, rule, {}))

    def leave_open(self, element: Element, rule: str, *supersedes: str, **facts: object) -> None:
        """Record an open point at `element`.

        `supersedes` are the linter rules that need not report it again.
        """
        self.open_notes.append(ImportNote(element, rule, facts, supersedes=frozenset(supersedes)))

    def mark_handled(self, element: Element, attribute: str = "") -> None:
        """Mark a foreign element or attribute as handled: converted, or left with its own open point."""
        self.handled.add((element, attribute))
