"""What a form's process fields can be answered with: fitting a past answer to a draft's form, and possible answers.

For this package. Only process fields count: what is personal never reaches a process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.clock import VIETNAM
from forms.fields import Field
from forms.schema import Form

# Stands for the case's own value: a place of another case would send this one astray.
OF_CASE = "$case"
CHOICES = frozenset({"radio", "select"})
TEXT = "-"

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Around:
    """What an answer may lean on: the case's process data, read when needed, the unit that answers, the instant."""

    data: Callable[[], Values]
    unit: str
    at: datetime


def asked(form: Form) -> Iterator[Field]:
    """The fields whose answers reach the process, in the order of the form."""
    return (field for field in form.inputs.values() if field.store == "process")


def fit(form: Form, values: Values) -> dict[str, Any]:
    """What of `values` the form's process fields would take."""
    fields = {field.key: field for field in asked(form)}
    return {key: value for key, value in values.items() if key in fields and _takes(fields[key], value)}


def completed(form: Form, values: Values, fill: Callable[[Field], Any]) -> dict[str, Any]:
    """The answers with what the form requires beside them; conditions ask only about fields above, so in order."""
    found = dict(values)
    for field in asked(form):
        if field.required and _empty(field, found) and not _hidden(form, field, found):
            found[field.key] = fill(field)
    return found


def own(form: Form | None, key: str, value: object) -> bool:
    """Whether an answer is the case's own value of a field that the form has."""
    return value == OF_CASE and form is not None and any(field.key == key for field in asked(form))


def _takes(field: Field, value: object) -> bool:
    if value is None or not field.choices:
        return True
    known = {choice.value for choice in field.choices}
    return all(item in known for item in value) if isinstance(value, list) else value in known


def _hidden(form: Form, field: Field, values: Values) -> bool:
    """A field that hangs on an answer the process does not see counts as hidden: nobody knows whether it is asked."""
    condition = field.condition
    if condition is None:
        return False
    deciding = form.inputs.get(condition.key)
    return deciding is None or deciding.store != "process" or condition.hides(values.get(condition.key))


def _empty(field: Field, values: Values) -> bool:
    return values.get(field.key) in (None, False, [])


def possible(form: Form | None) -> list[dict[str, Any]]:
    """The answers that a form without a past can get: one for each choice of its first deciding field."""
    if form is None:
        return [{}]
    deciding = next((field for field in asked(form) if field.required and field.kind in CHOICES), None)
    begun = [{deciding.key: choice.value} for choice in deciding.choices] if deciding else [{}]
    return [completed(form, values, plain) for values in begun]


def plain(field: Field) -> Any:
    """The first answer that a field takes."""
    if field.kind == "checkbox":
        return True
    if field.choices:
        first = field.choices[0].value
        return [first] if field.kind == "checklist" else first
    return OF_CASE if field.default is None else field.default


def general(form: Form | None, values: Values) -> dict[str, Any]:
    """A past answer as another case could give it: places become the case's own."""
    if form is None:
        return dict(values)
    places = {field.key for field in asked(form) if field.kind == "commune"}
    return {key: OF_CASE if key in places else value for key, value in values.items()}


def resolved(form: Form | None, values: Values, around: Around) -> dict[str, Any]:
    """An answer with the case's own values in place of `$case`."""
    fields = form.inputs if form is not None else {}
    return {key: _own(fields.get(key), key, around) if value == OF_CASE else value for key, value in values.items()}


def _own(field: Field | None, key: str, around: Around) -> Any:
    """The case's value of that key; where it has none, what comes nearest to the kind of field."""
    data = around.data()
    known = data.get(key)
    if known not in (None, "") or field is None:
        return known
    local = around.at.astimezone(VIETNAM)
    return {
        "commune": data.get("place"),
        "unit": around.unit,
        "number": field.minimum if field.minimum is not None else 1,
        "date": local.date().isoformat(),
        "time": f"{local:%H:%M}",
        "datetime": around.at.isoformat(),
    }.get(field.kind, TEXT)
