"""Compiles a form document to a marshmallow schema and loads submissions with it.

The schema reads each answer; which fields are shown, and so required or rejected, depends on other answers and is
decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from marshmallow import Schema, ValidationError

from forms.document import read_document
from forms.fields import KINDS, FormField, build_reader, empty_answer, tidy_answer
from forms.parts import parse_form
from forms.problems import AnswerProblem, BadForm, FormProblem, flatten_problems, marshmallow_messages

__all__ = [
    "AnswerProblem",
    "BadForm",
    "Form",
    "FormAnswers",
    "FormProblem",
    "InvalidAnswers",
    "UnitPredicate",
    "compile_form",
    "parse_form",
]

# Whether a unit, or a commune, with this code exists.
UnitPredicate = Callable[[str], bool]

_UNKNOWN_UNIT_RULES = {
    "unit": "form-answer-unit",
    "commune": "form-answer-commune",
    "department": "form-answer-department",
}


class InvalidAnswers(Exception):
    """The answers are not valid.

    `errors` maps each field's key to its problems, in form order; fields that the form does not have come last, and
    "_schema" is the submission as a whole.
    """

    def __init__(self, errors: dict[str, list[AnswerProblem]]) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{key}: {', '.join(map(str, problems))}" for key, problems in errors.items()))


@dataclass(frozen=True, slots=True)
class FormAnswers:
    """Valid, JSON-native answers: those stored with the case, and those that the process may see."""

    case: dict[str, object]
    process: dict[str, object]


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A compiled form. It is immutable, so threads and requests share it."""

    key: str
    fields: tuple[FormField, ...]
    inputs: Mapping[str, FormField]
    schema: Schema

    def load(
        self,
        values: Mapping[str, object],
        known_unit: UnitPredicate | None = None,
        known_commune: UnitPredicate | None = None,
        known_department: UnitPredicate | None = None,
    ) -> FormAnswers:
        """Validate the answers in `values` (key -> text, number, flag or list) and split them by where they are stored.

        A key sent blank is returned as None; one that was not sent is not returned, except boxes and lists, which a
        page omits when nothing is chosen: False and []. A hidden field's key is never returned.
        `known_unit` checks each unit's code; `known_commune` each commune's and `known_department` each department's,
        or else `known_unit` does; without them only the code's format is checked.
        Raises InvalidAnswers.
        """
        if not isinstance(values, Mapping):
            raise InvalidAnswers({"_schema": [AnswerProblem("form-answer-form")]})
        unit_predicates = {
            "unit": known_unit,
            "commune": known_commune or known_unit,
            "department": known_department or known_unit,
        }
        raw = self._tidy_values(values)
        answers, errors = _load_answers(self.schema, raw)
        for field in self.inputs.values():
            rule = _settle_field(field, raw, answers, errors)
            rule = rule or _broken_unit_rule(field, answers.get(field.key), unit_predicates.get(field.kind))
            if rule:
                errors[field.key] = AnswerProblem(rule)
        if errors:
            raise InvalidAnswers(self._order_errors(errors))
        return self._split_answers(answers)

    def _tidy_values(self, values: Mapping[str, object]) -> dict[str, object]:
        inputs = self.inputs
        return {key: tidy_answer(inputs[key], value) if key in inputs else value for key, value in values.items()}

    def _order_errors(self, errors: Mapping[str, object]) -> dict[str, list[AnswerProblem]]:
        known = [key for key in self.inputs if key in errors]
        others = sorted((key for key in errors if key not in self.inputs), key=str)
        return {str(key): flatten_problems(errors[key]) for key in known + others}

    def _split_answers(self, answers: Mapping[str, object]) -> FormAnswers:
        form_answers = FormAnswers({}, {})
        for key, answer in answers.items():
            target = form_answers.process if self.inputs[key].store == "process" else form_answers.case
            target[key] = answer
        return form_answers


def compile_form(document: Mapping[str, object], reserved: frozenset[str] = frozenset()) -> Form:
    """Compile `document`, a form-js schema as `parse_form` returns it; raises BadForm listing every problem.

    `reserved` are names that have a meaning in the process's expressions and so cannot be keys of fields.
    """
    key, fields = read_document(document, reserved)
    inputs = {field.key: field for field in fields if field.is_input}
    return Form(key, fields, inputs, _build_schema(inputs))


def _build_schema(inputs: Mapping[str, FormField]) -> Schema:
    readers = {key: build_reader(field) for key, field in inputs.items()}
    schema = Schema.from_dict(dict(readers))()
    schema.error_messages |= marshmallow_messages()
    return schema


def _load_answers(schema: Schema, raw: Mapping[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    """The answers that could be read, and marshmallow's messages about the others."""
    try:
        return schema.load(raw), {}
    except ValidationError as error:
        answers = error.valid_data if isinstance(error.valid_data, dict) else {}
        return answers, dict(error.messages_dict)


def _settle_field(
    field: FormField, raw: Mapping[str, object], answers: dict[str, object], errors: dict[str, object]
) -> str:
    """Apply the answers above to `field`; returns the rule that it breaks, or an empty text.

    A hidden field loses its answer, and being hidden replaces its other problems. When the deciding answer is itself
    invalid, it is unknown whether the field is shown, so nothing is reported.
    """
    condition = field.condition
    if condition and condition.key in errors:
        return ""
    if condition and condition.hides(answers.get(condition.key)):
        answer = answers.pop(field.key, None)
        return "form-answer-hidden" if raw.get(field.key) is not None and answer is not False else ""
    if field.key in errors:
        return ""
    answer = answers.get(field.key)
    if answer is None:
        answer = empty_answer(field)
        if answer is not None:
            answers[field.key] = answer
    empty = answer is None or answer is False or answer == []
    return KINDS[field.kind].required_rule if field.required and empty else ""


def _broken_unit_rule(field: FormField, code: object, known: UnitPredicate | None) -> str:
    """The rule broken by a unit's code that `known` rejects; empty if none."""
    return _UNKNOWN_UNIT_RULES[field.kind] if known and isinstance(code, str) and not known(code) else ""
