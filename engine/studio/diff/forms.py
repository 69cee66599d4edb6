"""What differs between two versions of a form: its fields, their order, what is said of each. For the difference alone.

A field is known by its key, a mere text or line by its id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.studio.diff.change import MOVED, Change, Fact, Item, compared, moves

# The editor's own marks, which mean nothing here (see forms.document).
_MARKS = frozenset({"exporter", "executionPlatform", "executionPlatformVersion"})
_MARKS_OF_FIELDS = frozenset({"id", "layout", "key"})
_CHOICES = "values"
Document = Mapping[str, Any]


def difference(old: Document, new: Document) -> list[Change]:
    """Every change between two form documents."""
    before, after = _fields(old), _fields(new)
    found = compared({"": _form(old)}, {"": _form(new)}) + compared(before, after)
    for key, item in after.items():
        if key in before:
            found += _choices_moved(before[key], item)
    return [*found, *moves(before, after)]


def _form(document: Document) -> Item:
    said = {name: value for name, value in document.items() if name not in _MARKS | {"components"}}
    return Item("", "form", str(document.get("id") or ""), _facts(said))


def _fields(document: Document) -> dict[str, Item]:
    components = document.get("components")
    found: dict[str, Item] = {}
    for place, component in enumerate(components if isinstance(components, list) else []):
        if not isinstance(component, dict):
            component = {"type": str(component)}  # noqa: PLW2901 - whatever stands there is compared by its text
        key = str(component.get("key") or component.get("id") or place)
        name = str(component.get("label") or component.get("text") or key)
        said = {part: value for part, value in component.items() if part not in _MARKS_OF_FIELDS}
        found[key if key not in found else f"{key} #{place}"] = Item(key, "field", name, _facts(said))
    return found


def _facts(said: Mapping[str, object]) -> dict[str, Fact]:
    return {way: Fact(text, text) for way, text in _flat(said, "")}


def _flat(value: object, way: str) -> Iterator[tuple[str, str]]:
    """What a value says, by the way to it: `validate.required`, `values[correct].label`."""
    if isinstance(value, Mapping) and value:
        for name, part in value.items():
            yield from _flat(part, f"{way}.{name}" if way else str(name))
    elif isinstance(value, list) and value:
        for name, part in _named(value).items():
            yield from _flat(part, f"{way}[{name}]")
    else:
        yield way, _text(value)


def _named(values: list[Any]) -> dict[str, object]:
    """The parts of a list, choices by their value, others by their place."""
    found: dict[str, object] = {}
    for place, part in enumerate(values):
        own = part.get("value") if isinstance(part, dict) else None
        name = str(own) if own is not None and str(own) not in found else f"#{place}"
        rest = {key: item for key, item in part.items() if key != "value"} if name == str(own) else part
        found[name] = rest
    return found


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _choices_moved(old: Item, new: Item) -> Iterator[Change]:
    lists = [
        {way: Item(way, way, item.name, {}) for way in item.facts if way.startswith(_CHOICES)} for item in (old, new)
    ]
    for move in moves(*lists):
        yield Change(MOVED, new.id, new.name, move.what, move.before, move.after)
