"""What pages call things, for the guide: sentences of the catalogue, captions of forms, steps of diagrams."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from engine.process import definitions, element_captions
from engine.shipped import deployment_root
from engine.translation.catalogue import SOURCE, Language, english


def caption_in(language: Language, name: str) -> str:
    """What pages call something in a language, by its Vietnamese name; raises KeyError for what no page says.

    A step of a diagram and a caption of a form come before a sentence of the pages; `|page` asks for that.
    """
    spoken, _bar, where = name.partition("|")
    translated = english().gettext(spoken)
    if not where or translated == spoken:
        translated = _shipped_captions().get(spoken, translated)
    if translated == spoken:
        raise KeyError(name)
    return spoken if language == SOURCE else translated


@cache
def _shipped_captions() -> dict[str, str]:
    """Captions of the forms and steps of the diagrams that were shipped: Vietnamese -> English."""
    files = definitions.read_deployment_folder(deployment_root())
    captions: dict[str, str] = {}
    for path, content in files.items():
        if path.suffix == ".json":
            captions |= dict(_form_captions(json.loads(content)))
    return captions | element_captions.step_names_in(files)


def _form_captions(part: Any) -> Iterator[tuple[str, str]]:
    """Captions of fields and choices; a field's English one stands among its properties."""
    if isinstance(part, list):
        for one in part:
            yield from _form_captions(one)
    elif isinstance(part, dict):
        translated = part.get("label_en") or (part.get("properties") or {}).get("label_en")
        if isinstance(part.get("label"), str) and isinstance(translated, str):
            yield part["label"], translated
        for one in part.values():
            yield from _form_captions(one)
