"""What stands in place of what a citizen or an officer wrote, and of codes. For the recording of scenarios alone.

What the process saw is kept, because the case went on by it, and so is what was chosen from a list: neither is about a
person. Everything else is invented, and only where the form asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.cases import case_code
from engine.clock import VIETNAM
from engine.errors import BadInput
from forms.fields import FormField
from forms.schema import Form

PHONE = "0900 000 000"  # As in the demonstration: no operator gives out numbers in this range.
EMAIL = "nguoi.dan@example.org"
TEXT = "…"

_CHOICE_KINDS = frozenset({"radio", "select", "checklist", "checkbox"})


@dataclass(frozen=True, slots=True)
class SubmissionSetting:
    """When a form was sent, for which place, and by which unit."""

    at: datetime
    place: str
    unit: str


def fill_form(
    form: Form, process: Mapping[str, Any], case: Mapping[str, Any], setting: SubmissionSetting
) -> dict[str, Any]:
    """What to send in the form so that the process sees the same as it saw in `process`.

    Of `case`, which holds what the form kept out of the process, only choices are used. A text that has to follow a
    pattern is not guessed: the form then refuses the scenario's step, naming the field.
    """
    submission: dict[str, Any] = {}
    for field in form.inputs.values():
        if field.store == "process":
            if field.key in process:
                submission[field.key] = process[field.key]
            continue
        if field.condition is not None and field.condition.hides(submission.get(field.condition.key)):
            continue
        value = (
            _chosen_value(field, case.get(field.key))
            if field.kind in _CHOICE_KINDS
            else _invented_value(field, setting)
        )
        if value is not None:
            submission[field.key] = value
    return submission


def _chosen_value(field: FormField, value: Any) -> Any:
    """What was chosen, as far as it is among the choices; where nothing is left and one is asked for, the first."""
    allowed = [choice.value for choice in field.choices]
    if field.kind == "checkbox":
        return True if value is True or field.required else None
    if field.kind == "checklist":
        remaining = [item for item in value if item in allowed] if isinstance(value, list) else []
        return remaining or (allowed[:1] if field.required else None)
    return value if value in allowed else allowed[0] if field.required else None


def _invented_value(field: FormField, setting: SubmissionSetting) -> Any:
    if not field.required:
        return None
    if field.kind not in _INVENTED_BY_KIND:
        return TEXT * max(1, field.min_length or 0)
    return _INVENTED_BY_KIND[field.kind](field, setting)


def _local_time(setting: SubmissionSetting) -> datetime:
    return setting.at.astimezone(VIETNAM)


def _smallest_number(field: FormField) -> float:
    """The smallest number from zero on that the field takes; the largest it takes when all are below zero."""
    least = max(0, field.minimum or 0)
    return least if field.maximum is None else min(least, field.maximum)


_INVENTED_BY_KIND: Mapping[str, Callable[[FormField, SubmissionSetting], Any]] = {
    "phone": lambda _field, _setting: PHONE,
    "email": lambda _field, _setting: EMAIL,
    "commune": lambda _field, setting: setting.place,
    "unit": lambda _field, setting: setting.unit,
    "number": lambda field, _setting: _smallest_number(field),
    "file": lambda field, _setting: [1] if field.multiple else 1,
    "datetime": lambda _field, setting: _local_time(setting).isoformat(timespec="minutes"),
    "date": lambda _field, setting: _local_time(setting).date().isoformat(),
    "time": lambda _field, setting: f"{_local_time(setting):%H:%M}",
}


class CodePseudonyms:
    """Invented codes of cases, the same one for the same real code; codes are found wherever they stand in a value."""

    def __init__(self, year: int) -> None:
        self._year = year
        self._known: dict[str, str] = {}

    def replace_codes(self, value: Any) -> Any:
        """`value` with every code of a case in it replaced."""
        match value:
            case Mapping():
                return {key: self.replace_codes(item) for key, item in value.items()}
            case list() | tuple():
                return [self.replace_codes(item) for item in value]
            case str():
                return self._pseudonym_of(value)
        return value

    def _pseudonym_of(self, text: str) -> str:
        try:
            real_code = case_code.parse_code(text)
        except BadInput:
            return text
        # The case itself is number 1 in every scenario.
        return self._known.setdefault(real_code, case_code.format_code(real_code[:2], self._year, len(self._known) + 2))
