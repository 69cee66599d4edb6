"""Converts diagrams from other modelers to our vocabulary: Camunda 7 and 8 and their relatives.

What can be translated is converted and listed for the analyst to accept; what cannot run is reported and stays in the
file. Nothing in the file is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from engine.bpmn.lint.finding import Element, nearest_id
from engine.bpmn.lint.foreign import setting_owner
from engine.errors import FileProblem
from engine.scenarios import deployment_check
from engine.studio.importing import correlation, documentation, people, repeats, services, texts, timers, unsupported
from engine.studio.importing.choices import ImportChoices
from engine.studio.importing.lines import line_numbers, word_conversion
from engine.studio.importing.normalise import begin_import, rewrite_diagram
from engine.studio.importing.processes import processes_in_file, without_drawn_processes
from engine.studio.importing.report import Conversion, ImportContext, ImportNote, OpenPoint
from engine.studio.importing.source_file import IMPORT_PATH, read_root
from engine.studio.importing.tree import serialize_diagram
from engine.studio.importing.words import OPEN_POINT_TEXTS, describe_rule
from engine.translation.catalogue import LANGUAGES, Language

__all__ = ["Conversion", "ConvertedDiagram", "OpenPoint", "convert_each_process", "convert_vendor_diagram"]


_CONVERSIONS: tuple[Callable[[ImportContext], None], ...] = (
    people.convert_user_tasks,
    documentation.give_roles_of_lanes,
    services.convert_services,
    repeats.convert_multi_instances,
    timers.convert_timers,
    texts.convert_expressions,
    correlation.convert_correlation_keys,
    unsupported.report_leftovers,
)


@dataclass(frozen=True, slots=True)
class ConvertedDiagram:
    """The converted file, the conversions made, what still cannot run, and what stays drawn without an effect."""

    content: bytes
    conversions: tuple[Conversion, ...]
    open_points: tuple[OpenPoint, ...]
    drawn_only: tuple[Conversion, ...] = ()


def convert_vendor_diagram(
    content: bytes, mapping: Mapping[str, str], language: Language = "vi", choices: ImportChoices | None = None
) -> ConvertedDiagram:
    """Convert a diagram from another modeler to our vocabulary, and rewrite what runs only elsewhere.

    `mapping` translates its names: a group, person or lane → a role, a form key → a form, a topic, class, delegate or
    job type → an operator, as in `mark(status="resolved")`. Problems that the linter still reports are among the open
    points. Raises BadInput, in `language`, if the file cannot be read as a diagram.
    """
    context = begin_import(content, mapping, choices, language)
    with without_drawn_processes(context.root):
        rewrite_diagram(context)
        for convert_part in _CONVERSIONS:
            convert_part(context)
    output = serialize_diagram(context.root) if context.conversion_notes else content
    lines = line_numbers(context.root, read_root(output, language))
    conversions = [word_conversion(note, lines) for note in context.conversion_notes]
    points = [_open_point_of(note, lines) for note in context.open_notes]
    points += _unexplained_problems(output, points)
    order = sorted(range(len(points)), key=lambda index: (points[index].line, index))
    drawn = tuple(word_conversion(note, lines) for note in context.drawn_notes)
    return ConvertedDiagram(output, tuple(conversions), tuple(points[index] for index in order), drawn)


def convert_each_process(
    content: bytes, mapping: Mapping[str, str], choices: ImportChoices, language: Language = "vi"
) -> list[ConvertedDiagram]:
    """A file for each process that can run, in which it alone does; the whole file if none can."""
    names = processes_in_file(content, language) or [""]
    return [convert_vendor_diagram(content, mapping, language, replace(choices, process=name)) for name in names]


def _open_point_of(note: ImportNote, lines: Mapping[Element, int]) -> OpenPoint:
    wording = describe_rule(OPEN_POINT_TEXTS, note.rule, note.facts)
    setting = ""
    if "foreign-setting" in note.supersedes:
        setting = f"{setting_owner(note.element).get('id')}:{note.facts['name']}"
    return OpenPoint(nearest_id(note.element), lines[note.element], note.rule, wording, note.supersedes, setting)


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
