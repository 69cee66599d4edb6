"""Compiles a form document to a marshmallow schema and loads submissions with it.

The schema reads each answer; which fields are shown, and so required or rejected, depends on other answers and is
decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from marshmallow import Schema, ValidationError

from forms.conditions import FieldRule, FormFacts
from forms.document import OptionLists, read_document
from forms.fields import KINDS, LEFT_OUT, PROSE_KINDS, FormField, build_reader, empty_answer, tidy_answer
from forms.parts import parse_form
from forms.problems import AnswerProblem, AuthorSentence, BadForm, FormProblem, flatten_problems, marshmallow_messages

__all__ = [
    "AnswerProblem",
    "BadForm",
    "Form",
    "FormAnswers",
    "FormFacts",
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


@dataclass(slots=True)
class _Settled:
    """A submission while it is checked: as sent, the answers that could be read, the problems, what is hidden."""

    raw: dict[str, object]
    answers: dict[str, object]
    errors: dict[str, object]
    hidden: set[str] = dataclass_field(default_factory=set)


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
        facts: FormFacts | None = None,
    ) -> FormAnswers:
        """Validate the answers in `values` (key -> text, number, flag or list) and split them by where they are stored.

        Every key that the process sees is returned: one that was left blank, was not sent or is hidden as None, so that
        it replaces an answer given earlier. Of the case's keys those that were not sent or are hidden are left out.
        Boxes and lists, which a page omits when nothing is chosen, are False and [].
        `known_unit` checks each unit's code; `known_commune` each commune's and `known_department` each department's,
        or else `known_unit` does; without them only the code's format is checked. `facts` are what the form's
        rules may ask besides the answers.
        Raises InvalidAnswers.
        """
        if not isinstance(values, Mapping):
            raise InvalidAnswers({"_schema": [AnswerProblem("form-answer-form")]})
        unit_predicates = {
            "unit": known_unit,
            "commune": known_commune or known_unit,
            "department": known_department or known_unit,
        }
        settled = self._settle(values)
        for field in self.inputs.values():
            if field.key not in settled.errors and field.key not in settled.hidden:
                rule = _broken_unit_rule(field, settled.answers.get(field.key), unit_predicates.get(field.kind))
                if rule:
                    settled.errors[field.key] = AnswerProblem(rule)
        self._apply_rules(settled, facts or FormFacts())
        if settled.errors:
            raise InvalidAnswers(self._order_errors(settled.errors))
        return self._split_answers(settled.answers)

    def hidden_keys(self, values: Mapping[str, object]) -> frozenset[str]:
        """The keys of the fields that these answers hide, some through others that are hidden themselves."""
        return frozenset(self._settle(values).hidden)

    def _settle(self, values: Mapping[str, object]) -> _Settled:
        """Read the answers, then decide field by field, in the form's order, which are asked for at all."""
        raw = self._tidy_values(values)
        answers, errors = _load_answers(self.schema, raw)
        settled = _Settled(raw, answers, errors)
        for field in self.inputs.values():
            _settle_field(field, settled)
        return settled

    def _apply_rules(self, settled: _Settled, facts: FormFacts) -> None:
        """Add what the form's own rules refuse; a rule about an answer that could not be read is not asked."""
        ruled = [field for field in self.inputs.values() if field.rules]
        if not ruled:
            return
        known = {**facts.values(), **settled.answers}
        unreadable = frozenset(settled.errors)
        for field in ruled:
            if field.key in unreadable or field.key in settled.hidden:
                continue
            broken = [rule for rule in field.rules if not rule.refuses.names & unreadable and rule.refuses.holds(known)]
            if broken:
                settled.errors[field.key] = [_rule_problem(rule) for rule in broken]

    def _tidy_values(self, values: Mapping[str, object]) -> dict[str, object]:
        inputs = self.inputs
        return {key: tidy_answer(inputs[key], value) if key in inputs else value for key, value in values.items()}

    def _order_errors(self, errors: Mapping[str, object]) -> dict[str, list[AnswerProblem]]:
        known = [key for key in self.inputs if key in errors]
        others = sorted((key for key in errors if key not in self.inputs), key=str)
        return {str(key): flatten_problems(errors[key]) for key in known + others}

    def _split_answers(self, answers: Mapping[str, object]) -> FormAnswers:
        nothing = {key: None for key, field in self.inputs.items() if field.store == "process"}
        form_answers = FormAnswers({}, dict(nothing))
        for key, answer in answers.items():
            target = form_answers.process if self.inputs[key].store == "process" else form_answers.case
            target[key] = answer
        return form_answers


def compile_form(
    document: Mapping[str, object],
    reserved: frozenset[str] = frozenset(),
    options: OptionLists | None = None,
) -> Form:
    """Compile `document`, a form-js schema as `parse_form` returns it; raises BadForm listing every problem.

    `reserved` are names that have a meaning in the process's expressions and so cannot be keys of fields; `options` are
    the lists of choices that stand outside of the form, by the name it gives as `valuesKey`.
    """
    key, fields = read_document(document, reserved, options or {})
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


def _settle_field(field: FormField, settled: _Settled) -> None:
    """Apply the answers above to `field`.

    A hidden field loses its answer, and being hidden replaces its other problems. When a deciding answer is itself
    invalid, it is unknown whether the field is shown, so nothing is reported.
    """
    answers, errors, condition = settled.answers, settled.errors, field.condition
    if condition and condition.names & (errors.keys() - settled.hidden):
        return
    if condition and condition.holds(answers):
        settled.hidden.add(field.key)
        answer = answers.pop(field.key, None)
        if settled.raw.get(field.key) is not None and answer is not False:
            errors[field.key] = AnswerProblem("form-answer-hidden")
        return
    if field.key in errors:
        return
    if answers.get(field.key) is None and (empty := empty_answer(field)) is not None:
        answers[field.key] = empty
    answer = answers.get(field.key)
    if field.required and (answer is None or answer is False or answer == []):
        errors[field.key] = AnswerProblem(KINDS[field.kind].required_rule)
    elif field.required and field.kind in PROSE_KINDS and not _says_something(str(answer)):
        errors[field.key] = AnswerProblem("form-answer-without-words")


def _says_something(text: str) -> bool:
    """Whether a text has a letter or a digit, or is one that was left out, as recorded scenarios have it."""
    return set(text) == {LEFT_OUT} or any(map(str.isalnum, text))


def _rule_problem(rule: FieldRule) -> AnswerProblem:
    sentence = AuthorSentence(rule.sentence, rule.sentence_en or rule.sentence)
    return AnswerProblem("form-answer-rule", {"sentence": sentence})


def _broken_unit_rule(field: FormField, code: object, known: UnitPredicate | None) -> str:
    """The rule broken by a unit's code, or one of several, that `known` rejects; empty if none."""
    codes = code if isinstance(code, list) else [code]
    is_unknown = known is not None and any(isinstance(one, str) and not known(one) for one in codes)
    return _UNKNOWN_UNIT_RULES[field.kind] if is_unknown else ""
