"""What the builder of conditions offers: names of a case's data, in words, with their values where these are few."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from engine.bpmn.lint.known_names import KnownName
from engine.scenarios import deployment_check
from engine.translation.catalogue import Language
from engine.translation.wording import Caption, fact_text


def list_condition_names(
    files: Mapping[PurePosixPath, bytes], path: PurePosixPath, units: Mapping[str, Caption] | None, language: Language
) -> list[dict[str, Any]]:
    """The names that conditions of the diagram at `path` may ask: value, label, kind, and the values to choose from.

    `near` says that the diagram itself or the beginning of the case sets a name; `values` is null where any will do.
    """
    return [_name_row(known, language) for known in deployment_check.askable_names(files, path, units)]


def _name_row(known: KnownName, language: Language) -> dict[str, Any]:
    values = (
        None
        if known.values is None
        else [
            {"value": value, "label": fact_text(caption, language) or value} for value, caption in known.values.items()
        ]
    )
    label = fact_text(known.label, language)
    return {"value": known.name, "label": label, "kind": known.kind, "near": known.is_near, "values": values}
