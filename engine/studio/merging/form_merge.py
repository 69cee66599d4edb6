"""Merges forms and other documents in JSON: field by field, and of a field property by property."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.studio.merging.conflict import MergeConflict, MergeJudge

Document = dict[str, Any]
_PARTS, _MISSING = "components", None


def merge_form(base: Document, theirs: Document, mine: Document, judge: MergeJudge) -> Document:
    """The form with the changes of both: its own properties, then its fields in their order with mine among them."""
    documents = (base, theirs, mine)
    tops = [{key: value for key, value in document.items() if key != _PARTS} for document in documents]
    merged = _merge_properties(tops[0], tops[1], tops[2], "", "", judge)
    fields = [_fields_of(document) for document in documents]
    kept: dict[str, Document] = {}
    for key in _merge_order(list(fields[0]), list(fields[1]), list(fields[2])):
        field = _merge_field(key, *(part.get(key) for part in fields), judge=judge)
        if field is not None:
            kept[key] = field
    return {**merged, _PARTS: list(kept.values())} if any(_PARTS in document for document in documents) else merged


def _fields_of(document: Document) -> dict[str, Document]:
    """The fields by what tells them from each other: their id, which stays when the key is changed."""
    parts = document.get(_PARTS, [])
    return {str(part.get("id") or part.get("key") or number): part for number, part in enumerate(parts)}


def _merge_order(base: Sequence[str], theirs: Sequence[str], mine: Sequence[str]) -> list[str]:
    """All fields: in their order, or in mine if only I changed it; what is new of the other follows its neighbour."""
    common = [key for key in base if key in theirs and key in mine]
    moved = [key for key in mine if key in common] != common and [key for key in theirs if key in common] == common
    order, others = (list(mine), theirs) if moved else (list(theirs), mine)
    for number, key in enumerate(others):
        if key not in order:
            before = next((order.index(one) + 1 for one in reversed(others[:number]) if one in order), 0)
            order.insert(before, key)
    return order


def _merge_field(
    key: str, base: Document | None, theirs: Document | None, mine: Document | None, *, judge: MergeJudge
) -> Document | None:
    if base is not None and theirs is not None and mine is not None:
        return _merge_properties(base, theirs, mine, key, _caption(mine), judge)
    conflict = MergeConflict(key, _caption(mine or theirs or {}), "field", _text(mine), _text(theirs))
    return judge.decide(base, theirs, mine, conflict)


def _merge_properties(
    base: Document, theirs: Document, mine: Document, place: str, caption: str, judge: MergeJudge
) -> Document:
    merged: Document = {}
    for name in dict.fromkeys(_names(theirs, mine, base)):
        values = [part.get(name, _MISSING) for part in (base, theirs, mine)]
        value = judge.decide(
            values[0],
            values[1],
            values[2],
            MergeConflict(place, caption, name, _text(values[2]), _text(values[1])),
        )
        if value is not _MISSING:
            merged[name] = value
    return merged


def _names(*documents: Mapping[str, Any]) -> Iterator[str]:
    return (name for document in documents for name in document)


def _caption(field: Mapping[str, Any]) -> str:
    return str(field.get("label") or field.get("text") or field.get("key") or "")


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
