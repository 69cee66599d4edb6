"""A form document compiled to a marshmallow schema, and what was submitted read by it. Pages and tasks import this.

The schema reads each answer; which fields are asked for, and so required or refused, depends on other answers and
is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from marshmallow import Schema, ValidationError

from forms.document import read_document
from forms.fields import KINDS, FormField, build_reader, empty_answer, tidy_answer
from forms.messages import LANGUAGES, Language, flatten_messages, form_message, marshmallow_messages
from forms.parts import BadForm, FormProblem, parse_form

__all__ = [
    "BadForm",
    "Form",
    "FormAnswers",
    "FormProblem",
    "InvalidAnswers",
    "UnitPredicate",
    "compile_form",
    "parse_form",
]

# Whether there is a unit, or a commune, with this code.
UnitPredicate = Callable[[str], bool]


class InvalidAnswers(Exception):
    """The answers cannot be accepted.

    `errors` maps each field's key to its sentences, in the order of the form; fields that the form does not have
    come last, and "_schema" stands for the submission as a whole.
    """

    def __init__(self, errors: dict[str, list[str]]) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{key}: {' '.join(sentences)}" for key, sentences in errors.items()))


@dataclass(frozen=True, slots=True)
class FormAnswers:
    """Accepted answers, JSON-native: those of the case, and those that the process may see."""

    case: dict[str, object]
    process: dict[str, object]


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A compiled form. It never changes, so threads and requests share it."""

    key: str
    fields: tuple[FormField, ...]
    inputs: Mapping[str, FormField]
    schemas: Mapping[Language, Schema]

    def load(
        self,
        values: Mapping[str, object],
        language: Language = "vi",
        known_unit: UnitPredicate | None = None,
        known_commune: UnitPredicate | None = None,
    ) -> FormAnswers:
        """The answers in `values` (key -> text, number, flag or list) checked and split by where they are kept.

        A key that was sent blank comes back as None; one that was not sent does not come back, except boxes and
        lists, which a page leaves out when nothing is chosen: False and []. A hidden field's key never comes back.
        `known_unit` is asked about each unit's code and `known_commune`, or `known_unit` without it, about each
        commune's; without them only the code's shape is checked.
        Raises InvalidAnswers with sentences in `language`.
        """
        if not isinstance(values, Mapping):
            raise InvalidAnswers({"_schema": [form_message("form", language)]})
        unit_predicates = {"unit": known_unit, "commune": known_commune or known_unit}
        raw = self._tidy_values(values)
        answers, errors = _load_answers(self.schemas[language], raw)
        for field in self.inputs.values():
            fault = _settle_field(field, raw, answers, errors)
            fault = fault or _unit_fault(field, answers.get(field.key), unit_predicates.get(field.kind))
            if fault:
                errors[field.key] = form_message(fault, language)
        if errors:
            raise InvalidAnswers(self._order_errors(errors))
        return self._split_answers(answers)

    def _tidy_values(self, values: Mapping[str, object]) -> dict[str, object]:
        inputs = self.inputs
        return {key: tidy_answer(inputs[key], value) if key in inputs else value for key, value in values.items()}

    def _order_errors(self, errors: Mapping[str, object]) -> dict[str, list[str]]:
        known = [key for key in self.inputs if key in errors]
        others = sorted((key for key in errors if key not in self.inputs), key=str)
        return {str(key): flatten_messages(errors[key]) for key in known + others}

    def _split_answers(self, answers: Mapping[str, object]) -> FormAnswers:
        form_answers = FormAnswers({}, {})
        for key, answer in answers.items():
            target = form_answers.process if self.inputs[key].store == "process" else form_answers.case
            target[key] = answer
        return form_answers


def compile_form(document: Mapping[str, object], reserved: frozenset[str] = frozenset()) -> Form:
    """The form in `document`, a form-js schema as `parse_form` gives it; raises BadForm listing every problem.

    `reserved` are names that mean something in the process's expressions and so cannot be keys of fields.
    """
    key, fields = read_document(document, reserved)
    inputs = {field.key: field for field in fields if field.is_input}
    return Form(key, fields, inputs, {language: _build_schema(inputs, language) for language in LANGUAGES})


def _build_schema(inputs: Mapping[str, FormField], language: Language) -> Schema:
    readers = {key: build_reader(field, language) for key, field in inputs.items()}
    schema = Schema.from_dict(dict(readers))()
    schema.error_messages |= marshmallow_messages(language)
    return schema


def _load_answers(schema: Schema, raw: Mapping[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    """The answers that could be read, and marshmallow's complaints about the others."""
    try:
        return schema.load(raw), {}
    except ValidationError as error:
        answers = error.valid_data if isinstance(error.valid_data, dict) else {}
        return answers, dict(error.messages_dict)


def _settle_field(
    field: FormField, raw: Mapping[str, object], answers: dict[str, object], errors: dict[str, object]
) -> str:
    """Brings `field` in line with the answers above it; names the sentence for what is wrong, if anything is.

    A hidden field loses its answer, and "hidden" replaces what was wrong with it. Where the answer that decides is
    itself refused, nobody can say whether the field is asked for, so nothing is said.
    """
    condition = field.condition
    if condition and condition.key in errors:
        return ""
    if condition and condition.hides(answers.get(condition.key)):
        answer = answers.pop(field.key, None)
        return "hidden" if raw.get(field.key) is not None and answer is not False else ""
    if field.key in errors:
        return ""
    answer = answers.get(field.key)
    if answer is None:
        answer = empty_answer(field)
        if answer is not None:
            answers[field.key] = answer
    empty = answer is None or answer is False or answer == []
    return KINDS[field.kind].required_message if field.required and empty else ""


def _unit_fault(field: FormField, code: object, known: UnitPredicate | None) -> str:
    """The sentence for a unit's code that `known` does not know; empty if there is nothing to say."""
    return field.kind if known and isinstance(code, str) and not known(code) else ""
