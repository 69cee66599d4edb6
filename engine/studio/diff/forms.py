"""Compares two versions of a form: its fields, their order and their settings.

Fields are matched by key; texts and separators, which have none, by id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.studio.diff.change import MOVED, DiffFact, DiffItem, ElementChange, compare_items, reordered_items

# The editor's own metadata, which has no meaning here (see forms.document).
_EDITOR_MARKS = frozenset({"exporter", "executionPlatform", "executionPlatformVersion"})
_FIELD_MARKS = frozenset({"id", "layout", "key"})
_CHOICES_KEY = "values"
FormDocument = Mapping[str, Any]


def compare_forms(old: FormDocument, new: FormDocument) -> list[ElementChange]:
    """Every change between two form documents."""
    before, after = _field_items(old), _field_items(new)
    changes = compare_items({"": _form_item(old)}, {"": _form_item(new)}) + compare_items(before, after)
    for key, item in after.items():
        if key in before:
            changes += _reordered_choices(before[key], item)
    return [*changes, *reordered_items(before, after)]


def _form_item(document: FormDocument) -> DiffItem:
    settings = {name: value for name, value in document.items() if name not in _EDITOR_MARKS | {"components"}}
    return DiffItem("", "form", str(document.get("id") or ""), _facts_of(settings))


def _field_items(document: FormDocument) -> dict[str, DiffItem]:
    components = document.get("components")
    items: dict[str, DiffItem] = {}
    for index, component in enumerate(components if isinstance(components, list) else []):
        if not isinstance(component, dict):
            component = {"type": str(component)}  # noqa: PLW2901 - anything else is compared by its text
        key = str(component.get("key") or component.get("id") or index)
        name = str(component.get("label") or component.get("text") or key)
        settings = {part: value for part, value in component.items() if part not in _FIELD_MARKS}
        items[key if key not in items else f"{key} #{index}"] = DiffItem(key, "field", name, _facts_of(settings))
    return items


def _facts_of(settings: Mapping[str, object]) -> dict[str, DiffFact]:
    return {path: DiffFact(text, text) for path, text in _flatten_value(settings, "")}


def _flatten_value(value: object, path: str) -> Iterator[tuple[str, str]]:
    """A value's leaves by path: `validate.required`, `values[correct].label`."""
    if isinstance(value, Mapping) and value:
        for name, part in value.items():
            yield from _flatten_value(part, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list) and value:
        for name, part in _parts_by_name(value).items():
            yield from _flatten_value(part, f"{path}[{name}]")
    else:
        yield path, _value_text(value)


def _parts_by_name(values: list[Any]) -> dict[str, object]:
    """The items of a list: choices by their value, others by index."""
    parts: dict[str, object] = {}
    for index, part in enumerate(values):
        choice_value = part.get("value") if isinstance(part, dict) else None
        name = str(choice_value) if choice_value is not None and str(choice_value) not in parts else f"#{index}"
        rest = {key: item for key, item in part.items() if key != "value"} if name == str(choice_value) else part
        parts[name] = rest
    return parts


def _value_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _reordered_choices(old: DiffItem, new: DiffItem) -> Iterator[ElementChange]:
    lists = [
        {path: DiffItem(path, path, item.name, {}) for path in item.facts if path.startswith(_CHOICES_KEY)}
        for item in (old, new)
    ]
    for move in reordered_items(*lists):
        yield ElementChange(MOVED, new.id, new.name, move.what, move.before, move.after)
