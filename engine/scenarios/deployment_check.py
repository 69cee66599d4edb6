"""Checks a deployment's files before it is stored: diagrams, decision tables, mails, forms and scenarios.

All problems are returned, not just the first, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from engine.bpmn import lint
from engine.bpmn.language import FUNCTIONS
from engine.bpmn.lint import Vocabulary
from engine.bpmn.lint.deployment import is_form_file, is_mail_template
from engine.bpmn.lint.known_names import KnownName, names_to_ask
from engine.cases.calls import RECEIVE, REPORT_PROCESSES
from engine.errors import BadInput, FileProblem
from engine.process import report_fields
from engine.process.report_fields import FIELDS_PATH, BadFieldList, ReportField
from engine.province.unit_files import codes_in_files
from engine.scenarios.answer_domains import answer_domains, report_domains, unknown_report_values
from engine.scenarios.deployment_names import DeploymentNames, names_of
from engine.scenarios.files import SHIPPED_PROVINCES, BadScenario, Provinces, Scenario, read_scenario
from engine.scenarios.scenario_values import check_scenario_values
from engine.scenarios.table_sheets import check_sheets
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
    files: Files,
    language: Language = "vi",
    provinces: Provinces = SHIPPED_PROVINCES,
    *,
    alone: bool = False,
    units: Units | None = None,
) -> list[FileProblem]:
    """Every problem in a set of files, whose scenarios run in one of `provinces`.

    With `alone`, references to files outside the set are not checked. `units` are those that exist; without them their
    codes are not checked.
    """
    forms = _read_forms(files, language, alone=alone)
    if units is not None:
        forms.problems.extend(_check_departments(files, language, provinces, units))
    vocabulary = _vocabulary_of(files, forms, units)
    if alone:
        vocabulary = replace(vocabulary.for_one_file(), forms=None, form_fields=None, mails=None)
    scenarios, problems = _read_scenarios(files, language, provinces)
    problems += [*forms.problems, *lint.check_files(files, vocabulary, language)]
    if not problems and not alone:  # What a broken file would have named, no scenario is blamed for.
        names = names_of(lint.index_files(files, vocabulary), {path.stem: form for path, form in forms.forms.items()})
        problems += [problem for one in scenarios for problem in _check_values(one, names, language)]
        problems += check_sheets(files, language)
    return sorted(problems)


def notes_on(files: Files, language: Language = "vi") -> list[FileProblem]:
    """What is no problem and yet good to know of files that have none."""
    return lint.advise_files(files, _vocabulary_of(files, _read_forms(files, language)), language)


def verdicts_on(files: Files, language: Language = "vi") -> list[FileProblem]:
    """For each process of files without problems whether all its cases can end: proven, not so, or undecided."""
    return lint.prove_files(files, _vocabulary_of(files, _read_forms(files, language)), language)


def changes_in(files: Files, meaning: int, language: Language = "vi") -> list[FileProblem]:
    """The elements of stored files that mean something else now than under the `meaning` they were checked with."""
    return lint.changes_in_files(files, _vocabulary_of(files, _read_forms(files, language)), meaning, language)


def askable_names(files: Files, path: PurePosixPath, units: Units | None = None) -> list[KnownName]:
    """The names that a condition in a diagram of these files may ask, with what people call them and their values."""
    return names_to_ask(lint.index_files(files, _vocabulary_of(files, _read_forms(files, "vi"), units)), path)


@dataclass(frozen=True, slots=True)
class _ReadForms:
    """The forms that could be read, by file, the fields that reports may have, and what is wrong with either."""

    forms: Mapping[PurePosixPath, Form]
    fields: tuple[str, ...]
    problems: list[FileProblem]


def _vocabulary_of(files: Files, read: _ReadForms, units: Units | None = None) -> Vocabulary:
    forms = {path.stem: form for path, form in read.forms.items()}
    return Vocabulary(
        units=units,
        domains=answer_domains(forms.values()),
        report_values=report_domains(forms.values(), read.fields),
        report_processes=frozenset(REPORT_PROCESSES),
        forms={
            key: frozenset(field.key for field in form.fields if field.store == "process")
            for key, form in forms.items()
        },
        form_fields={key: frozenset(form.inputs) for key, form in forms.items()},
        optional={
            field.key: Caption(field.label, field.label_en or field.label)
            for form in forms.values()
            for field in form.fields
            if field.store == "process" and _may_be_blank(field)
        },
        output_values={name: frozenset(values) for name, values in CASE_FACTS.items()},
        name_types=dict.fromkeys(_TEXTS_FROM_START, "string") | name_types(forms.values()),
        mails=frozenset(path.stem for path in files if is_mail_template(path)),
    )


def _may_be_blank(field: FormField) -> bool:
    """Whether the process may see nothing instead of an answer: a hidden or optional field other than a box or list."""
    return empty_answer(field) is None and (field.condition is not None or not field.required)


def _read_forms(files: Files, language: Language, *, alone: bool = False) -> _ReadForms:
    """The forms, with the choices of the list of fields; a form that is looked at `alone` has the program's."""
    problems, listed = _check_report_fields(files, language)
    fields = listed if listed is not None else report_fields.shipped_fields() if alone else ()
    form_problems, forms = _check_forms(files, language, fields)
    receive = next((form for path, form in forms.items() if path.stem == RECEIVE), None)
    fields = fields or report_fields.fields_of_form(receive)
    known = tuple(field.key for field in fields)
    unknown = [
        FileProblem(path, 0, field.key, fault.rule, say(fault, language), caption=field.caption(language))
        for path, form in forms.items()
        for field, fault in unknown_report_values(form, known)
    ]
    return _ReadForms(forms, known, [*problems, *form_problems, *unknown])


def _check_report_fields(files: Files, language: Language) -> tuple[list[FileProblem], tuple[ReportField, ...] | None]:
    """The problems of the list of fields, and the fields to check forms with; None when there is no list."""
    try:
        return [], report_fields.fields_of_files(files)
    except BadFieldList as error:
        return [
            FileProblem(FIELDS_PATH, fault.line, "", fault.error.rule, say(fault.error, language))
            for fault in error.faults
        ], report_fields.shipped_fields()


def _check_departments(files: Files, language: Language, provinces: Provinces, units: Units) -> Iterator[FileProblem]:
    """Departments of fields that neither the database has nor any of the provinces, before or after a reform."""
    try:
        fields = report_fields.fields_of_files(files) or ()
    except BadFieldList:  # It is reported with the list itself.
        return
    listed = {code for profile in provinces.values() for code in codes_in_files(profile.unit_files)}
    for field in fields:
        for code in field.departments:
            if code not in units and code not in listed:
                error = BadInput("report-field-department-unknown", field=field.caption(language), department=code)
                yield FileProblem(FIELDS_PATH, 0, field.key, error.rule, say(error, language))


def _check_forms(
    files: Files, language: Language, fields: tuple[ReportField, ...]
) -> tuple[list[FileProblem], dict[PurePosixPath, Form]]:
    problems: list[FileProblem] = []
    forms: dict[PurePosixPath, Form] = {}
    options = report_fields.option_lists(fields)
    for path, content in sorted(files.items()):
        if not is_form_file(path):
            continue
        try:
            forms[path] = compile_form(parse_form(content), FUNCTIONS, options)
        except BadForm as error:
            problems += [
                FileProblem(path, 0, problem.path, problem.rule, say(problem, language), caption=problem.key)
                for problem in error.problems
            ]
    return problems, forms


def _read_scenarios(files: Files, language: Language, provinces: Provinces) -> tuple[list[Scenario], list[FileProblem]]:
    scenarios, problems = [], []
    for path, content in sorted(files.items()):
        if path.suffix == ".yaml" and path != FIELDS_PATH:
            try:
                scenarios.append(read_scenario(path, content, provinces))
            except BadScenario as error:
                problems.append(FileProblem(path, 0, "", "scenario", say(error.reason, language)))
    return scenarios, problems


def _check_values(scenario: Scenario, names: DeploymentNames, language: Language) -> Iterator[FileProblem]:
    for fault in check_scenario_values(scenario, names):
        yield FileProblem(scenario.path, 0, "", "scenario-value", say(fault, language), caption=scenario.name)
