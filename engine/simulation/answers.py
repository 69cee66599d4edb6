"""Answers to a form's process fields: fits past answers to a draft's form, and lists possible answers.

Only process fields count: personal data never reaches a process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.clock import VIETNAM
from forms.fields import FormField
from forms.schema import Form

# Placeholder for the case's own value: a place from another case would send this one astray.
CASE_PLACEHOLDER = "$case"
CHOICE_KINDS = frozenset({"radio", "select"})
PLACEHOLDER_TEXT = "-"

ProcessValues = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AnswerContext:
    """What an answer may draw on: the case's process data, read when needed, the unit that answers, the instant."""

    data: Callable[[], ProcessValues]
    unit: str
    at: datetime


def process_fields(form: Form) -> Iterator[FormField]:
    """The fields whose answers reach the process, in form order."""
    return (field for field in form.inputs.values() if field.store == "process")


def accepted_values(form: Form, values: ProcessValues) -> dict[str, Any]:
    """The part of `values` that the form's process fields accept."""
    fields = {field.key: field for field in process_fields(form)}
    return {key: value for key, value in values.items() if key in fields and _accepts_value(fields[key], value)}


def fill_required_fields(form: Form, values: ProcessValues, fill: Callable[[FormField], Any]) -> dict[str, Any]:
    """Add the answers that the form also requires; in form order, since conditions refer only to fields above."""
    filled = dict(values)
    for field in process_fields(form):
        if field.required and _is_empty(field, filled) and not _is_hidden(form, field, filled):
            filled[field.key] = fill(field)
    return filled


def is_case_placeholder(form: Form | None, key: str, value: object) -> bool:
    """Whether an answer is the placeholder for the case's own value of one of the form's fields."""
    return value == CASE_PLACEHOLDER and form is not None and any(field.key == key for field in process_fields(form))


def _accepts_value(field: FormField, value: object) -> bool:
    if value is None or not field.choices:
        return True
    allowed = {choice.value for choice in field.choices}
    return all(item in allowed for item in value) if isinstance(value, list) else value in allowed


def _is_hidden(form: Form, field: FormField, values: ProcessValues) -> bool:
    """A field that depends on an answer outside the process counts as hidden: whether it is asked is unknown."""
    condition = field.condition
    if condition is None:
        return False
    deciding_fields = [form.inputs.get(name) for name in condition.names]
    if any(deciding is None or deciding.store != "process" for deciding in deciding_fields):
        return True
    return condition.holds(values)


def _is_empty(field: FormField, values: ProcessValues) -> bool:
    return values.get(field.key) in (None, False, [])


def candidate_values(form: Form | None) -> list[dict[str, Any]]:
    """The possible answers to a form without a past: one for each choice of its first deciding field."""
    if form is None:
        return [{}]
    deciding_field = next(
        (field for field in process_fields(form) if field.required and field.kind in CHOICE_KINDS), None
    )
    starting_values = (
        [{deciding_field.key: choice.value} for choice in deciding_field.choices] if deciding_field else [{}]
    )
    return [fill_required_fields(form, values, first_accepted_value) for values in starting_values]


def first_accepted_value(field: FormField) -> Any:
    """The first answer that a field accepts."""
    if field.kind == "checkbox":
        return True
    if field.choices:
        first = field.choices[0].value
        return [first] if field.kind == "checklist" else first
    return CASE_PLACEHOLDER if field.default is None else field.default


def generalise_values(form: Form | None, values: ProcessValues) -> dict[str, Any]:
    """A past answer as another case could give it: places become placeholders for that case's own."""
    if form is None:
        return dict(values)
    places = {field.key for field in process_fields(form) if field.kind == "commune"}
    return {key: CASE_PLACEHOLDER if key in places else value for key, value in values.items()}


def resolve_placeholders(form: Form | None, values: ProcessValues, context: AnswerContext) -> dict[str, Any]:
    """Replace `$case` in an answer with the case's own values."""
    fields = form.inputs if form is not None else {}
    return {
        key: _case_value(fields.get(key), key, context) if value == CASE_PLACEHOLDER else value
        for key, value in values.items()
    }


def _case_value(field: FormField | None, key: str, context: AnswerContext) -> Any:
    """The case's value for the key; if it has none, a value that suits the kind of field."""
    data = context.data()
    value = data.get(key)
    if value not in (None, "") or field is None:
        return value
    local = context.at.astimezone(VIETNAM)
    return {
        "commune": data.get("place"),
        "department": context.unit,
        "unit": context.unit,
        "number": field.minimum if field.minimum is not None else 1,
        "date": local.date().isoformat(),
        "time": f"{local:%H:%M}",
        "datetime": context.at.isoformat(),
    }.get(field.kind, PLACEHOLDER_TEXT)
