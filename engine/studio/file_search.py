"""Searches a draft: captions, texts and ids of all its files, whatever their marks and capitals."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from engine.bpmn.lint.finding import nearest_id
from engine.safe_xml import recover_xml
from engine.text import strip_diacritics

MOST_FOUND, MOST_LETTERS, SHOWN_LETTERS = 60, 100, 160
_PLACED = ("id", "name", "value")


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A place in a file that has what was looked for: its element or its line, and the text there."""

    path: PurePosixPath
    element: str
    line: int
    text: str


def search_files(files: Mapping[PurePosixPath, bytes], words: str) -> list[FilePlace]:
    """The first places that have the words as they stand, else all of them somewhere; each place once, by files."""
    phrase = " ".join(strip_diacritics(words[:MOST_LETTERS]).split())
    places = [place for path in sorted(files) for place in _places(path, files[path])] if phrase else []
    texts = [(place, strip_diacritics(place.text)) for place in places]
    fitting = [place for place, text in texts if phrase in text]
    fitting = fitting or [place for place, text in texts if all(word in text for word in phrase.split())]
    once = {(place.path, place.element, place.line): place for place in reversed(fitting)}
    return list(reversed(once.values()))[:MOST_FOUND]


def _places(path: PurePosixPath, content: bytes) -> Iterable[FilePlace]:
    if path.suffix in (".bpmn", ".dmn"):
        return _drawn_places(path, content)
    if path.suffix == ".json":
        return _form_places(path, content)
    lines = content.decode("utf-8", "replace").splitlines()
    return (FilePlace(path, "", number, line.strip()[:SHOWN_LETTERS]) for number, line in enumerate(lines, 1))


def _drawn_places(path: PurePosixPath, content: bytes) -> Iterator[FilePlace]:
    root = recover_xml(content)
    for part in root.iter() if root is not None else ():
        if not isinstance(part.tag, str) or "/DI" in part.tag or "DMNDI" in part.tag:
            continue
        texts = [part.get(name) or "" for name in _PLACED] + [" ".join((part.text or "").split())]
        text = " · ".join(dict.fromkeys(one for one in texts if one))
        if text:
            yield FilePlace(path, nearest_id(part), 0, text[:SHOWN_LETTERS])


def _form_places(path: PurePosixPath, content: bytes) -> Iterator[FilePlace]:
    try:
        parts = list(json.loads(content)["components"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return
    for number, part in enumerate(parts):
        for text in dict.fromkeys(_texts_in(part)):
            yield FilePlace(path, f"components[{number}]", 0, text[:SHOWN_LETTERS])


def _texts_in(value: Any) -> Iterator[str]:
    """The texts of a part of a form, its own first."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name in sorted(value, key=lambda name: (name not in ("label", "text", "key"), name)):
            yield from _texts_in(value[name])
    elif isinstance(value, list):
        for one in value:
            yield from _texts_in(one)
