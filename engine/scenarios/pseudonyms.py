"""Replaces what citizens and officers wrote, and case codes, with invented values in recorded scenarios.

Process data is kept, because the case was routed by it, and so are choices from a list: neither identifies a person.
Everything else is invented, and only where the form requires a value or one of its rules may.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.cases import case_code
from engine.clock import VIETNAM
from engine.process.code_format import format_code
from forms.fields import LEFT_OUT, FormField
from forms.schema import Form

PHONE = "0900 000 000"  # Same as in the demonstration data: no operator assigns numbers in this range.
EMAIL = "nguoi.dan@example.org"
POSITION = "10.95000, 106.82000"

_CHOICE_KINDS = frozenset({"radio", "select", "checklist", "checkbox"})


@dataclass(frozen=True, slots=True)
class SubmissionSetting:
    """When a form was submitted, for which place, and by which unit."""

    at: datetime
    place: str
    unit: str


def fill_form(
    form: Form, process: Mapping[str, Any], case: Mapping[str, Any], setting: SubmissionSetting
) -> dict[str, Any]:
    """Build a submission that gives the process the same data as in `process`.

    Of `case`, which holds the fields that the form keeps out of the process, only choices are used. A text that must
    match a pattern is not guessed: the form then rejects the scenario's step and names the field.
    """
    submission: dict[str, Any] = {}
    for field in form.inputs.values():
        if field.store == "process":
            if process.get(field.key) is not None:
                submission[field.key] = process[field.key]
            continue
        if field.condition is not None and field.condition.holds(submission):
            continue
        value = (
            _chosen_value(field, case.get(field.key))
            if field.kind in _CHOICE_KINDS
            else _invented_value(field, setting, given=bool(case.get(field.key)))
        )
        if value is not None:
            submission[field.key] = value
    return submission


def _chosen_value(field: FormField, value: Any) -> Any:
    """The chosen value, limited to the current choices; the first choice if none is left and the field is required."""
    allowed = [choice.value for choice in field.choices]
    if field.kind == "checkbox":
        return True if value is True or field.required else None
    if field.kind == "checklist":
        remaining = [item for item in value if item in allowed] if isinstance(value, list) else []
        return remaining or (allowed[:1] if field.required else None)
    return value if value in allowed else allowed[0] if field.required else None


def _invented_value(field: FormField, setting: SubmissionSetting, *, given: bool) -> Any:
    """An answer that the form requires, or one that was given where a rule of the form may ask for it."""
    if not field.required and not (given and field.rules):
        return None
    if field.kind not in _INVENTED_BY_KIND:
        return LEFT_OUT * max(1, field.min_length or 0)
    return _INVENTED_BY_KIND[field.kind](field, setting)


def _local_time(setting: SubmissionSetting) -> datetime:
    return setting.at.astimezone(VIETNAM)


def _smallest_number(field: FormField) -> float:
    """The smallest non-negative number that the field accepts; its maximum if it accepts only negative ones."""
    least = max(0, field.minimum or 0)
    return least if field.maximum is None else min(least, field.maximum)


_INVENTED_BY_KIND: Mapping[str, Callable[[FormField, SubmissionSetting], Any]] = {
    "phone": lambda _field, _setting: PHONE,
    "email": lambda _field, _setting: EMAIL,
    "position": lambda _field, _setting: POSITION,
    "commune": lambda _field, setting: setting.place,
    "department": lambda _field, setting: setting.unit,
    "unit": lambda _field, setting: setting.unit,
    "number": lambda field, _setting: _smallest_number(field),
    "file": lambda field, _setting: [1] if field.multiple else 1,
    "datetime": lambda _field, setting: _local_time(setting).isoformat(timespec="minutes"),
    "date": lambda _field, setting: _local_time(setting).date().isoformat(),
    "time": lambda _field, setting: f"{_local_time(setting):%H:%M}",
}


class CodePseudonyms:
    """Maps each real case code to one invented code, wherever it occurs as a text inside a value."""

    def __init__(self, year: int) -> None:
        self._year = year
        self._known: dict[str, str] = {}

    def replace_codes(self, value: Any) -> Any:
        """`value` with every case code in it replaced."""
        match value:
            case Mapping():
                return {key: self.replace_codes(item) for key, item in value.items()}
            case list() | tuple():
                return [self.replace_codes(item) for item in value]
            case str():
                return self._pseudonym_of(value)
        return value

    def _pseudonym_of(self, text: str) -> str:
        if not case_code.has_all_parts(text):
            return text
        code = case_code.parse_code(text, home="")
        # In every scenario the case itself has number 1.
        return self._known.setdefault(code, format_code(code[:2], self._year, len(self._known) + 2))
