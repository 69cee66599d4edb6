"""Converts diagrams from other modelers to our vocabulary: Camunda 7 and 8 and their relatives.

What can be translated is converted and listed for the analyst to accept; what cannot run is reported and stays in the
file. Nothing in the file is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.bpmn.lint.diagram import ROOT_TAG, bpmn_tag
from engine.bpmn.lint.document import UnreadableDocument, read_xml
from engine.bpmn.lint.finding import Element, line_of, nearest_id
from engine.bpmn.lint.wording import render_finding
from engine.errors import BadInput, FileProblem
from engine.scenarios import deployment_check
from engine.studio.importing import people, repeats, services, texts, timers, unsupported
from engine.studio.importing.report import Conversion, ImportContext, ImportNote, OpenPoint
from engine.studio.importing.tree import serialize_diagram
from engine.studio.importing.words import CONVERSION_TEXTS, OPEN_POINT_TEXTS, describe_rule
from engine.translation.catalogue import LANGUAGES, Language

__all__ = ["Conversion", "ConvertedDiagram", "OpenPoint", "convert_vendor_diagram"]

IMPORT_PATH = PurePosixPath("workflows/import.bpmn")


@dataclass(frozen=True, slots=True)
class ConvertedDiagram:
    """The converted file, the conversions made, and what still cannot run."""

    content: bytes
    conversions: tuple[Conversion, ...]
    open_points: tuple[OpenPoint, ...]


def convert_vendor_diagram(content: bytes, mapping: Mapping[str, str], language: Language = "vi") -> ConvertedDiagram:
    """Convert a diagram from another modeler to our vocabulary.

    `mapping` translates its names: a group or person → a role, a form key → a form, a topic, class, delegate or job
    type → an operator, as in `mark(status="resolved")`. Problems that the linter still reports are among the open
    points. Raises BadInput, in `language`, if the file cannot be read as a diagram.
    """
    context = ImportContext(_read_root(content, language), mapping)
    _mark_executable(context)
    for convert_part in (
        people.convert_user_tasks,
        services.convert_services,
        repeats.convert_multi_instances,
        timers.convert_timers,
        texts.convert_expressions,
    ):
        convert_part(context)
    unsupported.report_leftovers(context)
    output = serialize_diagram(context.root) if context.conversion_notes else content
    lines = _line_numbers(context.root, _read_root(output, language))
    conversions = [_conversion_of(note, lines) for note in context.conversion_notes]
    points = [_open_point_of(note, lines) for note in context.open_notes]
    points += _unexplained_problems(output, points)
    order = sorted(range(len(points)), key=lambda index: (points[index].line, index))
    return ConvertedDiagram(output, tuple(conversions), tuple(points[index] for index in order))


def _read_root(content: bytes, language: Language) -> Element:
    try:
        return read_xml(IMPORT_PATH, content, (ROOT_TAG,)).root
    except UnreadableDocument as refused:
        raise BadInput("diagram-unreadable", reason=render_finding(refused.finding, language)) from refused


def _mark_executable(context: ImportContext) -> None:
    """Mark a process as executable if the file does not say; an explicit `false` is kept."""
    for process in context.root.iter(bpmn_tag("process")):
        if process.get("isExecutable") is None:
            process.set("isExecutable", "true")
            context.record_conversion(process, "executable", "", "true")


def _line_numbers(root: Element, output_root: Element) -> dict[Element, int]:
    """The line of each element in the output file, which has the same elements in the same order."""
    return {element: line_of(copy) for element, copy in zip(root.iter(), output_root.iter(), strict=True)}


def _conversion_of(note: ImportNote, lines: Mapping[Element, int]) -> Conversion:
    location, wording = (
        (nearest_id(note.element), lines[note.element]),
        describe_rule(CONVERSION_TEXTS, note.rule, note.facts),
    )
    return Conversion(*location, note.rule, wording, note.before, note.after)


def _open_point_of(note: ImportNote, lines: Mapping[Element, int]) -> OpenPoint:
    wording = describe_rule(OPEN_POINT_TEXTS, note.rule, note.facts)
    return OpenPoint(nearest_id(note.element), lines[note.element], note.rule, wording, note.supersedes)


def _unexplained_problems(content: bytes, points: list[OpenPoint]) -> Iterator[OpenPoint]:
    """The linter's problems in the converted file, except those that an open point explains better."""
    explained = {(point.element, rule) for point in points for rule in point.supersedes}
    by_language = {language: _check_diagram(content, language) for language in LANGUAGES}
    for problems in zip(*by_language.values(), strict=True):
        element, line, rule = problems[0].element, problems[0].line, problems[0].rule
        if (element, rule) not in explained:
            wording = {language: problem.message for language, problem in zip(by_language, problems, strict=True)}
            yield OpenPoint(element, line, rule, wording)


def _check_diagram(content: bytes, language: Language) -> list[FileProblem]:
    return deployment_check.problems_in({IMPORT_PATH: content}, language, alone=True)
