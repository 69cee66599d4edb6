"""What the builder of conditions offers: names of a case's data, in words, with their values where these are few."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from engine.bpmn.lint.known_names import KnownName
from engine.bpmn.lint.value_domain import TEXT
from engine.scenarios import deployment_check
from engine.translation.catalogue import N_, Language, translate
from engine.translation.wording import Caption, fact_text

UNIT_KIND_OF = N_("Loại đơn vị của “{name}”")


@dataclass(frozen=True, slots=True)
class NameCaptions:
    """What people call what no file names: what every case has, the values of some of it, the kinds of units."""

    names: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unit_kinds: Mapping[str, str] = field(default_factory=dict)


def list_condition_names(
    files: Mapping[PurePosixPath, bytes],
    path: PurePosixPath,
    units: Mapping[str, Caption] | None,
    language: Language,
    captions: NameCaptions | None = None,
) -> list[dict[str, Any]]:
    """The names that conditions of the diagram at `path` may ask: value, label, kind, and the values to choose from.

    `near` says that the diagram itself or the beginning of the case sets a name, `from` which steps of it do, `unit`
    that it holds a unit's code; `values` is null where any will do. What kind a unit is can be asked like a name.
    """
    captions = captions or NameCaptions()
    rows = [_name_row(known, language, captions) for known in deployment_check.askable_names(files, path, units)]
    return [
        each for row in rows for each in ((row, _unit_kind_row(row, language, captions)) if row["unit"] else (row,))
    ]


def _name_row(known: KnownName, language: Language, captions: NameCaptions) -> dict[str, Any]:
    values = (
        None
        if known.values is None
        else [
            {"value": value, "label": _value_label(value, fact_text(caption, language), captions)}
            for value, caption in known.values.items()
        ]
    )
    if known.name in captions.values:
        values = _options(captions.values[known.name])
    label = fact_text(known.label, language)
    return {
        "value": known.name,
        "label": captions.names.get(known.name, label) if label == known.name else label,
        "kind": known.kind,
        "near": known.is_near,
        "from": list(known.writers),
        "unit": known.is_unit,
        "values": values,
    }


def _value_label(value: str, caption: str, captions: NameCaptions) -> str:
    """What a value is called; words that nobody captions may be kinds of units, as levels are."""
    return captions.unit_kinds.get(value, value) if caption in ("", value) else caption


def _unit_kind_row(row: Mapping[str, Any], language: Language, captions: NameCaptions) -> dict[str, Any]:
    label = translate(UNIT_KIND_OF, language).format(name=row["label"])
    kinds = {"value": f"unit_kind({row['value']})", "label": label, "kind": TEXT, "unit": False}
    return {**row, **kinds, "values": _options(captions.unit_kinds)}


def _options(captions: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in captions.items()]
