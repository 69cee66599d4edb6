"""Diagrams from other modelers in our words: Camunda 7 and 8 and their relatives.

Called by the studio. What can be told is converted and listed for the analyst to accept; what cannot run is said and
stays in the file, beside or inside. Nothing that stands in the file is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.bpmn.lint.diagram import ROOT, tag
from engine.bpmn.lint.document import Refused, read
from engine.bpmn.lint.finding import Element, line_of, nearest_id
from engine.bpmn.lint.wording import sentence
from engine.errors import BadInput, Problem
from engine.scenarios import deployment_check
from engine.studio.importing import people, repeats, services, texts, timers, unsupported
from engine.studio.importing.report import Conversion, Note, OpenPoint, Work
from engine.studio.importing.tree import written
from engine.studio.importing.words import CONVERTED, LEFT, said
from forms.messages import Language

__all__ = ["Conversion", "Converted", "OpenPoint", "convert"]

FILE = PurePosixPath("workflows/import.bpmn")


@dataclass(frozen=True, slots=True)
class Converted:
    """The converted file, what was converted in it, and what cannot run as it stands."""

    content: bytes
    conversions: tuple[Conversion, ...]
    open_points: tuple[OpenPoint, ...]


def convert(content: bytes, mapping: Mapping[str, str], language: Language = "vi") -> Converted:
    """A diagram of another modeler in our words.

    `mapping` says what its names mean here: a group or person → a role, a form key → a form, a topic, class, delegate
    or job type → an operator, as in `mark(status="resolved")`. Whatever the checker would still report is among the
    open points. Raises BadInput, in `language`, when the file cannot be read as a diagram.
    """
    work = Work(_root(content, language), mapping)
    _executable(work)
    for part in (people, services, repeats, timers, texts):
        part.convert(work)
    unsupported.note(work)
    result = written(work.root) if work.conversions else content
    lines = _lines(work.root, _root(result, language))
    conversions = [_conversion(note, lines) for note in work.conversions]
    points = [_open(note, lines) for note in work.left]
    points += _problems(result, points)
    order = sorted(range(len(points)), key=lambda place: (points[place].line, place))
    return Converted(result, tuple(conversions), tuple(points[place] for place in order))


def _root(content: bytes, language: Language) -> Element:
    try:
        return read(FILE, content, (ROOT,)).root
    except Refused as refused:
        raise BadInput(sentence(refused.finding, language)) from refused


def _executable(work: Work) -> None:
    """A process of which the file does not say so is marked as one that runs; one that shall not is left alone."""
    for process in work.root.iter(tag("process")):
        if process.get("isExecutable") is None:
            process.set("isExecutable", "true")
            work.converted(process, "executable", "", "true")


def _lines(root: Element, again: Element) -> dict[Element, int]:
    """The line of each element in the file as it was written, which has the same elements in the same order."""
    return {element: line_of(copy) for element, copy in zip(root.iter(), again.iter(), strict=True)}


def _conversion(note: Note, lines: Mapping[Element, int]) -> Conversion:
    place, sentences = (nearest_id(note.element), lines[note.element]), said(CONVERTED, note.rule, note.facts)
    return Conversion(*place, note.rule, sentences, note.before, note.after)


def _open(note: Note, lines: Mapping[Element, int]) -> OpenPoint:
    sentences = said(LEFT, note.rule, note.facts)
    return OpenPoint(nearest_id(note.element), lines[note.element], note.rule, sentences, note.instead)


def _problems(content: bytes, points: list[OpenPoint]) -> Iterator[OpenPoint]:
    """What the checker says of the converted file, but for what an open point says better."""
    told = {(point.element, rule) for point in points for rule in point.instead}
    both = zip(_checked(content, "vi"), _checked(content, "en"), strict=True)
    for vietnamese, english in both:
        if (vietnamese.element, vietnamese.rule) not in told:
            place = vietnamese.element, vietnamese.line, vietnamese.rule
            yield OpenPoint(*place, (vietnamese.message, english.message))


def _checked(content: bytes, language: Language) -> list[Problem]:
    return deployment_check.check({FILE: content}, language, alone=True)
