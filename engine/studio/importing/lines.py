"""Words the notes of an import and finds their lines in the converted file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.bpmn.lint.finding import Element, line_of, nearest_id
from engine.studio.importing.report import Conversion, ImportNote
from engine.studio.importing.source_file import read_root
from engine.studio.importing.words import CONVERSION_TEXTS, describe_rule
from engine.translation.catalogue import Language

__all__ = ["Conversion", "line_numbers", "locate_conversions", "word_conversion"]


def line_numbers(root: Element, output_root: Element) -> dict[Element, int]:
    """The line of each element in the output file, which has the same elements in the same order."""
    return {element: line_of(copy) for element, copy in zip(root.iter(), output_root.iter(), strict=True)}


def word_conversion(note: ImportNote, lines: Mapping[Element, int]) -> Conversion:
    """A note as a conversion."""
    wording = describe_rule(CONVERSION_TEXTS, note.rule, note.facts)
    return Conversion(nearest_id(note.element), lines[note.element], note.rule, wording, note.before, note.after)


def locate_conversions(notes: Iterable[ImportNote], output: bytes, language: Language) -> Iterator[Conversion]:
    """The notes of one tree, which `output` is, as conversions."""
    listed = list(notes)
    if listed:
        root = listed[0].element.getroottree().getroot()
        lines = line_numbers(root, read_root(output, language))
        yield from (word_conversion(note, lines) for note in listed)
