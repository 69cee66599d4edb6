"""The types that answers have in the expressions of processes, as FEEL calls them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from forms.fields import FormField
from forms.schema import Form

_TYPES: Mapping[str, str] = {
    "number": "number",
    "checkbox": "boolean",
    "checklist": "list",
    "date": "date",
    "time": "time",
    "datetime": "date and time",
}
_MOMENTS = frozenset({"date", "time", "date and time"})


def name_types(forms: Iterable[Form]) -> dict[str, str]:
    """The type of each answer that processes see, by its name; without those of which forms do not agree."""
    types: dict[str, str] = {}
    for form in forms:
        for field in form.fields:
            if field.store == "process":
                kind = _type_of(field)
                types[field.key] = kind if types.get(field.key, kind) == kind else ""
    return {name: kind for name, kind in types.items() if kind}


def name_kinds(forms: Iterable[Form]) -> dict[str, str]:
    """Those of them whose texts in the data are days, times or moments."""
    return {name: kind for name, kind in name_types(forms).items() if kind in _MOMENTS}


def _type_of(field: FormField) -> str:
    return "list" if field.multiple else _TYPES.get(field.kind, "string")
