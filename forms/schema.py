"""A form document compiled to a marshmallow schema, and what was submitted read by it. Pages and tasks import this.

The schema reads each answer; which fields are asked for, and so required or refused, depends on other answers and
is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from marshmallow import Schema, ValidationError

from forms.document import read_document
from forms.fields import KINDS, Field, build, prepare, unanswered
from forms.messages import LANGUAGES, Language, flatten, overrides, say
from forms.parts import BadForm, FormProblem, parse_form

__all__ = ["BadForm", "Form", "FormProblem", "Invalid", "KnownUnit", "Values", "compile_form", "parse_form"]

# Whether there is a unit, or a commune, with this code.
KnownUnit = Callable[[str], bool]


class Invalid(Exception):
    """The answers cannot be accepted.

    `errors` maps each field's key to its sentences, in the order of the form; fields that the form does not have
    come last, and "_schema" stands for the submission as a whole.
    """

    def __init__(self, errors: dict[str, list[str]]) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{key}: {' '.join(sentences)}" for key, sentences in errors.items()))


@dataclass(frozen=True, slots=True)
class Values:
    """Accepted answers, JSON-native: those of the case, and those that the process may see."""

    case: dict[str, object]
    process: dict[str, object]


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A compiled form. It never changes, so threads and requests share it."""

    key: str
    fields: tuple[Field, ...]
    inputs: Mapping[str, Field]
    schemas: Mapping[Language, Schema]

    def load(
        self,
        values: Mapping[str, object],
        language: Language = "vi",
        known_unit: KnownUnit | None = None,
        known_commune: KnownUnit | None = None,
    ) -> Values:
        """The answers in `values` (key -> text, number, flag or list) checked and split by where they are kept.

        A key that was sent blank comes back as None; one that was not sent does not come back, except boxes and
        lists, which a page leaves out when nothing is chosen: False and []. A hidden field's key never comes back.
        `known_unit` is asked about each unit's code and `known_commune`, or `known_unit` without it, about each
        commune's; without them only the code's shape is checked.
        Raises Invalid with sentences in `language`.
        """
        if not isinstance(values, Mapping):
            raise Invalid({"_schema": [say("form", language)]})
        known = {"unit": known_unit, "commune": known_commune or known_unit}
        raw = self._prepared(values)
        answers, errors = _read(self.schemas[language], raw)
        for field in self.inputs.values():
            fault = _settle(field, raw, answers, errors)
            fault = fault or _unknown_unit(field, answers.get(field.key), known.get(field.kind))
            if fault:
                errors[field.key] = say(fault, language)
        if errors:
            raise Invalid(self._in_order(errors))
        return self._split(answers)

    def _prepared(self, values: Mapping[str, object]) -> dict[str, object]:
        inputs = self.inputs
        return {key: prepare(inputs[key], value) if key in inputs else value for key, value in values.items()}

    def _in_order(self, errors: Mapping[str, object]) -> dict[str, list[str]]:
        known = [key for key in self.inputs if key in errors]
        others = sorted((key for key in errors if key not in self.inputs), key=str)
        return {str(key): flatten(errors[key]) for key in known + others}

    def _split(self, answers: Mapping[str, object]) -> Values:
        values = Values({}, {})
        for key, answer in answers.items():
            kept = values.process if self.inputs[key].store == "process" else values.case
            kept[key] = answer
        return values


def compile_form(document: Mapping[str, object], reserved: frozenset[str] = frozenset()) -> Form:
    """The form in `document`, a form-js schema as `parse_form` gives it; raises BadForm listing every problem.

    `reserved` are names that mean something in the process's expressions and so cannot be keys of fields.
    """
    key, fields = read_document(document, reserved)
    inputs = {field.key: field for field in fields if field.is_input}
    return Form(key, fields, inputs, {language: _schema(inputs, language) for language in LANGUAGES})


def _schema(inputs: Mapping[str, Field], language: Language) -> Schema:
    readers = {key: build(field, language) for key, field in inputs.items()}
    schema = Schema.from_dict(dict(readers))()
    schema.error_messages |= overrides(language)
    return schema


def _read(schema: Schema, raw: Mapping[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    """The answers that could be read, and marshmallow's complaints about the others."""
    try:
        return schema.load(raw), {}
    except ValidationError as error:
        answers = error.valid_data if isinstance(error.valid_data, dict) else {}
        return answers, dict(error.messages_dict)


def _settle(field: Field, raw: Mapping[str, object], answers: dict[str, object], errors: dict[str, object]) -> str:
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
        answer = unanswered(field)
        if answer is not None:
            answers[field.key] = answer
    empty = answer is None or answer is False or answer == []
    return KINDS[field.kind].required if field.required and empty else ""


def _unknown_unit(field: Field, code: object, known: KnownUnit | None) -> str:
    """The sentence for a unit's code that `known` does not know; empty if there is nothing to say."""
    return field.kind if known and isinstance(code, str) and not known(code) else ""
