"""Checks a deployment's files before it is stored: diagrams, decision tables, mails, forms and scenarios.

All problems are returned, not just the first, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from engine.bpmn import lint
from engine.bpmn.language import FUNCTIONS
from engine.bpmn.lint import Vocabulary
from engine.bpmn.lint.deployment import is_form_file, is_mail_template
from engine.cases.calls import REPORT_PROCESSES
from engine.errors import FileProblem
from engine.scenarios.answer_domains import answer_domains, report_domains, unknown_report_values
from engine.scenarios.files import BadScenario, read_scenario
from engine.translation.catalogue import Language
from engine.translation.wording import Caption, say
from forms.conditions import CASE_FACTS
from forms.fields import FormField, empty_answer
from forms.name_types import name_types
from forms.schema import BadForm, Form, compile_form, parse_form

_TEXTS_FROM_START = ("code", "field", "urgency", "place", "channel")
Files = Mapping[PurePosixPath, bytes]
Units = Mapping[str, Caption]  # By code, with what people call them.


def problems_in(
    files: Files, language: Language = "vi", *, alone: bool = False, units: Units | None = None
) -> list[FileProblem]:
    """Every problem in a set of files; with `alone`, references to files outside the set are not checked.

    `units` are those that exist; without them their codes are not checked.
    """
    problems, forms = _check_forms(files, language)
    vocabulary = _vocabulary_of(files, forms, units)
    if alone:
        vocabulary = replace(vocabulary.for_one_file(), forms=None, form_fields=None, mails=None)
    return sorted([*problems, *_check_scenarios(files, language), *lint.check_files(files, vocabulary, language)])


def notes_on(files: Files, language: Language = "vi") -> list[FileProblem]:
    """What is no problem and yet good to know of files that have none."""
    return lint.advise_files(files, _vocabulary_of(files, _check_forms(files, language)[1]), language)


def verdicts_on(files: Files, language: Language = "vi") -> list[FileProblem]:
    """For each process of files without problems whether all its cases can end: proven, not so, or undecided."""
    return lint.prove_files(files, _vocabulary_of(files, _check_forms(files, language)[1]), language)


def changes_in(files: Files, meaning: int, language: Language = "vi") -> list[FileProblem]:
    """The elements of stored files that mean something else now than under the `meaning` they were checked with."""
    return lint.changes_in_files(files, _vocabulary_of(files, _check_forms(files, language)[1]), meaning, language)


def _vocabulary_of(files: Files, forms: list[tuple[str, Form]], units: Units | None = None) -> Vocabulary:
    return Vocabulary(
        units=units,
        domains=answer_domains(form for _key, form in forms),
        report_values=report_domains(form for _key, form in forms),
        report_processes=frozenset(REPORT_PROCESSES),
        forms={key: frozenset(field.key for field in form.fields if field.store == "process") for key, form in forms},
        form_fields={key: frozenset(form.inputs) for key, form in forms},
        optional={
            field.key: Caption(field.label, field.label_en or field.label)
            for _key, form in forms
            for field in form.fields
            if field.store == "process" and _may_be_blank(field)
        },
        output_values={name: frozenset(values) for name, values in CASE_FACTS.items()},
        name_types=dict.fromkeys(_TEXTS_FROM_START, "string") | name_types(form for _key, form in forms),
        mails=frozenset(path.stem for path in files if is_mail_template(path)),
    )


def _may_be_blank(field: FormField) -> bool:
    """Whether the process may see nothing instead of an answer: a hidden or optional field other than a box or list."""
    return empty_answer(field) is None and (field.condition is not None or not field.required)


def _check_forms(files: Files, language: Language) -> tuple[list[FileProblem], list[tuple[str, Form]]]:
    problems: list[FileProblem] = []
    forms: list[tuple[str, Form]] = []
    for path, content in sorted(files.items()):
        if not is_form_file(path):
            continue
        try:
            form = compile_form(parse_form(content), FUNCTIONS)
            forms.append((path.stem, form))
            problems += [
                FileProblem(path, 0, field.key, fault.rule, say(fault, language), caption=field.caption(language))
                for field, fault in unknown_report_values(form)
            ]
        except BadForm as error:
            problems += [
                FileProblem(path, 0, problem.path, problem.rule, say(problem, language), caption=problem.key)
                for problem in error.problems
            ]
    return problems, forms


def _check_scenarios(files: Files, language: Language) -> list[FileProblem]:
    problems = []
    for path, content in sorted(files.items()):
        if path.suffix == ".yaml":
            try:
                read_scenario(path, content)
            except BadScenario as error:
                problems.append(FileProblem(path, 0, "", "scenario", say(error.reason, language)))
    return problems
